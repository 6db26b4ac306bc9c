/** How well a skill is known, from the probability that it is. */

export const MASTERY_LEVELS = ["high", "good", "open", "low"] as const;
export type MasteryLevel = (typeof MASTERY_LEVELS)[number];

export function masteryLevel(probability: number): MasteryLevel {
  if (probability >= 0.9) return "high";
  if (probability >= 0.7) return "good";
  return probability >= 0.4 ? "open" : "low";
}

/** In percent. An estimate is never certain, so it is not shown as 0 or 100. */
export function masteryPercent(probability: number): number {
  return Math.min(99, Math.max(1, Math.round(probability * 100)));
}
