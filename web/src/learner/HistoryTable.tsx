import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import type { PastSession } from "../api/contract";
import { Table, type Column } from "../components/Table";
import { useFormats } from "../i18n/format";
import { Moment } from "../i18n/Moment";

/** Every finished test, newest first; each leads to its result where whoever looks may see that. */
export function HistoryTable({ tests, isLinked = true }: { tests: PastSession[]; isLinked?: boolean }) {
  const { t } = useTranslation("learner");
  const { number } = useFormats();
  const columns: Column<PastSession>[] = [
    {
      key: "test",
      head: t("history.test"),
      cell: (test) =>
        isLinked ? (
          <Link to="/sessions/$sessionId/result" params={{ sessionId: test.session_id }}>
            {test.test_design_name}
          </Link>
        ) : (
          test.test_design_name
        ),
      sortBy: (test) => test.test_design_name,
    },
    { key: "when", head: t("history.when"), cell: (test) => <Moment at={test.finished_at} isDateOnly />, sortBy: (test) => test.finished_at },
    {
      key: "score",
      head: t("history.score"),
      cell: ({ scale, status }) => (status === "invalidated" ? t("history.void") : scale ? number(scale.score) : "–"),
      sortBy: ({ scale }) => scale?.score ?? null,
      isNumber: true,
    },
    {
      key: "band",
      head: t("history.band"),
      cell: ({ scale }) => (scale ? t("history.bandFromTo", { low: number(scale.low), high: number(scale.high) }) : "–"),
      isNumber: true,
    },
    {
      key: "right",
      head: t("history.right"),
      cell: ({ correct, answered }) => t("history.rightOf", { correct, answered }),
      isNumber: true,
    },
  ];
  return (
    <Table
      caption={t("history.title")}
      columns={columns}
      rows={tests}
      rowKey={({ session_id }) => session_id}
      sortedAtFirst={{ key: "when", isDescending: true }}
    />
  );
}
