import { useTranslation } from "react-i18next";

import { Badge } from "../components/Badge";
import { Spoken } from "../content/Spoken";
import { useFormats } from "../i18n/format";
import type { ReviewedAnswer } from "./contract";
import { useDuration } from "./useDuration";

/** One answer: the item as it was shown, what was chosen, what was right, how long it took, and what followed. */
export function ReviewedItem({ answer }: { answer: ReviewedAnswer }) {
  const { t } = useTranslation("teacher");
  const { item, feedback } = answer;
  const id = `question-${item.position}`;
  return (
    <li className="card reviewed-item" aria-labelledby={id}>
      <div className="reviewed-head">
        <h3 id={id}>{t("review.question", { position: item.position })}</h3>
        <Badge tone={feedback.is_correct ? "good" : "warm"}>{t(feedback.is_correct ? "review.isRight" : "review.isWrong")}</Badge>
        <span className="hint">
          {answer.skill_name} · {answer.item_code}
        </span>
      </div>
      <Spoken source={item.stem} spoken={item.stem_spoken} />
      <ul className="reviewed-options plain-list">
        {item.options.map((option, index) => (
          <ReviewedOption key={option.id} answer={answer} index={index} />
        ))}
      </ul>
      {feedback.misconception && (
        <p>
          <strong>{t("review.suggests", { name: feedback.misconception.name })}</strong> {feedback.misconception.description}
        </p>
      )}
      <Engine answer={answer} />
      <details>
        <summary>{t("review.solution")}</summary>
        <Spoken source={feedback.solution} spoken={feedback.solution_spoken} />
      </details>
    </li>
  );
}

function ReviewedOption({ answer: { item, answer, feedback }, index }: { answer: ReviewedAnswer; index: number }) {
  const { t } = useTranslation("teacher");
  const option = item.options[index];
  if (option === undefined) return null;
  const isChosen = option.id === answer.option;
  const isKey = option.id === feedback.key;
  return (
    <li data-key={isKey || undefined} data-chosen={isChosen || undefined}>
      <span className="reviewed-letter" aria-hidden="true">
        {String.fromCharCode("A".charCodeAt(0) + index)}
      </span>
      <span className="reviewed-text">
        <Spoken source={option.text} spoken={option.spoken} isInline />
      </span>
      {isChosen && <Badge tone={isKey ? "good" : "warm"}>{t("review.chosen")}</Badge>}
      {isKey && <Badge tone="good">{t("review.key")}</Badge>}
    </li>
  );
}

/** What the engine made of the answer, and why it had chosen the item. */
function Engine({ answer }: { answer: ReviewedAnswer }) {
  const { t } = useTranslation("teacher");
  const { number } = useFormats();
  const duration = useDuration();
  const reason = useReason();
  const { scale_after: scale } = answer;
  return (
    <dl className="reviewed-facts">
      <div>
        <dt>{t("course.time")}</dt>
        <dd>{duration(answer.response_ms)}</dd>
      </div>
      <div>
        <dt>{t("course.after")}</dt>
        <dd>
          {t("review.after", {
            score: number(scale.score),
            low: number(scale.low),
            high: number(scale.high),
            theta: number(answer.theta_after, 2),
            se: number(answer.se_after, 2),
          })}
        </dd>
      </div>
      <div>
        <dt>{t("review.why")}</dt>
        <dd>{reason(answer.reason)}</dd>
      </div>
    </dl>
  );
}

const REASON = /^(\w+) at theta (-?[\d.]+)(?:; \w+ took number (\d+) of (\d+))?$/;
const BEST = "mfi";

/** The engine's reason in the reader's words; as the engine gave it where it says something that we do not know. */
function useReason(): (reason: string) => string {
  const { t } = useTranslation("teacher");
  const { number } = useFormats();
  return (reason) => {
    const [, rule, theta, place, of] = REASON.exec(reason) ?? [];
    if (rule === undefined || theta === undefined) return reason;
    const values = { rule, theta: number(Number(theta), 2) };
    const chosen = rule === BEST ? t("review.reasonBest", values) : t("review.reasonRule", values);
    return place === undefined ? chosen : `${chosen} ${t("review.reasonPlace", { place, of })}`;
  };
}
