import { useTranslation } from "react-i18next";

import { Badge } from "../components/Badge";
import { ChartFrame } from "../components/ChartFrame";
import { LineChart } from "../components/LineChart";
import { ShowMore } from "../components/ShowMore";
import { Table, type Column } from "../components/Table";
import { TimeChart } from "../components/TimeChart";
import { useFormats } from "../i18n/format";
import { Moment } from "../i18n/Moment";

type Learner = { name: string; score: number | null; seen: string; isWell: boolean };

const LEARNERS: Learner[] = [
  { name: "Ada Okafor", score: 586, seen: "2026-11-20T09:12:00Z", isWell: true },
  { name: "Ben Castillo", score: 431, seen: "2026-11-02T13:40:00Z", isWell: false },
  { name: "이서연", score: null, seen: "2026-11-18T08:05:00Z", isWell: true },
];

const TESTS = [
  { at: "2026-09-07T09:00:00Z", value: 455, low: 370, high: 540 },
  { at: "2026-09-21T09:00:00Z", value: 478, low: 405, high: 551 },
  { at: "2026-10-09T09:00:00Z", value: 470, low: 404, high: 536 },
  { at: "2026-10-30T09:00:00Z", value: 521, low: 460, high: 582 },
  { at: "2026-11-20T09:00:00Z", value: 548, low: 494, high: 602 },
];

const CURVE = Array.from({ length: 17 }, (_, index) => index / 2 - 4).map((x) => ({ x, y: 1 / (1 + Math.exp(-1.4 * x)) }));

export function Tables() {
  const { t } = useTranslation("design");
  const { number } = useFormats();
  const columns: Column<Learner>[] = [
    { key: "name", head: t("learner"), cell: ({ name }) => name, sortBy: ({ name }) => name },
    {
      key: "score",
      head: t("score"),
      cell: ({ score }) => (score === null ? "–" : number(score)),
      sortBy: ({ score }) => score,
      isNumber: true,
    },
    { key: "seen", head: t("seen"), cell: ({ seen }) => <Moment at={seen} isDateOnly />, sortBy: ({ seen }) => seen },
    {
      key: "state",
      head: t("state"),
      cell: ({ isWell }) => <Badge tone={isWell ? "good" : "warm"}>{isWell ? t("well") : t("help")}</Badge>,
    },
  ];
  return (
    <section aria-labelledby="design-table">
      <h2 id="design-table">{t("table")}</h2>
      <Table caption={t("tableCaption")} hasVisibleCaption columns={columns} rows={LEARNERS} rowKey={({ name }) => name} />
      <ShowMore shown={LEARNERS.length} hasMore isBusy={false} onMore={() => undefined} />
    </section>
  );
}

export function Charts() {
  const { t } = useTranslation("design");
  const { number } = useFormats();
  const columns: Column<(typeof TESTS)[number]>[] = [
    { key: "at", head: t("test"), cell: ({ at }) => <Moment at={at} isDateOnly />, sortBy: ({ at }) => at },
    { key: "value", head: t("score"), cell: ({ value }) => number(value), sortBy: ({ value }) => value, isNumber: true },
  ];
  const curveColumns: Column<(typeof CURVE)[number]>[] = [
    { key: "x", head: t("ability"), cell: ({ x }) => number(x) },
    { key: "y", head: t("chance"), cell: ({ y }) => number(y, 2), isNumber: true },
  ];
  return (
    <section aria-labelledby="design-chart">
      <h2 id="design-chart">{t("chart")}</h2>
      <ChartFrame
        level={3}
        title={t("chartTitle")}
        summary={t("chartSummary", { first: number(455), last: number(548) })}
        chart={<TimeChart points={TESTS} minimum={200} maximum={800} />}
        table={<Table caption={t("chartTitle")} columns={columns} rows={TESTS} rowKey={({ at }) => at} />}
      />
      <ChartFrame
        level={3}
        title={t("curveTitle")}
        summary={t("curveSummary")}
        chart={<LineChart points={CURVE} xTicks={[-4, -2, 0, 2, 4]} xLabel={t("ability")} yTicks={[0, 0.5, 1]} mark={0} />}
        table={<Table caption={t("curveTitle")} columns={curveColumns} rows={CURVE} rowKey={({ x }) => String(x)} />}
      />
    </section>
  );
}
