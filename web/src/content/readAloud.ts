/** Reading aloud by the device's own voice. Formulas come as words, so what is read is what a screen reader says. */
import { useEffect, useState } from "react";

/** The language that items are written in, whatever language the app is shown in. */
export const CONTENT_LANGUAGE = "en";

export function canReadAloud(): boolean {
  return "speechSynthesis" in window;
}

/** Read passages one after the other; `isReading` until the last one is done. Stops when the component goes away. */
export function useReadAloud(): { isReading: boolean; read: (passages: string[]) => void; stop: () => void } {
  const [isReading, setIsReading] = useState(false);
  const stop = () => {
    if (canReadAloud()) window.speechSynthesis.cancel();
    setIsReading(false);
  };
  useEffect(() => stop, []);
  const read = (passages: string[]) => {
    stop();
    passages.forEach((passage, index) => {
      const utterance = new SpeechSynthesisUtterance(passage);
      utterance.lang = CONTENT_LANGUAGE;
      const isLast = index === passages.length - 1;
      utterance.onend = () => isLast && setIsReading(false);
      // Being cut short is no fault: that is how it is stopped.
      utterance.onerror = () => setIsReading(false);
      window.speechSynthesis.speak(utterance);
    });
    setIsReading(passages.length > 0);
  };
  return { isReading, read, stop };
}
