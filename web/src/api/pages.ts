import { infiniteQueryOptions, type InfiniteData, type QueryKey } from "@tanstack/react-query";

type Page<Row> = { items: Row[]; next_cursor?: string | null };

/** A list that is read page by page; `data` is all rows that have been read so far. */
export function pagesQuery<Row>(
  queryKey: QueryKey,
  read: (cursor: string | null, signal: AbortSignal) => Promise<Page<Row>>,
) {
  return infiniteQueryOptions({
    queryKey,
    queryFn: ({ pageParam, signal }) => read(pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor ?? undefined,
    select: (data: InfiniteData<Page<Row>>) => data.pages.flatMap(({ items }) => items),
  });
}

/** Every row of a list that is known to be short, whatever the number of its pages. */
export async function readAll<Row>(read: (cursor: string | null) => Promise<Page<Row>>): Promise<Row[]> {
  const rows: Row[] = [];
  let cursor: string | null = null;
  do {
    const page: Page<Row> = await read(cursor);
    rows.push(...page.items);
    cursor = page.next_cursor ?? null;
  } while (cursor !== null);
  return rows;
}
