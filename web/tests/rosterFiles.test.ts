import { expect, test } from "vitest";

import { csvCell, keepFile, keptFile, problemsAsCsv, readFile } from "../src/admin/rosterFiles";

test("a file is sent byte for byte, as what its name says that it is", async () => {
  const bytes = Uint8Array.from({ length: 20_000 }, (_, index) => index % 256);
  const zip = await readFile(new File([bytes], "Autumn.ZIP"));
  const csv = await readFile(new File(["email\n"], "autumn.csv"));

  expect(zip).toMatchObject({ name: "Autumn.ZIP", format: "oneroster" });
  expect(Uint8Array.from(atob(zip.content), (letter) => letter.charCodeAt(0))).toEqual(bytes);
  expect(csv).toEqual({ name: "autumn.csv", format: "csv", content: btoa("email\n") });
});

test("a file is kept with the dry run that it was compared in, and with no other", () => {
  const file = { name: "a.csv", format: "csv" as const, content: "" };
  keepFile("one", file);

  expect(keptFile("one")).toBe(file);
  expect(keptFile("other")).toBeUndefined();
});

test("no cell of a report breaks out of its place, or is computed by a spreadsheet", () => {
  expect(csvCell('say "no", please')).toBe('"say ""no"", please"');
  expect(csvCell("=HYPERLINK(1)")).toBe(`"'=HYPERLINK(1)"`);
});

test("rows with problems are saved with file, line, field and reason", async () => {
  const problem = { file: "roster.csv", line: 3, field: "email", code: "", reason: "is no address" };
  const text = await problemsAsCsv([problem], ["File", "Line", "Field", "Why"]).text();

  expect(text.replace("\uFEFF", "")).toBe('"File","Line","Field","Why"\r\n"roster.csv","3","email","is no address"\r\n');
});
