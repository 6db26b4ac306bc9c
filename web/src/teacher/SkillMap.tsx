import { Link } from "@tanstack/react-router";
import { memo, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";

import { ChartFrame } from "../components/ChartFrame";
import { MASTERY_LEVELS } from "../components/mastery";
import { Select } from "../components/Select";
import { EmptyState } from "../components/States";
import { Table, type Column } from "../components/Table";
import { useFormats } from "../i18n/format";
import type { ClassAnalytics } from "./contract";
import { Mastery } from "./Mastery";
import { levelOf, pieces, shareKnown, skillRows, type Cell, type SkillRow } from "./skills";

/** With more learners than this a cell of one's own would be narrower than its edges. */
const LARGE = 60;

/** Which skills the class knows: a strip a skill with a cell a learner, and the same in figures. */
export function SkillMap({ report }: { report: ClassAnalytics }) {
  const { t } = useTranslation("teacher");
  const { percent } = useFormats();
  const rows = useMemo(() => skillRows(report), [report]);
  const [least, most] = [rows[0], rows.at(-1)];
  if (least === undefined || most === undefined) return <EmptyState title={t("skills.none")} text={t("skills.noneText")} />;
  const summary = t("skills.summary", {
    learners: report.learners.length,
    skills: rows.length,
    least: least.name,
    leastShare: percent(shareKnown(least)),
    most: most.name,
    mostShare: percent(shareKnown(most)),
  });
  return (
    <>
      <p className="hint">{t("skills.how")}</p>
      <ChartFrame
        title={t("skills.title")}
        summary={summary}
        chart={
          <div className="skill-map">
            {rows.map((row) => (
              <Strip key={row.code} row={row} />
            ))}
            <Legend />
          </div>
        }
        table={<SkillTable rows={rows} />}
      />
      <WhoKnowsWhat rows={rows} />
    </>
  );
}

/** A class may have hundreds of learners, so a strip is drawn again only when its figures are new. */
const Strip = memo(function Strip({ row: { name, cells } }: { row: SkillRow }) {
  const isLarge = cells.length > LARGE;
  return (
    <div className="skill-strip">
      <span className="skill-strip-name">{name}</span>
      <svg className="skill-strip-cells" data-many={isLarge || undefined} aria-hidden="true" focusable="false">
        {isLarge ? <Pieces cells={cells} /> : <Cells cells={cells} />}
      </svg>
    </div>
  );
});

function Cells({ cells }: { cells: Cell[] }) {
  const { percent } = useFormats();
  const size = 100 / cells.length;
  return cells.map(({ id, name, known }, index) => (
    <rect key={id} className="skill-cell" data-level={levelOf(known)} x={`${index * size}%`} y="0" width={`${size}%`} height="100%">
      <title>{known === null ? name : `${name}: ${percent(known.mastery)}`}</title>
    </rect>
  ));
}

function Pieces({ cells }: { cells: Cell[] }) {
  const size = 100 / cells.length;
  return pieces(cells).map(({ level, from, count }) => (
    <rect key={from} className="skill-cell" data-level={level} x={`${from * size}%`} y="0" width={`${count * size}%`} height="100%" />
  ));
}

function Legend() {
  const { t } = useTranslation("teacher");
  return (
    <ul className="skill-legend plain-list hint">
      {[...MASTERY_LEVELS, "none" as const].map((level) => (
        <li key={level}>
          <svg aria-hidden="true" focusable="false">
            <rect className="skill-cell" data-level={level} x="0" y="0" width="100%" height="100%" />
          </svg>
          {t(`level.${level}`)}
        </li>
      ))}
    </ul>
  );
}

function SkillTable({ rows }: { rows: SkillRow[] }) {
  const { t } = useTranslation("teacher");
  const { percent } = useFormats();
  const columns: Column<SkillRow>[] = [
    { key: "skill", head: t("skills.skill"), cell: ({ name }) => name, sortBy: ({ name }) => name },
    {
      key: "share",
      head: t("skills.share"),
      cell: (row) => percent(shareKnown(row)),
      sortBy: shareKnown,
      isNumber: true,
    },
    ...[...MASTERY_LEVELS, "none" as const].map((level) => ({
      key: level,
      head: t(`level.${level}`),
      cell: ({ counts }: SkillRow) => counts[level],
      sortBy: ({ counts }: SkillRow) => counts[level],
      isNumber: true,
    })),
  ];
  return <Table caption={t("skills.title")} columns={columns} rows={rows} rowKey={({ code }) => code} />;
}

/** For any skill, who knows it how well. */
function WhoKnowsWhat({ rows }: { rows: SkillRow[] }) {
  const { t } = useTranslation("teacher");
  const [code, setCode] = useState(rows[0]?.code ?? "");
  const row = rows.find((each) => each.code === code) ?? rows[0];
  if (row === undefined) return null;
  return (
    <section className="who-knows" aria-labelledby="who-title">
      <h2 id="who-title">{t("skills.whoTitle")}</h2>
      <Select
        label={t("skills.skill")}
        value={row.code}
        options={rows.map(({ code: value, name }) => ({ value, text: name }))}
        onChange={setCode}
      />
      <WhoKnows key={row.code} row={row} />
    </section>
  );
}

function WhoKnows({ row }: { row: SkillRow }) {
  const { t } = useTranslation("teacher");
  const columns: Column<Cell>[] = [
    {
      key: "name",
      head: t("learner.name"),
      cell: ({ id, name }) => (
        <Link to="/teach/learners/$learnerId" params={{ learnerId: id }}>
          {name}
        </Link>
      ),
      sortBy: ({ name }) => name,
    },
    {
      key: "mastery",
      head: t("skills.mastery"),
      cell: ({ known }) => <Mastery probability={known?.mastery ?? null} />,
      sortBy: ({ known }) => known?.mastery ?? null,
    },
    {
      key: "answers",
      head: t("skills.answers"),
      cell: ({ known }) => known?.responses ?? 0,
      sortBy: ({ known }) => known?.responses ?? 0,
      isNumber: true,
    },
  ];
  return (
    <Table
      caption={row.name}
      columns={columns}
      rows={row.cells}
      rowKey={({ id }) => id}
      sortedAtFirst={{ key: "mastery", isDescending: false }}
    />
  );
}
