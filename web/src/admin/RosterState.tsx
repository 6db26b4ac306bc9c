import { useQuery } from "@tanstack/react-query";

import { jobQuery } from "../api/jobs";
import type { RosterImport } from "../api/contract";
import { JobBadge } from "../components/JobBadge";

/** Where an import stands: at once done, or as far as its job is. */
export function RosterState({ roster }: { roster: RosterImport }) {
  return roster.job_id === null || roster.status !== "running" ? (
    <JobBadge status={roster.status} progress={0} />
  ) : (
    <RunningState jobId={roster.job_id} />
  );
}

function RunningState({ jobId }: { jobId: string }) {
  const job = useQuery(jobQuery(jobId));
  return <JobBadge status={job.data?.status ?? "running"} progress={job.data?.progress ?? 0} />;
}
