/** What the log's codes are called in the language that is shown, and where the things are that it speaks of. */
import type { LinkProps } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { inWords } from "./auditSearch";

type List = "actions" | "resources" | "reasons" | "fields";

/** Names of actions, kinds of things, reasons and fields; a code that has none keeps its own, in words. */
export function useNames() {
  const { t, i18n } = useTranslation("audit");
  const named = (list: List) => (code: string) => {
    // Whether there is such a text is known only at run time; `users` stands for any code of the list.
    const key = `${list}.${code}`;
    return i18n.exists(key, { ns: "audit" }) ? t(key as "resources.users") : inWords(code);
  };
  return { action: named("actions"), resource: named("resources"), reason: named("reasons"), field: named("fields") };
}

/** Every code of a list that has a name, with it, in the order of the names; for whoever chooses among them. */
export function useChoices(list: "actions" | "resources"): { value: string; text: string }[] {
  const { t, i18n } = useTranslation("audit");
  const texts: Record<string, string> = t(list, { returnObjects: true });
  const { compare } = new Intl.Collator(i18n.language);
  return Object.entries(texts)
    .map(([value, text]) => ({ value, text }))
    .sort((one, other) => compare(one.text, other.text));
}

/** Where a thing is shown; null for what has no page of its own. */
export function pageOf(resource: string, id: string | null): LinkProps | null {
  if (id === null) return null;
  switch (resource) {
    case "classes":
    case "enrolments":
      return { to: "/admin/classes/$classId", params: { classId: id } };
    case "rosters":
      return { to: "/admin/rosters/$rosterId", params: { rosterId: id } };
    case "learners":
    case "accommodations":
      return { to: "/teach/learners/$learnerId", params: { learnerId: id } };
    case "assignments":
      return { to: "/teach/assignments/$assignmentId", params: { assignmentId: id } };
    case "sessions":
      return { to: "/teach/sessions/$sessionId", params: { sessionId: id } };
    case "simulations":
      return { to: "/author/simulations/$simulationId", params: { simulationId: id } };
    default:
      return null;
  }
}
