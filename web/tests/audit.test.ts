import { describe, expect, test } from "vitest";

import { inWords, readAuditSearch, shownValue, startOf, today } from "../src/audit/auditSearch";

const ID = "01a22eb7-deb9-7399-9e91-17379fa3b2fb";

describe("the address of the audit log", () => {
  test("says which entries are shown", () => {
    const search = { person: ID, as: "subject", action: "update_user", resource: "users", of: ID, from: "2026-11-01", to: "2026-11-30" };

    expect(readAuditSearch(search)).toEqual(search);
  });

  test.each([
    ["person", "ada"],
    ["as", "actor"],
    ["action", ""],
    ["resource", "users; drop"],
    ["of", 7],
    ["from", "2026-13-01"],
    ["to", "yesterday"],
  ])("leaves out what cannot be: %s=%s", (name, value) => {
    const read = readAuditSearch({ [name]: value });

    expect(Object.keys(read)).toContain(name);
    expect(read).toEqual(expect.objectContaining({ [name]: undefined }));
  });
});

describe("days", () => {
  test("begin at midnight where the reader is", () =>
    expect(startOf("2026-11-30")).toBe(new Date(2026, 10, 30).toISOString()));
  test("go on into the next month", () => expect(startOf("2026-11-30", 1)).toBe(new Date(2026, 11, 1).toISOString()));
  test("that are not given have no beginning", () => expect(startOf(undefined, 1)).toBeNull());
  test("of today have begun", () => expect(startOf(today()) ?? "").toMatch(/^\d{4}-/));
});

describe("names of the log", () => {
  test("are shown in words", () => expect(inWords("update_user")).toBe("Update user"));
});

describe("a value of a change", () => {
  test.each([
    ["Ada", "Ada"],
    [null, "–"],
    ["", "–"],
    [undefined, "–"],
    [false, "false"],
    [3, "3"],
    [["learner", "author"], "learner, author"],
    [[], "–"],
    [[{ role: "author", expires_at: null }], "Role: author"],
  ])("%j is shown as %s", (value, shown) => expect(shownValue(value)).toBe(shown));
});
