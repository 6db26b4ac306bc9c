import { useTranslation } from "react-i18next";

import { ChartFrame } from "../components/ChartFrame";
import { TimeChart } from "../components/TimeChart";
import { useFormats } from "../i18n/format";
import { HistoryTable } from "./HistoryTable";
import { growth, type MeasuredTest } from "./growth";

const VERDICTS = { up: "history.changeUp", down: "history.changeDown", unsure: "history.changeUnsure" } as const;

export function HistoryChart({ tests }: { tests: MeasuredTest[] }) {
  const { t } = useTranslation("learner");
  const { date, number, change } = useFormats();
  const [first, last] = [tests[0], tests.at(-1)];
  if (first === undefined || last === undefined) return null;
  const grown = growth(tests);
  const summary = t("history.chartText", {
    count: tests.length,
    from: date(first.finished_at),
    to: date(last.finished_at),
    first: number(first.scale.score),
    last: number(last.scale.score),
    low: number(last.scale.low),
    high: number(last.scale.high),
  });
  return (
    <>
      {grown && <p className="lead">{t(VERDICTS[grown.verdict], { when: date(grown.since), change: change(grown.change) })}</p>}
      <ChartFrame
        title={t("history.chartTitle")}
        summary={summary}
        chart={
          <TimeChart
            points={tests.map(({ finished_at, scale }) => ({
              at: finished_at,
              value: scale.score,
              low: scale.low,
              high: scale.high,
            }))}
            minimum={first.scale.minimum}
            maximum={first.scale.maximum}
          />
        }
        table={<HistoryTable tests={tests} />}
      />
    </>
  );
}
