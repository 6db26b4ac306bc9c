import { queryOptions } from "@tanstack/react-query";

import { api } from "./client";
import { orSnapshot } from "../offline/snapshot";
import { bodyOf } from "./reach";
import { openApi } from "./tokens";

export const meQuery = queryOptions({
  queryKey: ["me"],
  queryFn: ({ signal }) => orSnapshot("me", () => bodyOf(api.GET("/api/v1/me", { signal }))),
  staleTime: 5 * 60_000,
});

/** Where else one can sign in. */
export const providersQuery = queryOptions({
  queryKey: ["oidc_providers"],
  queryFn: ({ signal }) => bodyOf(openApi.GET("/api/v1/auth/oidc", { signal })),
  staleTime: Infinity,
});

export const testDesignsQuery = queryOptions({
  queryKey: ["test_designs"],
  queryFn: ({ signal }) =>
    orSnapshot("test_designs", () =>
      bodyOf(api.GET("/api/v1/test_designs", { params: { query: { limit: 100 } }, signal })),
    ),
  staleTime: 60_000,
});

export const sessionsQuery = queryOptions({
  queryKey: ["sessions"],
  queryFn: ({ signal }) => bodyOf(api.GET("/api/v1/sessions", { params: { query: { limit: 50, learner_id: "me" } }, signal })),
});

/** What teachers have set for the classes of whoever is signed in. */
export const assignmentsQuery = queryOptions({
  queryKey: ["assignments", "mine"],
  queryFn: ({ signal }) => bodyOf(api.GET("/api/v1/assignments", { params: { query: { limit: 100 } }, signal })),
});

/** Another tab may have moved the session on, so it is read again whenever this one is looked at. */
export function sessionQuery(sessionId: string) {
  return queryOptions({
    queryKey: ["sessions", sessionId],
    queryFn: ({ signal }) =>
      orSnapshot(`sessions/${sessionId}`, () =>
        bodyOf(api.GET("/api/v1/sessions/{id}", { params: { path: { id: sessionId } }, signal })),
      ),
    staleTime: 5_000,
    refetchOnWindowFocus: true,
  });
}

export function resultQuery(sessionId: string) {
  return queryOptions({
    queryKey: ["sessions", sessionId, "result"],
    queryFn: ({ signal }) =>
      bodyOf(api.GET("/api/v1/sessions/{id}/result", { params: { path: { id: sessionId } }, signal })),
    staleTime: 60_000,
  });
}

/** Finished tests, oldest first, for a curve of how ability went. */
export const historyQuery = queryOptions({
  queryKey: ["learners", "me", "history"],
  queryFn: ({ signal }) =>
    bodyOf(
      api.GET("/api/v1/learners/{id}/history", { params: { path: { id: "me" }, query: { limit: 200 } }, signal }),
    ),
});
