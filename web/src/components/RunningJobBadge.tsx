import { useQuery } from "@tanstack/react-query";

import { jobQuery } from "../api/jobs";
import { JobBadge } from "./JobBadge";

/** How far a job is that runs, for whoever may read it; read again and again until it is over. */
export function RunningJobBadge({ jobId }: { jobId: string }) {
  const job = useQuery(jobQuery(jobId));
  return <JobBadge status={job.data?.status ?? "running"} progress={job.data?.progress ?? 0} />;
}
