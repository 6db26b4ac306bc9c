import { queryOptions } from "@tanstack/react-query";

import { api } from "../api/client";
import { isUnderWay, RUNNING_EVERY_MS } from "../api/jobs";
import { pagesQuery } from "../api/pages";
import { bodyOf } from "../api/reach";
import type { components } from "../api/schema";
import { startOf, type AuditSearch } from "./auditSearch";

type Schemas = components["schemas"];
export type AuditLogEntry = Schemas["AuditLogEntry"];
export type AuditLogExport = Schemas["AuditLogExport"];
export type AuditLogVerification = Schemas["AuditLogVerification"];
export type Verification = Schemas["Verification"];
export type Disclosure = Schemas["Disclosure"];
export type NewDisclosure = Schemas["NewDisclosure"];

const ROWS_A_PAGE = 50;

/** The entries that are wanted, the newest first. */
export function auditLogQuery(search: AuditSearch) {
  return pagesQuery(["audit", "entries", search], (cursor, signal) => {
    const query = {
      [search.as === "subject" ? "subject_id" : "actor_id"]: search.person ?? null,
      action: search.action ?? null,
      resource: search.resource ?? null,
      resource_id: search.of ?? null,
      from_at: startOf(search.from),
      to_at: startOf(search.to, 1),
      cursor,
      limit: ROWS_A_PAGE,
    };
    return bodyOf(api.GET("/api/v1/audit_logs", { params: { query }, signal }));
  });
}

/** Somebody of the organisation, for their name. */
export function personQuery(id: string) {
  return queryOptions({
    queryKey: ["people", "one", id],
    queryFn: ({ signal }) => bodyOf(api.GET("/api/v1/users/{id}", { params: { path: { id } }, signal })),
    staleTime: 60_000,
  });
}

/** A check of the log, read again and again until it is over. */
export function verificationQuery(id: string) {
  return queryOptions({
    queryKey: ["audit", "verifications", id],
    queryFn: ({ signal }) =>
      bodyOf(api.GET("/api/v1/audit_logs/verifications/{id}", { params: { path: { id } }, signal })),
    refetchInterval: ({ state }) => (isUnderWay(state.data?.status) ? RUNNING_EVERY_MS : false),
  });
}

/** How long the addresses of an export's files are used before they are asked for again; they hold for 15 minutes. */
const ADDRESSES_HOLD_MS = 10 * 60_000;

/** An export of the log, read again and again until it is over, and later for addresses that hold. */
export function exportQuery(id: string) {
  return queryOptions({
    queryKey: ["audit", "exports", id],
    queryFn: ({ signal }) => bodyOf(api.GET("/api/v1/audit_logs/exports/{id}", { params: { path: { id } }, signal })),
    refetchInterval: ({ state }) => (isUnderWay(state.data?.status) ? RUNNING_EVERY_MS : ADDRESSES_HOLD_MS),
  });
}

/** To whom a learner's records were disclosed, the newest first. */
export function disclosuresQuery(learnerId: string) {
  return pagesQuery(["disclosures", learnerId], (cursor, signal) => {
    const query = { learner_id: learnerId, cursor, limit: ROWS_A_PAGE };
    return bodyOf(api.GET("/api/v1/disclosures", { params: { query }, signal }));
  });
}
