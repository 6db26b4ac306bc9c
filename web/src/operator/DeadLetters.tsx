import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { api } from "../api/client";
import type { DeadLetter } from "../api/contract";
import { bodyOf } from "../api/reach";
import { Button } from "../components/Button";
import { ShowMore } from "../components/ShowMore";
import { EmptyState, Failure, Loading } from "../components/States";
import { Table, type Column } from "../components/Table";
import { useToast } from "../components/useToast";
import { useFormats } from "../i18n/format";
import { Moment } from "../i18n/Moment";
import { deadLettersQuery } from "./queries";

/** Events that could not be handled, each with its last error and a way to send it again. */
export function DeadLetters() {
  const { t } = useTranslation("operator");
  const letters = useInfiniteQuery(deadLettersQuery);
  const replay = useReplay();
  return (
    <section aria-labelledby="operation-letters">
      <h2 id="operation-letters">{t("letters.title")}</h2>
      {letters.isPending && <Loading />}
      {letters.isError && <Failure error={letters.error} onRetry={() => void letters.refetch()} />}
      {replay.error && <Failure error={replay.error} />}
      {letters.data?.length === 0 && <EmptyState title={t("letters.noneTitle")} text={t("letters.noneText")} />}
      {letters.data && letters.data.length > 0 && (
        <LetterTable letters={letters.data} replayed={replay.isPending ? replay.variables : null} onReplay={replay.mutate} />
      )}
      {letters.data && (
        <ShowMore
          shown={letters.data.length}
          hasMore={letters.hasNextPage}
          isBusy={letters.isFetchingNextPage}
          onMore={() => void letters.fetchNextPage()}
        />
      )}
    </section>
  );
}

function useReplay() {
  const { t } = useTranslation("operator");
  const queryClient = useQueryClient();
  const { show } = useToast();
  return useMutation({
    mutationFn: (id: string) => bodyOf(api.POST("/api/v1/dead_letters/{id}/replay", { params: { path: { id } } })),
    onSuccess: () => show({ text: t("letters.replayed"), tone: "good" }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: deadLettersQuery.queryKey }),
  });
}

type LetterTableProps = { letters: DeadLetter[]; replayed: string | null; onReplay: (id: string) => void };

function LetterTable({ letters, replayed, onReplay }: LetterTableProps) {
  const { t } = useTranslation("operator");
  const { number } = useFormats();
  const columns: Column<DeadLetter>[] = [
    { key: "topic", head: t("letters.topic"), cell: ({ topic }) => topic },
    { key: "error", head: t("letters.error"), cell: ({ last_error }) => last_error ?? "–" },
    { key: "attempts", head: t("letters.attempts"), cell: ({ attempts }) => number(attempts), isNumber: true },
    { key: "dead", head: t("letters.dead"), cell: ({ dead_at }) => (dead_at ? <Moment at={dead_at} /> : "–") },
    {
      key: "replay",
      head: t("actions"),
      cell: ({ id, topic }) => (
        <Button
          isSmall
          isBusy={replayed === id}
          aria-label={t("letters.replayNamed", { topic })}
          onClick={() => onReplay(id)}
        >
          {t("letters.replay")}
        </Button>
      ),
    },
  ];
  return <Table caption={t("letters.title")} columns={columns} rows={letters} rowKey={({ id }) => id} />;
}
