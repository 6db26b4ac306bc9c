import { useTranslation } from "react-i18next";

import type { Assignment } from "../api/contract";
import { Table, type Column } from "../components/Table";
import { Moment } from "../i18n/Moment";

/** What teachers have set for a ward, and how far they are. */
export function WardAssignments({ assignments }: { assignments: Assignment[] }) {
  const { t } = useTranslation("family");
  if (assignments.length === 0) return null;
  const columns: Column<Assignment>[] = [
    { key: "test", head: t("assignment.test"), cell: ({ test_design_name: name }) => name, sortBy: ({ test_design_name: name }) => name },
    { key: "class", head: t("assignment.class"), cell: ({ class_name: name }) => name, sortBy: ({ class_name: name }) => name },
    { key: "closes", head: t("assignment.closes"), cell: ({ closes_at: at }) => <Moment at={at} />, sortBy: ({ closes_at: at }) => at },
    { key: "status", head: t("assignment.status"), cell: ({ status }) => (status === null ? "–" : t(`assignment.statuses.${status}`)) },
  ];
  return (
    <section aria-labelledby="ward-assignments">
      <h2 id="ward-assignments">{t("assignment.title")}</h2>
      <Table caption={t("assignment.title")} columns={columns} rows={assignments} rowKey={({ id }) => id} />
    </section>
  );
}
