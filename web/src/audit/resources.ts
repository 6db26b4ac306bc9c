/** The kinds of things that the log speaks of, by their names there. */
import type { LinkProps } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { inWords } from "./auditSearch";

export const RESOURCES = [
  "users",
  "learners",
  "classes",
  "enrolments",
  "guardianships",
  "rosters",
  "invitations",
  "roles",
  "organisations",
  "assignments",
  "sessions",
  "accommodations",
  "test_designs",
  "simulations",
  "api_keys",
  "second_factors",
  "consents",
  "disclosures",
  "privacy",
  "audit_logs",
  "jobs",
] as const;

/** What a kind of thing is called; one that has no name here keeps its own, in words. */
export function useResourceName(): (resource: string) => string {
  const { t } = useTranslation("audit");
  return (resource) => {
    const known = RESOURCES.find((each) => each === resource);
    return known ? t(`resources.${known}`) : inWords(resource);
  };
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
