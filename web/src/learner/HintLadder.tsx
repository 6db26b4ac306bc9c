import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import type { Feedback } from "../api/contract";
import { Button } from "../components/Button";
import { Spoken } from "../content/Spoken";

type HintLadderProps = { hints: Feedback["hints"]; isOver: boolean };

/**
 * The hints, one rung at a time: the next one appears when it is asked for, and takes the focus to be read. Once there is
 * nothing left to find out there are no more of them.
 */
export function HintLadder({ hints, isOver }: HintLadderProps) {
  const { t } = useTranslation("learner");
  const [rungs, setRungs] = useState(0);
  const newest = useRef<HTMLLIElement>(null);
  useEffect(() => newest.current?.focus(), [rungs]);
  if (hints.length === 0 || (isOver && rungs === 0)) return null;
  return (
    <section className="hint-ladder">
      <h2>{t("feedback.hintsTitle")}</h2>
      <ol>
        {hints.slice(0, rungs).map((hint, index) => (
          <li key={hint.text} ref={index === rungs - 1 ? newest : undefined} tabIndex={-1}>
            <span className="hint">{t("feedback.hintOf", { number: index + 1, count: hints.length })}</span>
            <Spoken source={hint.text} spoken={hint.spoken} />
          </li>
        ))}
      </ol>
      {rungs < hints.length && !isOver && (
        <Button isSmall onClick={() => setRungs(rungs + 1)}>
          {rungs === 0 ? t("feedback.firstHint") : t("feedback.nextHint")}
        </Button>
      )}
    </section>
  );
}
