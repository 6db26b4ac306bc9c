import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { NetworkFailure, Problem } from "../src/api/problem";
import { retryDelayMs, untilDelivered } from "../src/api/retry";

const busy = (retryAfterSeconds: number | null) => new Problem(503, "busy", "", [], retryAfterSeconds);

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("window", new EventTarget());
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("the server's Retry-After decides how long to wait", () => {
  expect(retryDelayMs(0, busy(7))).toBe(7000);
});

test("without it the wait grows, stays below a ceiling and never vanishes", () => {
  const waits = [0, 1, 2, 3, 20].map((failures) => retryDelayMs(failures, new NetworkFailure()));

  waits.forEach((wait, index) => {
    const ceiling = Math.min(15_000, 500 * 2 ** ([0, 1, 2, 3, 20][index] ?? 0));
    expect(wait).toBeGreaterThanOrEqual(ceiling / 2);
    expect(wait).toBeLessThanOrEqual(ceiling);
  });
});

test("an attempt is repeated until it is delivered", async () => {
  const attempt = vi.fn<() => Promise<string>>();
  attempt.mockRejectedValueOnce(new NetworkFailure()).mockRejectedValueOnce(busy(2)).mockResolvedValue("delivered");
  const waiting: unknown[] = [];

  const delivery = untilDelivered(attempt, (error) => waiting.push(error));
  await vi.advanceTimersByTimeAsync(3000);

  expect(await delivery).toBe("delivered");
  expect(attempt).toHaveBeenCalledTimes(3);
  expect(waiting).toHaveLength(2);
});

test("a refusal is not repeated", async () => {
  const attempt = vi.fn(() => Promise.reject(new Problem(409, "item_already_answered", "", [], null)));

  await expect(untilDelivered(attempt, () => undefined)).rejects.toThrow(Problem);
  expect(attempt).toHaveBeenCalledTimes(1);
});

test("the wait ends when the network returns", async () => {
  const attempt = vi.fn<() => Promise<string>>();
  attempt.mockRejectedValueOnce(busy(3600)).mockResolvedValue("delivered");

  const delivery = untilDelivered(attempt, () => undefined);
  await vi.advanceTimersByTimeAsync(10);
  window.dispatchEvent(new Event("online"));

  expect(await delivery).toBe("delivered");
});
