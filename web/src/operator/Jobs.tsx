import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api } from "../api/client";
import type { Job } from "../api/contract";
import { bodyOf } from "../api/reach";
import { Button } from "../components/Button";
import { JobBadge } from "../components/JobBadge";
import { Select } from "../components/Select";
import { ShowMore } from "../components/ShowMore";
import { EmptyState, Failure, Loading } from "../components/States";
import { Table, type Column } from "../components/Table";
import { useFormats } from "../i18n/format";
import { Moment } from "../i18n/Moment";
import { jobsQuery } from "./queries";

const STATUSES = ["queued", "running", "succeeded", "failed", "cancelled"] as const;

/** Long work as it goes on, with ways to stop it and to try again. */
export function Jobs() {
  const { t } = useTranslation(["operator", "common"]);
  const [status, setStatus] = useState<Job["status"] | "">("");
  const jobs = useInfiniteQuery(jobsQuery(status || undefined));
  const act = useJobAction();
  return (
    <section aria-labelledby="operation-jobs">
      <h2 id="operation-jobs">{t("jobs.title")}</h2>
      <div className="filters">
        <Select
          label={t("jobs.status")}
          value={status}
          options={[{ value: "", text: t("jobs.all") }, ...STATUSES.map((value) => ({ value, text: t(`common:job.${value}`) }))]}
          onChange={setStatus}
        />
      </div>
      {jobs.isPending && <Loading />}
      {jobs.isError && <Failure error={jobs.error} onRetry={() => void jobs.refetch()} />}
      {act.error && <Failure error={act.error} />}
      {jobs.data?.length === 0 && <EmptyState title={t("jobs.noneTitle")} text={t("jobs.noneText")} />}
      {jobs.data && jobs.data.length > 0 && <JobTable jobs={jobs.data} onAct={(id, action) => act.mutate({ id, action })} />}
      {jobs.data && (
        <ShowMore
          shown={jobs.data.length}
          hasMore={jobs.hasNextPage}
          isBusy={jobs.isFetchingNextPage}
          onMore={() => void jobs.fetchNextPage()}
        />
      )}
    </section>
  );
}

type Action = "cancel" | "retry";

function useJobAction() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ id, action }: { id: string; action: Action }) =>
      bodyOf(api.POST(`/api/v1/jobs/{id}/${action}`, { params: { path: { id } } })),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ["jobs"] }),
  });
}

function JobTable({ jobs, onAct }: { jobs: Job[]; onAct: (id: string, action: Action) => void }) {
  const { t } = useTranslation("operator");
  const { number } = useFormats();
  const columns: Column<Job>[] = [
    { key: "kind", head: t("jobs.kind"), cell: ({ kind }) => (kind === "simulate_design" ? t("jobs.simulation") : kind) },
    { key: "state", head: t("jobs.status"), cell: ({ status, progress }) => <JobBadge status={status} progress={progress} /> },
    {
      key: "progress",
      head: t("jobs.progress"),
      cell: ({ progress, kind }) => <progress max={1} value={progress} aria-label={t("jobs.progressOf", { kind })} />,
    },
    { key: "attempts", head: t("letters.attempts"), cell: ({ attempts }) => number(attempts), isNumber: true },
    { key: "asked", head: t("jobs.asked"), cell: ({ created_at }) => <Moment at={created_at} /> },
    { key: "action", head: t("actions"), cell: (job) => <JobAction job={job} onAct={onAct} /> },
  ];
  return <Table caption={t("jobs.title")} columns={columns} rows={jobs} rowKey={({ id }) => id} />;
}

function JobAction({ job, onAct }: { job: Job; onAct: (id: string, action: Action) => void }) {
  const { t } = useTranslation("operator");
  if (job.actions.includes("retry")) {
    return (
      <Button isSmall onClick={() => onAct(job.id, "retry")}>
        {t("jobs.retry")}
      </Button>
    );
  }
  if (job.actions.includes("cancel")) {
    return (
      <Button isSmall onClick={() => onAct(job.id, "cancel")}>
        {t("jobs.cancel")}
      </Button>
    );
  }
  return "–";
}
