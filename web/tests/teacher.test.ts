import { describe, expect, test } from "vitest";

import { settingsOf, type Draft } from "../src/teacher/AssignmentFields";
import type { ClassAnalytics } from "../src/teacher/contract";
import { secondsOf } from "../src/teacher/ExtraTimes";
import { asLocal, fromLocal } from "../src/teacher/moments";
import { levelOf, pieces, shareKnown, skillRows } from "../src/teacher/skills";

const learner = (learner_id: string, theta: number | null) =>
  ({ learner_id, full_name: learner_id.toUpperCase(), theta }) as ClassAnalytics["learners"][number];

const report = {
  learners: [learner("a", 1), learner("b", null), learner("c", -1)],
  skills: [
    { code: "add", name: "Adding" },
    { code: "ratio", name: "Ratios" },
  ],
  mastery: [
    { learner_id: "a", by_skill: { add: { mastery: 0.95, responses: 4 }, ratio: { mastery: 0.2, responses: 2 } } },
    { learner_id: "b", by_skill: {} },
    { learner_id: "c", by_skill: { add: { mastery: 0.75, responses: 1 }, ratio: { mastery: 0.5, responses: 1 } } },
  ],
} as unknown as ClassAnalytics;

describe("the map of a class's skills", () => {
  const rows = skillRows(report);

  test("begins with what is known least", () => expect(rows.map(({ code }) => code)).toEqual(["ratio", "add"]));

  test("keeps every learner in one column, by ability, those without any first", () => {
    for (const { cells } of rows) expect(cells.map(({ id }) => id)).toEqual(["b", "c", "a"]);
  });

  test("counts everybody once, and takes no share of those who were not asked", () => {
    expect(rows[1]?.counts).toEqual({ high: 1, good: 1, open: 0, low: 0, none: 1 });
    expect(rows.map(shareKnown)).toEqual([0, 1]);
    expect(levelOf(null)).toBe("none");
  });

  test("draws neighbours of one level as one piece where the class is large", () => {
    const [none, good] = [null, { mastery: 0.8, responses: 1 }];
    const cells = [none, none, good, none].map((known, index) => ({ id: String(index), name: "", known }));

    expect(pieces(cells)).toEqual([
      { level: "none", from: 0, count: 2 },
      { level: "good", from: 2, count: 1 },
      { level: "none", from: 3, count: 1 },
    ]);
  });
});

describe("the settings of an assignment", () => {
  const draft: Draft = { opensAt: "2026-01-05T09:00", closesAt: "2026-01-12T16:00", attempts: "2", instructions: " Alone. " };

  test("are read from the fields", () => {
    expect(settingsOf(draft)).toEqual({
      opens_at: new Date("2026-01-05T09:00").toISOString(),
      closes_at: new Date("2026-01-12T16:00").toISOString(),
      max_attempts: 2,
      instructions: "Alone.",
    });
  });

  test.each([
    [{ opensAt: "" }, "noMoment"],
    [{ closesAt: draft.opensAt }, "closesFirst"],
    [{ attempts: "0" }, "attempts"],
    [{ attempts: "1.5" }, "attempts"],
    [{ attempts: "21" }, "attempts"],
  ])("with %j are refused as «%s»", (change, fault) => {
    expect(settingsOf({ ...draft, ...change })).toBe(fault);
  });
});

test("a moment in a field and back is the same minute", () => {
  const moment = new Date("2026-03-29T12:34:00Z").toISOString();

  expect(fromLocal(asLocal(moment))).toBe(moment);
  expect(fromLocal("")).toBeNull();
});

test("minutes become whole seconds, and nonsense none", () => {
  expect(secondsOf({ learnerId: "a", minutes: "1.5" })).toBe(90);
  expect(secondsOf({ learnerId: "a", minutes: "many" })).toBe(0);
  expect(secondsOf({ learnerId: "a", minutes: "-3" })).toBe(0);
});
