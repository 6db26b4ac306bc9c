/** Moments as a `datetime-local` field has them: in the reader's time zone, without naming it, to the minute. */

export function asLocal(moment: string | number): string {
  const date = new Date(moment);
  const shifted = new Date(date.getTime() - date.getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, 16);
}

/** Null for what is no moment, such as an empty field. */
export function fromLocal(written: string): string | null {
  const date = new Date(written);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}
