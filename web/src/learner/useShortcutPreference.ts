import { useState } from "react";

const STORAGE_KEY = "dreamseed.answer_keys";

/** Whether the number and letter keys choose answers; kept on this device. */
export function useShortcutPreference(): [boolean, (isOn: boolean) => void] {
  const [isOn, setIsOn] = useState(() => localStorage.getItem(STORAGE_KEY) !== "off");
  const change = (wanted: boolean) => {
    localStorage.setItem(STORAGE_KEY, wanted ? "on" : "off");
    setIsOn(wanted);
  };
  return [isOn, change];
}
