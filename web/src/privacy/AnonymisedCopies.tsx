import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import { api, newIdempotencyKey } from "../api/client";
import { bodyOf } from "../api/reach";
import { Button } from "../components/Button";
import { Check, TextField } from "../components/Field";
import { JobBadge } from "../components/JobBadge";
import { RunningJobBadge } from "../components/RunningJobBadge";
import { saveFrom } from "../components/saveFile";
import { Failure } from "../components/States";
import { Table, type Column } from "../components/Table";
import { useFormats } from "../i18n/format";
import { Moment } from "../i18n/Moment";
import { Listing } from "../components/Listing";
import { copiesQuery, type AnonymisedCopy, type CopyReport } from "./queries";

const LEAST_K = 10;
const MOST_K = 1000;

/** Copies of all responses in which nobody can be told from at least k - 1 others, each with its report. */
export function AnonymisedCopies() {
  const { t } = useTranslation("privacy");
  return (
    <>
      <p>{t("copies.lead")}</p>
      <NewCopy />
      <Listing list={useInfiniteQuery(copiesQuery)} noneTitle={t("copies.noneTitle")} noneText={t("copies.noneText")}>
        {(rows) => <CopyTable copies={rows} />}
      </Listing>
    </>
  );
}

function NewCopy() {
  const { t } = useTranslation("privacy");
  const queryClient = useQueryClient();
  const [k, setK] = useState(String(LEAST_K));
  const [withSimulated, setWithSimulated] = useState(false);
  const ask = useMutation({
    mutationFn: () => {
      const params = { header: { "Idempotency-Key": newIdempotencyKey() } };
      const body = { k: Number(k), include_simulated: withSimulated };
      return bodyOf(api.POST("/api/v1/privacy/anonymised_copies", { params, body }));
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: copiesQuery.queryKey }),
  });
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (!ask.isPending) ask.mutate();
  };
  return (
    <form className="fields privacy-form" onSubmit={submit}>
      {ask.error !== null && <Failure error={ask.error} />}
      <TextField
        label={t("copies.k")}
        hint={t("copies.kHint", { least: LEAST_K })}
        type="number"
        min={LEAST_K}
        max={MOST_K}
        step={1}
        isRequired
        value={k}
        onChange={setK}
      />
      <Check
        label={t("copies.withSimulated")}
        hint={t("copies.withSimulatedHint")}
        isOn={withSimulated}
        onChange={setWithSimulated}
      />
      <p>
        <Button type="submit" isBusy={ask.isPending}>
          {t("copies.ask")}
        </Button>
      </p>
    </form>
  );
}

function CopyTable({ copies }: { copies: AnonymisedCopy[] }) {
  const { t } = useTranslation("privacy");
  const { number } = useFormats();
  const save = useSave();
  const column = (name: "k_reached" | "people" | "rows"): Column<AnonymisedCopy> => ({
    key: name,
    head: t(`copies.report.${name}`),
    cell: ({ report }) => (report === null ? "–" : number(report[name])),
    isNumber: true,
  });
  const columns: Column<AnonymisedCopy>[] = [
    { key: "asked", head: t("asked"), cell: ({ created_at }) => <Moment at={created_at} /> },
    {
      key: "state",
      head: t("state"),
      cell: ({ status, job_id }) =>
        status === "running" ? <RunningJobBadge jobId={job_id} /> : <JobBadge status={status} progress={0} />,
    },
    { key: "k", head: t("copies.report.k_wanted"), cell: ({ k }) => number(k), isNumber: true },
    column("k_reached"),
    column("people"),
    column("rows"),
    {
      key: "precision",
      head: t("copies.precision.title"),
      cell: ({ report }) => (report === null ? "–" : <Precision report={report} />),
    },
    {
      key: "save",
      head: t("exports.file"),
      cell: (copy) =>
        copy.report === null ? (
          "–"
        ) : (
          <Button isSmall isBusy={save.isPending && save.variables === copy} onClick={() => save.mutate(copy)}>
            {t("download")}
          </Button>
        ),
    },
  ];
  return (
    <>
      {save.error !== null && <Failure error={save.error} />}
      <Table caption={t("copies.title")} columns={columns} rows={copies} rowKey={({ id }) => id} />
    </>
  );
}

/** What the copy says of each trait of people, whether it tells how they did, and how much was left out for that. */
function Precision({ report }: { report: CopyReport }) {
  const { t } = useTranslation("privacy");
  const { number } = useFormats();
  return (
    <details className="privacy-more">
      <summary>{t("copies.precision.title")}</summary>
      <dl className="privacy-precision">
        {report.precision.map((told) => (
          <div key={told.trait}>
            <dt>{t(`copies.precision.${told.trait}.title`)}</dt>
            <dd>{t(`copies.precision.${told.trait}.${levelOf(told)}`)}</dd>
          </div>
        ))}
        {(["people_left_out", "rows_left_out"] as const).map((name) => (
          <div key={name}>
            <dt>{t(`copies.report.${name}`)}</dt>
            <dd>{number(report[name])}</dd>
          </div>
        ))}
      </dl>
      {report.results_reached !== null && (
        <p>{t("copies.precision.results", { number: number(report.results_reached) })}</p>
      )}
    </details>
  );
}

function levelOf({ steps, most_steps }: CopyReport["precision"][number]) {
  if (steps === most_steps) return "nothing";
  return steps === 0 ? "exact" : "rough";
}

function useSave() {
  return useMutation({
    mutationFn: ({ id }: AnonymisedCopy) =>
      bodyOf(api.GET("/api/v1/privacy/anonymised_copies/{id}", { params: { path: { id } } })),
    onSuccess: ({ download_url: address, created_at }) => {
      if (address) saveFrom(address, `responses-${created_at.slice(0, 10)}.zip`);
    },
  });
}
