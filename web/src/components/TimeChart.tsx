import { useFormats } from "../i18n/format";

/** A value with the band within which the true one lies. */
export type Band = { value: number; low: number; high: number };
export type TimePoint = Band & { at: string };

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
/** From so many points on they are drawn smaller. */
const MANY = 40;

/** Values over time as a line through points, with their bands as an area around it. For use within a `ChartFrame`. */
export function TimeChart({ points, minimum, maximum }: TimeChartProps) {
  const { day } = useFormats();
  const placed = points.map(({ at, ...values }) => ({ ...values, at: Date.parse(at) }));
  const dates = datesBelow(placed.map(({ at }) => at), MOST_DATES);
  return <BandChart points={placed} minimum={minimum} maximum={maximum} below={dates} label={day} />;
}

type BandChartProps = {
  points: (Band & { at: number })[];
  minimum: number;
  maximum: number;
  /** Where figures stand below the ground, and what they say. */
  below: number[];
  label: (at: number) => string;
};

/** The same over anything that is counted, such as the questions of a test. */
export function BandChart({ points, minimum, maximum, below, label }: BandChartProps) {
  const { number } = useFormats();
  const places = points.map(({ at }) => at);
  const [first, last] = [Math.min(...places), Math.max(...places)];
  const scale = niceRange(points, minimum, maximum);
  const x = (place: number) => (last === first ? 50 : START + ((place - first) / (last - first)) * (END - START));
  const y = (value: number) => GROUND - ((value - scale.low) / (scale.high - scale.low)) * (GROUND - TOP);
  const line = points.map(({ at, value }) => `${x(at)} ${y(value)}`);
  const upper = points.map(({ at, high }) => `${x(at)} ${y(high)}`);
  const lower = points.map(({ at, low }) => `${x(at)} ${y(low)}`).reverse();
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
      {points.map(({ at, value }) => (
        <circle key={at} className="chart-point" cx={`${x(at)}%`} cy={y(value)} r={points.length > MANY ? 3 : 5} />
      ))}
      {below.map((place, index, all) => (
        <text key={place} className="chart-tick" x={`${x(place)}%`} y={DATES} textAnchor={anchor(index, all.length)}>
          {label(place)}
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
export function niceRange(points: Band[], minimum: number, maximum: number) {
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
