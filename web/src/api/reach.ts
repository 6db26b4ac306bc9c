import { observeServerTime } from "./clock";
import { NetworkFailure, problemFrom } from "./problem";
import { noteReachable } from "./reachability";

const PATIENCE_MS = 20_000;

/**
 * Send a request and return its successful response.
 *
 * Throws `Problem` when the server refuses, `NetworkFailure` when no response comes back, and the reason of the abort
 * when the caller gave up.
 */
export async function reach(request: Request): Promise<Response> {
  const response = await send(request);
  observeServerTime(response.headers.get("Date"));
  if (!response.ok) throw await problemFrom(response);
  return response;
}

async function send(request: Request): Promise<Response> {
  const signal = AbortSignal.any([request.signal, AbortSignal.timeout(PATIENCE_MS)]);
  try {
    const response = await fetch(request, { signal });
    noteReachable(true);
    return response;
  } catch (cause) {
    if (request.signal.aborted) throw cause;
    noteReachable(false);
    throw new NetworkFailure("The server could not be reached", { cause });
  }
}

/** The body of an answer. Failures never come this far: they have been thrown. */
export async function bodyOf<T>(answer: Promise<{ data?: T }>): Promise<T> {
  const { data } = await answer;
  if (data === undefined) throw new TypeError("The server's answer has no body");
  return data;
}
