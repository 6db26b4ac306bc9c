import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import { api } from "../api/client";
import { isUnderWay } from "../api/jobs";
import { bodyOf } from "../api/reach";
import { Button } from "../components/Button";
import { Dialog } from "../components/Dialog";
import { TextField } from "../components/Field";
import { Progress } from "../components/Progress";
import { Failure, Loading } from "../components/States";
import { useFormats } from "../i18n/format";
import { startOf, today } from "./auditSearch";
import { exportQuery, type AuditLogExport } from "./queries";

type Days = { from?: string | undefined; to?: string | undefined };

/** Has the log written to files, from one day to another, and leads to them. What was begun is found again. */
export function AuditExport({ from, to }: Days) {
  const { t } = useTranslation("audit");
  const [isOpen, setIsOpen] = useState(false);
  const [id, setId] = useState<string | null>(null);
  return (
    <>
      <Button onClick={() => setIsOpen(true)}>{t("export.title")}</Button>
      {isOpen && (
        <Dialog title={t("export.title")} onClose={() => setIsOpen(false)}>
          {id === null ? (
            <Asking from={from} to={to} onStarted={setId} onClose={() => setIsOpen(false)} />
          ) : (
            <Started id={id} onAgain={() => setId(null)} />
          )}
        </Dialog>
      )}
    </>
  );
}

type AskingProps = Days & { onStarted: (id: string) => void; onClose: () => void };

function Asking({ from = "", to = "", onStarted, onClose }: AskingProps) {
  const { t } = useTranslation(["audit", "admin"]);
  const queryClient = useQueryClient();
  const [days, setDays] = useState({ from, to });
  const isWrong = days.from !== "" && days.to !== "" && days.from > days.to;
  const start = useMutation({
    mutationFn: () => {
      const body = { from_at: startOf(days.from), to_at: startOf(days.to, 1) };
      return bodyOf(api.POST("/api/v1/audit_logs/exports", { body }));
    },
    onSuccess: async ({ id }) => {
      onStarted(id);
      await queryClient.invalidateQueries({ queryKey: ["audit", "entries"] });
    },
  });
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (!isWrong && !start.isPending) start.mutate();
  };
  return (
    <form className="fields" noValidate onSubmit={submit}>
      <p>{t("export.text")}</p>
      <TextField
        label={t("filters.from")}
        hint={t("export.fromHint")}
        type="date"
        max={today()}
        value={days.from}
        onChange={(value) => setDays({ ...days, from: value })}
      />
      <TextField
        label={t("filters.to")}
        hint={t("export.toHint")}
        error={isWrong ? t("export.wrong") : null}
        type="date"
        max={today()}
        value={days.to}
        onChange={(value) => setDays({ ...days, to: value })}
      />
      {start.error !== null && <Failure error={start.error} />}
      <div className="actions">
        <Button onClick={onClose}>{t("admin:cancel")}</Button>
        <Button type="submit" variant="primary" isBusy={start.isPending}>
          {t("export.start")}
        </Button>
      </div>
    </form>
  );
}

function Started({ id, onAgain }: { id: string; onAgain: () => void }) {
  const { t } = useTranslation("audit");
  const { percent } = useFormats();
  const written = useQuery(exportQuery(id));
  const { data } = written;
  return (
    <div className="fields">
      {written.isPending && <Loading />}
      {written.isError && <Failure error={written.error} onRetry={() => void written.refetch()} />}
      <div role="status">
        {data && isUnderWay(data.status) && (
          <Progress label={t("export.progress")} value={data.progress} text={percent(data.progress)} />
        )}
        {data?.status === "succeeded" && <p>{t("export.ready", { count: data.files.length })}</p>}
        {(data?.status === "failed" || data?.status === "cancelled") && (
          <p className="callout callout-alarm">{t("export.stopped")}</p>
        )}
      </div>
      {data?.status === "succeeded" && <Files files={data.files} />}
      {data && !isUnderWay(data.status) && (
        <p>
          <Button onClick={onAgain}>{t("export.again")}</Button>
        </p>
      )}
    </div>
  );
}

function Files({ files }: { files: AuditLogExport["files"] }) {
  const { t } = useTranslation("audit");
  const { number } = useFormats();
  return (
    <>
      <ul className="plain-list">
        {files.map(({ name, url, size }) => (
          <li key={name}>
            <a href={url} download={name}>
              {name}
            </a>{" "}
            <span className="hint">{t("export.size", { size: number(size / 1024, 1) })}</span>
          </li>
        ))}
      </ul>
      <p className="hint">{t("export.hold")}</p>
    </>
  );
}
