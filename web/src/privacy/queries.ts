import { queryOptions, type InfiniteData } from "@tanstack/react-query";

import { api } from "../api/client";
import { isUnderWay, RUNNING_EVERY_MS } from "../api/jobs";
import { pagesQuery } from "../api/pages";
import { bodyOf } from "../api/reach";
import type { components } from "../api/schema";

type Schemas = components["schemas"];
export type DataExport = Schemas["Export"];
export type Erasure = Schemas["Erasure"];
export type Hold = Schemas["Hold"];
export type AnonymisedCopy = Schemas["AnonymisedCopy"];
export type CopyReport = Schemas["CopyReport"];
export type Organisation = Schemas["OrganisationSettings"];

const ROWS_A_PAGE = 20;

/** Copies of what is kept of that person, or of everybody of whom one may know. */
export function exportsQuery(subjectId: string | null) {
  return {
    ...pagesQuery(["privacy", "exports", subjectId], (cursor, signal) => {
      const query = { cursor, limit: ROWS_A_PAGE, subject_id: subjectId };
      return bodyOf(api.GET("/api/v1/privacy/exports", { params: { query }, signal }));
    }),
    refetchInterval: untilAllAreDone,
  };
}

/** Erasures of that person, or of everybody of whom one may know. */
export function erasuresQuery(subjectId: string | null) {
  return {
    ...pagesQuery(["privacy", "erasures", subjectId], (cursor, signal) => {
      const query = { cursor, limit: ROWS_A_PAGE, subject_id: subjectId };
      return bodyOf(api.GET("/api/v1/privacy/erasures", { params: { query }, signal }));
    }),
    refetchInterval: untilAllAreDone,
  };
}

export const holdsQuery = pagesQuery(["privacy", "holds"], (cursor, signal) =>
  bodyOf(api.GET("/api/v1/privacy/legal_holds", { params: { query: { cursor, limit: ROWS_A_PAGE } }, signal })),
);

export const copiesQuery = {
  ...pagesQuery(["privacy", "copies"], (cursor, signal) =>
    bodyOf(api.GET("/api/v1/privacy/anonymised_copies", { params: { query: { cursor, limit: ROWS_A_PAGE } }, signal })),
  ),
  refetchInterval: untilAllAreDone,
};

/** The organisation with the version that a change of it must name. */
export const organisationQuery = queryOptions({
  queryKey: ["organisation"],
  queryFn: async ({ signal }) => {
    const answer = await api.GET("/api/v1/organisation", { signal });
    const shown = await bodyOf(Promise.resolve(answer));
    return { shown, etag: answer.response.headers.get("ETag") ?? "" };
  },
});

type Pages = InfiniteData<{ items: { status: string }[] }>;

/** Read again and again for as long as a job works on one of the rows. */
function untilAllAreDone({ state }: { state: { data?: Pages | undefined } }): number | false {
  const isBusy = state.data?.pages.some(({ items }) => items.some(({ status }) => isUnderWay(status)));
  return isBusy ? RUNNING_EVERY_MS : false;
}
