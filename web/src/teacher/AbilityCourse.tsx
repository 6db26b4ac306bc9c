import { useTranslation } from "react-i18next";

import { ChartFrame } from "../components/ChartFrame";
import { Table, type Column } from "../components/Table";
import { BandChart, datesBelow } from "../components/TimeChart";
import { useFormats } from "../i18n/format";
import type { ReviewedAnswer } from "./contract";
import { useDuration } from "./useDuration";

const MOST_FIGURES = 6;

/** How the estimate moved and its band closed in, answer by answer. */
export function AbilityCourse({ answers }: { answers: ReviewedAnswer[] }) {
  const { t } = useTranslation("teacher");
  const { number } = useFormats();
  const [first, last] = [answers[0], answers.at(-1)];
  if (first === undefined || last === undefined) return null;
  const width = ({ scale_after: scale }: ReviewedAnswer) => number(scale.high - scale.low);
  return (
    <ChartFrame
      title={t("course.title")}
      summary={t("course.summary", {
        count: answers.length,
        first: number(first.scale_after.score),
        last: number(last.scale_after.score),
        widthFirst: width(first),
        widthLast: width(last),
      })}
      chart={
        <BandChart
          points={answers.map(({ item, scale_after: { score, low, high } }) => ({ at: item.position, value: score, low, high }))}
          minimum={first.scale_after.minimum}
          maximum={first.scale_after.maximum}
          below={datesBelow(answers.map(({ item }) => item.position), MOST_FIGURES)}
          label={number}
        />
      }
      table={<Figures answers={answers} />}
    />
  );
}

function Figures({ answers }: { answers: ReviewedAnswer[] }) {
  const { t } = useTranslation("teacher");
  const { number } = useFormats();
  const duration = useDuration();
  const columns: Column<ReviewedAnswer>[] = [
    { key: "position", head: t("course.question"), cell: ({ item }) => item.position, sortBy: ({ item }) => item.position },
    { key: "answer", head: t("course.answer"), cell: ({ feedback }) => t(feedback.is_correct ? "review.isRight" : "review.isWrong") },
    { key: "time", head: t("course.time"), cell: ({ response_ms }) => duration(response_ms), sortBy: ({ response_ms }) => response_ms, isNumber: true },
    { key: "score", head: t("course.after"), cell: ({ scale_after }) => number(scale_after.score), sortBy: ({ theta_after }) => theta_after, isNumber: true },
    { key: "theta", head: t("course.theta"), cell: ({ theta_after }) => number(theta_after, 2), isNumber: true },
    { key: "se", head: t("course.se"), cell: ({ se_after }) => number(se_after, 2), isNumber: true },
  ];
  return <Table caption={t("course.title")} columns={columns} rows={answers} rowKey={({ item }) => item.id} />;
}
