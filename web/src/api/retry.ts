import { isTransient, Problem } from "./problem";

const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 15_000;

/**
 * Milliseconds to wait before the next attempt: what the server asked for, else exponential back-off with jitter,
 * so that a class whose network comes back does not all call in the same instant.
 */
export function retryDelayMs(failures: number, error: unknown): number {
  if (error instanceof Problem && error.retryAfterSeconds !== null) return error.retryAfterSeconds * 1000;
  const ceiling = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** failures);
  return ceiling * (0.5 + Math.random() / 2);
}

/**
 * Repeat `attempt` until it succeeds or fails for good. `attempt` must be idempotent.
 * `onWaiting` hears that a try failed and another will follow; the wait ends early when the network returns.
 */
export async function untilDelivered<T>(attempt: () => Promise<T>, onWaiting: (error: unknown) => void): Promise<T> {
  for (let failures = 0; ; failures += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!isTransient(error)) throw error;
      onWaiting(error);
      await waitOrOnline(retryDelayMs(failures, error));
    }
  }
}

function waitOrOnline(ms: number): Promise<void> {
  return new Promise((resolve) => {
    const finish = () => {
      clearTimeout(timer);
      window.removeEventListener("online", finish);
      resolve();
    };
    const timer = setTimeout(finish, ms);
    window.addEventListener("online", finish);
  });
}
