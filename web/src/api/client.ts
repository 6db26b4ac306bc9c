import { problemFrom } from "./problem";
import { accessToken, renewAccessToken } from "./tokens";
import { reach, type Request } from "./transport";

export function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  return call<T>(path, { method: "GET", ...(signal && { signal }) });
}

/** POST; a request that is repeated with the same `idempotencyKey` takes effect once. */
export function post<T>(path: string, body: unknown, idempotencyKey: string): Promise<T> {
  return call<T>(path, { method: "POST", body, idempotencyKey });
}

/** Ask as the signed-in person; an access token that the server no longer takes is renewed once. */
async function call<T>(path: string, request: Request): Promise<T> {
  let response = await reach(path, { ...request, accessToken: await accessToken() });
  if (response.status === 401) response = await reach(path, { ...request, accessToken: await renewAccessToken() });
  if (!response.ok) throw await problemFrom(response);
  return (await response.json()) as T;
}

/** A fresh random key. (`crypto.randomUUID` is missing where the page is not served from a secure origin.) */
export function newIdempotencyKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
