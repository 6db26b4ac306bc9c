import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import type { PastSession } from "../api/contract";
import { historyQuery } from "../api/queries";
import { buttonClass } from "../components/Button";
import { PageHeading } from "../components/PageHeading";
import { EmptyState, Failure, Loading } from "../components/States";
import { HistoryChart } from "./HistoryChart";
import { measured } from "./growth";
import { HistoryTable } from "./HistoryTable";

/** How the learner's score went, test by test: in words, as a curve with its band, and as a table. */
export function HistoryPage() {
  const { t } = useTranslation("learner");
  const history = useQuery(historyQuery);
  return (
    <div className="page">
      <div className="page-top">
        <PageHeading title={t("history.title")} />
        {history.data && history.data.items.length > 0 && <p className="lead">{t("history.lead")}</p>}
      </div>
      {history.isPending && <Loading />}
      {history.isError && <Failure error={history.error} onRetry={() => void history.refetch()} />}
      {history.data?.items.length === 0 && <NoHistory />}
      {history.data && history.data.items.length > 0 && <History tests={history.data.items} />}
    </div>
  );
}

function History({ tests }: { tests: PastSession[] }) {
  const { t } = useTranslation("learner");
  return (
    <>
      <HistoryChart tests={measured(tests)} />
      <section aria-labelledby="history-tests">
        <h2 id="history-tests">{t("history.all")}</h2>
        <HistoryTable tests={tests} />
      </section>
    </>
  );
}

function NoHistory() {
  const { t } = useTranslation("learner");
  return (
    <>
      <EmptyState title={t("history.emptyTitle")} text={t("history.emptyText")} />
      <p>
        <Link to="/" className={buttonClass("primary")}>
          {t("history.toTests")}
        </Link>
      </p>
    </>
  );
}
