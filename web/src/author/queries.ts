import { queryOptions } from "@tanstack/react-query";

import { api } from "../api/client";
import { isUnderWay, RUNNING_EVERY_MS } from "../api/jobs";
import { pagesQuery, readAll } from "../api/pages";
import { bodyOf } from "../api/reach";
import type { ItemSearch } from "./itemSearch";

const ITEMS_A_PAGE = 25;
const EVENTS_AT_ONCE = 200;

export function itemsQuery({ query, concept, status, sort }: ItemSearch) {
  return pagesQuery(["items", { query, concept, status, sort }], (cursor, signal) => {
    const filters = { query: query ?? null, concept: concept ?? null, status: status ?? null };
    const wanted = { ...filters, sort: sort ?? "code", cursor, limit: ITEMS_A_PAGE };
    return bodyOf(api.GET("/api/v1/items", { params: { query: wanted }, signal }));
  });
}

export function itemQuery(itemId: string, versionId: string | undefined) {
  return queryOptions({
    queryKey: ["items", itemId, versionId ?? "newest"],
    queryFn: ({ signal }) =>
      bodyOf(
        api.GET("/api/v1/items/{id}", { params: { path: { id: itemId }, query: { version_id: versionId ?? null } }, signal }),
      ),
  });
}

export const conceptsQuery = queryOptions({
  queryKey: ["concepts"],
  queryFn: ({ signal }) =>
    readAll((cursor) => bodyOf(api.GET("/api/v1/concepts", { params: { query: { cursor, limit: 200 } }, signal }))),
  staleTime: 60_000,
});

export const simulationsQuery = pagesQuery(["simulations"], (cursor, signal) =>
  bodyOf(api.GET("/api/v1/simulations", { params: { query: { cursor, limit: 20 } }, signal })),
);

/** A simulation, read again and again until it is over. */
export function simulationQuery(simulationId: string) {
  return queryOptions({
    queryKey: ["simulations", simulationId],
    queryFn: ({ signal }) =>
      bodyOf(api.GET("/api/v1/simulations/{id}", { params: { path: { id: simulationId } }, signal })),
    refetchInterval: ({ state }) => (isUnderWay(state.data?.status) ? RUNNING_EVERY_MS : false),
  });
}

/** What has been reported of a job, in order. */
export function jobEventsQuery(jobId: string, isOver: boolean) {
  return queryOptions({
    queryKey: ["jobs", jobId, "events", isOver],
    queryFn: ({ signal }) => {
      const params = { path: { id: jobId }, query: { limit: EVENTS_AT_ONCE } };
      return bodyOf(api.GET("/api/v1/jobs/{id}/events", { params, signal }));
    },
    refetchInterval: isOver ? false : RUNNING_EVERY_MS,
    placeholderData: (before) => before,
  });
}
