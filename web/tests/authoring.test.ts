/** What the author's pages work out by themselves: where skills stand, what a list's address means, round figures. */
import { describe, expect, test } from "vitest";

import { readItemSearch } from "../src/author/itemSearch";
import { layOut, levels, twoLines } from "../src/author/graph";
import { ticksUpTo } from "../src/components/LineChart";

const skill = (code: string, ...prerequisites: string[]) => ({ code, prerequisites });
const SKILLS = [skill("sum", "count"), skill("count"), skill("product", "sum"), skill("area", "product", "count"), skill("name")];

describe("the picture of the skills", () => {
  test("has each skill below all that it builds on, by the longest way", () => {
    expect(Object.fromEntries(levels(SKILLS))).toEqual({ count: 0, name: 0, sum: 1, product: 2, area: 3 });
  });

  test("has no two skills in one place, and none outside", () => {
    const { places, rows, columns } = layOut(SKILLS);

    const spots = [...places.values()].map(({ column, row }) => `${column} ${row}`);
    expect(new Set(spots).size).toBe(SKILLS.length);
    expect([rows, columns]).toEqual([4, 2]);
    for (const { column, row } of places.values()) {
      expect(column).toBeGreaterThan(0);
      expect(column).toBeLessThan(columns);
      expect(row).toBeLessThan(rows);
    }
  });

  test("ends even when skills build on each other, or on one that is not there", () => {
    expect(layOut([skill("hen", "egg"), skill("egg", "hen"), skill("nest", "straw")]).places.size).toBe(3);
  });

  test("writes a name in two lines of about the same length", () => {
    expect(twoLines("Multiplying negative numbers")).toEqual(["Multiplying", "negative numbers"]);
    expect(twoLines("Ratios")).toEqual(["Ratios", ""]);
  });
});

test("an address of the list says what it shows, and nothing that can't be", () => {
  expect(readItemSearch({ query: "half", concept: "a.b", status: "draft", sort: "-difficulty" })).toEqual({
    query: "half",
    concept: "a.b",
    status: "draft",
    sort: "-difficulty",
  });
  expect(readItemSearch({ query: 12, status: "lost", sort: "luck", concept: 3 })).toEqual({ query: "12" });
});

test("an axis ends at a round figure above the highest", () => {
  expect(ticksUpTo(0.41)).toEqual([0, 0.2, 0.4, 0.6000000000000001]);
  expect(ticksUpTo(1)).toEqual([0, 0.25, 0.5, 0.75, 1]);
  expect(ticksUpTo(0).at(-1)).toBeGreaterThan(0);
});
