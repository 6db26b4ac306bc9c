import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import type { Simulation } from "../api/contract";
import { may } from "../api/permissions";
import { meQuery, testDesignsQuery } from "../api/queries";
import { JobBadge } from "../components/JobBadge";
import { PageHeading } from "../components/PageHeading";
import { ShowMore } from "../components/ShowMore";
import { EmptyState, Failure, Loading } from "../components/States";
import { Table, type Column } from "../components/Table";
import { useFormats } from "../i18n/format";
import { Moment } from "../i18n/Moment";
import { AuthorNavigation } from "./AuthorNavigation";
import { NewSimulation } from "./NewSimulation";
import { simulationsQuery } from "./queries";

/** What test designs do before learners meet them: a new simulation, and those there have been. */
export function SimulationsPage() {
  const { t } = useTranslation("author");
  const me = useQuery(meQuery);
  const designs = useQuery(testDesignsQuery);
  const simulations = useInfiniteQuery(simulationsQuery);
  const names = new Map((designs.data?.items ?? []).map(({ id, name }) => [id, name]));
  return (
    <div className="page">
      <div className="page-top">
        <AuthorNavigation />
        <PageHeading title={t("simulations.title")} />
        <p className="lead">{t("simulations.lead")}</p>
      </div>
      {me.data && may(me.data, "simulation:create") && designs.data && <NewSimulation designs={designs.data.items} />}
      <section aria-labelledby="simulations-list">
        <h2 id="simulations-list">{t("simulations.list")}</h2>
        {simulations.isPending && <Loading />}
        {simulations.isError && <Failure error={simulations.error} onRetry={() => void simulations.refetch()} />}
        {simulations.data?.length === 0 && (
          <EmptyState title={t("simulations.noneTitle")} text={t("simulations.noneText")} />
        )}
        {simulations.data && simulations.data.length > 0 && (
          <SimulationTable simulations={simulations.data} names={names} />
        )}
        {simulations.data && (
          <ShowMore
            shown={simulations.data.length}
            hasMore={simulations.hasNextPage}
            isBusy={simulations.isFetchingNextPage}
            onMore={() => void simulations.fetchNextPage()}
          />
        )}
      </section>
    </div>
  );
}

function SimulationTable({ simulations, names }: { simulations: Simulation[]; names: Map<string, string> }) {
  const { t } = useTranslation("author");
  const { number } = useFormats();
  const columns: Column<Simulation>[] = [
    {
      key: "design",
      head: t("simulations.design"),
      cell: ({ id, test_design_id }) => (
        <Link to="/author/simulations/$simulationId" params={{ simulationId: id }}>
          {names.get(test_design_id) ?? t("simulations.unnamed")}
        </Link>
      ),
    },
    { key: "asked", head: t("simulations.asked"), cell: ({ created_at }) => <Moment at={created_at} /> },
    {
      key: "examinees",
      head: t("simulations.examinees"),
      cell: ({ examinees }) => number(examinees),
      isNumber: true,
    },
    { key: "state", head: t("simulations.state"), cell: ({ status, progress }) => <JobBadge status={status} progress={progress} /> },
    {
      key: "rmse",
      head: t("simulations.rmse"),
      cell: ({ result }) => (result ? number(result.rmse, 3) : "–"),
      isNumber: true,
    },
    {
      key: "length",
      head: t("simulations.length"),
      cell: ({ result }) => (result ? number(result.mean_length, 1) : "–"),
      isNumber: true,
    },
  ];
  return <Table caption={t("simulations.list")} columns={columns} rows={simulations} rowKey={({ id }) => id} />;
}
