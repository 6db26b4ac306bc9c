import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { api, newIdempotencyKey } from "../api/client";
import { bodyOf } from "../api/reach";
import { Badge, type Tone } from "../components/Badge";
import { Button } from "../components/Button";
import { saveFrom } from "../components/saveFile";
import { Failure } from "../components/States";
import { Table, type Column } from "../components/Table";
import { Moment } from "../i18n/Moment";
import type { DataExport } from "./queries";

const TONES: Record<DataExport["status"], Tone> = {
  queued: "plain",
  running: "warm",
  ready: "good",
  failed: "alarm",
  cancelled: "plain",
  expired: "plain",
};

/** Asks for a copy of what is kept of somebody; while it is being made, asking again changes nothing. */
export function useAskForExport() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (subjectId: string) => {
      const params = { header: { "Idempotency-Key": newIdempotencyKey() } };
      return bodyOf(api.POST("/api/v1/privacy/exports", { params, body: { subject_id: subjectId } }));
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: ["privacy", "exports"] }),
  });
}

/** Copies of what is kept of people, each with its state, and the way to save it while it is there. */
export function ExportTable({ exports, isNamed = false }: { exports: DataExport[]; isNamed?: boolean }) {
  const { t } = useTranslation("privacy");
  const save = useSave();
  const columns: Column<DataExport>[] = [
    ...(isNamed ? [whoColumn<DataExport>(t("who"), t("erased"))] : []),
    { key: "asked", head: t("asked"), cell: ({ created_at }) => <Moment at={created_at} /> },
    { key: "state", head: t("state"), cell: ({ status }) => <Badge tone={TONES[status]}>{t(`exports.states.${status}`)}</Badge> },
    {
      key: "until",
      head: t("exports.until"),
      cell: ({ expires_at }) => (expires_at === null ? "–" : <Moment at={expires_at} />),
    },
    {
      key: "save",
      head: t("exports.file"),
      cell: (row) =>
        row.status === "ready" ? (
          <Button isSmall isBusy={save.isPending && save.variables === row} onClick={() => save.mutate(row)}>
            {t("download")}
          </Button>
        ) : (
          "–"
        ),
    },
  ];
  return (
    <>
      {save.error !== null && <Failure error={save.error} />}
      <Table caption={t("exports.list")} columns={columns} rows={exports} rowKey={({ id }) => id} />
    </>
  );
}

type Named = { subject_name: string | null };

/** Whom a row is about. */
export function whoColumn<Row extends Named>(head: string, erased: string): Column<Row> {
  return { key: "who", head, cell: ({ subject_name }) => subject_name ?? erased };
}

/** An address to fetch it from is made anew each time, as it works for a quarter of an hour only. */
function useSave() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ id }: DataExport) => bodyOf(api.GET("/api/v1/privacy/exports/{id}", { params: { path: { id } } })),
    onSuccess: ({ download_url: address, created_at }) => {
      if (address) saveFrom(address, `dreamseed-${created_at.slice(0, 10)}.zip`);
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: ["privacy", "exports"] }),
  });
}
