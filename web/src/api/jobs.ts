import { queryOptions } from "@tanstack/react-query";

import { api } from "./client";
import { bodyOf } from "./reach";

/** How often long work is asked how far it is. */
export const RUNNING_EVERY_MS = 1_500;

export const isUnderWay = (status: string | undefined) => status === "queued" || status === "running";

/** A job, read again and again until it is over. */
export function jobQuery(jobId: string) {
  return queryOptions({
    queryKey: ["jobs", jobId],
    queryFn: ({ signal }) => bodyOf(api.GET("/api/v1/jobs/{id}", { params: { path: { id: jobId } }, signal })),
    refetchInterval: ({ state }) => (isUnderWay(state.data?.status) ? RUNNING_EVERY_MS : false),
  });
}
