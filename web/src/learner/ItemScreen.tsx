import { useEffect, useEffectEvent, useId, useRef, useState, type MouseEvent, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import type { Item, Session } from "../api/contract";
import { usePageTitle } from "../components/usePageTitle";
import { Spoken } from "../content/Spoken";
import { waitingAnswer } from "../offline/queue";
import { OptionLetter } from "./OptionLetter";
import { ReadAloud, useSpokenItem } from "./ReadAloud";
import { ShortcutHelp } from "./ShortcutHelp";
import type { useAnswer } from "./useAnswer";
import { useAnswerKeys } from "./useAnswerKeys";
import { useShortcutPreference } from "./useShortcutPreference";

type ItemScreenProps = {
  session: Pick<Session, "id" | "test_design_name">;
  item: Item;
  answer: Pick<ReturnType<typeof useAnswer>, "delivery" | "give" | "redeliver">;
  /** Within a page about the item, which keeps its own title, heading and focus. */
  isPreview?: boolean;
};

/** One item to answer. Mount it anew for each item: the stem takes the focus and the response time starts. */
export function ItemScreen({ session, item, answer, isPreview = false }: ItemScreenProps) {
  const { t } = useTranslation("learner");
  const id = useId();
  const stem = useRef<HTMLDivElement>(null);
  const [shownAt] = useState(() => performance.now());
  const [undelivered] = useState(() => waitingAnswer(session.id, item.id, item.position));
  const [choice, setChoice] = useState<string | null>(undelivered?.option ?? null);
  const [isChoiceMissing, setIsChoiceMissing] = useState(false);
  const [keysAreOn, setKeysAreOn] = useShortcutPreference();
  const spoken = useSpokenItem(item);
  const isBusy = !["idle", "saved"].includes(answer.delivery);

  usePageTitle(isPreview ? null : t("player.title", { position: item.position, test: session.test_design_name }));
  const redeliver = useEffectEvent(() => undelivered && answer.redeliver(item, undelivered));
  const takeFocus = useEffectEvent(() => !isPreview && stem.current?.focus());
  useEffect(() => {
    takeFocus();
    redeliver();
  }, []);

  const choose = (option: string) => {
    if (isBusy) return;
    setChoice(option);
    setIsChoiceMissing(false);
  };
  const submit = () => {
    if (isBusy) return;
    if (choice === null) setIsChoiceMissing(true);
    else answer.give(item, choice, Math.round(performance.now() - shownAt));
  };
  useAnswerKeys({ isOn: keysAreOn, optionIds: item.options.map((option) => option.id), onChoose: choose, onEnter: submit });

  return (
    <form
      className="item"
      noValidate
      onSubmit={(event: SyntheticEvent) => {
        event.preventDefault();
        submit();
      }}
    >
      {!isPreview && <h1 className="visually-hidden">{t("player.question", { position: item.position })}</h1>}
      <div className="stem" ref={stem} tabIndex={-1} id={`${id}-stem`}>
        <Spoken source={item.stem} spoken={item.stem_spoken} />
      </div>
      <ReadAloud passages={spoken} />
      <div role="radiogroup" className="options" aria-labelledby={`${id}-stem`} aria-describedby={`${id}-missing`}>
        {item.options.map((option, index) => (
          <label className="option" key={option.id}>
            <input
              type="radio"
              name={`${id}-option`}
              value={option.id}
              checked={choice === option.id}
              onChange={() => choose(option.id)}
            />
            <OptionLetter index={index} />
            <span className="option-text">
              <Spoken source={option.text} spoken={option.spoken} isInline />
            </span>
          </label>
        ))}
      </div>
      <div className="actions">
        <p className="field-error" id={`${id}-missing`} role="alert">
          {isChoiceMissing && t("player.chooseFirst")}
        </p>
        <button type="submit" className="button button-primary" aria-disabled={isBusy} onClick={ignoreSecondOfDoubleClick}>
          {t("player.submit")}
        </button>
      </div>
      <ShortcutHelp isOn={keysAreOn} onChange={setKeysAreOn} />
    </form>
  );
}

/** The second click of a double click may already meet the next item; it is not meant for it. */
function ignoreSecondOfDoubleClick(event: MouseEvent): void {
  if (event.detail > 1) event.preventDefault();
}
