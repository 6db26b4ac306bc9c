import { Link } from "@tanstack/react-router";
import { useDeferredValue, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";

import { Check, TextField } from "../components/Field";
import { EmptyState } from "../components/States";
import { Table, type Column } from "../components/Table";
import { useFormats } from "../i18n/format";
import { Moment } from "../i18n/Moment";
import type { ClassAnalytics, LearnerProgress } from "./contract";
import { Help, HelpRule } from "./Help";
import { Score } from "./Score";

/** From so many learners on, looking for one by name saves time. */
const MANY = 12;
const POINTS_A_LOGIT = 100;

/** The learners of a class with ability, growth and needs; those who need help first. */
export function ClassLearners({ report }: { report: ClassAnalytics }) {
  const { t } = useTranslation("teacher");
  const [wanted, setWanted] = useState("");
  const [isHelpOnly, setIsHelpOnly] = useState(false);
  const sought = useDeferredValue(wanted).trim().toLocaleLowerCase();
  const { learners } = report;
  const shown = useMemo(
    () =>
      learners.filter(
        ({ full_name, needs_help }) =>
          full_name.toLocaleLowerCase().includes(sought) && (!isHelpOnly || needs_help.is_flagged),
      ),
    [learners, sought, isHelpOnly],
  );
  if (learners.length === 0) return <EmptyState title={t("class.noLearners")} text={t("class.noLearnersText")} />;
  return (
    <>
      <HelpRule rule={report.rule} />
      {learners.length >= MANY && (
        <div className="learner-filters">
          <TextField label={t("class.find")} type="search" value={wanted} onChange={setWanted} />
          <Check label={t("class.helpOnly")} isOn={isHelpOnly} onChange={setIsHelpOnly} />
          <p className="hint" role="status">
            {t("class.shown", { shown: shown.length, all: learners.length })}
          </p>
        </div>
      )}
      <LearnerTable learners={shown} />
    </>
  );
}

function LearnerTable({ learners }: { learners: LearnerProgress[] }) {
  const { t } = useTranslation("teacher");
  const { change } = useFormats();
  const columns: Column<LearnerProgress>[] = [
    {
      key: "name",
      head: t("learner.name"),
      cell: (learner) => (
        <Link to="/teach/learners/$learnerId" params={{ learnerId: learner.learner_id }}>
          {learner.full_name}
        </Link>
      ),
      sortBy: ({ full_name }) => full_name,
    },
    { key: "score", head: t("learner.score"), cell: ({ scale }) => <Score scale={scale} />, sortBy: ({ theta }) => theta },
    {
      key: "growth",
      head: t("learner.growth"),
      cell: ({ growth }) => (growth ? change(growth.change * POINTS_A_LOGIT) : "–"),
      sortBy: ({ growth }) => growth?.change ?? null,
      isNumber: true,
    },
    {
      key: "seen",
      head: t("learner.seen"),
      cell: ({ last_seen_at: at }) => (at ? <Moment at={at} isDateOnly /> : t("learner.never")),
      sortBy: ({ last_seen_at }) => last_seen_at,
    },
    {
      key: "help",
      head: t("learner.help"),
      cell: (learner) => <Help learner={learner} />,
      sortBy: ({ needs_help }) => -needs_help.reasons.length,
    },
  ];
  return (
    <Table
      caption={t("class.learners")}
      columns={columns}
      rows={learners}
      rowKey={({ learner_id }) => learner_id}
      sortedAtFirst={{ key: "help", isDescending: false }}
    />
  );
}
