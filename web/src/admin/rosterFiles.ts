/**
 * Files of rosters: what was chosen in this tab, what is sent of it, and what is saved of a report.
 *
 * A dry run shows what a file would change; to take it the same file is sent again. It is kept in this tab, by the id of
 * its dry run, so that nobody has to look for it a second time.
 */
import type { RowProblem } from "../api/contract";
import type { components } from "../api/schema";

export type RosterFile = { name: string; format: components["schemas"]["NewRosterImport"]["format"]; content: string };

/** What the server takes at most. */
export const MAX_BYTES = 3 * 1024 * 1024;

const compared = new Map<string, RosterFile>();

export const keepFile = (dryRunId: string, file: RosterFile) => compared.set(dryRunId, file);
export const keptFile = (dryRunId: string) => compared.get(dryRunId);

/** The file as it is sent: a zip is OneRoster, all else our own CSV. */
export async function readFile(file: File): Promise<RosterFile> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = "";
  for (let start = 0; start < bytes.length; start += CHUNK) text += String.fromCharCode(...bytes.subarray(start, start + CHUNK));
  return { name: file.name, format: /\.zip$/i.test(file.name) ? "oneroster" : "csv", content: btoa(text) };
}

/** So many arguments does every engine take. */
const CHUNK = 8 * 1024;

/** The rows that were not taken, for whoever mends them in a spreadsheet. */
export function problemsAsCsv(problems: RowProblem[], head: string[]): Blob {
  const rows = problems.map(({ file, line, field, reason }) => [file, String(line), field, reason]);
  const text = [head, ...rows].map((row) => row.map(csvCell).join(",")).join("\r\n");
  // The mark at the beginning tells spreadsheets that the text is UTF-8.
  return new Blob([`\uFEFF${text}\r\n`], { type: "text/csv;charset=utf-8" });
}

/** A cell in quotes; one that a spreadsheet would compute is kept from it. */
export function csvCell(text: string): string {
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return `"${harmless.replaceAll('"', '""')}"`;
}
