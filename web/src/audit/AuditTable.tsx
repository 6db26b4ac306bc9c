import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { Badge } from "../components/Badge";
import { Button } from "../components/Button";
import { Table, type Column } from "../components/Table";
import { useFormats } from "../i18n/format";
import { Moment } from "../i18n/Moment";
import { EntryDialog } from "./EntryDialog";
import { pageOf, useNames } from "./names";
import type { AuditLogEntry } from "./queries";

/** Entries of the log, each with its details on demand. */
export function AuditTable({ entries }: { entries: AuditLogEntry[] }) {
  const { t } = useTranslation("audit");
  const { number } = useFormats();
  const [open, setOpen] = useState<AuditLogEntry | null>(null);
  const columns: Column<AuditLogEntry>[] = [
    { key: "what", head: t("entry.what"), cell: (entry) => <Deed entry={entry} /> },
    { key: "of", head: t("entry.of"), cell: (entry) => <Thing entry={entry} /> },
    { key: "at", head: t("entry.at"), cell: ({ at }) => <Moment at={at} /> },
    { key: "seq", head: t("entry.seq"), cell: ({ seq }) => number(seq), isNumber: true },
    {
      key: "details",
      head: t("entry.details"),
      cell: (entry) => (
        <Button isSmall aria-label={t("entry.detailsOf", { seq: number(entry.seq) })} onClick={() => setOpen(entry)}>
          {t("entry.show")}
        </Button>
      ),
    },
  ];
  return (
    <>
      <Table caption={t("log.entries")} columns={columns} rows={entries} rowKey={({ seq, hash }) => `${String(seq)} ${hash}`} />
      {open && <EntryDialog entry={open} onClose={() => setOpen(null)} />}
    </>
  );
}

/** Who did what, and that it was refused where it was. */
function Deed({ entry }: { entry: AuditLogEntry }) {
  const { t } = useTranslation("audit");
  return (
    <span className="audit-deed">
      <span>{t("entry.sentence", { who: useActorName()(entry), action: useNames().action(entry.action) })}</span>
      {!entry.success && <Badge tone="alarm">{t("entry.refused")}</Badge>}
    </span>
  );
}

/** The kind of thing, which leads to its page where it has one, and the person whom it is about, unless it is oneself. */
function Thing({ entry }: { entry: AuditLogEntry }) {
  const { t } = useTranslation("audit");
  const page = pageOf(entry.resource, entry.resource_id);
  const name = useNames().resource(entry.resource);
  const isAboutAnother = entry.subject_id !== null && entry.subject_id !== entry.actor_id;
  return (
    <span>
      {page === null ? name : <Link {...page}>{name}</Link>}
      {isAboutAnother && ` · ${entry.subject_name ?? t("entry.unknown")}`}
    </span>
  );
}

/** Who did it; a job or a schedule where nobody did. */
function useActorName(): (entry: AuditLogEntry) => string {
  const { t } = useTranslation("audit");
  return ({ actor_id, actor_name }) => (actor_id === null ? t("entry.system") : (actor_name ?? t("entry.unknown")));
}
