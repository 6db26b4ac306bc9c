import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api } from "../api/client";
import { bodyOf } from "../api/reach";
import { useRequestKey } from "../api/useRequestKey";
import { Badge } from "../components/Badge";
import { Button } from "../components/Button";
import { Table, type Column } from "../components/Table";
import { Moment } from "../i18n/Moment";
import { whoColumn } from "./Exports";
import { Listing } from "../components/Listing";
import { holdsQuery, type Hold } from "./queries";
import { ReasonDialog } from "./ReasonDialog";

/** Legal holds, those that stand and those that were released, with the way to release one. */
export function Holds() {
  const { t } = useTranslation("privacy");
  const [leaving, setLeaving] = useState<Hold | null>(null);
  return (
    <>
      <p>{t("holds.lead")}</p>
      <Listing list={useInfiniteQuery(holdsQuery)} noneTitle={t("holds.noneTitle")} noneText={t("holds.noneText")}>
        {(rows) => <HoldTable holds={rows} onRelease={setLeaving} />}
      </Listing>
      {leaving && <ReleaseHold hold={leaving} onClose={() => setLeaving(null)} />}
    </>
  );
}

function HoldTable({ holds, onRelease }: { holds: Hold[]; onRelease: (hold: Hold) => void }) {
  const { t } = useTranslation("privacy");
  const nameOf = ({ subject_name }: Hold) => subject_name ?? t("erased");
  const columns: Column<Hold>[] = [
    whoColumn<Hold>(t("who"), t("erased")),
    { key: "placed", head: t("holds.placed"), cell: ({ created_at }) => <Moment at={created_at} /> },
    { key: "reason", head: t("holds.reason"), cell: ({ reason }) => reason ?? "–" },
    {
      key: "state",
      head: t("state"),
      cell: ({ released_at, release_reason }) =>
        released_at === null ? (
          <Badge tone="warm">{t("holds.stands")}</Badge>
        ) : (
          <>
            {t("holds.released")} <Moment at={released_at} isDateOnly /> · {release_reason}
          </>
        ),
    },
    {
      key: "release",
      head: t("actions"),
      cell: (hold) =>
        hold.released_at === null ? (
          <Button isSmall aria-label={t("holds.releaseNamed", { name: nameOf(hold) })} onClick={() => onRelease(hold)}>
            {t("holds.release")}
          </Button>
        ) : (
          "–"
        ),
    },
  ];
  return <Table caption={t("holds.title")} columns={columns} rows={holds} rowKey={({ id }) => id} />;
}

function ReleaseHold({ hold, onClose }: { hold: Hold; onClose: () => void }) {
  const { t } = useTranslation("privacy");
  const queryClient = useQueryClient();
  const keyOf = useRequestKey();
  const release = useMutation({
    mutationFn: (reason: string) => {
      const params = { path: { id: hold.id }, header: { "Idempotency-Key": keyOf({ id: hold.id, reason }) } };
      return bodyOf(api.POST("/api/v1/privacy/legal_holds/{id}/release", { params, body: { reason } }));
    },
    onSuccess: onClose,
    onSettled: () => queryClient.invalidateQueries({ queryKey: ["privacy"] }),
  });
  return (
    <ReasonDialog
      title={t("holds.releaseTitle", { name: hold.subject_name ?? t("erased") })}
      text={t("holds.releaseText")}
      confirm={t("holds.release")}
      error={release.error}
      isBusy={release.isPending}
      onConfirm={release.mutate}
      onClose={onClose}
    />
  );
}
