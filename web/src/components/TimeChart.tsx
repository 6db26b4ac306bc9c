import { useFormats } from "../i18n/format";

/** A value at a moment, with the band within which the true one lies. */
export type TimePoint = { at: string; value: number; low: number; high: number };

type TimeChartProps = { points: TimePoint[]; minimum: number; maximum: number };

/** Pixels from the top: the upper edge, the ground, the foot of the dates below. Sideways everything is a percentage. */
const TOP = 10;
const GROUND = 210;
const DATES = 236;
/** Where the plot begins and ends, in percent: before it stand the figures. */
const START = 9;
const END = 97;
const TICKS = 4;
const MOST_DATES = 3;

/** Values over time as a line through points, with their bands as an area around it. For use within a `ChartFrame`. */
export function TimeChart({ points, minimum, maximum }: TimeChartProps) {
  const { day, number } = useFormats();
  const times = points.map(({ at }) => Date.parse(at));
  const [first, last] = [Math.min(...times), Math.max(...times)];
  const scale = niceRange(points, minimum, maximum);
  const x = (time: number) => (last === first ? 50 : START + ((time - first) / (last - first)) * (END - START));
  const y = (value: number) => GROUND - ((value - scale.low) / (scale.high - scale.low)) * (GROUND - TOP);
  const at = (index: number) => x(times[index] ?? first);
  const line = points.map(({ value }, index) => `${at(index)} ${y(value)}`);
  const upper = points.map(({ high }, index) => `${at(index)} ${y(high)}`);
  const lower = points.map(({ low }, index) => `${at(index)} ${y(low)}`).reverse();
  return (
    <svg className="chart" height={DATES + 6} aria-hidden="true" focusable="false">
      {scale.ticks.map((tick) => (
        <g key={tick}>
          <line className="chart-rule" x1={`${START}%`} x2="100%" y1={y(tick)} y2={y(tick)} />
          <text className="chart-tick" x="0" y={y(tick)} dominantBaseline="middle">
            {number(tick)}
          </text>
        </g>
      ))}
      <svg viewBox={`0 0 100 ${DATES}`} preserveAspectRatio="none" width="100%" height={DATES}>
        {points.length > 1 && <path className="chart-band" d={`M${[...upper, ...lower].join("L")}Z`} />}
        <path className="chart-line" d={`M${line.join("L")}`} />
      </svg>
      {points.length === 1 && points[0] && (
        <line className="chart-line" x1="50%" x2="50%" y1={y(points[0].low)} y2={y(points[0].high)} />
      )}
      {points.map(({ at: moment, value }, index) => (
        <circle key={moment} className="chart-point" cx={`${at(index)}%`} cy={y(value)} r="5" />
      ))}
      {datesBelow(times, MOST_DATES).map((time, index, all) => (
        <text key={time} className="chart-tick" x={`${x(time)}%`} y={DATES} textAnchor={anchor(index, all.length)}>
          {day(time)}
        </text>
      ))}
    </svg>
  );
}

function anchor(index: number, count: number): "start" | "middle" | "end" {
  if (count === 1) return "middle";
  if (index === 0) return "start";
  return index === count - 1 ? "end" : "middle";
}

/** From a round figure below the lowest band to one above the highest, within the scale. */
export function niceRange(points: TimePoint[], minimum: number, maximum: number) {
  const span = Math.max(1, ...points.map(({ high }) => high)) - Math.min(...points.map(({ low }) => low));
  const step = [10, 20, 25, 50, 100, 200].find((each) => span / each <= TICKS) ?? 200;
  const low = Math.max(minimum, Math.floor(Math.min(...points.map((point) => point.low)) / step) * step);
  const high = Math.min(maximum, Math.ceil(Math.max(...points.map((point) => point.high)) / step) * step);
  const ticks = Array.from({ length: Math.floor((high - low) / step) + 1 }, (_, index) => low + index * step);
  return { low, high: Math.max(high, low + step), ticks };
}

/** A few of the moments, the first and the last among them, none so close to its neighbour that their dates would meet. */
export function datesBelow(times: number[], most: number): number[] {
  const sorted = [...new Set(times)].sort((one, other) => one - other);
  const [first, last] = [sorted[0], sorted.at(-1)];
  if (first === undefined || last === undefined || first === last) return sorted.slice(0, 1);
  const gap = (last - first) / most;
  const shown = [first];
  for (const time of sorted) {
    if (time - (shown.at(-1) ?? first) >= gap && last - time >= gap) shown.push(time);
  }
  return [...shown, last];
}
