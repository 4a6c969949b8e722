import { extent, range } from "d3-array";
import { scaleLinear, scaleLog, scaleSymlog } from "d3-scale";

/** What an axis shows. */
export interface AxisPlan {
  readonly title: string;
  /**
   * `fitting` is logarithmic where positive values span more than two decades, else linear; `powers of two` is logarithmic with ticks
   * at them; `counts` starts at 0 and is logarithmic from 1 on.
   */
  readonly scale: "linear" | "log" | "powers of two" | "counts" | "fitting";
  /** Of a tick; as d3 writes numbers by default. */
  readonly format?: (value: number) => string;
  /** Values that the axis shows whatever the data. */
  readonly include?: readonly number[];
  /** Values of the ticks; round ones by default. */
  readonly ticks?: readonly number[];
  /** Room at both ends, as a share of the axis; 0.04 by default. */
  readonly room?: number;
}

export interface Axis {
  readonly at: (value: number) => number;
  readonly ticks: readonly { readonly at: number; readonly text: string }[];
}

/** Ticks cannot be counted in less. */
const tiniest = 1e-290;

/** The axis of values, from pixel `from` to pixel `to`; they are finite, and positive where the scale is logarithmic. */
export function axisOf(plan: AxisPlan, values: readonly number[], from: number, to: number): Axis {
  const [least = 0, most = 1] = extent([...values, ...(plan.include ?? [])]);
  const isLog = plan.scale === "fitting" ? least > 0 && most / least > 100 : plan.scale !== "linear";
  if (plan.scale === "counts") {
    const scale = scaleSymlog()
      .domain([0, Math.max(most, 9)])
      .range([from, to]);
    return ticked(plan, scale, [0, ...powers(10, 1, Math.max(most, 9))], String);
  }
  if (isLog) {
    const [lowest, highest] = [Math.max(least, tiniest), Math.max(most, tiniest)];
    const room = Math.exp((plan.room ?? 0.04) * (Math.log(highest) - Math.log(lowest)));
    const [low, high] =
      lowest === highest ? [lowest / 2, finite(highest * 2)] : [lowest / room, finite(highest * room)];
    const scale = scaleLog().domain([low, high]).range([from, to]);
    const isWide = high / low > 300;
    // Less than a decade may have one power of ten, or none.
    const round =
      plan.scale === "powers of two"
        ? powers(2, low, high)
        : isWide
          ? powers(10, low, high)
          : scale.ticks(20).filter(isRound);
    const at = (value: number): number => scale(Math.max(value, tiniest));
    return ticked(plan, at, round, (value) => `${Number(value.toPrecision(6))}`);
  }
  const room = (plan.room ?? 0.04) * (most - least);
  // Values that differ by rounding alone are one.
  const isFlat = most - least < Math.max(1e-12 * Math.abs(most), tiniest);
  const flat = 0.5 * Math.max(Math.abs(most), most === 0 ? 1 : tiniest);
  const ends = isFlat ? [least - flat, most + flat] : [least - room, most + room];
  const scale = scaleLinear().domain(ends.map(finite)).range([from, to]);
  return ticked(plan, scale, scale.ticks(6), scale.tickFormat(6));
}

function ticked(
  { ticks, format }: AxisPlan,
  at: (value: number) => number,
  round: readonly number[],
  usual: (value: number) => string,
): Axis {
  const shown = ticks ?? round;
  return { at: (value) => at(value), ticks: shown.map((value) => ({ at: at(value), text: (format ?? usual)(value) })) };
}

/** An end of an axis, so that its length is a number too. */
function finite(value: number): number {
  const most = Number.MAX_VALUE / 4;
  return Math.max(-most, Math.min(value, most));
}

/** 1, 2 or 5 times a power of ten. */
function isRound(value: number): boolean {
  return /^[125](\.0*)?e/.test(value.toExponential(6));
}

/** Every one of them, or of very many every so many. */
function powers(base: 2 | 10, low: number, high: number): readonly number[] {
  const [first, last] = [low, high].map((value) => Math.log(value) / Math.log(base));
  const all = range(Math.ceil(first! - 1e-9), Math.floor(last! + 1e-9) + 1).map((power) => base ** power);
  const every = Math.ceil(all.length / 36);
  return all.filter((_, i) => i % every === 0);
}
