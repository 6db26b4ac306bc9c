import { useTranslation } from "react-i18next";

import type { SkillResult } from "../api/contract";
import { Table, type Column } from "../components/Table";
import { masteryLevel, masteryPercent } from "../components/mastery";

export function SkillTable({ skills }: { skills: SkillResult[] }) {
  const { t } = useTranslation("learner");
  const columns: Column<SkillResult>[] = [
    { key: "skill", head: t("result.skill"), cell: ({ name }) => name, sortBy: ({ name }) => name },
    {
      key: "answers",
      head: t("result.answers"),
      cell: ({ correct, answered }) => t("result.answersOf", { correct, answered }),
      isNumber: true,
    },
    {
      key: "mastery",
      head: t("result.mastery"),
      cell: ({ mastery }) => <Mastery probability={mastery} />,
      sortBy: ({ mastery }) => mastery,
    },
  ];
  return (
    <section aria-labelledby="skills-title">
      <h2 id="skills-title">{t("result.skillsTitle")}</h2>
      <p className="hint">{t("result.masteryNote")}</p>
      <Table caption={t("result.skillsTitle")} columns={columns} rows={skills} rowKey={({ code }) => code} />
    </section>
  );
}

function Mastery({ probability }: { probability: number | null }) {
  const { t } = useTranslation("learner");
  if (probability === null) return <span className="hint">{t("result.tooFew")}</span>;
  const percent = `${masteryPercent(probability)}%`;
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
