import { useInfiniteQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { ShowMore } from "./ShowMore";
import { EmptyState, Failure, Loading } from "./States";

type List<Row> = ReturnType<typeof useInfiniteQuery<unknown, Error, Row[]>>;
type ListingProps<Row> = { list: List<Row>; noneTitle: string; noneText: string; children: (rows: Row[]) => ReactNode };

/** A list that is read page by page, in each of its states; `children` draws the rows. */
export function Listing<Row>({ list, noneTitle, noneText, children }: ListingProps<Row>) {
  return (
    <>
      {list.isPending && <Loading />}
      {list.isError && <Failure error={list.error} onRetry={() => void list.refetch()} />}
      {list.data?.length === 0 && <EmptyState title={noneTitle} text={noneText} />}
      {list.data && list.data.length > 0 && children(list.data)}
      {list.data && (
        <ShowMore
          shown={list.data.length}
          hasMore={list.hasNextPage}
          isBusy={list.isFetchingNextPage}
          onMore={() => void list.fetchNextPage()}
        />
      )}
    </>
  );
}
