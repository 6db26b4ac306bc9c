/**
 * What can go wrong when the server is asked for something:
 *
 *   Problem         the server answered with problem+json (RFC 9457)
 *   NetworkFailure  no answer came back: offline, server down, or too slow
 *   SignedOut       nobody is signed in on this device any more
 */
import type { FieldProblem } from "./contract";

export class Problem extends Error {
  override readonly name = "Problem";

  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
    readonly errors: FieldProblem[],
    readonly retryAfterSeconds: number | null,
  ) {
    super(detail);
  }
}

export class NetworkFailure extends Error {
  override readonly name = "NetworkFailure";
}

export class SignedOut extends Error {
  override readonly name = "SignedOut";
}

const TRANSIENT_STATUSES = new Set([429, 502, 503, 504]);

/** Whether the same request may well succeed a little later. */
export function isTransient(error: unknown): boolean {
  return error instanceof NetworkFailure || (error instanceof Problem && TRANSIENT_STATUSES.has(error.status));
}

/** Whether somebody has to agree first, in the place of a child who can't. */
export function isConsentMissing(error: unknown): boolean {
  return error instanceof Problem && error.code === "consent_missing";
}

/** Read a failed response; a body that is not problem+json (a proxy's page, say) gives the code `http_<status>`. */
export async function problemFrom(response: Response): Promise<Problem> {
  const body: unknown = await response.json().catch(() => null);
  const fields = (typeof body === "object" && body !== null ? body : {}) as Partial<Record<string, unknown>>;
  return new Problem(
    response.status,
    typeof fields["code"] === "string" ? fields["code"] : `http_${response.status}`,
    typeof fields["detail"] === "string" ? fields["detail"] : "",
    Array.isArray(fields["errors"]) ? (fields["errors"] as FieldProblem[]) : [],
    retryAfterSeconds(response.headers.get("Retry-After")),
  );
}

/** `Retry-After` is either a number of seconds or an HTTP date. */
function retryAfterSeconds(header: string | null): number | null {
  if (header === null) return null;
  const seconds = /^\d+$/.test(header) ? Number(header) : (Date.parse(header) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, seconds) : null;
}
