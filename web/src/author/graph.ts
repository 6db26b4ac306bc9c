/** Where the skills stand in the picture: each below all that it builds on, near to them, in rows of limited length. */
import type { Concept } from "../api/contract";

export type Place = { code: string; column: number; row: number };
export type Layout = { places: Map<string, Place>; rows: number; columns: number };

const SWEEPS = 6;

/** How many steps each concept is away from one that builds on nothing: the longest way counts. */
export function levels(concepts: Pick<Concept, "code" | "prerequisites">[]): Map<string, number> {
  const prerequisites = new Map(concepts.map((concept) => [concept.code, concept.prerequisites]));
  const found = new Map<string, number>();
  const levelOf = (code: string): number => {
    const known = found.get(code);
    if (known !== undefined) return known;
    // What is on its way to itself counts as a start, so that no circle is followed for ever.
    found.set(code, 0);
    const below = (prerequisites.get(code) ?? []).filter((each) => prerequisites.has(each));
    const level = below.length === 0 ? 0 : 1 + Math.max(...below.map(levelOf));
    found.set(code, level);
    return level;
  };
  concepts.forEach(({ code }) => levelOf(code));
  return found;
}

/** Rows from what builds on nothing downwards; in each row, concepts stand close to those they are joined with. */
export function layOut(concepts: Pick<Concept, "code" | "prerequisites">[]): Layout {
  const level = levels(concepts);
  const rows: string[][] = [];
  for (const { code } of concepts) (rows[level.get(code) ?? 0] ??= []).push(code);
  const joined = neighbours(concepts);
  const columns = Math.max(1, ...rows.map((row) => row.length));
  const middle = new Map<string, number>();
  const spread = (row: string[]) => row.forEach((code, at) => middle.set(code, (at + 0.5) * (columns / row.length)));
  rows.forEach(spread);
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    for (const row of sweep % 2 === 0 ? rows : [...rows].reverse()) {
      const pull = new Map(row.map((code) => [code, mean((joined.get(code) ?? []).map((each) => middle.get(each) ?? 0))]));
      row.sort((one, other) => (pull.get(one) ?? middle.get(one) ?? 0) - (pull.get(other) ?? middle.get(other) ?? 0));
      spread(row);
    }
  }
  const places = rows.flatMap((row, index) =>
    row.map((code): [string, Place] => [code, { code, column: middle.get(code) ?? 0, row: index }]),
  );
  return { places: new Map(places), rows: rows.length, columns };
}

function neighbours(concepts: Pick<Concept, "code" | "prerequisites">[]): Map<string, string[]> {
  const joined = new Map<string, string[]>(concepts.map(({ code }) => [code, []]));
  for (const { code, prerequisites } of concepts) {
    for (const prerequisite of prerequisites) {
      joined.get(code)?.push(prerequisite);
      joined.get(prerequisite)?.push(code);
    }
  }
  return joined;
}

function mean(values: number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** A name in two lines of about the same length, where it has more than one word. */
export function twoLines(name: string): [string, string] {
  const words = name.split(" ");
  if (words.length < 2) return [name, ""];
  const ways = words.slice(1).map((_, index): [string, string] => [
    words.slice(0, index + 1).join(" "),
    words.slice(index + 1).join(" "),
  ]);
  return ways.reduce((best, way) => (longest(way) < longest(best) ? way : best));
}

function longest([first, second]: [string, string]): number {
  return Math.max(first.length, second.length);
}
