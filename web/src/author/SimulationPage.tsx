import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { api } from "../api/client";
import type { JobEvent, Simulation } from "../api/contract";
import { may } from "../api/permissions";
import { meQuery, testDesignsQuery } from "../api/queries";
import { bodyOf } from "../api/reach";
import { Button } from "../components/Button";
import { JobBadge } from "../components/JobBadge";
import { PageHeading } from "../components/PageHeading";
import { Progress } from "../components/Progress";
import { Failure, Loading } from "../components/States";
import { Table, type Column } from "../components/Table";
import { useFormats } from "../i18n/format";
import { Moment } from "../i18n/Moment";
import { jobEventsQuery, simulationQuery } from "./queries";
import { SimulationFigures } from "./SimulationFigures";

/** One simulation: how far it is, and then what came out. */
export function SimulationPage() {
  const { t } = useTranslation("author");
  const { simulationId } = useParams({ from: "/signed-in/author/simulations/$simulationId" });
  const simulation = useQuery(simulationQuery(simulationId));
  const designs = useQuery(testDesignsQuery);
  const design = designs.data?.items.find(({ id }) => id === simulation.data?.test_design_id);
  return (
    <div className="page">
      <p>
        <Link to="/author/simulations">{t("simulation.back")}</Link>
      </p>
      <div className="page-top">
        <PageHeading title={t("simulation.title", { design: design?.name ?? "" })} />
        {simulation.data && <Facts simulation={simulation.data} />}
      </div>
      {simulation.isPending && <Loading />}
      {simulation.isError && <Failure error={simulation.error} onRetry={() => void simulation.refetch()} />}
      {simulation.data && <Course simulation={simulation.data} />}
      {simulation.data?.result && <SimulationFigures simulation={simulation.data} result={simulation.data.result} />}
    </div>
  );
}

function Facts({ simulation }: { simulation: Simulation }) {
  const { t } = useTranslation("author");
  const { number } = useFormats();
  return (
    <div className="page-tools">
      <JobBadge status={simulation.status} progress={simulation.progress} />
      <span className="hint">
        {t("simulation.facts", { examinees: number(simulation.examinees), seed: simulation.seed })}
      </span>
      <span className="hint">
        <Moment at={simulation.created_at} />
      </span>
    </div>
  );
}

/** How far it is while it runs, how to stop it, and what it has reported. */
function Course({ simulation }: { simulation: Simulation }) {
  const { t } = useTranslation("author");
  const { percent } = useFormats();
  const me = useQuery(meQuery);
  const isOver = !["queued", "running"].includes(simulation.status);
  const mayWatch = me.data !== undefined && may(me.data, "job:read");
  const cancel = useJobAction(simulation, "cancel");
  const retry = useJobAction(simulation, "retry");
  return (
    <section aria-labelledby="simulation-course">
      <h2 id="simulation-course">{t("simulation.course")}</h2>
      {!isOver && (
        <Progress label={t("simulation.progress")} value={simulation.progress} text={percent(simulation.progress)} />
      )}
      {simulation.status === "failed" && <p className="callout callout-alarm">{t("simulation.failed")}</p>}
      {(cancel.error ?? retry.error) && <Failure error={cancel.error ?? retry.error} />}
      {mayWatch && (
        <>
          <div className="page-tools">
            {!isOver && (
              <Button isSmall isBusy={cancel.isPending} onClick={() => cancel.mutate()}>
                {t("simulation.cancel")}
              </Button>
            )}
            {simulation.status === "failed" && (
              <Button isSmall isBusy={retry.isPending} onClick={() => retry.mutate()}>
                {t("simulation.retry")}
              </Button>
            )}
          </div>
          <Events jobId={simulation.job_id} isOver={isOver} />
        </>
      )}
    </section>
  );
}

function useJobAction(simulation: Simulation, action: "cancel" | "retry") {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: () => bodyOf(api.POST(`/api/v1/jobs/{id}/${action}`, { params: { path: { id: simulation.job_id } } })),
    onSettled: () => queryClient.invalidateQueries({ queryKey: simulationQuery(simulation.id).queryKey }),
  });
}

function Events({ jobId, isOver }: { jobId: string; isOver: boolean }) {
  const { t } = useTranslation("author");
  const { percent } = useFormats();
  const events = useQuery(jobEventsQuery(jobId, isOver));
  if (events.isError) return <Failure error={events.error} onRetry={() => void events.refetch()} />;
  if (events.data === undefined) return <Loading />;
  const columns: Column<JobEvent>[] = [
    { key: "stage", head: t("simulation.stage"), cell: ({ stage }) => stage },
    { key: "message", head: t("simulation.message"), cell: ({ message }) => message || "–" },
    {
      key: "fraction",
      head: t("simulation.fraction"),
      cell: ({ fraction }) => (fraction === null ? "–" : percent(fraction)),
      isNumber: true,
    },
    { key: "at", head: t("simulation.at"), cell: ({ at }) => <Moment at={at} /> },
  ];
  return (
    <details className="simulation-events">
      <summary>{t("simulation.events", { count: events.data.items.length })}</summary>
      <Table
        caption={t("simulation.eventsCaption")}
        columns={columns}
        rows={events.data.items}
        rowKey={({ seq }) => String(seq)}
      />
    </details>
  );
}
