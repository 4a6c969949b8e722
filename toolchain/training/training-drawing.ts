import type { TrainingCurve } from "../../compiler/network/training/index.ts";
import { grouped } from "../../dsl/index.ts";
import { type AxisPlan, linePanel, notePanel, type PlotLine, picture } from "../../formats/index.ts";

/** Lines that a reader distinguishes. */
const mostLines = 6;

/** Loss above, wrong vectors below, against the steps; of many parts those that took the most steps. Deterministic. */
export function drawCurves(curves: readonly TrainingCurve[]): string {
  const last = ({ points }: TrainingCurve): number => points.at(-1)?.step ?? 0;
  const drawn = curves.filter(({ points }) => points.length > 0).sort((a, b) => last(b) - last(a));
  const shown = drawn.slice(0, mostLines);
  const panel = (
    title: string,
    scale: AxisPlan["scale"],
    of: (point: TrainingCurve["points"][number]) => number | null,
  ) => {
    const lines = shown.flatMap(({ part, points }): PlotLine[] => {
      const known = points.flatMap((point) => {
        const y = of(point);
        return y === null ? [] : [{ x: point.step, y }];
      });
      const name = curves.length > 1 ? part : "";
      return known.length === 0 ? [] : [{ name, points: known, ...(known.length > 12 ? {} : { marks: 2.6 }) }];
    });
    const steps: AxisPlan = { title: "steps", scale: "linear", format: grouped };
    const y: AxisPlan = { title, scale, ...(scale === "counts" ? { format: grouped } : {}) };
    return lines.length === 0 ? [] : [linePanel({ title, x: steps, y, lines, height: 290 })];
  };
  const empty = shown.filter(({ points }) => points.every(({ loss, wrong }) => loss <= 0 && wrong === null));
  return picture([
    // No logarithm shows a loss of 0.
    ...panel("loss", "fitting", ({ loss }) => (loss > 0 ? loss : null)),
    ...panel("wrong vectors", "counts", ({ wrong }) => wrong),
    ...(empty.length === 0 ? [] : [notePanel(`nothing to draw: ${empty.map(({ part }) => part).join(", ")}`)]),
    ...(drawn.length > shown.length
      ? [notePanel(`the ${shown.length} of ${drawn.length} that took the most steps`)]
      : []),
  ]);
}
