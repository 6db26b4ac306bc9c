import { useFormats } from "../i18n/format";

type Point = { x: number; y: number };
type LineChartProps = {
  points: Point[];
  /** The figures on the axis below, from the left edge to the right one. */
  xTicks: number[];
  xLabel: string;
  /** From the ground up, beginning with 0. */
  yTicks: number[];
  /** A place on the axis below that is marked by an upright line. */
  mark?: number | undefined;
};

/** Pixels from the top: the upper edge, the ground, the foot of the figures below. Sideways everything is a percentage. */
const TOP = 10;
const GROUND = 190;
const FIGURES = 214;
const LABEL = 238;
/** Where the plot begins and ends, in percent: before it stand the figures. */
const START = 9;
const END = 97;

/** One smooth curve over a scale. For use within a `ChartFrame`. */
export function LineChart({ points, xTicks, xLabel, yTicks, mark }: LineChartProps) {
  const { number } = useFormats();
  const [left, right] = [Math.min(...xTicks), Math.max(...xTicks)];
  const highest = Math.max(...yTicks);
  const x = (value: number) => START + ((value - left) / (right - left)) * (END - START);
  const y = (value: number) => GROUND - (value / highest) * (GROUND - TOP);
  return (
    <svg className="chart" height={LABEL + 6} aria-hidden="true" focusable="false">
      {yTicks.map((tick) => (
        <g key={tick}>
          <line className="chart-rule" x1={`${START}%`} x2="100%" y1={y(tick)} y2={y(tick)} />
          <text className="chart-tick" x="0" y={y(tick)} dominantBaseline="middle">
            {number(tick, 2)}
          </text>
        </g>
      ))}
      {mark !== undefined && mark >= left && mark <= right && (
        <line className="chart-mark" x1={`${x(mark)}%`} x2={`${x(mark)}%`} y1={TOP} y2={GROUND} />
      )}
      <svg viewBox={`0 0 100 ${LABEL}`} preserveAspectRatio="none" width="100%" height={LABEL}>
        <path className="chart-line" d={`M${points.map((point) => `${x(point.x)} ${y(point.y)}`).join("L")}`} />
      </svg>
      {xTicks.map((tick) => (
        <text key={tick} className="chart-tick" x={`${x(tick)}%`} y={FIGURES} textAnchor="middle">
          {number(tick)}
        </text>
      ))}
      <text className="chart-tick" x={`${(START + END) / 2}%`} y={LABEL} textAnchor="middle">
        {xLabel}
      </text>
    </svg>
  );
}

/** Round figures from 0 to one that is at least `highest`, four steps at most. */
export function ticksUpTo(highest: number): number[] {
  const magnitude = 10 ** Math.floor(Math.log10(Math.max(highest, 0.01)));
  const step = [0.25, 0.5, 1, 2, 2.5, 5].map((each) => each * magnitude).find((each) => highest / each <= 4) ?? 10 * magnitude;
  const count = Math.max(1, Math.ceil(highest / step - 1e-9));
  return Array.from({ length: count + 1 }, (_, index) => index * step);
}
