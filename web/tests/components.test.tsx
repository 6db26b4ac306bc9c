import { describe, expect, test } from "vitest";

import { may } from "../src/api/permissions";
import { landingOf, navigationFor } from "../src/app/areas";
import { withAccommodations, type Preferences } from "../src/app/preferences";
import { sorted, type Column } from "../src/components/Table";
import { nextTab } from "../src/components/Tabs";
import { datesBelow, niceRange } from "../src/components/TimeChart";
import { firstSpoken } from "../src/i18n/languages";
import type { Me } from "../src/api/contract";

const person = (roles: string[], permissions: string[]): Me => ({
  id: "1",
  email: "somebody@school.example",
  full_name: "Somebody",
  language: "en",
  has_password: true,
  organisation: { id: "1", slug: "school", name: "School" },
  roles,
  permissions,
  age_band: null,
  asks_age: false,
  lacks_consent: [],
});

describe("a table", () => {
  type Row = { name: string; score: number | null };
  const rows: Row[] = [
    { name: "b", score: 10 },
    { name: "Á", score: null },
    { name: "c", score: 9 },
  ];
  const columns: Column<Row>[] = [
    { key: "name", head: "", cell: ({ name }) => name, sortBy: ({ name }) => name },
    { key: "score", head: "", cell: ({ score }) => score, sortBy: ({ score }) => score },
  ];
  const names = (key: string, isDescending: boolean) =>
    sorted(rows, columns, { key, isDescending }, "en").map(({ name }) => name);

  test("sorts words as its language does", () => expect(names("name", false)).toEqual(["Á", "b", "c"]));
  test("sorts numbers by size", () => expect(names("score", false)).toEqual(["c", "b", "Á"]));
  test("has what is missing last, whichever way", () => expect(names("score", true)).toEqual(["b", "c", "Á"]));
  test("keeps its rows while nothing is chosen", () => expect(sorted(rows, columns, null, "en")).toEqual(rows));
});

test("the arrow keys go round the tabs, the other way where text runs the other way", () => {
  expect(nextTab("ArrowRight", 2, 3, false)).toBe(0);
  expect(nextTab("ArrowRight", 0, 3, true)).toBe(2);
  expect(nextTab("End", 0, 3, false)).toBe(2);
  expect(nextTab("a", 0, 3, false)).toBeNull();
});

test("a permission is held by name, by its kind or by all; «own» is not all", () => {
  expect(may({ permissions: ["item:*"] }, "item:read")).toBe(true);
  expect(may({ permissions: ["*"] }, "item:read")).toBe(true);
  expect(may({ permissions: ["class:read:own"] }, "class:read")).toBe(false);
});

test("everybody begins where they work and sees what is theirs", () => {
  const learner = person(["learner"], ["session:create"]);
  const teacher = person(["teacher"], ["class:manage", "item:read", "session:create"]);
  const admin = person(["org_admin"], ["*"]);

  expect([learner, teacher, admin].map(landingOf)).toEqual(["/", "/teach", "/admin/people"]);
  expect(navigationFor(learner).map(({ name }) => name)).toEqual(["tests", "history"]);
  expect(navigationFor(teacher).map(({ name }) => name)).toEqual(["teach", "items", "tests"]);
  expect(navigationFor(admin).map(({ to }) => to)).toContain("/operate");
});

test("accommodations are added to a person's choices and take nothing away", () => {
  const chosen: Preferences = {
    appearance: "dark",
    contrast: "system",
    motion: "reduce",
    textSize: "larger",
    readsAloud: false,
  };
  const granted = {
    extra_time_factor: 1.5,
    has_no_timer: false,
    text_size: "large",
    contrast: "more",
    has_read_aloud: true,
  } as const;

  expect(withAccommodations(chosen, granted)).toEqual({ ...chosen, contrast: "more", readsAloud: true });
  expect(withAccommodations(chosen, null)).toBe(chosen);
});

test("the app speaks the first of the reader's languages that it knows", () => {
  expect(firstSpoken(["fr-FR", "ko-KR", "en"])).toBe("ko");
  expect(firstSpoken(["fr"])).toBe("en");
});

test("a chart over time begins and ends at round figures, and its dates do not meet", () => {
  const points = [
    { at: "", value: 455, low: 370, high: 540 },
    { at: "", value: 548, low: 494, high: 602 },
  ];

  expect(niceRange(points, 200, 800)).toEqual({ low: 300, high: 700, ticks: [300, 400, 500, 600, 700] });
  expect(datesBelow([0, 1, 50, 99, 100], 3)).toEqual([0, 50, 100]);
  expect(datesBelow([5, 5], 3)).toEqual([5]);
});
