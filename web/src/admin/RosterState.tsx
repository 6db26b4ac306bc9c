import type { RosterImport } from "../api/contract";
import { JobBadge } from "../components/JobBadge";
import { RunningJobBadge } from "../components/RunningJobBadge";

/** Where an import stands: at once done, or as far as its job is. */
export function RosterState({ roster }: { roster: RosterImport }) {
  return roster.job_id === null || roster.status !== "running" ? (
    <JobBadge status={roster.status} progress={0} />
  ) : (
    <RunningJobBadge jobId={roster.job_id} />
  );
}
