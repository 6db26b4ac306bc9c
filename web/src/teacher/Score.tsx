import { useTranslation } from "react-i18next";

import { useFormats } from "../i18n/format";
import type { ScaleScore } from "./contract";

/** A score with its band: as figures, and as a mark on a line for the eye to compare down a column. */
export function Score({ scale }: { scale: ScaleScore | null }) {
  const { t } = useTranslation("teacher");
  const { number } = useFormats();
  if (scale === null) return <span className="hint">{t("score.none")}</span>;
  const at = (value: number) => ((value - scale.minimum) / (scale.maximum - scale.minimum)) * 100;
  return (
    <span className="score-cell">
      <span className="score-figures">
        <strong>{number(scale.score)}</strong>{" "}
        <span className="hint">{t("score.band", { low: number(scale.low), high: number(scale.high) })}</span>
      </span>
      <svg className="score-line" aria-hidden="true" focusable="false">
        <line className="score-line-whole" x1="0" x2="100%" y1="6" y2="6" />
        <line className="score-line-band" x1={`${at(scale.low)}%`} x2={`${at(scale.high)}%`} y1="6" y2="6" />
        <circle className="score-line-point" cx={`${at(scale.score)}%`} cy="6" r="4" />
      </svg>
    </span>
  );
}
