import { useTranslation } from "react-i18next";

import type { RosterReport, RowProblem } from "../api/contract";
import { Button } from "../components/Button";
import { saveFile } from "../components/saveFile";
import { Table, type Column } from "../components/Table";
import { useFormats } from "../i18n/format";
import { problemsAsCsv } from "./rosterFiles";
import { Some } from "./Some";

/** The rows that are not taken, each with its line and why; to be read here or in a spreadsheet. */
export function RosterProblems({ name, report }: { name: string; report: RosterReport }) {
  const { t } = useTranslation("admin");
  const { number } = useFormats();
  const reasonOf = useReason();
  const columns: Column<RowProblem>[] = [
    { key: "place", head: t("rosters.place"), cell: ({ file, line }) => t("rosters.placeOf", { file, line: number(line) }) },
    { key: "field", head: t("rosters.field"), cell: ({ field }) => field || "–" },
    { key: "reason", head: t("rosters.reason"), cell: (problem) => reasonOf(problem) ?? <span lang="en">{problem.reason}</span> },
  ];
  if (report.problem_count === 0) return null;
  const inWords = report.problems.map((problem) => ({ ...problem, reason: reasonOf(problem) ?? problem.reason }));
  const head = [t("rosters.file"), t("rosters.line"), t("rosters.field"), t("rosters.reason")];
  return (
    <section aria-labelledby="roster-problems">
      <h2 id="roster-problems">{t("rosters.problems", { count: report.problem_count })}</h2>
      <div className="page-tools">
        <p>{t("rosters.problemsText")}</p>
        <Button onClick={() => saveFile(problemsAsCsv(inWords, head), `${t("rosters.problemsFile")} ${name}.csv`)}>
          {t("rosters.problemsSave")}
        </Button>
      </div>
      {report.problem_count > report.problems.length && (
        <p className="hint">{t("rosters.first", { count: report.problems.length })}</p>
      )}
      <Some rows={report.problems}>
        {(rows) => (
          <Table
            caption={t("rosters.problems", { count: report.problem_count })}
            columns={columns}
            rows={rows}
            rowKey={({ file, line, field, reason }) => `${file} ${String(line)} ${field} ${reason}`}
          />
        )}
      </Some>
    </section>
  );
}

const ROLES = "learner, student, teacher, guardian, parent, relative";

/** Why a row is left out, in the language that is shown; null where only the server's own words are known. */
function useReason(): (problem: RowProblem) => string | null {
  const { t, i18n } = useTranslation("admin");
  const { number } = useFormats();
  return ({ code, other_line: line }) => {
    const key = `rosters.reasons.${code}`;
    if (code === "" || !i18n.exists(key, { ns: "admin" })) return null;
    return t(key as "rosters.reasons.contradicts_line", { line: line == null ? "" : number(line), roles: ROLES });
  };
}
