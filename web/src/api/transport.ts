import { observeServerTime } from "./clock";
import { NetworkFailure } from "./problem";

const PREFIX = "/api/v1";
const PATIENCE_MS = 20_000;

export type Request = {
  method: "GET" | "POST";
  body?: unknown;
  accessToken?: string;
  idempotencyKey?: string;
  signal?: AbortSignal;
};

/** Send one request; throws `NetworkFailure` when no response comes back, and the abort reason when the caller gave up. */
export async function reach(path: string, request: Request): Promise<Response> {
  const headers = new Headers({ Accept: "application/json" });
  if (request.body !== undefined) headers.set("Content-Type", "application/json");
  if (request.accessToken) headers.set("Authorization", `Bearer ${request.accessToken}`);
  if (request.idempotencyKey) headers.set("Idempotency-Key", request.idempotencyKey);
  const timeout = AbortSignal.timeout(PATIENCE_MS);
  try {
    const response = await fetch(PREFIX + path, {
      method: request.method,
      headers,
      signal: request.signal ? AbortSignal.any([request.signal, timeout]) : timeout,
      ...(request.body !== undefined && { body: JSON.stringify(request.body) }),
    });
    observeServerTime(response.headers.get("Date"));
    return response;
  } catch (cause) {
    if (request.signal?.aborted) throw cause;
    throw new NetworkFailure("The server could not be reached", { cause });
  }
}
