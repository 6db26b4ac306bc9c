import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { RosterImport, RosterReport } from "../api/contract";
import { isUnderWay, jobQuery } from "../api/jobs";
import { Button } from "../components/Button";
import { ConfirmDialog } from "../components/ConfirmDialog";
import { PageHeading } from "../components/PageHeading";
import { Progress } from "../components/Progress";
import { Failure, Loading } from "../components/States";
import { Table, type Column } from "../components/Table";
import { useFormats } from "../i18n/format";
import { Moment } from "../i18n/Moment";
import { rosterQuery } from "./queries";
import { RosterChanges } from "./RosterChanges";
import { keptFile, type RosterFile } from "./rosterFiles";
import { RosterProblems } from "./RosterProblems";
import { RosterState } from "./RosterState";
import { useSendRoster } from "./useSendRoster";

/** What one roster changes, or has changed; while a large one is being taken, how far that is. */
export function RosterPage() {
  const { t } = useTranslation("admin");
  const { rosterId } = useParams({ from: "/signed-in/admin/rosters/$rosterId" });
  const roster = useQuery(rosterQuery(rosterId));
  return (
    <div className="page">
      <p className="crumbs">
        <Link to="/admin/rosters">{t("rosters.back")}</Link>
      </p>
      {roster.isPending && <Loading />}
      {roster.isError && <Failure error={roster.error} onRetry={() => void roster.refetch()} />}
      {roster.data && <Roster key={roster.data.id} roster={roster.data} />}
    </div>
  );
}

function Roster({ roster }: { roster: RosterImport }) {
  const { t } = useTranslation("admin");
  const { report } = roster;
  return (
    <>
      <div className="page-top">
        <PageHeading title={t(roster.is_dry_run ? "rosters.comparedTitle" : "rosters.takenTitle", { name: roster.name })} />
        <div className="page-tools">
          <RosterState roster={roster} />
          <span className="hint">
            <Moment at={roster.created_at} />
          </span>
        </div>
      </div>
      {isUnderWay(roster.status) && roster.job_id !== null && <Course jobId={roster.job_id} />}
      {roster.status === "failed" && <p className="callout callout-alarm">{t("rosters.failed")}</p>}
      {report === null && roster.status === "succeeded" && <p className="hint">{t("rosters.reportGone")}</p>}
      {report !== null && (
        <>
          <Summary report={report} />
          {roster.is_dry_run && <Taking roster={roster} report={report} />}
          <RosterProblems name={roster.name} report={report} />
          <RosterChanges report={report} isDone={!roster.is_dry_run} />
        </>
      )}
    </>
  );
}

function Course({ jobId }: { jobId: string }) {
  const { t } = useTranslation("admin");
  const { percent } = useFormats();
  const job = useQuery(jobQuery(jobId));
  const progress = job.data?.progress ?? 0;
  return <Progress label={t("rosters.progress")} value={progress} text={percent(progress)} />;
}

const KINDS = ["people", "classes", "enrolments"] as const;
const COUNTS = ["added", "changed", "removed", "unchanged"] as const;

function Summary({ report }: { report: RosterReport }) {
  const { t } = useTranslation("admin");
  const { number } = useFormats();
  const columns: Column<(typeof KINDS)[number]>[] = [
    { key: "kind", head: t("rosters.kind"), cell: (kind) => t(`rosters.kinds.${kind}`) },
    ...COUNTS.map((count) => ({
      key: count,
      head: t(`rosters.counts.${count}`),
      cell: (kind: (typeof KINDS)[number]) => number(report[kind][count]),
      isNumber: true,
    })),
  ];
  return (
    <section aria-labelledby="roster-summary">
      <h2 id="roster-summary">{t("rosters.summary")}</h2>
      <Table caption={t("rosters.summary")} columns={columns} rows={[...KINDS]} rowKey={(kind) => kind} />
    </section>
  );
}

/** After a dry run: the way to take the roster, as long as this tab has its file. */
function Taking({ roster, report }: { roster: RosterImport; report: RosterReport }) {
  const { t } = useTranslation("admin");
  const file = keptFile(roster.id);
  const isNothing = KINDS.every((kind) => report[kind].added + report[kind].changed + report[kind].removed === 0);
  if (isNothing) return <p role="status">{t("rosters.nothing")}</p>;
  if (file === undefined)
    return (
      <p>
        {t("rosters.fileGone")} <Link to="/admin/rosters">{t("rosters.chooseAgain")}</Link>
      </p>
    );
  return <Take file={file} report={report} />;
}

function Take({ file, report }: { file: RosterFile; report: RosterReport }) {
  const { t } = useTranslation("admin");
  const [isAsking, setIsAsking] = useState(false);
  const take = useSendRoster(false);
  const removed = KINDS.reduce((sum, kind) => sum + report[kind].removed, 0);
  return (
    <>
      {take.error !== null && <Failure error={take.error} />}
      <div className="page-tools">
        <Button variant="primary" isBusy={take.isPending} onClick={() => setIsAsking(true)}>
          {t("rosters.take")}
        </Button>
        <span className="hint">{t("rosters.takeHint")}</span>
      </div>
      {isAsking && (
        <ConfirmDialog
          title={t("rosters.takeTitle", { name: file.name })}
          text={removed > 0 ? t("rosters.takeTextRemoving", { count: removed }) : t("rosters.takeText")}
          cancel={t("cancel")}
          confirm={t("rosters.take")}
          isDangerous={removed > 0}
          onCancel={() => setIsAsking(false)}
          onConfirm={() => {
            setIsAsking(false);
            take.mutate(file);
          }}
        />
      )}
    </>
  );
}
