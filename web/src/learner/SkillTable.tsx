import { useTranslation } from "react-i18next";

import type { SkillResult } from "../api/contract";

export function SkillTable({ skills }: { skills: SkillResult[] }) {
  const { t } = useTranslation("learner");
  return (
    <section aria-labelledby="skills-title">
      <h2 id="skills-title">{t("result.skillsTitle")}</h2>
      <p className="hint">{t("result.masteryNote")}</p>
      <table className="skills">
        <thead>
          <tr>
            <th scope="col">{t("result.skill")}</th>
            <th scope="col" className="number">
              {t("result.answers")}
            </th>
            <th scope="col">{t("result.mastery")}</th>
          </tr>
        </thead>
        <tbody>
          {skills.map((skill) => (
            <tr key={skill.code}>
              <th scope="row">{skill.name}</th>
              <td className="number">{t("result.answersOf", { correct: skill.correct, answered: skill.answered })}</td>
              <td>
                <Mastery probability={skill.mastery} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Mastery({ probability }: { probability: number | null }) {
  const { t } = useTranslation("learner");
  if (probability === null) return <span className="hint">{t("result.tooFew")}</span>;
  // An estimate is never certain, so it is not shown as 0 or 100.
  const percent = `${Math.min(99, Math.max(1, Math.round(probability * 100)))}%`;
  return (
    <div className="mastery">
      <span className="mastery-bar" aria-hidden="true">
        <span style={{ inlineSize: percent }} />
      </span>
      <span className="mastery-words">
        {t(`result.masteryLevel.${masteryLevel(probability)}`)} <span className="hint">({percent})</span>
      </span>
    </div>
  );
}

function masteryLevel(probability: number): "high" | "good" | "open" | "low" {
  if (probability >= 0.9) return "high";
  if (probability >= 0.7) return "good";
  return probability >= 0.4 ? "open" : "low";
}
