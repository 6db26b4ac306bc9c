import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { SessionSummary } from "../api/contract";
import { useFormats } from "../i18n/format";

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
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">{t("home.resultsHead.test")}</th>
          <th scope="col">{t("home.resultsHead.finished")}</th>
          <th scope="col" className="wide-only number">
            {t("home.resultsHead.questions")}
          </th>
          <th scope="col">{t("home.resultsHead.result")}</th>
        </tr>
      </thead>
      <tbody>
        {sessions.map((session) => (
          <ResultRow key={session.id} session={session} />
        ))}
      </tbody>
    </table>
  );
}

function ResultRow({ session }: { session: SessionSummary }) {
  const { t } = useTranslation("learner");
  const { moment } = useFormats();
  const when = moment(session.finished_at ?? session.expires_at);
  return (
    <tr>
      <th scope="row">{session.test_design_name}</th>
      <td>{when}</td>
      <td className="wide-only number">{session.answered}</td>
      <td>
        <Link
          to="/sessions/$sessionId/result"
          params={{ sessionId: session.id }}
          aria-label={t("home.seeResultNamed", { name: session.test_design_name, when })}
        >
          {t("home.seeResult")}
        </Link>
      </td>
    </tr>
  );
}
