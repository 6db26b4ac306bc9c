import { useTranslation } from "react-i18next";

import type { SessionSummary, TestDesign } from "../api/contract";
import { StartButton } from "./StartButton";
import { TimeLimit } from "./TimeLimit";

type TestCardProps = { design: TestDesign; unfinished: SessionSummary | null };

/** A test on offer, with one button that leads to its first item or back to where it was left. */
export function TestCard({ design, unfinished }: TestCardProps) {
  const { t } = useTranslation(["learner", "common"]);
  return (
    <li className="card test-card" data-mode={design.mode}>
      <p className="tag">{t(`common:mode.${design.mode}`)}</p>
      <h3>{design.name}</h3>
      <p>{design.description}</p>
      <p className="facts">
        <Length design={design} /> · <TimeLimit seconds={design.time_limit_seconds} />
        <br />
        {t(`common:mode.${design.mode}Text`)}
      </p>
      <StartButton testDesignId={design.id} name={design.name} unfinishedId={unfinished?.id ?? null} />
    </li>
  );
}

function Length({ design: { min_items: min, max_items: max } }: { design: TestDesign }) {
  const { t } = useTranslation("learner");
  return <span>{min === max ? t("home.questionsFixed", { max }) : t("home.questions", { min, max })}</span>;
}
