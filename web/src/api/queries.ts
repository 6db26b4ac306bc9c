import { queryOptions } from "@tanstack/react-query";

import { get } from "./client";
import type { Me, Page, Result, Session, SessionSummary, TestDesign } from "./contract";

export const meQuery = queryOptions({
  queryKey: ["me"],
  queryFn: ({ signal }) => get<Me>("/me", signal),
  staleTime: 5 * 60_000,
});

export const testDesignsQuery = queryOptions({
  queryKey: ["test_designs"],
  queryFn: ({ signal }) => get<Page<TestDesign>>("/test_designs?limit=100", signal),
  staleTime: 60_000,
});

export const mySessionsQuery = queryOptions({
  queryKey: ["sessions"],
  queryFn: ({ signal }) => get<Page<SessionSummary>>("/sessions?limit=50", signal),
});

/** Another tab may have moved the session on, so it is read again whenever this one is looked at. */
export function sessionQuery(sessionId: string) {
  return queryOptions({
    queryKey: ["sessions", sessionId],
    queryFn: ({ signal }) => get<Session>(`/sessions/${sessionId}`, signal),
    staleTime: 5_000,
    refetchOnWindowFocus: true,
  });
}

export function resultQuery(sessionId: string) {
  return queryOptions({
    queryKey: ["sessions", sessionId, "result"],
    queryFn: ({ signal }) => get<Result>(`/sessions/${sessionId}/result`, signal),
    // A finished session never changes.
    staleTime: Infinity,
  });
}
