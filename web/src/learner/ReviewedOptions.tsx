import { useTranslation } from "react-i18next";

import type { Item, Option } from "../api/contract";
import { Spoken } from "../content/Spoken";
import { OptionLetter } from "./OptionLetter";

type ReviewedOptionsProps = {
  item: Item;
  /** The option that was answered with, and those tried since. */
  tried: string[];
  /** The right option, once it may be seen. */
  answerKey: string | null;
  onTry: (option: string) => void;
};

/** The options of an item that has been answered: to try again until the right one may be seen, then to look at. */
export function ReviewedOptions({ item, tried, answerKey, onTry }: ReviewedOptionsProps) {
  const { t } = useTranslation("learner");
  return (
    <ul className="options">
      {item.options.map((option, index) => {
        const tag = tagOf(option.id, tried, answerKey);
        const isOpen = answerKey === null && tag === null;
        const Wrapper = isOpen ? "button" : "div";
        return (
          <li key={option.id}>
            <Wrapper
              className="option"
              data-tag={tag ?? undefined}
              {...(isOpen && { type: "button" as const, onClick: () => onTry(option.id) })}
            >
              <Content option={option} index={index} />
              {tag && <span className="option-tag">{t(`feedback.${tag}`)}</span>}
            </Wrapper>
          </li>
        );
      })}
    </ul>
  );
}

function Content({ option, index }: { option: Option; index: number }) {
  return (
    <>
      <OptionLetter index={index} />
      <span className="option-text">
        <Spoken source={option.text} spoken={option.spoken} isInline />
      </span>
    </>
  );
}

function tagOf(id: string, tried: string[], answerKey: string | null): "yoursAndKey" | "yours" | "key" | "tried" | null {
  const isAnswer = id === tried[0];
  if (id === answerKey) return isAnswer ? "yoursAndKey" : "key";
  if (isAnswer) return "yours";
  return tried.includes(id) ? "tried" : null;
}
