import { grouped } from "../dsl/index.ts";
import { linePanel, notePanel, type Panel, picture } from "../formats/index.ts";
import type { MeanCurve, Spread } from "./statistics.ts";

/** Mean curves with bands of one standard deviation, loss above accuracy. The untrained start is left out: it would flatten the curves. */
export function curvesSvg(title: string, curves: readonly MeanCurve[], note: string): string {
  const shown = curves
    .map(({ run, points }) => ({ run, points: points.filter(({ step }) => step > 0) }))
    .filter(({ points }) => points.length > 0);
  const panels = [
    panel(`${title}: test loss, nats`, "loss", shown),
    panel(`${title}: test accuracy`, "accuracy", shown),
  ];
  return picture([...(shown.length === 0 ? [] : panels), notePanel(note)]);
}

function panel(title: string, metric: "loss" | "accuracy", curves: readonly MeanCurve[]): Panel {
  const steps = curves.flatMap(({ points }) => points.map(({ step }) => step));
  // One point alone stands at the end of the steps that led to it.
  const include = new Set(steps).size === 1 ? [0] : [];
  const lines = curves.map(({ run, points }) => ({
    name: run,
    points: points.map((point) => ({ x: point.step, y: point[metric].mean, spread: band(point[metric]) })),
  }));
  const x = { title: "steps", scale: "linear", include, room: 0, format: grouped } as const;
  return linePanel({ title, x, y: { title: metric, scale: "linear" }, lines, height: 300 });
}

/** Mean minus and plus one standard deviation. */
function band({ mean, deviation }: Spread): readonly [number, number] {
  const reach = Number.isNaN(deviation) ? 0 : deviation;
  return [mean - reach, mean + reach];
}
