/** What a guardian's pages read of their wards. */
import { queryOptions } from "@tanstack/react-query";

import { api } from "../api/client";
import { bodyOf } from "../api/reach";

const MOST = 200;

export const wardsQuery = queryOptions({
  queryKey: ["family", "wards"],
  queryFn: ({ signal }) => bodyOf(api.GET("/api/v1/me/wards", { params: { query: { limit: MOST } }, signal })),
});

export function wardQuery(id: string) {
  return queryOptions({
    queryKey: ["family", id],
    queryFn: ({ signal }) => bodyOf(api.GET("/api/v1/learners/{id}", { params: { path: { id } }, signal })),
  });
}

export function pastOfWardQuery(id: string) {
  return queryOptions({
    queryKey: ["family", id, "history"],
    queryFn: ({ signal }) =>
      bodyOf(api.GET("/api/v1/learners/{id}/history", { params: { path: { id }, query: { limit: MOST } }, signal })),
  });
}

export function skillsOfWardQuery(id: string) {
  return queryOptions({
    queryKey: ["family", id, "state"],
    queryFn: ({ signal }) => bodyOf(api.GET("/api/v1/learners/{id}/state", { params: { path: { id } }, signal })),
  });
}

export function assignmentsOfWardQuery(id: string) {
  return queryOptions({
    queryKey: ["family", id, "assignments"],
    queryFn: ({ signal }) =>
      bodyOf(api.GET("/api/v1/assignments", { params: { query: { learner_id: id, limit: 50 } }, signal })),
  });
}

/** Where a ward stands with what somebody has to agree to. */
export function consentOfWardQuery(id: string) {
  return queryOptions({
    queryKey: ["family", id, "consent"],
    queryFn: ({ signal }) =>
      bodyOf(api.GET("/api/v1/consents/standing", { params: { query: { subject_id: id } }, signal })),
  });
}
