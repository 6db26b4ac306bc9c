import { queryOptions } from "@tanstack/react-query";

import { api } from "../api/client";
import { isUnderWay, RUNNING_EVERY_MS } from "../api/jobs";
import { pagesQuery, readAll } from "../api/pages";
import { bodyOf } from "../api/reach";
import type { components } from "../api/schema";

type Schemas = components["schemas"];
/** Somebody with all that an administrator may know of their account. */
export type OnePerson = Schemas["Person"];
export type Guardianship = Schemas["Guardianship"];
export type Invitation = Schemas["Invitation"];

const ROWS_A_PAGE = 50;
/** As many as one looks through before one types another letter. */
const PEOPLE_FOUND = 8;

export function peopleQuery(query: string, role: string) {
  return pagesQuery(["people", { query, role }], (cursor, signal) => {
    const wanted = { query: query || null, role: role || null, cursor, limit: ROWS_A_PAGE };
    return bodyOf(api.GET("/api/v1/users", { params: { query: wanted }, signal }));
  });
}

/** The first people whose name or address holds the text, and who have the role if one is named. */
export function peopleFoundQuery(query: string, role: string) {
  return queryOptions({
    queryKey: ["people", "found", { query, role }],
    queryFn: ({ signal }) => {
      const wanted = { query, role: role || null, limit: PEOPLE_FOUND };
      return bodyOf(api.GET("/api/v1/users", { params: { query: wanted }, signal }));
    },
    enabled: query !== "",
    placeholderData: (before) => before,
  });
}

/** Somebody, with the version that an edit has to name. */
export function onePersonQuery(userId: string) {
  return queryOptions({
    queryKey: ["people", userId, "edited"],
    queryFn: ({ signal }) => withVersion(api.GET("/api/v1/users/{id}", { params: { path: { id: userId } }, signal })),
  });
}

/** Who the guardians of a learner are, or the wards of a guardian. */
export function guardianshipsQuery(userId: string, side: "guardians" | "wards") {
  return pagesQuery(["people", userId, side], (cursor, signal) => {
    const whose = side === "guardians" ? { learner_id: userId } : { guardian_id: userId };
    return bodyOf(api.GET("/api/v1/guardianships", { params: { query: { ...whose, cursor, limit: ROWS_A_PAGE } }, signal }));
  });
}

/** Everybody who was invited, the latest first. */
export const invitationsQuery = pagesQuery(["invitations"], (cursor, signal) =>
  bodyOf(api.GET("/api/v1/invitations", { params: { query: { cursor, limit: ROWS_A_PAGE } }, signal })),
);

/** What would move if one account became a part of the other; a dry run of the server's, which changes nothing. */
export function mergeQuery(keptId: string, otherId: string) {
  return queryOptions({
    queryKey: ["people", keptId, "merge", otherId],
    queryFn: ({ signal }) => {
      const body = { from_user_id: otherId, is_dry_run: true };
      return bodyOf(api.POST("/api/v1/users/{id}/merge", { params: { path: { id: keptId } }, body, signal }));
    },
    staleTime: Infinity,
    gcTime: 0,
  });
}

export const classesQuery = pagesQuery(["classes", "all"], (cursor, signal) =>
  bodyOf(api.GET("/api/v1/classes", { params: { query: { cursor, limit: ROWS_A_PAGE } }, signal })),
);

/** Every class that one may reach, to choose from. */
export const allClassesQuery = queryOptions({
  queryKey: ["classes", "to choose from"],
  queryFn: ({ signal }) =>
    readAll((cursor) => bodyOf(api.GET("/api/v1/classes", { params: { query: { cursor, limit: 200 } }, signal }))),
});

/** A class, with the version that an edit has to name. */
export function classQuery(classId: string) {
  return queryOptions({
    queryKey: ["classes", classId, "edited"],
    queryFn: ({ signal }) => withVersion(api.GET("/api/v1/classes/{id}", { params: { path: { id: classId } }, signal })),
  });
}

/** What was read, and which version of it that is. */
async function withVersion<Body>(asked: Promise<{ data?: Body; error?: unknown; response: Response }>) {
  const answer = await asked;
  const shown = await bodyOf(Promise.resolve(answer));
  return { shown, etag: answer.response.headers.get("ETag") ?? "" };
}

export function enrolmentsQuery(classId: string) {
  return pagesQuery(["classes", classId, "enrolments"], (cursor, signal) => {
    const params = { path: { id: classId }, query: { cursor, limit: ROWS_A_PAGE } };
    return bodyOf(api.GET("/api/v1/classes/{id}/enrolments", { params, signal }));
  });
}

/** Every roster that was compared or taken, the newest first, without its report. */
export const rostersQuery = pagesQuery(["rosters", "all"], (cursor, signal) =>
  bodyOf(api.GET("/api/v1/rosters", { params: { query: { cursor, limit: ROWS_A_PAGE } }, signal })),
);

/** A roster with its report, read again and again until there is one. */
export function rosterQuery(rosterId: string) {
  return queryOptions({
    queryKey: ["rosters", rosterId],
    queryFn: ({ signal }) => bodyOf(api.GET("/api/v1/rosters/{id}", { params: { path: { id: rosterId } }, signal })),
    refetchInterval: ({ state }) => (isUnderWay(state.data?.status) ? RUNNING_EVERY_MS : false),
  });
}
