import { useEffect, useEffectEvent } from "react";
import { useTranslation } from "react-i18next";

import type { Item } from "../api/contract";
import { usePreferences } from "../app/preferences";
import { Button } from "../components/Button";
import { canReadAloud, useReadAloud } from "../content/readAloud";

/**
 * A button that has passages read aloud, formulas in words, for whoever wishes it. Those to whom their school has granted
 * it hear them without asking; mount it anew for each text.
 */
export function ReadAloud({ passages }: { passages: string[] }) {
  const { current, granted } = usePreferences();
  if (!current.readsAloud || !canReadAloud()) return null;
  return <Reader passages={passages} startsByItself={granted?.has_read_aloud ?? false} />;
}

function Reader({ passages, startsByItself }: { passages: string[]; startsByItself: boolean }) {
  const { t } = useTranslation("learner");
  const { isReading, read, stop } = useReadAloud();
  const start = useEffectEvent(() => startsByItself && read(passages));
  useEffect(() => void start(), []);
  return (
    <div>
      <Button isSmall aria-pressed={isReading} onClick={() => (isReading ? stop() : read(passages))}>
        {isReading ? t("player.stopListening") : t("player.listen")}
      </Button>
    </div>
  );
}

/** The question and its options, as they are read aloud. */
export function useSpokenItem(item: Item): string[] {
  const { t } = useTranslation("learner");
  const options = item.options.map(({ text, spoken }, index) =>
    t("player.spokenOption", { letter: String.fromCharCode(65 + index), text: spoken || text }),
  );
  return [item.stem_spoken || item.stem, ...options];
}
