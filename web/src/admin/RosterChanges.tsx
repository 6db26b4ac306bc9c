import { useTranslation } from "react-i18next";

import type { RosterChange, RosterReport } from "../api/contract";
import { Table, type Column } from "../components/Table";
import { useFormats } from "../i18n/format";
import { Some } from "./Some";

const ACTIONS = { add: "added", change: "changed", remove: "removed" } as const;
type Action = keyof typeof ACTIONS;

/** Every difference, field by field: what is new, what becomes something else, and what goes. */
export function RosterChanges({ report, isDone }: { report: RosterReport; isDone: boolean }) {
  const { t } = useTranslation("admin");
  const actions = Object.keys(ACTIONS) as Action[];
  const countOf = (action: Action) => {
    const count = ACTIONS[action];
    return report.people[count] + report.classes[count] + report.enrolments[count];
  };
  const total = actions.reduce((sum, action) => sum + countOf(action), 0);
  return (
    <>
      {total > report.changes.length && <p className="hint">{t("rosters.first", { count: report.changes.length })}</p>}
      {actions.map((action) => (
        <Changes
          key={action}
          action={action}
          count={countOf(action)}
          isDone={isDone}
          rows={report.changes.filter((each) => each.action === action)}
        />
      ))}
    </>
  );
}

type ChangesProps = { action: Action; count: number; isDone: boolean; rows: RosterChange[] };

function Changes({ action, count, isDone, rows }: ChangesProps) {
  const { t } = useTranslation("admin");
  const { number } = useFormats();
  if (rows.length === 0) return null;
  const id = `roster-${action}`;
  const title = t(isDone ? `rosters.done.${action}` : `rosters.planned.${action}`, { count });
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

const FIELDS = ["email", "full_name", "role", "name", "subject", "is_active", "age_band"] as const;
const AGES = ["under_13", "13_to_15", "16_to_17", "adult"] as const;

/** Each field with what it was and what it becomes; of something new only what it becomes. */
function Fields({ change }: { change: RosterChange }) {
  const { t } = useTranslation("admin");
  const nameOf = (field: string) => {
    const known = FIELDS.find((each) => each === field);
    return known ? t(`rosters.fieldNames.${known}`) : field;
  };
  const shown = (field: string, value: string) => {
    if (field === "is_active") return t(value === "true" ? "people.active" : "people.inactive");
    if (field === "age_band") return ageOf(value);
    if (field !== "role") return value;
    const roles = value.split(", ").map((role) => t(`common:roles.${role as "learner"}`, { defaultValue: role }));
    return roles.join(", ");
  };
  const ageOf = (value: string) => {
    const [band, month] = value.split(" until ");
    const known = AGES.find((each) => each === band);
    const age = known ? t(`rosters.ages.${known}`) : value;
    return known && month ? t("rosters.ageUntil", { age, month }) : age;
  };
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
                {shown(field, before)}
              </del>
            </>
          )}
          {after !== "" && (
            <>
              {" "}
              <ins>
                <span className="visually-hidden">{t("rosters.after")} </span>
                {shown(field, after)}
              </ins>
            </>
          )}
        </li>
      ))}
    </ul>
  );
}
