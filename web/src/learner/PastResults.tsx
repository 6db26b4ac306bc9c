import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import type { SessionSummary } from "../api/contract";
import { formatMoment } from "../i18n/dates";

export function PastResults({ sessions }: { sessions: SessionSummary[] }) {
  const { t } = useTranslation();
  return (
    <section aria-labelledby="results-title">
      <h2 id="results-title">{t("home.resultsTitle")}</h2>
      {sessions.length === 0 ? (
        <p className="hint">{t("home.noResults")}</p>
      ) : (
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
              <PastResult key={session.id} session={session} />
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function PastResult({ session }: { session: SessionSummary }) {
  const { t, i18n } = useTranslation();
  const when = formatMoment(session.finished_at ?? session.expires_at, i18n.language);
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
