/** What holds for every source: no text outside the translations, and no left and right in a language-neutral layout. */
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";

const SOURCES = join(import.meta.dirname, "..", "src");
const SPOKEN_ATTRIBUTES = new Set(["aria-label", "aria-description", "aria-roledescription", "title", "placeholder", "alt", "label"]);
/** How long reading every source may take on a machine that does other things. */
const PATIENCE_MS = 60_000;
const LETTERS = /\p{L}{2}/u;

const PHYSICAL = [
  /(?:^|[;{\s])(?:margin|padding|border|inset|scroll-margin|scroll-padding)-(?:left|right|top|bottom)\b/,
  /(?:^|[;{\s])(?:left|right|top|bottom|width|height|(?:min|max)-(?:width|height))\s*:/,
  /(?:text-align|float|clear)\s*:\s*(?:left|right)/,
  /border-(?:top|bottom)-(?:left|right)-radius/,
];

function files(ending: RegExp): string[] {
  return readdirSync(SOURCES, { recursive: true, encoding: "utf8" })
    .filter((file) => ending.test(file))
    .map((file) => join(SOURCES, file));
}

function untranslated(file: string): string[] {
  const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX);
  const found: string[] = [];
  const note = (node: ts.Node, text: string) => {
    if (!LETTERS.test(text)) return;
    const { line } = source.getLineAndCharacterOfPosition(node.getStart());
    found.push(`${relative(SOURCES, file)}:${line + 1} ${text.trim()}`);
  };
  const look = (node: ts.Node): void => {
    if (ts.isJsxText(node)) note(node, node.text);
    if (ts.isJsxAttribute(node) && node.initializer && ts.isStringLiteral(node.initializer)) {
      if (SPOKEN_ATTRIBUTES.has(node.name.getText())) note(node, node.initializer.text);
    }
    ts.forEachChild(node, look);
  };
  look(source);
  return found;
}

function physical(file: string): string[] {
  return readFileSync(file, "utf8")
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .split("\n")
    .filter((line) => !line.trimStart().startsWith("@") && PHYSICAL.some((pattern) => pattern.test(line)))
    .map((line) => `${relative(SOURCES, file)}: ${line.trim()}`);
}

test("no component holds a text of its own", { timeout: PATIENCE_MS }, () => {
  expect(files(/\.tsx$/).flatMap(untranslated)).toEqual([]);
});

test("no stylesheet knows left and right", () => {
  expect(files(/\.css$/).flatMap(physical)).toEqual([]);
});

test("no style attribute knows left and right", () => {
  const inline = /\b(?:(?:margin|padding|border)(?:Left|Right|Top|Bottom)|(?:left|right|width|height)(?=:))/;
  const found = files(/\.tsx$/).flatMap((file) =>
    [...readFileSync(file, "utf8").matchAll(/style=\{\{([^}]*)\}\}/g)]
      .filter(([, style]) => inline.test(style ?? ""))
      .map(([style]) => `${relative(SOURCES, file)}: ${style}`),
  );

  expect(found).toEqual([]);
});

test("colours are written in the tokens only", () => {
  const found = files(/\.css$/)
    .filter((file) => !file.endsWith("tokens.css"))
    .flatMap((file) =>
      readFileSync(file, "utf8")
        .split("\n")
        .filter((line) => /#[0-9a-f]{3,8}\b|\brgb\(|\bhsl\(|light-dark\(/i.test(line))
        .map((line) => `${relative(SOURCES, file)}: ${line.trim()}`),
    );

  expect(found).toEqual([]);
});
