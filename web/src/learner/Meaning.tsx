import { useTranslation } from "react-i18next";

import type { Result } from "../api/contract";

/** Standard errors of the ability up to which a result counts as sharp or fair. */
const SHARP = 0.3;
const FAIR = 0.45;

const STOPS = [
  "max_items",
  "time_limit",
  "se_reached",
  "theta_stable",
  "classified",
  "no_gain",
  "no_item_left",
  "learner_finished",
  "expired",
] as const;

/** What the numbers do and do not say. */
export function Meaning({ result }: { result: Result }) {
  const { t } = useTranslation("learner");
  const { minimum, maximum } = result.scale;
  const stop = STOPS.find((reason) => reason === (result.stop_reason ?? result.status));
  return (
    <section aria-labelledby="meaning-title">
      <h2 id="meaning-title">{t("result.meaningTitle")}</h2>
      {result.answered === 0 ? (
        <p>{t("result.noAnswers")}</p>
      ) : (
        <>
          <p>{t(`result.meaning.${standing(result)}`, { middle: (minimum + maximum) / 2 })}</p>
          <p>{t(`result.precision.${precision(result)}`)}</p>
          <p>{t("result.counts", { count: result.answered, correct: result.correct })}</p>
        </>
      )}
      {stop && <p>{t(`result.stop.${stop}`)}</p>}
    </section>
  );
}

function standing({ scale }: Result): "above" | "below" | "around" {
  const middle = (scale.minimum + scale.maximum) / 2;
  if (scale.low > middle) return "above";
  return scale.high < middle ? "below" : "around";
}

function precision({ se }: Result): "sharp" | "fair" | "wide" {
  if (se <= SHARP) return "sharp";
  return se <= FAIR ? "fair" : "wide";
}
