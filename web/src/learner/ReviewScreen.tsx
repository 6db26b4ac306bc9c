import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import type { Feedback, Session } from "../api/contract";
import { Button } from "../components/Button";
import { usePageTitle } from "../components/usePageTitle";
import { CONTENT_LANGUAGE } from "../content/readAloud";
import { Spoken } from "../content/Spoken";
import { HintLadder } from "./HintLadder";
import { ReadAloud } from "./ReadAloud";
import { ReviewedOptions } from "./ReviewedOptions";
import type { Review } from "./useAnswer";
import { useAnswerKeys } from "./useAnswerKeys";
import { useShortcutPreference } from "./useShortcutPreference";

type ReviewScreenProps = {
  review: Review;
  session: Pick<Session, "item">;
  onNext: () => void;
  /** Within a page about the item, which keeps its own title and heading. */
  isPreview?: boolean;
};

/**
 * After a practice answer: right or wrong, and what the wrong choice suggests. A wrong answer is not told at once: there
 * are hints, one rung at a time, and other tries, which count for nothing. When the right option has been found or asked
 * for, there is the worked solution. The next item is always one key away.
 */
export function ReviewScreen({ review: { item, option, feedback }, session, onNext, isPreview = false }: ReviewScreenProps) {
  const { t } = useTranslation("learner");
  const heading = useRef<HTMLHeadingElement>(null);
  const [tried, setTried] = useState([option]);
  const [isTold, setIsTold] = useState(false);
  const [keysAreOn] = useShortcutPreference();
  const isFound = tried.includes(feedback.key);
  const isOver = isFound || isTold;
  const verdict = feedback.is_correct ? t("feedback.right") : t("feedback.wrong");
  const Heading = isPreview ? "h2" : "h1";
  usePageTitle(isPreview ? null : t("feedback.title", { verdict, position: item.position }));
  useEffect(() => heading.current?.focus(), []);
  const retry = (another: string) => {
    if (!isOver && !tried.includes(another)) setTried([...tried, another]);
  };
  useAnswerKeys({
    isOn: keysAreOn && !isOver,
    optionIds: item.options.map(({ id }) => id),
    onChoose: retry,
    onEnter: onNext,
  });
  return (
    <article className="item review" data-correct={feedback.is_correct}>
      <div className="stem">
        <Spoken source={item.stem} spoken={item.stem_spoken} />
      </div>
      <ReviewedOptions item={item} tried={tried} answerKey={isOver ? feedback.key : null} onTry={retry} />
      <section className="feedback">
        <Heading className="verdict" ref={heading} tabIndex={-1}>
          {verdict}
        </Heading>
        <p role="status" className="feedback-tries">
          {tried.length > 1 && t(isFound ? "feedback.found" : "feedback.notEither")}
        </p>
        <Misconception feedback={feedback} />
        {!feedback.is_correct && <HintLadder hints={feedback.hints} isOver={isOver} />}
        {isOver ? (
          <Solution feedback={feedback} takesFocus={isTold} />
        ) : (
          <div className="feedback-again">
            <p>{t("feedback.tryAgain")}</p>
            <Button isSmall onClick={() => setIsTold(true)}>
              {t("feedback.tell")}
            </Button>
          </div>
        )}
        <div className="actions">
          {/* The second click of a double click on «Submit» is not meant for this button. */}
          <Button variant="primary" onClick={(event) => event.detail <= 1 && onNext()}>
            {session.item === null ? t("player.seeResult") : t("feedback.next")}
          </Button>
        </div>
      </section>
    </article>
  );
}

function Misconception({ feedback: { misconception } }: { feedback: Feedback }) {
  const { t } = useTranslation("learner");
  if (misconception === null) return null;
  return (
    <>
      <h2>{t("feedback.misconception")}</h2>
      <p lang={CONTENT_LANGUAGE}>
        <strong>{misconception.name}.</strong> {misconception.description}
      </p>
    </>
  );
}

/** The worked solution. Whoever has asked for it is led to it, for the button that was pressed is gone. */
function Solution({ feedback, takesFocus }: { feedback: Feedback; takesFocus: boolean }) {
  const { t } = useTranslation("learner");
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (takesFocus) heading.current?.focus();
  }, [takesFocus]);
  return (
    <>
      <h2 ref={heading} tabIndex={-1}>
        {t("feedback.solution")}
      </h2>
      <Spoken source={feedback.solution} spoken={feedback.solution_spoken} />
      <ReadAloud passages={[feedback.solution_spoken || feedback.solution]} />
    </>
  );
}
