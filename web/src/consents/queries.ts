import { queryOptions } from "@tanstack/react-query";

import { api } from "../api/client";
import { pagesQuery } from "../api/pages";
import { bodyOf } from "../api/reach";
import type { components } from "../api/schema";
import { openApi } from "../api/tokens";
import { firstSpoken } from "../i18n/languages";

type Schemas = components["schemas"];
export type Consent = Schemas["Consent"];
export type ConsentStanding = Schemas["ConsentStanding"];
export type MissingConsent = Schemas["MissingConsent"];
export type ConsentRequest = Schemas["ConsentRequestShown"];
export type PurposeText = Schemas["PurposeText"];
export type Purpose = PurposeText["purpose"];

const ROWS_A_PAGE = 20;
/** All that stands is among them, or it could not be taken back. */
const MOST_CONSENTS = 200;

/** What people may agree to, in plain words of the language that is shown, and the version to name when agreeing. */
export function purposesQuery(shown: string) {
  const language = firstSpoken([shown]);
  return queryOptions({
    queryKey: ["consents", "purposes", language],
    queryFn: ({ signal }) => bodyOf(api.GET("/api/v1/consent_purposes", { params: { query: { language } }, signal })),
    staleTime: Infinity,
  });
}

/** Where somebody stands with each purpose, and who may agree to it. */
export function standingQuery(subjectId: string) {
  return queryOptions({
    queryKey: ["consents", "standing", subjectId],
    queryFn: ({ signal }) =>
      bodyOf(api.GET("/api/v1/consents/standing", { params: { query: { subject_id: subjectId } }, signal })),
  });
}

/** Every consent of somebody, the newest first, withdrawn ones too. */
export function consentsQuery(subjectId: string) {
  return pagesQuery(["consents", "given", subjectId], (cursor, signal) => {
    const query = { subject_id: subjectId, cursor, limit: MOST_CONSENTS };
    return bodyOf(api.GET("/api/v1/consents", { params: { query }, signal }));
  });
}

/** The children who can start no test before somebody agrees. */
export const missingQuery = pagesQuery(["consents", "missing"], (cursor, signal) => readMissing(cursor, ROWS_A_PAGE, signal));

export function readMissing(cursor: string | null, limit: number, signal: AbortSignal | null = null) {
  return bodyOf(api.GET("/api/v1/consents/missing", { params: { query: { cursor, limit } }, signal }));
}

/** What a guardian is asked for, by the link of either mail. */
export function requestQuery(token: string) {
  return queryOptions({
    queryKey: ["consents", "request", token],
    queryFn: ({ signal }) => bodyOf(openApi.POST("/api/v1/consent_requests/show", { body: { token }, signal })),
    staleTime: Infinity,
  });
}
