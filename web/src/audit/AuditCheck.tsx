import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api } from "../api/client";
import { isUnderWay } from "../api/jobs";
import { bodyOf } from "../api/reach";
import { Button } from "../components/Button";
import { Progress } from "../components/Progress";
import { Failure } from "../components/States";
import { useFormats } from "../i18n/format";
import { verificationQuery, type AuditLogVerification, type Verification } from "./queries";

/** Has the whole log checked, says how far that is, and then whether it is as it was written. */
export function AuditCheck() {
  const { t } = useTranslation("audit");
  const queryClient = useQueryClient();
  const [id, setId] = useState<string | null>(null);
  const start = useMutation({
    mutationFn: () => bodyOf(api.POST("/api/v1/audit_logs/verifications")),
    onSuccess: async (check) => {
      setId(check.id);
      await queryClient.invalidateQueries({ queryKey: ["audit", "entries"] });
    },
  });
  const check = useQuery({ ...verificationQuery(id ?? ""), enabled: id !== null });
  const isBusy = start.isPending || (id !== null && check.isPending) || isUnderWay(check.data?.status);
  return (
    <section aria-labelledby="audit-check" className="card fields audit-check">
      <h2 id="audit-check">{t("check.title")}</h2>
      <p>{t("check.text")}</p>
      {start.error !== null && <Failure error={start.error} />}
      {check.isError && <Failure error={check.error} onRetry={() => void check.refetch()} />}
      <div role="status">{check.data && <Course check={check.data} />}</div>
      <p>
        <Button isBusy={isBusy} onClick={() => start.mutate()}>
          {t("check.start")}
        </Button>
      </p>
    </section>
  );
}

function Course({ check }: { check: AuditLogVerification }) {
  const { t } = useTranslation("audit");
  const { percent } = useFormats();
  if (isUnderWay(check.status)) {
    return <Progress label={t("check.progress")} value={check.progress} text={percent(check.progress)} />;
  }
  if (check.outcome === null) return <p className="callout callout-alarm">{t("check.stopped")}</p>;
  return <Outcome outcome={check.outcome} at={check.created_at} />;
}

function Outcome({ outcome, at }: { outcome: Verification; at: string }) {
  const { t } = useTranslation("audit");
  const { number, moment } = useFormats();
  const { first_break: broken } = outcome;
  if (broken === null) {
    return (
      <div className="callout audit-holds">
        <p className="callout-title">{t("check.holds")}</p>
        <p>{t("check.holdsText", { count: outcome.checked, number: number(outcome.head_seq), at: moment(at) })}</p>
        {outcome.first_seq > 1 && <p>{t("check.released", { first: number(outcome.first_seq) })}</p>}
        <p className="hint">
          {t("check.head")} <code>{outcome.head_hash}</code>
        </p>
      </div>
    );
  }
  return (
    <div className="callout callout-alarm">
      <p className="callout-title">{t("check.broken", { seq: number(broken.seq) })}</p>
      <p>{t(`check.faults.${broken.fault}`, { seq: number(broken.seq) })}</p>
      <p>{t("check.brokenText", { count: outcome.checked, at: moment(at) })}</p>
    </div>
  );
}
