import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { EmptyState, Failure, Loading } from "../components/States";
import { Table, type Column } from "../components/Table";
import { Moment } from "../i18n/Moment";
import type { Assignment } from "./contract";
import { assignmentsQuery } from "./queries";
import { WindowBadge } from "./WindowBadge";

/** What is set for a class, and how far the class is with it. */
export function ClassAssignments({ classId }: { classId: string }) {
  const { t } = useTranslation("teacher");
  const assignments = useQuery(assignmentsQuery(classId));
  if (assignments.isError) return <Failure error={assignments.error} onRetry={() => void assignments.refetch()} />;
  if (assignments.isPending) return <Loading />;
  if (assignments.data.length === 0) return <EmptyState title={t("assignment.none")} text={t("assignment.noneText")} />;
  return <AssignmentTable assignments={assignments.data} />;
}

function AssignmentTable({ assignments }: { assignments: Assignment[] }) {
  const { t } = useTranslation("teacher");
  const columns: Column<Assignment>[] = [
    {
      key: "test",
      head: t("assignment.test"),
      cell: ({ id, test_design_name }) => (
        <Link to="/teach/assignments/$assignmentId" params={{ assignmentId: id }}>
          {test_design_name}
        </Link>
      ),
      sortBy: ({ test_design_name }) => test_design_name,
    },
    { key: "state", head: t("assignment.state"), cell: (each) => <WindowBadge assignment={each} /> },
    { key: "opens", head: t("assignment.opens"), cell: ({ opens_at }) => <Moment at={opens_at} />, sortBy: ({ opens_at }) => opens_at },
    { key: "closes", head: t("assignment.closes"), cell: ({ closes_at }) => <Moment at={closes_at} />, sortBy: ({ closes_at }) => closes_at },
    {
      key: "done",
      head: t("assignment.done"),
      cell: ({ counts }) => (counts ? t("assignment.doneOf", { done: counts.done, learners: counts.learners }) : "–"),
      sortBy: ({ counts }) => counts?.done ?? null,
      isNumber: true,
    },
  ];
  return <Table caption={t("class.assignments")} columns={columns} rows={assignments} rowKey={({ id }) => id} />;
}
