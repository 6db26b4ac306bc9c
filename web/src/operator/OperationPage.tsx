import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { Badge } from "../components/Badge";
import { PageHeading } from "../components/PageHeading";
import { useProblemText } from "../components/useProblemText";
import { DeadLetters } from "./DeadLetters";
import { Jobs } from "./Jobs";
import { healthQuery, readinessQuery } from "./queries";

/** How the service does: whether it answers, what could not be handled, and what it is at work on. */
export function OperationPage() {
  const { t } = useTranslation("operator");
  const health = useQuery(healthQuery);
  const readiness = useQuery(readinessQuery);
  return (
    <div className="page">
      <div className="page-top">
        <PageHeading title={t("title")} />
        <p className="lead">{t("lead")}</p>
      </div>
      <section aria-labelledby="operation-health">
        <h2 id="operation-health">{t("health.title")}</h2>
        <dl className="facts-list">
          <Sign name={t("health.alive")} query={health} />
          <Sign name={t("health.ready")} query={readiness} />
        </dl>
      </section>
      <DeadLetters />
      <Jobs />
    </div>
  );
}

function Sign({ name, query }: { name: string; query: UseQueryResult }) {
  const { t } = useTranslation("operator");
  const problem = useProblemText(query.error);
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <span role="status">
          {query.isPending && t("health.asking")}
          {query.isSuccess && <Badge tone="good">{t("health.well")}</Badge>}
          {query.isError && <Badge tone="alarm">{problem}</Badge>}
        </span>
      </dd>
    </div>
  );
}
