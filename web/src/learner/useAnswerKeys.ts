import { useEffect, useEffectEvent } from "react";

type AnswerKeys = {
  /** Whether digits and letters choose; a person whose screen reader or speech input uses them can switch that off. */
  isOn: boolean;
  optionIds: string[];
  onChoose: (optionId: string) => void;
  onEnter: () => void;
};

/** While mounted: 1–4 and A–D choose an option, Enter goes on, wherever on the page the focus is. */
export function useAnswerKeys({ isOn, optionIds, onChoose, onEnter }: AnswerKeys): void {
  const handle = useEffectEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
    if (document.querySelector("dialog[open]")) return;
    if (event.key === "Enter") {
      if (hasOwnEnter(event.target)) return;
      event.preventDefault();
      onEnter();
      return;
    }
    const chosen = isOn && !isTyping(event.target) ? optionIds[optionIndex(event.key)] : undefined;
    if (chosen === undefined) return;
    event.preventDefault();
    onChoose(chosen);
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => handle(event);
    window.addEventListener("keydown", listener);
    return () => window.removeEventListener("keydown", listener);
  }, []);
}

/** 0 for «1», «a» and «A», and so on; -1 for other keys. */
function optionIndex(key: string): number {
  if (key.length !== 1) return -1;
  const digit = "123456789".indexOf(key);
  return digit >= 0 ? digit : "abcdefghi".indexOf(key.toLowerCase());
}

function hasOwnEnter(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("button, a, select, summary, input[type=checkbox]") !== null;
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("select, textarea, input:not([type=radio], [type=checkbox])") !== null;
}
