import { useTranslation } from "react-i18next";

import { serverNow } from "../api/clock";
import type { Assignment } from "../api/contract";
import { Badge, type Tone } from "../components/Badge";
import { useFormats } from "../i18n/format";
import { StartButton } from "./StartButton";
import { TimeLimit } from "./TimeLimit";

/** What is over stays in sight for so long after it closed. */
const KEPT_MS = 7 * 24 * 3_600_000;

/** Only who learns in the class has a status in it. */
type Mine = Assignment & { status: NonNullable<Assignment["status"]> };
type AssignmentStatus = Mine["status"];

const ORDER: AssignmentStatus[] = ["started", "open", "upcoming", "missed", "done"];
const TONES: Record<AssignmentStatus, Tone> = {
  started: "warm",
  open: "warm",
  upcoming: "plain",
  missed: "alarm",
  done: "good",
};
const WINDOWS = {
  started: "home.assignedOpen",
  open: "home.assignedOpen",
  upcoming: "home.assignedUpcoming",
  missed: "home.assignedMissed",
} as const;

/** What teachers have set: first what can be done now, and what closes next before the rest. */
export function AssignedTests({ assignments }: { assignments: Assignment[] }) {
  const { t } = useTranslation("learner");
  const shown = assignments.filter(isMine).filter(isRecent).sort(byUrgency);
  if (shown.length === 0) return null;
  return (
    <section aria-labelledby="assigned-title">
      <h2 id="assigned-title">{t("home.assignedTitle")}</h2>
      <ul className="cards">
        {shown.map((assignment) => (
          <AssignmentCard key={assignment.id} assignment={assignment} />
        ))}
      </ul>
    </section>
  );
}

function AssignmentCard({ assignment }: { assignment: Mine }) {
  const { t } = useTranslation(["learner", "common"]);
  const { status, time_limit_seconds: limit, extra_seconds: extra } = assignment;
  return (
    <li className="card test-card" data-mode={assignment.mode}>
      <p className="assigned-state">
        <span className="tag">{t(`common:mode.${assignment.mode}`)}</span>
        <Badge tone={TONES[status]}>{t(`home.assignedStatus.${status}`)}</Badge>
      </p>
      <h3>{assignment.test_design_name}</h3>
      {assignment.instructions && <p>{assignment.instructions}</p>}
      <p className="facts">
        {assignment.class_name} · <TimeLimit seconds={limit === null ? null : limit + extra} />
        <br />
        <Window assignment={assignment} />
      </p>
      {canGoOn(assignment) && (
        <StartButton
          testDesignId={assignment.test_design_id}
          assignmentId={assignment.id}
          name={assignment.test_design_name}
          unfinishedId={status === "started" ? assignment.session_id : null}
        />
      )}
    </li>
  );
}

function Window({ assignment: { status, opens_at, closes_at } }: { assignment: Mine }) {
  const { t } = useTranslation("learner");
  const { moment } = useFormats();
  if (status === "done") return t("home.assignedDone");
  return t(WINDOWS[status], { when: moment(status === "upcoming" ? opens_at : closes_at) });
}

/** Another attempt is open too, where the teacher allows several. */
function canGoOn({ status, attempts_left, closes_at, opens_at }: Mine): boolean {
  if (status !== "done") return status === "started" || status === "open";
  const now = serverNow();
  return (attempts_left ?? 0) > 0 && Date.parse(opens_at) <= now && now < Date.parse(closes_at);
}

function isMine(assignment: Assignment): assignment is Mine {
  return assignment.status !== null;
}

function isRecent({ closes_at }: Assignment): boolean {
  return serverNow() - Date.parse(closes_at) < KEPT_MS;
}

function byUrgency(one: Mine, other: Mine): number {
  const rank = ORDER.indexOf(one.status) - ORDER.indexOf(other.status);
  return rank || Date.parse(one.closes_at) - Date.parse(other.closes_at);
}
