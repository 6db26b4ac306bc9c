import { useTranslation } from "react-i18next";

import { masteryLevel, masteryPercent } from "../components/mastery";

/** How well a skill is known: in a word, with the probability, and as a bar. */
export function Mastery({ probability }: { probability: number | null }) {
  const { t } = useTranslation("teacher");
  if (probability === null) return <span className="hint">{t("level.none")}</span>;
  const percent = `${masteryPercent(probability)}%`;
  return (
    <span className="skill-level">
      <span>
        {t(`level.${masteryLevel(probability)}`)} <span className="hint">{percent}</span>
      </span>
      <span className="skill-bar" aria-hidden="true">
        <span data-level={masteryLevel(probability)} style={{ inlineSize: percent }} />
      </span>
    </span>
  );
}
