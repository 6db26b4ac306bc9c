import { queryOptions } from "@tanstack/react-query";

import { api } from "../api/client";
import { pagesQuery } from "../api/pages";
import { bodyOf } from "../api/reach";
import type { Job } from "../api/contract";

const HEALTH_EVERY_MS = 10_000;
const JOBS_EVERY_MS = 2_000;

/** Whether the service answers at all; nobody needs to be signed in for it. */
export const healthQuery = queryOptions({
  queryKey: ["health"],
  queryFn: ({ signal }) => bodyOf(api.GET("/health", { signal })),
  refetchInterval: HEALTH_EVERY_MS,
  retry: false,
});

/** Whether the database answers and is migrated. */
export const readinessQuery = queryOptions({
  queryKey: ["readiness"],
  queryFn: ({ signal }) => bodyOf(api.GET("/ready", { signal })),
  refetchInterval: HEALTH_EVERY_MS,
  retry: false,
});

export const deadLettersQuery = pagesQuery(["dead_letters"], (cursor, signal) =>
  bodyOf(api.GET("/api/v1/dead_letters", { params: { query: { cursor, limit: 50 } }, signal })),
);

/** Jobs, newest first, read again and again while the page is looked at. */
export function jobsQuery(status: Job["status"] | undefined) {
  return {
    ...pagesQuery(["jobs", { status }], (cursor, signal) =>
      bodyOf(api.GET("/api/v1/jobs", { params: { query: { status: status ?? null, cursor, limit: 20 } }, signal })),
    ),
    refetchInterval: JOBS_EVERY_MS,
  };
}
