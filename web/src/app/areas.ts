/** Which areas there are for whom. Add a line here for a page that belongs into the navigation. */
import type { Me } from "../api/contract";
import { may } from "../api/permissions";

type Landing = "/" | "/family" | "/teach" | "/author/items" | "/admin/people" | "/operate";
type Address = Landing | "/tests" | "/history" | "/admin/classes" | "/admin/audit" | "/settings";
type Name = "tests" | "history" | "family" | "teach" | "items" | "people" | "classes" | "audit" | "operate";

export type Entry = {
  to: Address;
  /** Its name in `navigation.*` of the texts. */
  name: Name;
  /** Where the addresses begin of the pages that one comes to from there, if not with its own. */
  covers?: string[];
  isFor: (me: Me) => boolean;
};

const isLearner = (me: Me) => me.roles.includes("learner");
const isGuardian = (me: Me) => me.roles.includes("guardian");
const isStaff = (me: Me) => !isLearner(me);
/** They have all classes on a page of their own, which leads on to what teachers see of each. */
const runsTheSchool = (me: Me) => may(me, "user:manage");

const PEOPLE = ["/admin/people", "/admin/invitations", "/admin/rosters", "/admin/data-requests", "/admin/consents"];

const ENTRIES: Entry[] = [
  { to: "/", name: "tests", isFor: isLearner },
  { to: "/history", name: "history", isFor: isLearner },
  { to: "/family", name: "family", isFor: isGuardian },
  { to: "/admin/people", name: "people", covers: PEOPLE, isFor: runsTheSchool },
  { to: "/admin/classes", name: "classes", covers: ["/admin/classes", "/teach"], isFor: runsTheSchool },
  { to: "/teach", name: "teach", isFor: (me) => may(me, "class:manage") && !runsTheSchool(me) },
  { to: "/author/items", name: "items", covers: ["/author"], isFor: (me) => may(me, "item:read") },
  { to: "/admin/audit", name: "audit", covers: ["/admin/audit", "/admin/disclosures"], isFor: (me) => may(me, "audit:read") },
  { to: "/operate", name: "operate", isFor: (me) => may(me, "dead_letter:read") },
  { to: "/tests", name: "tests", isFor: (me) => isStaff(me) && may(me, "session:create") },
];

/** Whether the page at that address is one of the entry's area. */
export function isWithin({ to, covers = to === "/" ? [] : [to] }: Entry, pathname: string): boolean {
  return pathname === to || covers.some((start) => pathname === start || pathname.startsWith(`${start}/`));
}

/** Where each role begins, the most particular first. */
const LANDINGS: [role: string, landing: Landing][] = [
  ["learner", "/"],
  ["org_admin", "/admin/people"],
  ["teacher", "/teach"],
  ["author", "/author/items"],
  ["operator", "/operate"],
  ["reviewer", "/author/items"],
  ["guardian", "/family"],
];

export function navigationFor(me: Me): Entry[] {
  return ENTRIES.filter(({ isFor }) => isFor(me));
}

export function landingOf(me: Me): Landing {
  return LANDINGS.find(([role]) => me.roles.includes(role))?.[1] ?? "/";
}
