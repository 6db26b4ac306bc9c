import { useTranslation } from "react-i18next";

import { serverNow } from "../api/clock";
import { Badge } from "../components/Badge";
import type { Assignment } from "./contract";

type State = "withdrawn" | "upcoming" | "open" | "closed";

/** Whether an assignment can be started now. */
export function WindowBadge({ assignment }: { assignment: Assignment }) {
  const { t } = useTranslation("teacher");
  const state = stateOf(assignment, serverNow());
  return <Badge tone={state === "open" ? "good" : "plain"}>{t(`assignment.window.${state}`)}</Badge>;
}

export function stateOf({ withdrawn_at, opens_at, closes_at }: Assignment, now: number): State {
  if (withdrawn_at !== null) return "withdrawn";
  if (now < Date.parse(opens_at)) return "upcoming";
  return now < Date.parse(closes_at) ? "open" : "closed";
}
