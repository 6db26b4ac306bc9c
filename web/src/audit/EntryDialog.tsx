import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { Dialog } from "../components/Dialog";
import { Table, type Column } from "../components/Table";
import { useFormats } from "../i18n/format";
import { Moment } from "../i18n/Moment";
import { deviceOf } from "../settings/device";
import { MOMENT, shownValue, type AuditSearch } from "./auditSearch";
import { useNames } from "./names";
import type { AuditLogEntry } from "./queries";

/** All that an entry holds: what was different before and after, and from where it was done. */
export function EntryDialog({ entry, onClose }: { entry: AuditLogEntry; onClose: () => void }) {
  const { t } = useTranslation("audit");
  const { number } = useFormats();
  return (
    <Dialog title={t("entry.title", { seq: number(entry.seq) })} onClose={onClose} isWide isForReading>
      <Deed entry={entry} />
      {entry.is_erased && <p className="callout">{t("entry.erased")}</p>}
      {entry.changes !== null && <Changes changes={entry.changes} />}
      <Circumstances entry={entry} />
      <Others entry={entry} onClose={onClose} />
    </Dialog>
  );
}

/** Who did what, about whom, and whether it was done. */
function Deed({ entry }: { entry: AuditLogEntry }) {
  const { t } = useTranslation("audit");
  const names = useNames();
  const nobody = entry.actor_id === null ? t("entry.system") : t("entry.unknown");
  const facts: Fact[] = [
    [t("entry.who"), entry.actor_name ?? nobody],
    [t("entry.what"), names.action(entry.action)],
    [t("entry.at"), <Moment key="at" at={entry.at} />],
    [t("entry.of"), names.resource(entry.resource)],
    [t("entry.about"), entry.subject_id !== null && (entry.subject_name ?? t("entry.unknown"))],
    [t("entry.outcome"), entry.success ? t("entry.done") : `${t("entry.refused")}${entry.reason === null ? "" : `: ${names.reason(entry.reason)}`}`],
  ];
  return <Facts facts={facts} />;
}

/** From where it was done, and the numbers by which it is found elsewhere. */
function Circumstances({ entry }: { entry: AuditLogEntry }) {
  const { t } = useTranslation("audit");
  const facts: Fact[] = [
    [t("entry.address"), entry.client_address],
    [t("entry.device"), entry.user_agent && deviceOf(entry.user_agent)],
    [t("entry.thingId"), entry.resource_id && <code key="thing">{entry.resource_id}</code>],
    [t("entry.signIn"), entry.session_id && <code key="session">{entry.session_id}</code>],
    [t("entry.request"), entry.request_id && <code key="request">{entry.request_id}</code>],
    [t("entry.hash"), <code key="hash">{entry.hash}</code>],
  ];
  return <Facts facts={facts} />;
}

function Facts({ facts }: { facts: Fact[] }) {
  return (
    <dl className="audit-facts">
      {facts.map(
        ([name, value]) =>
          value && (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ),
      )}
    </dl>
  );
}

type Fact = [name: string, value: ReactNode];
type Change = { field: string; before: unknown; after: unknown };

/** Each field with what it was and what it is, beside each other. */
function Changes({ changes }: { changes: Record<string, unknown> }) {
  const { t } = useTranslation("audit");
  const { field: nameOf } = useNames();
  const before = fieldsOf(changes["before"]);
  const after = fieldsOf(changes["after"]);
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const rows = names.map((field): Change => ({ field, before: before[field], after: after[field] }));
  if (rows.length === 0) return null;
  const columns: Column<Change>[] = [
    { key: "field", head: t("entry.field"), cell: ({ field }) => nameOf(field) },
    { key: "before", head: t("entry.before"), cell: ({ before }) => <Value of={before} /> },
    { key: "after", head: t("entry.after"), cell: ({ after }) => <Value of={after} /> },
  ];
  return <Table caption={t("entry.changes")} hasVisibleCaption columns={columns} rows={rows} rowKey={({ field }) => field} />;
}

/** A value as one reads it: moments in the reader's words, several values one after the other. */
function Value({ of }: { of: unknown }) {
  const { t } = useTranslation("audit");
  if (typeof of === "boolean") return t(`values.${of}`);
  if (typeof of === "string" && MOMENT.test(of)) return <Moment at={of} />;
  return shownValue(of);
}

function fieldsOf(part: unknown): Record<string, unknown> {
  return typeof part === "object" && part !== null ? { ...part } : {};
}

/** Ways from this entry to others of its kind. */
function Others({ entry, onClose }: { entry: AuditLogEntry; onClose: () => void }) {
  const { t } = useTranslation("audit");
  const names = useNames();
  const ways: [string, AuditSearch | null][] = [
    [t("others.action", { action: names.action(entry.action) }), { action: entry.action }],
    [t("others.actor", { name: entry.actor_name ?? t("entry.unknown") }), entry.actor_id === null ? null : { person: entry.actor_id }],
    [
      t("others.subject", { name: entry.subject_name ?? t("entry.unknown") }),
      entry.subject_id === null ? null : { person: entry.subject_id, as: "subject" },
    ],
    [t("others.thing"), entry.resource_id === null ? null : { resource: entry.resource, of: entry.resource_id }],
  ];
  return (
    <nav aria-label={t("others.title")}>
      <ul className="plain-list">
        {ways.map(
          ([text, search]) =>
            search && (
              <li key={text}>
                <Link to="/admin/audit" search={search} onClick={onClose}>
                  {text}
                </Link>
              </li>
            ),
        )}
      </ul>
    </nav>
  );
}
