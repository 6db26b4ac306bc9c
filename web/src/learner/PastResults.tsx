import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { SessionSummary } from "../api/contract";
import { Table, type Column } from "../components/Table";
import { useFormats } from "../i18n/format";
import { Moment } from "../i18n/Moment";

/** So many are shown at first: what most people look for is the newest. */
const NEWEST = 6;

export function PastResults({ sessions }: { sessions: SessionSummary[] }) {
  const { t } = useTranslation("learner");
  const [showsAll, setShowsAll] = useState(false);
  const shown = showsAll ? sessions : sessions.slice(0, NEWEST);
  return (
    <section aria-labelledby="results-title">
      <h2 id="results-title">{t("home.resultsTitle")}</h2>
      {sessions.length > 0 && (
        <p>
          <Link to="/history">{t("home.seeAllResults")}</Link>
        </p>
      )}
      {sessions.length === 0 ? <p className="hint">{t("home.noResults")}</p> : <ResultTable sessions={shown} />}
      {shown.length < sessions.length && (
        <p>
          <button type="button" className="button" onClick={() => setShowsAll(true)}>
            {t("home.showAll", { count: sessions.length })}
          </button>
        </p>
      )}
    </section>
  );
}

function ResultTable({ sessions }: { sessions: SessionSummary[] }) {
  const { t } = useTranslation("learner");
  const { moment } = useFormats();
  const when = (session: SessionSummary) => session.finished_at ?? session.expires_at;
  const columns: Column<SessionSummary>[] = [
    { key: "test", head: t("home.resultsHead.test"), cell: ({ test_design_name }) => test_design_name },
    { key: "finished", head: t("home.resultsHead.finished"), cell: (session) => <Moment at={when(session)} /> },
    { key: "questions", head: t("home.resultsHead.questions"), cell: ({ answered }) => answered, isNumber: true },
    {
      key: "result",
      head: t("home.resultsHead.result"),
      cell: (session) => (
        <Link
          to="/sessions/$sessionId/result"
          params={{ sessionId: session.id }}
          aria-label={t("home.seeResultNamed", { name: session.test_design_name, when: moment(when(session)) })}
        >
          {t("home.seeResult")}
        </Link>
      ),
    },
  ];
  return <Table caption={t("home.resultsTitle")} columns={columns} rows={sessions} rowKey={({ id }) => id} />;
}
