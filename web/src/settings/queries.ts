import { queryOptions } from "@tanstack/react-query";

import { api } from "../api/client";
import { pagesQuery } from "../api/pages";
import { bodyOf } from "../api/reach";
import type { components } from "../api/schema";

type Schemas = components["schemas"];
export type SignIn = Schemas["SignIn"];
export type SecondFactor = Schemas["SecondFactor"];
export type LinkedIdentity = Schemas["LinkedIdentity"];
export type ApiKey = Schemas["ApiKey"];

const ROWS_A_PAGE = 20;

/** Where one is signed in, the newest first. */
export const signInsQuery = pagesQuery(["security", "sign_ins"], (cursor, signal) =>
  bodyOf(api.GET("/api/v1/me/sessions", { params: { query: { cursor, limit: ROWS_A_PAGE } }, signal })),
);

export const secondFactorsQuery = queryOptions({
  queryKey: ["security", "second_factors"],
  queryFn: ({ signal }) => bodyOf(api.GET("/api/v1/me/second_factors", { signal })),
});

/** The accounts elsewhere by which one signs in; few enough for one page. */
export const identitiesQuery = queryOptions({
  queryKey: ["security", "identities"],
  queryFn: ({ signal }) => bodyOf(api.GET("/api/v1/me/identities", { signal })),
});

/** The API keys that one may see: one's own, or all of the organisation's. */
export const apiKeysQuery = pagesQuery(["security", "api_keys"], (cursor, signal) =>
  bodyOf(api.GET("/api/v1/api_keys", { params: { query: { cursor, limit: ROWS_A_PAGE } }, signal })),
);
