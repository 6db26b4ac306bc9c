import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { api } from "../api/client";
import { bodyOf } from "../api/reach";
import { Badge, type Tone } from "../components/Badge";
import { Button } from "../components/Button";
import { saveFile } from "../components/saveFile";
import { Failure } from "../components/States";
import { Table, type Column } from "../components/Table";
import { Moment } from "../i18n/Moment";
import { whoColumn } from "./Exports";
import type { Erasure } from "./queries";

const TONES: Record<Erasure["status"], Tone> = {
  waiting: "warm",
  held: "warm",
  running: "warm",
  failed: "alarm",
  done: "good",
  cancelled: "plain",
};

/** Whether an erasure has not begun, and may be called off. */
export const isWaiting = ({ status }: Erasure) => status === "waiting" || status === "held";

export function useCallOff() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => api.DELETE("/api/v1/privacy/erasures/{id}", { params: { path: { id } } }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ["privacy", "erasures"] }),
  });
}

/** Erasures, each with its state and its certificates once it is done; of several people, with the way to call it off. */
export function ErasureTable({ erasures, isNamed = false }: { erasures: Erasure[]; isNamed?: boolean }) {
  const { t } = useTranslation("privacy");
  const callOff = useCallOff();
  const save = useSaveCertificate();
  const error = callOff.error ?? save.error;
  const columns: Column<Erasure>[] = [
    ...(isNamed ? [whoColumn<Erasure>(t("who"), t("erased"))] : []),
    { key: "asked", head: t("asked"), cell: ({ created_at }) => <Moment at={created_at} /> },
    { key: "state", head: t("state"), cell: ({ status }) => <Badge tone={TONES[status]}>{t(`erasures.states.${status}`)}</Badge> },
    { key: "due", head: t("erasures.due"), cell: ({ due_at }) => <Moment at={due_at} /> },
    {
      key: "actions",
      head: t("actions"),
      cell: (row) => (
        <span className="privacy-actions">
          {isNamed && isWaiting(row) && (
            <Button
              isSmall
              aria-label={t("erasures.callOffNamed", { name: row.subject_name ?? t("erased") })}
              isBusy={callOff.isPending && callOff.variables === row.id}
              onClick={() => callOff.mutate(row.id)}
            >
              {t("erasures.callOff")}
            </Button>
          )}
          {row.status === "done" &&
            (["text", "json"] as const).map((format) => (
              <Button key={format} isSmall onClick={() => save.mutate({ id: row.id, format })}>
                {t(`erasures.certificate.${format}`)}
              </Button>
            ))}
        </span>
      ),
    },
  ];
  return (
    <>
      {error !== null && <Failure error={error} />}
      <Table caption={t("erasures.list")} columns={columns} rows={erasures} rowKey={({ id }) => id} />
    </>
  );
}

type Wanted = { id: string; format: "text" | "json" };

/** Saves the certificate of an erasure: the words to print, or the signed document that can be checked. */
function useSaveCertificate() {
  return useMutation({
    mutationFn: ({ id, format }: Wanted) =>
      bodyOf<Blob>(
        api.GET("/api/v1/privacy/erasures/{id}/certificate", {
          params: { path: { id }, query: { format } },
          parseAs: "blob",
        }) as Promise<{ data?: Blob }>,
      ),
    onSuccess: (file, { id, format }) => saveFile(file, `certificate-${id}.${format === "text" ? "txt" : "json"}`),
  });
}
