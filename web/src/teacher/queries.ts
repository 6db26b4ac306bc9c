/** What the teacher's pages read. All of it lies under the key `teach`, so that an intervention can renew all of it. */
import { queryOptions, type QueryClient } from "@tanstack/react-query";

import { api } from "../api/client";
import { bodyOf } from "../api/reach";

const MOST = 200;
/** While a test is under way its page keeps up with the class; nothing is asked while nobody looks. */
const FOLLOW_MS = 5_000;
/** What a learner knows is worked out behind the scenes after a change. */
const SETTLING_MS = 4_000;

/** All pages of a list, one after the other. */
async function everything<Item>(
  page: (cursor?: string) => Promise<{ items: Item[]; next_cursor?: string | null }>,
): Promise<Item[]> {
  const found: Item[] = [];
  let next: string | null | undefined;
  do {
    const { items, next_cursor } = await page(next ?? undefined);
    found.push(...items);
    next = next_cursor;
  } while (next);
  return found;
}

const paged = (cursor?: string) => ({ limit: MOST, ...(cursor === undefined ? {} : { cursor }) });

export const classesQuery = queryOptions({
  queryKey: ["teach", "classes"],
  queryFn: ({ signal }) =>
    everything((cursor) => bodyOf(api.GET("/api/v1/classes", { params: { query: paged(cursor) }, signal }))),
});

export function classQuery(id: string) {
  return queryOptions({
    queryKey: ["teach", "classes", id],
    queryFn: ({ signal }) => bodyOf(api.GET("/api/v1/analytics/classes/{id}", { params: { path: { id } }, signal })),
    staleTime: 10_000,
  });
}

export function assignmentsQuery(classId: string) {
  return queryOptions({
    queryKey: ["teach", "classes", classId, "assignments"],
    queryFn: ({ signal }) =>
      everything((cursor) =>
        bodyOf(api.GET("/api/v1/assignments", { params: { query: { ...paged(cursor), class_id: classId } }, signal })),
      ),
  });
}

/** An assignment with the version that an edit must name. */
export function assignmentQuery(id: string) {
  return queryOptions({
    queryKey: ["teach", "assignments", id],
    queryFn: async ({ signal }) => {
      const { data, response } = await api.GET("/api/v1/assignments/{id}", { params: { path: { id } }, signal });
      if (data === undefined) throw new TypeError("The server's answer has no body");
      return { assignment: data, version: response.headers.get("ETag") ?? "" };
    },
    refetchInterval: FOLLOW_MS,
  });
}

export function learnerQuery(id: string) {
  return queryOptions({
    queryKey: ["teach", "learners", id],
    queryFn: ({ signal }) => bodyOf(api.GET("/api/v1/learners/{id}", { params: { path: { id } }, signal })),
  });
}

export function pastQuery(id: string) {
  return queryOptions({
    queryKey: ["teach", "learners", id, "history"],
    queryFn: ({ signal }) =>
      bodyOf(api.GET("/api/v1/learners/{id}/history", { params: { path: { id }, query: { limit: MOST } }, signal })),
  });
}

export function knowledgeQuery(id: string) {
  return queryOptions({
    queryKey: ["teach", "learners", id, "state"],
    queryFn: ({ signal }) => bodyOf(api.GET("/api/v1/learners/{id}/state", { params: { path: { id } }, signal })),
  });
}

/** The tests that a learner is in the middle of. */
export function runningQuery(id: string) {
  return queryOptions({
    queryKey: ["teach", "learners", id, "running"],
    queryFn: async ({ signal }) => {
      const of = (status: "active" | "paused") =>
        bodyOf(api.GET("/api/v1/sessions", { params: { query: { learner_id: id, status, limit: 50 } }, signal }));
      const found = await Promise.all([of("active"), of("paused")]);
      return found.flatMap(({ items }) => items);
    },
    refetchInterval: FOLLOW_MS,
  });
}

export function accommodationsQuery(id: string) {
  return queryOptions({
    queryKey: ["teach", "learners", id, "accommodations"],
    queryFn: ({ signal }) =>
      bodyOf(api.GET("/api/v1/learners/{id}/accommodations", { params: { path: { id } }, signal })),
  });
}

export function reviewQuery(id: string) {
  return queryOptions({
    queryKey: ["teach", "sessions", id, "review"],
    queryFn: ({ signal }) => bodyOf(api.GET("/api/v1/sessions/{id}/review", { params: { path: { id } }, signal })),
  });
}

export function interventionsQuery(id: string) {
  return queryOptions({
    queryKey: ["teach", "sessions", id, "interventions"],
    queryFn: ({ signal }) =>
      bodyOf(api.GET("/api/v1/sessions/{id}/interventions", { params: { path: { id }, query: { limit: MOST } }, signal })),
  });
}

/** Read everything again after a change: now, and once what follows from it has been worked out. */
export async function renewAll(queryClient: QueryClient): Promise<void> {
  setTimeout(() => void queryClient.invalidateQueries({ queryKey: ["teach"] }), SETTLING_MS);
  await queryClient.invalidateQueries({ queryKey: ["teach"] });
}
