/** Every language says the same things: same keys, same placeholders, every plural form that the language has. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

import { LANGUAGES } from "../src/i18n/languages";
import { accented, mirrored, pseudoTexts, type Texts } from "../src/i18n/pseudo";

const FOLDER = join(import.meta.dirname, "..", "src", "i18n");
const PLURAL = /_(zero|one|two|few|many|other)$/;

const read = (language: string, area: string) =>
  JSON.parse(readFileSync(join(FOLDER, language, `${area}.json`), "utf8")) as Texts;

const areas = (language: string) =>
  readdirSync(join(FOLDER, language))
    .map((file) => file.replace(/\.json$/, ""))
    .sort();

function flat(texts: Texts, prefix = ""): [key: string, text: string][] {
  return Object.entries(texts).flatMap(([key, value]) =>
    typeof value === "string" ? [[prefix + key, value] as [string, string]] : flat(value, `${prefix}${key}.`),
  );
}

/** Key without plural form → its forms. */
function forms(texts: Texts): Map<string, Map<string, string>> {
  const found = new Map<string, Map<string, string>>();
  for (const [key, text] of flat(texts)) {
    const base = key.replace(PLURAL, "");
    const form = PLURAL.exec(key)?.[1] ?? "";
    found.set(base, (found.get(base) ?? new Map<string, string>()).set(form, text));
  }
  return found;
}

const placeholders = (text: string) => [...new Set(text.match(/\{\{\w+\}\}|<\/?\w+>/g) ?? [])].sort();

describe.each(LANGUAGES.filter((language) => language !== "en"))("%s", (language) => {
  test("has the areas that English has", () => {
    expect(areas(language)).toEqual(areas("en"));
  });

  test.each(areas("en"))("says in «%s» what English says", (area) => {
    const english = forms(read("en", area));
    const other = forms(read(language, area));

    expect([...other.keys()].sort()).toEqual([...english.keys()].sort());
    for (const [key, texts] of other) {
      const wanted = placeholders(english.get(key)?.get("other") ?? english.get(key)?.get("") ?? "");
      for (const [form, text] of texts) {
        expect.soft(text.trim(), `${key} ${form}`).not.toBe("");
        if (form === "zero" || form === "one") continue;
        expect.soft(placeholders(text), `${key} ${form}`).toEqual(wanted);
      }
    }
  });

  test.each(areas("en"))("has every plural form in «%s» that it needs", (area) => {
    const needed = new Intl.PluralRules(language).resolvedOptions().pluralCategories.map(String);
    const english = forms(read("en", area));
    for (const [key, texts] of forms(read(language, area))) {
      if (texts.has("")) continue;
      const hasZero = english.get(key)?.has("zero") ?? false;
      expect.soft([...texts.keys()].sort(), key).toEqual([...needed, ...(hasZero ? ["zero"] : [])].sort());
    }
  });

  test("is not simply English", () => {
    const same = areas("en").flatMap((area) => {
      const english = new Map(flat(read("en", area)));
      return flat(read(language, area)).filter(([key, text]) => english.get(key) === text && /[a-z]{4}/i.test(text));
    });

    const proper = new Set(["DreamSeed", "{{page}} · DreamSeed", "Normal", "Error", "No", "Menu", "Total"]);
    expect(same.filter(([, text]) => !proper.has(text) && !/^(\{\{\w+\}\}|\W)+$/.test(text))).toEqual([]);
  });
});

test("English in disguise is at least 40 % longer, in brackets, and keeps placeholders and tags", () => {
  const disguised = accented("We are {{percent}}% <strong>sure</strong>");

  expect(disguised).toMatch(/^\[.*\]$/);
  expect(disguised).toContain("{{percent}}");
  expect(disguised).toContain("<strong>šúŕé</strong>");
  expect(accented("Settings").length).toBeGreaterThanOrEqual("Settings".length * 1.4);
});

test("mirrored English turns the words round and not the placeholders", () => {
  expect(mirrored("Hello, {{name}}")).toBe("\u202eHello, \u202c{{name}}");
});

test("a language in disguise has every text that English has", () => {
  const english = read("en", "common");

  expect(flat(pseudoTexts(english, "en-XA")).map(([key]) => key)).toEqual(flat(english).map(([key]) => key));
});
