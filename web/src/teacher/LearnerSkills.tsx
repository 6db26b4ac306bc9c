import { useTranslation } from "react-i18next";

import { Table, type Column } from "../components/Table";
import { Moment } from "../i18n/Moment";
import type { SkillState } from "./contract";
import { Mastery } from "./Mastery";

/** What a learner knows, skill by skill, the least known first. */
export function LearnerSkills({ skills }: { skills: SkillState[] }) {
  const { t } = useTranslation("teacher");
  const columns: Column<SkillState>[] = [
    { key: "skill", head: t("skills.skill"), cell: ({ name }) => name, sortBy: ({ name }) => name },
    { key: "mastery", head: t("skills.mastery"), cell: ({ mastery }) => <Mastery probability={mastery} />, sortBy: ({ mastery }) => mastery },
    { key: "answers", head: t("skills.answers"), cell: ({ responses }) => responses, sortBy: ({ responses }) => responses, isNumber: true },
    { key: "when", head: t("skills.last"), cell: ({ updated_at }) => <Moment at={updated_at} isDateOnly />, sortBy: ({ updated_at }) => updated_at },
  ];
  return (
    <section aria-labelledby="skills-title">
      <h2 id="skills-title">{t("skills.learnerTitle")}</h2>
      <Table
        caption={t("skills.learnerTitle")}
        columns={columns}
        rows={skills}
        rowKey={({ code }) => code}
        sortedAtFirst={{ key: "mastery", isDescending: false }}
      />
    </section>
  );
}
