import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { Badge } from "../components/Badge";
import { Menu } from "../components/Menu";
import { Table, type Column } from "../components/Table";
import { Moment } from "../i18n/Moment";
import type { PastSession, SessionSummary } from "./contract";
import { InterventionDialog, type Kind } from "./InterventionDialog";
import { Score } from "./Score";

/** What can be done to an attempt; `ask` opens the dialogue for it. */
function AttemptActions({ kinds, named, onAsk }: { kinds: Kind[]; named: string; onAsk: (kind: Kind) => void }) {
  const { t } = useTranslation("teacher");
  const actions = kinds.map((kind) => ({
    key: kind,
    text: t(`intervene.${kind}`),
    isDangerous: kind === "void",
    onChoose: () => onAsk(kind),
  }));
  return <Menu label={t("progress.more")} hiddenLabel={t("progress.moreFor", { name: named })} actions={actions} />;
}

/** The tests that a learner is in the middle of. */
export function RunningAttempts({ sessions, who }: { sessions: SessionSummary[]; who: string }) {
  const { t } = useTranslation("teacher");
  const [asked, setAsked] = useState<{ id: string; kind: Kind } | null>(null);
  return (
    <section aria-labelledby="running-title">
      <h2 id="running-title">{t("attempt.running")}</h2>
      <ul className="running plain-list">
        {sessions.map((session) => (
          <li key={session.id} className="card">
            <div>
              <p>
                <strong>{session.test_design_name}</strong>{" "}
                <Badge tone="warm">{t(session.status === "paused" ? "attempt.status.paused" : "attempt.status.active")}</Badge>
              </p>
              <p className="hint">
                {t("attempt.answered", { count: session.answered })}
                {session.time_limit_seconds !== null && session.status === "active" && (
                  <>
                    {" · "}
                    {t("progress.by")} <Moment at={session.expires_at} />
                  </>
                )}
              </p>
            </div>
            <span className="row-actions">
              <Link to="/teach/sessions/$sessionId" params={{ sessionId: session.id }}>
                {t("attempt.review")}
              </Link>
              <AttemptActions
                kinds={session.time_limit_seconds === null ? ["reset", "void"] : ["extend", "reset", "void"]}
                named={session.test_design_name}
                onAsk={(kind) => setAsked({ id: session.id, kind })}
              />
            </span>
          </li>
        ))}
      </ul>
      {asked && <InterventionDialog kind={asked.kind} sessionId={asked.id} who={who} onClose={() => setAsked(null)} />}
    </section>
  );
}

/** Every test that is over, newest first. */
export function Attempts({ tests, who }: { tests: PastSession[]; who: string }) {
  const { t } = useTranslation("teacher");
  const [asked, setAsked] = useState<{ id: string; kind: Kind } | null>(null);
  const columns: Column<PastSession>[] = [
    {
      key: "test",
      head: t("assignment.test"),
      cell: ({ session_id: sessionId, test_design_name: name }) => (
        <Link to="/teach/sessions/$sessionId" params={{ sessionId }}>
          {name}
        </Link>
      ),
      sortBy: ({ test_design_name }) => test_design_name,
    },
    { key: "when", head: t("attempt.when"), cell: ({ finished_at }) => <Moment at={finished_at} />, sortBy: ({ finished_at }) => finished_at },
    {
      key: "score",
      head: t("learner.score"),
      cell: ({ scale, status }) =>
        status === "invalidated" ? <Badge tone="alarm">{t("attempt.status.invalidated")}</Badge> : <Score scale={scale} />,
      sortBy: ({ scale }) => scale?.score ?? null,
    },
    {
      key: "right",
      head: t("attempt.right"),
      cell: ({ correct, answered }) => t("assignment.doneOf", { done: correct, learners: answered }),
      isNumber: true,
    },
    {
      key: "actions",
      head: t("progress.actions"),
      cell: ({ session_id: id, status, test_design_name: name }) => (
        <AttemptActions
          kinds={status === "invalidated" ? ["reset"] : ["reset", "void"]}
          named={name}
          onAsk={(kind) => setAsked({ id, kind })}
        />
      ),
    },
  ];
  return (
    <section aria-labelledby="attempts-title">
      <h2 id="attempts-title">{t("attempt.title")}</h2>
      <Table
        caption={t("attempt.title")}
        columns={columns}
        rows={tests}
        rowKey={({ session_id }) => session_id}
        sortedAtFirst={{ key: "when", isDescending: true }}
      />
      {asked && <InterventionDialog kind={asked.kind} sessionId={asked.id} who={who} onClose={() => setAsked(null)} />}
    </section>
  );
}
