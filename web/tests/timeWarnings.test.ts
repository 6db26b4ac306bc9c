/** When learners are told of the time without asking. */
import { expect, test } from "vitest";

import { extensionBetween, warningBetween } from "../src/learner/timeWarnings";

test.each([
  ["passes five minutes", 301, 300, 5],
  ["passes one minute", 61, 60, 1],
  ["passes both at once, as after a computer has slept", 400, 30, 1],
  ["has been passed before", 300, 299, null],
  ["is not reached yet", 900, 301, null],
  ["is over", 2, 0, null],
  ["grows", 200, 800, null],
])("a warning is due when the time left %s", (_, before, after, minutes) => {
  expect(warningBetween(before, after)).toBe(minutes);
});

test("a deadline that moves is told in seconds, and not when clocks merely disagree", () => {
  expect(extensionBetween("2026-03-02T10:00:00Z", "2026-03-02T10:20:00Z")).toBe(1200);
  expect(extensionBetween("2026-03-02T10:00:00Z", "2026-03-02T10:00:02Z")).toBe(0);
  expect(extensionBetween("2026-03-02T10:20:00Z", "2026-03-02T10:00:00Z")).toBe(0);
});
