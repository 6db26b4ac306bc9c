import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api } from "../api/client";
import type { Me } from "../api/contract";
import { Button } from "../components/Button";
import { ConfirmDialog } from "../components/ConfirmDialog";
import { ShowMore } from "../components/ShowMore";
import { EmptyState, Failure, Loading } from "../components/States";
import { Table, type Column } from "../components/Table";
import { Moment } from "../i18n/Moment";
import { NewApiKey } from "./NewApiKey";
import { apiKeysQuery, type ApiKey } from "./queries";
import { SecurityFailure } from "./SecurityFailure";

/** Keys by which programs act in somebody's name: made, seen and deleted. */
export function ApiKeys({ me }: { me: Me }) {
  const { t } = useTranslation("settings");
  const keys = useInfiniteQuery(apiKeysQuery);
  const remove = useRemove();
  const [isMaking, setIsMaking] = useState(false);
  const [leaving, setLeaving] = useState<ApiKey | null>(null);
  return (
    <section aria-labelledby="security-keys">
      <h2 id="security-keys">{t("keys.title")}</h2>
      <p>{t("keys.lead")}</p>
      {keys.isPending && <Loading />}
      {keys.isError && <Failure error={keys.error} onRetry={() => void keys.refetch()} />}
      {remove.error !== null && <SecurityFailure error={remove.error} />}
      {keys.data?.length === 0 && <EmptyState title={t("keys.noneTitle")} text={t("keys.noneText")} />}
      {keys.data && keys.data.length > 0 && <KeyTable keys={keys.data} onDelete={setLeaving} />}
      {keys.data && (
        <ShowMore
          shown={keys.data.length}
          hasMore={keys.hasNextPage}
          isBusy={keys.isFetchingNextPage}
          onMore={() => void keys.fetchNextPage()}
        />
      )}
      <p>
        <Button onClick={() => setIsMaking(true)}>{t("keys.new")}</Button>
      </p>
      {isMaking && <NewApiKey permissions={me.permissions} onClose={() => setIsMaking(false)} />}
      {leaving && (
        <ConfirmDialog
          title={t("keys.deleteTitle", { name: leaving.name })}
          text={t("keys.deleteText")}
          cancel={t("cancel")}
          confirm={t("keys.delete")}
          isDangerous
          onCancel={() => setLeaving(null)}
          onConfirm={() => {
            setLeaving(null);
            remove.mutate(leaving.id);
          }}
        />
      )}
    </section>
  );
}

function useRemove() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => api.DELETE("/api/v1/api_keys/{id}", { params: { path: { id } } }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: apiKeysQuery.queryKey }),
  });
}

function KeyTable({ keys, onDelete }: { keys: ApiKey[]; onDelete: (key: ApiKey) => void }) {
  const { t } = useTranslation("settings");
  const columns: Column<ApiKey>[] = [
    { key: "name", head: t("keys.name"), cell: ({ name }) => name },
    { key: "permissions", head: t("keys.permissions"), cell: ({ permissions }) => permissions.join(", ") },
    {
      key: "expires",
      head: t("keys.expires"),
      cell: ({ expires_at }) => (expires_at === null ? t("keys.never") : <Moment at={expires_at} isDateOnly />),
    },
    {
      key: "used",
      head: t("factors.used"),
      cell: ({ last_used_at }) => (last_used_at === null ? t("factors.never") : <Moment at={last_used_at} />),
    },
    {
      key: "delete",
      head: t("keys.delete"),
      cell: (key) => (
        <Button isSmall aria-label={t("keys.deleteNamed", { name: key.name })} onClick={() => onDelete(key)}>
          {t("keys.delete")}
        </Button>
      ),
    },
  ];
  return <Table caption={t("keys.title")} columns={columns} rows={keys} rowKey={({ id }) => id} />;
}
