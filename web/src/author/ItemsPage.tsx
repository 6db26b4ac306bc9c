import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useRef } from "react";
import { useTranslation } from "react-i18next";

import { PageHeading } from "../components/PageHeading";
import { ShowMore } from "../components/ShowMore";
import { EmptyState, Failure, Loading } from "../components/States";
import { AuthorNavigation } from "./AuthorNavigation";
import { ItemFilters } from "./ItemFilters";
import type { ItemSearch } from "./itemSearch";
import { ItemTable } from "./ItemTable";
import { itemsQuery } from "./queries";
import { useListKeys } from "./useListKeys";

/** All items: found by words, skill and state, sorted by what is known of them. */
export function ItemsPage() {
  const { t } = useTranslation("author");
  const search = useSearch({ from: "/signed-in/author/items" });
  const navigate = useNavigate();
  const items = useInfiniteQuery(itemsQuery(search));
  const list = useRef<HTMLElement>(null);
  useListKeys(list);
  const change = (wanted: ItemSearch) =>
    void navigate({ to: "/author/items", search: { ...search, ...wanted }, replace: true, resetScroll: false });
  return (
    <div className="page">
      <div className="page-top">
        <AuthorNavigation />
        <PageHeading title={t("items.title")} />
        <p className="lead">{t("items.lead")}</p>
      </div>
      <section aria-label={t("items.list")} ref={list}>
        <ItemFilters search={search} onChange={change} />
        {items.data?.some(({ parameters }) => parameters?.is_provisional) && (
          <p className="hint">{t("items.provisionalNote")}</p>
        )}
        {items.isPending && <Loading />}
        {items.isError && <Failure error={items.error} onRetry={() => void items.refetch()} />}
        {items.data?.length === 0 && <EmptyState title={t("items.noneTitle")} text={t("items.noneText")} />}
        {items.data && items.data.length > 0 && <ItemTable items={items.data} />}
        {items.data && (
          <ShowMore
            shown={items.data.length}
            hasMore={items.hasNextPage}
            isBusy={items.isFetchingNextPage}
            onMore={() => void items.fetchNextPage()}
          />
        )}
      </section>
    </div>
  );
}
