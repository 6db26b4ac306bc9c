import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { Badge, type Tone } from "../components/Badge";
import { Menu } from "../components/Menu";
import { Table, type Column } from "../components/Table";
import { useFormats } from "../i18n/format";
import { Moment } from "../i18n/Moment";
import type { AssignmentDetail, LearnerAttempt } from "./contract";
import { ExtensionDialog } from "./ExtensionDialog";
import { InterventionDialog, type Kind } from "./InterventionDialog";
import { Score } from "./Score";

const TONES: Record<LearnerAttempt["status"], Tone> = {
  upcoming: "plain",
  open: "plain",
  started: "warm",
  done: "good",
  missed: "alarm",
};

type Asked = { attempt: LearnerAttempt; what: "time" | Exclude<Kind, "extend"> };
type ProgressTableProps = { assignment: AssignmentDetail; progress: LearnerAttempt[] };

/** How far each learner of the class is, and what can be done about it. */
export function ProgressTable({ assignment, progress }: ProgressTableProps) {
  const [asked, setAsked] = useState<Asked | null>(null);
  const columns = useColumns(assignment, (attempt, what) => setAsked({ attempt, what }));
  const { t } = useTranslation("teacher");
  const close = () => setAsked(null);
  const session = asked?.attempt.session_id;
  return (
    <>
      <Table caption={t("progress.title")} columns={columns} rows={progress} rowKey={({ learner_id }) => learner_id} />
      {asked?.what === "time" && <ExtensionDialog assignmentId={assignment.id} attempt={asked.attempt} onClose={close} />}
      {asked && asked.what !== "time" && session && (
        <InterventionDialog kind={asked.what} sessionId={session} who={asked.attempt.full_name} onClose={close} />
      )}
    </>
  );
}

function useColumns(assignment: AssignmentDetail, ask: (attempt: LearnerAttempt, what: Asked["what"]) => void) {
  const { t } = useTranslation("teacher");
  const { number } = useFormats();
  const columns: Column<LearnerAttempt>[] = [
    {
      key: "name",
      head: t("learner.name"),
      cell: ({ learner_id: learnerId, full_name: name }) => (
        <Link to="/teach/learners/$learnerId" params={{ learnerId }}>
          {name}
        </Link>
      ),
      sortBy: ({ full_name }) => full_name,
    },
    { key: "status", head: t("progress.status"), cell: (attempt) => <Status attempt={attempt} />, sortBy: ({ status }) => status },
    { key: "answered", head: t("progress.answered"), cell: ({ answered }) => number(answered), sortBy: ({ answered }) => answered, isNumber: true },
    { key: "score", head: t("learner.score"), cell: ({ scale }) => (scale ? <Score scale={scale} /> : "–"), sortBy: ({ scale }) => scale?.score ?? null },
    { key: "ends", head: t("progress.ends"), cell: (attempt) => <End attempt={attempt} isTimed={assignment.time_limit_seconds !== null} /> },
    {
      key: "extra",
      head: t("progress.extra"),
      cell: ({ extra_seconds: seconds }) => (seconds > 0 ? t("progress.minutes", { count: Math.round(seconds / 60) }) : "–"),
      sortBy: ({ extra_seconds }) => extra_seconds,
      isNumber: true,
    },
    {
      key: "actions",
      head: t("progress.actions"),
      cell: (attempt) => <Actions attempt={attempt} isTimed={assignment.time_limit_seconds !== null} ask={ask} />,
    },
  ];
  return columns;
}

function Status({ attempt: { status, session_status: session } }: { attempt: LearnerAttempt }) {
  const { t } = useTranslation("teacher");
  if (session === "invalidated") return <Badge tone="alarm">{t("attempt.status.invalidated")}</Badge>;
  if (session === "paused") return <Badge tone="warm">{t("attempt.status.paused")}</Badge>;
  return <Badge tone={TONES[status]}>{t(`progress.state.${status}`)}</Badge>;
}

/** When an attempt ended, or by when it will have. */
function End({ attempt, isTimed }: { attempt: LearnerAttempt; isTimed: boolean }) {
  const { t } = useTranslation("teacher");
  if (attempt.finished_at) return <Moment at={attempt.finished_at} />;
  if (attempt.expires_at === null || !isTimed) return "–";
  return (
    <span>
      {t("progress.by")} <Moment at={attempt.expires_at} />
    </span>
  );
}

type ActionsProps = { attempt: LearnerAttempt; isTimed: boolean; ask: (attempt: LearnerAttempt, what: Asked["what"]) => void };

function Actions({ attempt, isTimed, ask }: ActionsProps) {
  const { t } = useTranslation("teacher");
  const { full_name: name, session_id: sessionId, session_status: status } = attempt;
  const actions = [
    ...(isTimed ? [{ key: "time", text: t("progress.time"), onChoose: () => ask(attempt, "time") }] : []),
    ...(sessionId ? [{ key: "reset", text: t("intervene.reset"), onChoose: () => ask(attempt, "reset") }] : []),
    ...(sessionId && status !== "invalidated"
      ? [{ key: "void", text: t("intervene.void"), isDangerous: true, onChoose: () => ask(attempt, "void") }]
      : []),
  ];
  return (
    <span className="row-actions">
      {sessionId && (
        <Link to="/teach/sessions/$sessionId" params={{ sessionId }} aria-label={t("attempt.reviewNamed", { name })}>
          {t("attempt.review")}
        </Link>
      )}
      {actions.length > 0 && <Menu label={t("progress.more")} hiddenLabel={t("progress.moreFor", { name })} actions={actions} />}
    </span>
  );
}
