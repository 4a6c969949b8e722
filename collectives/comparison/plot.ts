import { group } from "d3-array";
import { binaryBytes, type DeclaredInput, grouped, measured } from "../../dsl/index.ts";
import {
  type AxisPlan,
  barPanel,
  linePanel,
  notePanel,
  type Panel,
  type PlotLine,
  picture,
} from "../../formats/index.ts";
import type { Comparison, ComparisonRow, TimedOutcome } from "./compare.ts";
import { seconds, withFigures } from "./report.ts";

/**
 * A comparison as SVG. Over several numbers of workers a panel for each gradient, of time; over sizes (`sweep`) two panels
 * for each number of workers, of time and of bus bandwidth; both axes are logarithmic. Otherwise bars of what the time
 * is made of.
 */
export function comparisonSvg(comparison: Comparison, sweep = false): string {
  const { rows, cluster, dtype, collective } = comparison;
  const name = `${collective[0]!.toUpperCase()}${collective.slice(1)}`;
  const of = <T>(key: (row: ComparisonRow) => T): readonly ComparisonRow[][] => [...group(rows, key).values()];
  const timeName = `time of ${collective === "reduce-scatter" ? "a" : "an"} ${collective}`;
  const time: AxisPlan = { title: timeName, scale: "log", format: seconds };
  const plot = (title: string, lines: readonly PlotLine[], x: Omit<AxisPlan, "scale">, y: AxisPlan): Panel =>
    linePanel({ title, lines, x: { ...x, scale: "powers of two", room: 0 }, y, height: 560 });
  const totalS = ({ timing }: TimedOutcome): number => timing.totalS;
  if (sweep) {
    const size = { title: "buffer", format: binaryBytes };
    const rate: AxisPlan = { title: "bus bandwidth", scale: "log", format: (value) => `${measured(value, "B")}/s` };
    // Of the gradient in its own type.
    const bytesOf = ({ volume, bytesPerWorker, gradient }: TimedRow): number =>
      volume === 0 ? gradient.elements : Math.round(bytesPerWorker / volume);
    const panels = of(({ workers }) => workers).flatMap((some) => {
      const on = `on ${cluster}: ${some[0]!.workers} workers, ${dtype}`;
      const rates = linesOf(some, bytesOf, (it) => it.busBandwidth);
      return [
        plot(`${name} time ${on}`, linesOf(some, bytesOf, totalS), size, time),
        plot(`Bus bandwidth ${on}`, rates, size, rate),
      ];
    });
    return picture([...panels, inputsPanel(comparison.inputs)]);
  }
  const panels = of(({ gradient }) => gradient.name).map((some): Panel => {
    const { gradient, workers } = some[0]!;
    const title = `${name} time on ${cluster}: ${gradient.name}, ${grouped(gradient.elements)} x ${dtype}`;
    if (new Set(some.map((row) => row.workers)).size > 1) {
      return plot(
        title,
        linesOf(some, (row) => row.workers, totalS),
        { title: "workers", format: String },
        time,
      );
    }
    const bars = withFigures(some).map(({ algorithm, timing }) => {
      const parts = [timing.setupS, timing.latencyS, timing.transmissionS, timing.reductionS];
      return { name: algorithm, parts, note: seconds(timing.totalS) };
    });
    return barPanel({
      title: `${title}, ${workers} workers`,
      axis: { title: timeName, format: seconds },
      legend: ["set-up", "latency", "transmission", "reduction"],
      bars,
      isRanked: true,
    });
  });
  return picture([...panels, inputsPanel(comparison.inputs)]);
}

type TimedRow = ComparisonRow & TimedOutcome;

function linesOf(
  rows: readonly ComparisonRow[],
  xOf: (row: TimedRow) => number,
  yOf: (row: TimedRow) => number,
): readonly PlotLine[] {
  const lines = [...group(withFigures(rows), ({ algorithm }) => algorithm)].map(([name, own]): PlotLine => {
    const points = own.map((row) => ({ x: xOf(row), y: yOf(row) }));
    return { name, points: points.sort((a, b) => a.x - b.x), marks: 2.2 };
  });
  return together(lines);
}

/** Joins lines that lie within half a percent of each other everywhere, under all their names. */
function together(lines: readonly PlotLine[]): readonly PlotLine[] {
  const kept: PlotLine[] = [];
  for (const line of lines) {
    const same = kept.findIndex(
      ({ points }) =>
        points.length === line.points.length &&
        points.every(({ x, y }, i) => x === line.points[i]!.x && Math.abs(y / line.points[i]!.y - 1) < 0.005),
    );
    if (same < 0) kept.push(line);
    else kept[same] = { ...kept[same]!, name: `${kept[same]!.name}, ${line.name}` };
  }
  return kept;
}

/** What the panels above depend on. */
export function inputsPanel(inputs: readonly DeclaredInput[]): Panel {
  return notePanel(`Inputs: ${inputs.map(({ path, value }) => `${path} ${value}`).join(", ")}.`);
}
