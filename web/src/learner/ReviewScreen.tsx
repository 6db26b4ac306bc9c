import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";

import type { Feedback, Option, Session } from "../api/contract";
import { usePageTitle } from "../components/usePageTitle";
import { Spoken } from "../content/Spoken";
import { HintLadder } from "./HintLadder";
import { OptionLetter } from "./OptionLetter";
import type { Review } from "./useAnswer";
import { useAnswerKeys } from "./useAnswerKeys";

type ReviewScreenProps = { review: Review; session: Session; onNext: () => void };

/** After a practice answer: right or wrong, what the wrong choice suggests, and how to work the item out. */
export function ReviewScreen({ review: { item, option, feedback }, session, onNext }: ReviewScreenProps) {
  const { t } = useTranslation("learner");
  const heading = useRef<HTMLHeadingElement>(null);
  const verdict = feedback.is_correct ? t("feedback.right") : t("feedback.wrong");
  usePageTitle(t("feedback.title", { verdict, position: item.position }));
  useEffect(() => heading.current?.focus(), []);
  useAnswerKeys({ isOn: false, optionIds: [], onChoose: () => undefined, onEnter: onNext });
  return (
    <article className="item review" data-correct={feedback.is_correct}>
      <div className="stem">
        <Spoken source={item.stem} spoken={item.stem_spoken} />
      </div>
      <ul className="options">
        {item.options.map((each, index) => (
          <ReviewedOption key={each.id} option={each} index={index} chosen={option} answerKey={feedback.key} />
        ))}
      </ul>
      <section className="feedback">
        <h1 ref={heading} tabIndex={-1}>
          {verdict}
        </h1>
        <Explanation feedback={feedback} />
        <div className="actions">
          {/* The second click of a double click on «Submit» is not meant for this button. */}
          <button type="button" className="button button-primary" onClick={(event) => event.detail <= 1 && onNext()}>
            {session.item === null ? t("player.seeResult") : t("feedback.next")}
          </button>
        </div>
      </section>
    </article>
  );
}

type ReviewedOptionProps = { option: Option; index: number; chosen: string; answerKey: string };

function ReviewedOption({ option, index, chosen, answerKey }: ReviewedOptionProps) {
  const { t } = useTranslation("learner");
  const isChosen = option.id === chosen;
  const isKey = option.id === answerKey;
  const tag = isChosen && isKey ? "yoursAndKey" : isChosen ? "yours" : isKey ? "key" : null;
  return (
    <li className="option" data-tag={tag ?? undefined}>
      <OptionLetter index={index} />
      <span className="option-text">
        <Spoken source={option.text} spoken={option.spoken} isInline />
      </span>
      {tag && <span className="option-tag">{t(`feedback.${tag}`)}</span>}
    </li>
  );
}

function Explanation({ feedback }: { feedback: Feedback }) {
  const { t } = useTranslation("learner");
  return (
    <>
      {feedback.misconception && (
        <>
          <h2>{t("feedback.misconception")}</h2>
          <p>
            <strong>{feedback.misconception.name}.</strong> {feedback.misconception.description}
          </p>
        </>
      )}
      <HintLadder hints={feedback.hints} />
      <h2>{t("feedback.solution")}</h2>
      <Spoken source={feedback.solution} spoken={feedback.solution_spoken} />
    </>
  );
}
