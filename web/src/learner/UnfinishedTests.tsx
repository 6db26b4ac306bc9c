import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import type { SessionSummary } from "../api/contract";
import { useFormats } from "../i18n/format";

export function UnfinishedTests({ sessions }: { sessions: SessionSummary[] }) {
  const { t } = useTranslation("learner");
  const { moment } = useFormats();
  return (
    <section className="unfinished" aria-labelledby="unfinished-title">
      <h2 id="unfinished-title">{t("home.resumeTitle")}</h2>
      <ul>
        {sessions.map((session) => (
          <li key={session.id}>
            <div>
              <p className="unfinished-name">{session.test_design_name}</p>
              <p>
                {session.status === "paused" && <>{t("home.paused")} · </>}
                {t("home.answered", { count: session.answered })} ·{" "}
                {t("home.startedAt", { when: moment(session.started_at) })}
              </p>
            </div>
            <Link
              to="/sessions/$sessionId"
              params={{ sessionId: session.id }}
              className="button button-dawn"
              aria-label={t("home.resumeNamed", { name: session.test_design_name })}
            >
              {t("home.resume")}
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
