/** What a browser must fetch before anything is shown, and that each area is a part of its own. */
import { gzipSync } from "node:zlib";
import { join } from "node:path";
import { build, type Rolldown } from "vite";
import { afterAll, beforeAll, expect, test, vi } from "vitest";

const ROOT = join(import.meta.dirname, "..");
const ENTRY_BYTES = 150 * 1024;
const AREAS = [
  "learner/HomePage",
  "learner/PlayerPage",
  "teacher/index",
  "author/index",
  "admin/index",
  "privacy/index",
  "consents/index",
  "audit/index",
  "operator/index",
  "family/index",
];

let chunks: Rolldown.OutputChunk[] = [];

beforeAll(async () => {
  // The test runner says «test», for which React would bring its checks along.
  vi.stubEnv("NODE_ENV", "production");
  const built = (await build({ root: ROOT, logLevel: "error", build: { write: false } })) as Rolldown.RolldownOutput;
  chunks = built.output.filter((part) => part.type === "chunk");
}, 120_000);

afterAll(() => {
  vi.unstubAllEnvs();
});

/** The entry and everything that it imports before it can run. */
function entryChunks(): Rolldown.OutputChunk[] {
  const needed = new Set(chunks.filter((chunk) => chunk.isEntry));
  for (const chunk of needed) {
    for (const name of chunk.imports) {
      const imported = chunks.find(({ fileName }) => fileName === name);
      if (imported) needed.add(imported);
    }
  }
  return [...needed];
}

test("the scripts of the first page are at most 150 KB gzipped", () => {
  const sizes = Object.fromEntries(entryChunks().map((chunk) => [chunk.fileName, gzipSync(chunk.code).length]));
  const total = Object.values(sizes).reduce((sum, size) => sum + size, 0);

  expect(total, JSON.stringify(sizes)).toBeGreaterThan(50_000);
  expect(total, JSON.stringify(sizes)).toBeLessThanOrEqual(ENTRY_BYTES);
});

test("each area is fetched only when it is visited", () => {
  const first = entryChunks().flatMap((chunk) => chunk.moduleIds);
  const later = chunks.flatMap((chunk) => chunk.moduleIds);

  for (const area of AREAS) {
    expect(first.filter((id) => id.includes(`/src/${area}`)), area).toEqual([]);
    expect(later.some((id) => id.includes(`/src/${area}`)), area).toBe(true);
  }
  expect(first.filter((id) => /katex|\/i18n\/(ko|es)\//.test(id))).toEqual([]);
});
