import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { Failure } from "../components/States";
import { Moment } from "../i18n/Moment";
import { interventionsQuery } from "./queries";

/** What staff did to an attempt: who, when and why. Shows nothing where nobody did anything. */
export function InterventionLog({ sessionId }: { sessionId: string }) {
  const { t } = useTranslation("teacher");
  const log = useQuery(interventionsQuery(sessionId));
  if (log.isError) return <Failure error={log.error} onRetry={() => void log.refetch()} />;
  if (!log.data || log.data.items.length === 0) return null;
  return (
    <section aria-labelledby="log-title">
      <h2 id="log-title">{t("log.title")}</h2>
      <ul className="log plain-list">
        {log.data.items.map(({ id, kind, reason, extra_seconds: seconds, by_name: by, at }) => (
          <li key={id}>
            <p>
              <strong>{kind === "extended" ? t("log.extended", { count: Math.round((seconds ?? 0) / 60) }) : t(`log.${kind}`)}</strong>{" "}
              <span className="hint">
                {by} · <Moment at={at} />
              </span>
            </p>
            <p>{reason}</p>
          </li>
        ))}
      </ul>
    </section>
  );
}
