import { queryOptions } from "@tanstack/react-query";

import { api } from "../api/client";
import { isUnderWay, RUNNING_EVERY_MS } from "../api/jobs";
import { pagesQuery } from "../api/pages";
import { bodyOf } from "../api/reach";

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

export const classesQuery = pagesQuery(["classes", "all"], (cursor, signal) =>
  bodyOf(api.GET("/api/v1/classes", { params: { query: { cursor, limit: ROWS_A_PAGE } }, signal })),
);

/** A class, with the version that an edit has to name. */
export function classQuery(classId: string) {
  return queryOptions({
    queryKey: ["classes", classId, "edited"],
    queryFn: async ({ signal }) => {
      const answer = await api.GET("/api/v1/classes/{id}", { params: { path: { id: classId } }, signal });
      const shown = await bodyOf(Promise.resolve(answer));
      return { shown, etag: answer.response.headers.get("ETag") ?? "" };
    },
  });
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
