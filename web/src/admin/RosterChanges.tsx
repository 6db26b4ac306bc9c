import { useTranslation } from "react-i18next";

import type { RosterChange, RosterReport } from "../api/contract";
import { Table, type Column } from "../components/Table";
import { useFormats } from "../i18n/format";
import { Some } from "./Some";

const ACTIONS = ["add", "change", "remove"] as const;

/** Every difference, field by field: what is new, what becomes something else, and what goes. */
export function RosterChanges({ report, isDone }: { report: RosterReport; isDone: boolean }) {
  const { t } = useTranslation("admin");
  const total = [report.people, report.classes, report.enrolments]
    .map(({ added, changed, removed }) => added + changed + removed)
    .reduce((sum, count) => sum + count, 0);
  return (
    <>
      {total > report.changes.length && <p className="hint">{t("rosters.first", { count: report.changes.length })}</p>}
      {ACTIONS.map((action) => (
        <Changes key={action} action={action} isDone={isDone} rows={report.changes.filter((each) => each.action === action)} />
      ))}
    </>
  );
}

type ChangesProps = { action: RosterChange["action"]; isDone: boolean; rows: RosterChange[] };

function Changes({ action, isDone, rows }: ChangesProps) {
  const { t } = useTranslation("admin");
  const { number } = useFormats();
  if (rows.length === 0) return null;
  const id = `roster-${action}`;
  const title = t(isDone ? `rosters.done.${action}` : `rosters.planned.${action}`, { count: rows.length });
  const columns: Column<RosterChange>[] = [
    { key: "label", head: t("rosters.who"), cell: ({ label }) => label },
    { key: "kind", head: t("rosters.kind"), cell: ({ kind }) => t(`rosters.kinds.${kind}`) },
    { key: "fields", head: t("rosters.fields"), cell: (change) => <Fields change={change} /> },
    { key: "place", head: t("rosters.place"), cell: ({ file, line }) => t("rosters.placeOf", { file, line: number(line) }) },
  ];
  return (
    <section aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      <Some rows={rows}>
        {(shown) => (
          <Table
            caption={title}
            columns={columns}
            rows={shown}
            rowKey={({ file, line, kind, label }) => `${file} ${String(line)} ${kind} ${label}`}
          />
        )}
      </Some>
    </section>
  );
}

const FIELDS = ["email", "full_name", "role", "name", "subject", "is_active"] as const;

/** Each field with what it was and what it becomes; of something new only what it becomes. */
function Fields({ change }: { change: RosterChange }) {
  const { t } = useTranslation("admin");
  const nameOf = (field: string) => {
    const known = FIELDS.find((each) => each === field);
    return known ? t(`rosters.fieldNames.${known}`) : field;
  };
  const shown = (value: string) => (value === "true" ? t("people.active") : value === "false" ? t("people.inactive") : value);
  return (
    <ul className="field-changes">
      {change.fields.map(({ field, before, after }) => (
        <li key={field}>
          {nameOf(field)}
          {before !== "" && (
            <>
              {" "}
              <del>
                <span className="visually-hidden">{t("rosters.before")} </span>
                {shown(before)}
              </del>
            </>
          )}
          {after !== "" && (
            <>
              {" "}
              <ins>
                <span className="visually-hidden">{t("rosters.after")} </span>
                {shown(after)}
              </ins>
            </>
          )}
        </li>
      ))}
    </ul>
  );
}
