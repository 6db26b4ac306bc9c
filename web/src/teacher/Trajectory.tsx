import { useTranslation } from "react-i18next";

import { ChartFrame } from "../components/ChartFrame";
import { Table, type Column } from "../components/Table";
import { TimeChart } from "../components/TimeChart";
import { useFormats } from "../i18n/format";
import { Moment } from "../i18n/Moment";
import { growth, measured, type MeasuredTest } from "../learner/growth";
import type { PastSession } from "./contract";

/** How the ability went, test by test, with its band; in words, as a curve and as a table. */
export function Trajectory({ tests }: { tests: PastSession[] }) {
  const { t } = useTranslation("teacher");
  const { number, date, change } = useFormats();
  const points = measured(tests);
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return null;
  const grown = growth(points);
  const summary = [
    t("trajectory.now", { score: number(last.scale.score), low: number(last.scale.low), high: number(last.scale.high), when: date(last.finished_at) }),
    grown && t(`trajectory.${grown.verdict}`, { when: date(grown.since), change: change(grown.change) }),
  ];
  return (
    <ChartFrame
      title={t("trajectory.title")}
      summary={summary.filter(Boolean).join(" ")}
      chart={
        <TimeChart
          points={points.map(({ finished_at, scale }) => ({ at: finished_at, value: scale.score, low: scale.low, high: scale.high }))}
          minimum={first.scale.minimum}
          maximum={first.scale.maximum}
        />
      }
      table={<Figures tests={points} />}
    />
  );
}

function Figures({ tests }: { tests: MeasuredTest[] }) {
  const { t } = useTranslation("teacher");
  const { number } = useFormats();
  const columns: Column<MeasuredTest>[] = [
    { key: "when", head: t("attempt.when"), cell: ({ finished_at }) => <Moment at={finished_at} />, sortBy: ({ finished_at }) => finished_at },
    { key: "score", head: t("learner.score"), cell: ({ scale }) => number(scale.score), sortBy: ({ scale }) => scale.score, isNumber: true },
    { key: "low", head: t("score.low"), cell: ({ scale }) => number(scale.low), isNumber: true },
    { key: "high", head: t("score.high"), cell: ({ scale }) => number(scale.high), isNumber: true },
  ];
  return <Table caption={t("trajectory.title")} columns={columns} rows={tests} rowKey={({ session_id }) => session_id} />;
}
