import { useTranslation } from "react-i18next";

import type { ItemSummary } from "../api/contract";
import { Badge, type Tone } from "../components/Badge";

const TONES: Record<ItemSummary["status"], Tone> = {
  draft: "plain",
  in_review: "warm",
  approved: "good",
  pretest: "warm",
  operational: "good",
  retired: "plain",
};

/** How far an item is on its way from draft to retirement. */
export function StatusBadge({ status }: { status: ItemSummary["status"] }) {
  const { t } = useTranslation("author");
  return <Badge tone={TONES[status]}>{t(`status.${status}`)}</Badge>;
}
