import { useTranslation } from "react-i18next";

import type { Job } from "../api/contract";
import { useFormats } from "../i18n/format";
import { Badge, type Tone } from "./Badge";

const TONES: Record<Job["status"], Tone> = {
  queued: "plain",
  running: "warm",
  succeeded: "good",
  failed: "alarm",
  cancelled: "plain",
};

/** Where a long job stands; with how far it is while it runs. */
export function JobBadge({ status, progress }: { status: Job["status"]; progress: number }) {
  const { t } = useTranslation();
  const { percent } = useFormats();
  return (
    <Badge tone={TONES[status]}>
      {t(`job.${status}`)}
      {status === "running" && ` · ${percent(progress)}`}
    </Badge>
  );
}
