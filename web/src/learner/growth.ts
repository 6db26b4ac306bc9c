import type { PastSession } from "../api/contract";

/** A finished test that says something about ability. */
export type MeasuredTest = PastSession & {
  theta: number;
  se: number;
  scale: NonNullable<PastSession["scale"]>;
};

/** Two-sided 95 %. */
const CERTAIN = 1.96;

/** The tests that count and have an ability, oldest first. */
export function measured(tests: PastSession[]): MeasuredTest[] {
  return tests
    .filter((test): test is MeasuredTest => test.status !== "invalidated" && test.scale !== null && test.theta !== null)
    .sort((one, other) => Date.parse(one.finished_at) - Date.parse(other.finished_at));
}

/**
 * How the score changed from the first to the last test, and whether that is more than the two standard errors explain:
 * |θ₂ − θ₁| > 1.96 √(se₁² + se₂²), for errors that are independent of each other.
 */
export function growth(tests: MeasuredTest[]) {
  const [first, last] = [tests[0], tests.at(-1)];
  if (first === undefined || last === undefined || first === last) return null;
  const difference = last.theta - first.theta;
  const isSure = Math.abs(difference) > CERTAIN * Math.hypot(first.se, last.se);
  const direction = difference > 0 ? ("up" as const) : ("down" as const);
  return {
    since: first.finished_at,
    change: Math.round(last.scale.score - first.scale.score),
    verdict: isSure ? direction : ("unsure" as const),
  };
}
