/** Minutes before the end at which learners are told without asking. */
export const WARNED_MINUTES = [5, 1] as const;

/** The warning that is due when the time left has gone from `before` seconds to `after`; null when none is. */
export function warningBetween(before: number, after: number): (typeof WARNED_MINUTES)[number] | null {
  return WARNED_MINUTES.findLast((minutes) => before > minutes * 60 && after <= minutes * 60 && after > 0) ?? null;
}

/** By how many whole seconds a deadline has been moved; clocks that differ by a moment do not count. */
export function extensionBetween(before: string, after: string): number {
  const seconds = Math.round((Date.parse(after) - Date.parse(before)) / 1000);
  return seconds >= 5 ? seconds : 0;
}
