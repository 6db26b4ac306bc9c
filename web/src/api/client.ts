/** The API as the signed-in person may use it. Paths, parameters and answers are typed by the OpenAPI document. */
import createClient from "openapi-fetch";

import { Problem } from "./problem";
import { reach } from "./reach";
import type { paths } from "./schema";
import { accessToken, renewAccessToken } from "./tokens";

export const api = createClient<paths>({ baseUrl: window.location.origin, fetch: reachAsCaller });

/** An access token that the server no longer takes is renewed once. */
async function reachAsCaller(request: Request): Promise<Response> {
  const again = request.clone();
  try {
    return await reach(bearing(await accessToken(), request));
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== 401) throw error;
    return reach(bearing(await renewAccessToken(), again));
  }
}

function bearing(token: string, request: Request): Request {
  request.headers.set("Authorization", `Bearer ${token}`);
  return request;
}

/** A fresh random key. (`crypto.randomUUID` is missing where the page is not served from a secure origin.) */
export function newIdempotencyKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
