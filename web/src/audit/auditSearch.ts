/** Which entries of the audit log are shown, as the address says it, so that Back and a sent link lead to the same ones. */

export type AuditSearch = {
  /** The id of a person: what they did, or with `as` what was done about them. */
  person?: string | undefined;
  as?: "subject" | undefined;
  /** As the log names it: «update_user». */
  action?: string | undefined;
  resource?: string | undefined;
  /** The id of one thing. */
  of?: string | undefined;
  /** Days as the reader's calendar has them, both of them included. */
  from?: string | undefined;
  to?: string | undefined;
};

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const NAME = /^\w{1,100}$/;

/** What is not allowed is set to undefined: a parameter that is merely left out would pass unchecked. */
export function readAuditSearch(search: Record<string, unknown>): AuditSearch {
  const read = (name: keyof AuditSearch, form: RegExp) => {
    const value = search[name];
    return typeof value === "string" && form.test(value) ? value : undefined;
  };
  const day = (name: "from" | "to") => {
    const value = read(name, DAY);
    return value !== undefined && startOf(value) !== null ? value : undefined;
  };
  return {
    person: read("person", ID),
    as: search["as"] === "subject" ? "subject" : undefined,
    action: read("action", NAME),
    resource: read("resource", NAME),
    of: read("of", ID),
    from: day("from"),
    to: day("to"),
  };
}

/** When a day of the reader's calendar begins, or the one that many days later; null for a day that there is not. */
export function startOf(day: string | undefined, later = 0): string | null {
  if (day === undefined) return null;
  const moment = new Date(`${day}T00:00`);
  if (Number.isNaN(moment.getTime())) return null;
  moment.setDate(moment.getDate() + later);
  return moment.toISOString();
}

/** Today as the reader's calendar has it: «2026-11-30». */
export function today(): string {
  const now = new Date();
  const digits = (value: number) => String(value).padStart(2, "0");
  return `${String(now.getFullYear())}-${digits(now.getMonth() + 1)}-${digits(now.getDate())}`;
}

/** A name of the log in words: «update_user» as «Update user». */
export function inWords(name: string): string {
  const words = name.replaceAll("_", " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** A moment as the log writes it. */
export const MOMENT = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}/;

/** A value of a change as one reads it: several one after the other, and of what has parts each with its name. */
export function shownValue(value: unknown): string {
  if (value === undefined || value === null || value === "") return "–";
  if (Array.isArray(value)) return value.length === 0 ? "–" : value.map(shownValue).join(", ");
  if (typeof value === "string") return value;
  if (typeof value !== "object") return JSON.stringify(value);
  const parts = Object.entries(value).filter(([, part]) => part !== null);
  return parts.map(([name, part]) => `${inWords(name)}: ${shownValue(part)}`).join("; ");
}
