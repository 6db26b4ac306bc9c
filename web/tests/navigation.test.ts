import { expect, test } from "vitest";

import { isWithin, landingOf, navigationFor } from "../src/app/areas";
import { initialsOf } from "../src/app/initials";
import type { Me } from "../src/api/contract";

const somebody = (roles: string[], permissions: string[]) => ({ roles, permissions }) as Me;
const names = (me: Me) => navigationFor(me).map(({ name }) => name);

const ADMIN = somebody(["org_admin"], ["user:manage", "class:manage", "item:read", "audit:read", "session:create"]);
const TEACHER = somebody(["teacher"], ["class:manage", "session:create"]);

test("whoever runs the school finds all classes in one place, a teacher their own", () => {
  expect(names(ADMIN)).toEqual(["people", "classes", "items", "audit", "tests"]);
  expect(names(TEACHER)).toEqual(["teach", "tests"]);
  expect(landingOf(ADMIN)).toBe("/admin/people");
});

test.each([
  ["/admin/people", "people"],
  ["/admin/rosters/7", "people"],
  ["/admin/classes/7", "classes"],
  ["/teach/learners/7/disclosures", "classes"],
  ["/author/skills", "items"],
  ["/admin/disclosures", "audit"],
  ["/tests", "tests"],
  ["/settings", undefined],
  ["/admin/peoples", undefined],
])("%s belongs to %s", (pathname, name) => {
  expect(navigationFor(ADMIN).find((entry) => isWithin(entry, pathname))?.name).toBe(name);
});

test("the first page of all is only itself", () => {
  const learner = somebody(["learner"], []);
  expect(navigationFor(learner).filter((entry) => isWithin(entry, "/history")).map(({ name }) => name)).toEqual(["history"]);
});

test.each([
  ["Ada Okafor-Lind", "AO"],
  ["Mira van der Berg", "MB"],
  ["  zuri ", "Z"],
  ["김민수", "김"],
  ["", ""],
])("%j is %s in short", (name, initials) => {
  expect(initialsOf(name)).toBe(initials);
});
