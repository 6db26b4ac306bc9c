import { useTranslation } from "react-i18next";

import type { Item } from "../api/contract";
import { Button } from "../components/Button";
import { useReadAloud } from "../content/readAloud";

/** A button that has the question and its options read aloud, formulas in words. */
export function ReadAloud({ item }: { item: Item }) {
  const { t } = useTranslation("learner");
  const { isReading, read, stop } = useReadAloud();
  const passages = () => [
    item.stem_spoken || item.stem,
    ...item.options.map(({ text, spoken }, index) =>
      t("player.spokenOption", { letter: String.fromCharCode(65 + index), text: spoken || text }),
    ),
  ];
  return (
    <Button isSmall aria-pressed={isReading} onClick={() => (isReading ? stop() : read(passages()))}>
      {isReading ? t("player.stopListening") : t("player.listen")}
    </Button>
  );
}
