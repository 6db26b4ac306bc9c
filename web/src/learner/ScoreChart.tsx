import { useId } from "react";
import { Trans, useTranslation } from "react-i18next";

import type { Result } from "../api/contract";

const TICK_STEP = 100;
/** From the top in pixels: the summit, the ground on which it stands, the foot of the figures below. */
const SUMMIT = 12;
const GROUND = 148;
const FIGURES = 174;
/** The hill is drawn in a square of this side and stretched; only its shape matters. */
const SIDE = 100;
const HILL_POINTS = 120;

/** The score with its band, as a hill over the scale: high where the score probably is. */
export function ScoreChart({ result }: { result: Result }) {
  const { t } = useTranslation("learner");
  const { score, low, high } = result.scale;
  const percent = Math.round(result.band.level * 100);
  return (
    <section className="score">
      <div className="score-words">
        <p className="score-figure">
          <span className="score-label">{t("result.score")}</span> {Math.round(score)}
        </p>
        <p>
          <Trans
            t={t}
            i18nKey="result.bandWords"
            values={{ percent, low: Math.round(low), high: Math.round(high) }}
            components={{ strong: <strong /> }}
          />
        </p>
      </div>
      <Hill scale={result.scale} percent={percent} />
    </section>
  );
}

/** Positions are percentages of the width, so that the figures keep their size on a narrow screen. */
function Hill({ scale, percent }: { scale: Result["scale"]; percent: number }) {
  const { t } = useTranslation("learner");
  const id = useId();
  const at = (value: number) => ((value - scale.minimum) / (scale.maximum - scale.minimum)) * SIDE;
  const rounded = { score: Math.round(scale.score), low: Math.round(scale.low), high: Math.round(scale.high), percent };
  return (
    <svg className="hill" role="img" aria-labelledby={`${id}-title ${id}-desc`} width="100%" height={FIGURES + 6}>
      <title id={`${id}-title`}>{t("result.chartTitle", scale)}</title>
      <desc id={`${id}-desc`}>{t("result.chartText", rounded)}</desc>
      <svg viewBox={`0 0 ${SIDE} ${SIDE}`} preserveAspectRatio="none" y={SUMMIT} width="100%" height={GROUND - SUMMIT}>
        <path className="hill-rest" d={hillPath(scale, scale.minimum, scale.maximum)} />
        <path className="hill-band" d={hillPath(scale, scale.low, scale.high)} />
      </svg>
      <line className="hill-ground" x1="0" x2="100%" y1={GROUND} y2={GROUND} />
      <line className="hill-score" x1={`${at(scale.score)}%`} x2={`${at(scale.score)}%`} y1={SUMMIT} y2={GROUND} />
      <circle className="hill-foot" cx={`${at(scale.score)}%`} cy={GROUND} r="7" />
      {ticks(scale).map((tick) => (
        <text key={tick} className="hill-tick" x={`${at(tick)}%`} y={FIGURES} textAnchor={anchor(tick, scale)}>
          {tick}
        </text>
      ))}
    </svg>
  );
}

/** The normal curve around the score from `from` to `to`, closed along the ground. */
function hillPath(scale: Result["scale"], from: number, to: number): string {
  // A 95 % band reaches 1.96 standard deviations to either side, and less where the scale ends.
  const spread = Math.max(scale.score - scale.low, scale.high - scale.score, 1) / 1.96;
  const points = Array.from({ length: HILL_POINTS + 1 }, (_, index) => {
    const value = from + ((to - from) * index) / HILL_POINTS;
    const x = ((value - scale.minimum) / (scale.maximum - scale.minimum)) * SIDE;
    const y = SIDE * (1 - Math.exp(-0.5 * ((value - scale.score) / spread) ** 2));
    return `${x.toFixed(2)} ${y.toFixed(2)}`;
  });
  return `M${points[0]?.split(" ")[0] ?? "0"} ${SIDE}L${points.join("L")}V${SIDE}Z`;
}

function ticks({ minimum, maximum }: Result["scale"]): number[] {
  return Array.from({ length: Math.floor((maximum - minimum) / TICK_STEP) + 1 }, (_, index) => minimum + index * TICK_STEP);
}

function anchor(tick: number, { minimum, maximum }: Result["scale"]): "start" | "middle" | "end" {
  if (tick === minimum) return "start";
  return tick === maximum ? "end" : "middle";
}
