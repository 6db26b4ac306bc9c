import { useTranslation } from "react-i18next";

import type { ItemDetail, ItemParameters } from "../api/contract";
import { ChartFrame } from "../components/ChartFrame";
import { LineChart, ticksUpTo } from "../components/LineChart";
import { Table, type Column } from "../components/Table";
import { useFormats } from "../i18n/format";

type CurvePoint = ItemDetail["curve"][number];
type ItemCurvesProps = { curve: CurvePoint[]; parameters: ItemParameters };

const THETAS = [-4, -2, 0, 2, 4];
/** Every so many points of a curve stand in its table. */
const TABLE_STEP = 5;

/** How likely a right answer is for each ability, and how much the answer tells about it. */
export function ItemCurves({ curve, parameters }: ItemCurvesProps) {
  const { t } = useTranslation("author");
  const { number, percent } = useFormats();
  const best = curve.reduce((most, point) => (point.information > most.information ? point : most));
  const at = (theta: number) => curve.find((point) => point.theta === theta)?.probability ?? 0;
  const table = <CurveTable curve={curve.filter((_, index) => index % TABLE_STEP === 0)} />;
  return (
    <div className="item-curves">
      <ChartFrame
        title={t("curves.characteristic")}
        summary={t("curves.characteristicText", { low: percent(at(-2)), middle: percent(at(0)), high: percent(at(2)) })}
        chart={
          <LineChart
            points={curve.map(({ theta, probability }) => ({ x: theta, y: probability }))}
            xTicks={THETAS}
            xLabel={t("curves.ability")}
            yTicks={[0, 0.25, 0.5, 0.75, 1]}
            mark={parameters.difficulty}
          />
        }
        table={table}
      />
      <ChartFrame
        title={t("curves.information")}
        summary={t("curves.informationText", { theta: number(best.theta, 1), information: number(best.information, 2) })}
        chart={
          <LineChart
            points={curve.map(({ theta, information }) => ({ x: theta, y: information }))}
            xTicks={THETAS}
            xLabel={t("curves.ability")}
            yTicks={ticksUpTo(best.information)}
            mark={best.theta}
          />
        }
        table={table}
      />
    </div>
  );
}

function CurveTable({ curve }: { curve: CurvePoint[] }) {
  const { t } = useTranslation("author");
  const { number, percent } = useFormats();
  const columns: Column<CurvePoint>[] = [
    { key: "theta", head: t("curves.ability"), cell: ({ theta }) => number(theta, 1) },
    { key: "right", head: t("curves.probability"), cell: ({ probability }) => percent(probability), isNumber: true },
    { key: "information", head: t("curves.informationHead"), cell: ({ information }) => number(information, 3), isNumber: true },
  ];
  return <Table caption={t("curves.table")} columns={columns} rows={curve} rowKey={({ theta }) => String(theta)} />;
}
