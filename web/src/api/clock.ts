/** A learner's own clock may be minutes wrong, so a countdown goes by the server's. */

let offsetMs = 0;

/** Learn from a response's `Date` header how far this device's clock is off. */
export function observeServerTime(date: string | null): void {
  const serverMs = date === null ? NaN : Date.parse(date);
  if (!Number.isNaN(serverMs)) offsetMs = serverMs - Date.now();
}

/** The server's time in milliseconds since 1970, to about a second. */
export function serverNow(): number {
  return Date.now() + offsetMs;
}
