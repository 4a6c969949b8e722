import { algorithms, compareAlgorithms, comparisonSvg, type UnitFigures } from "../../collectives/index.ts";
import { type Diagnostic, defaultCluster } from "../../dsl/index.ts";
import { drawYield } from "../../physics/index.ts";
import { drawing, nothing, type Shown, table, together } from "../../report/index.ts";
import { drawCurves, readCurves } from "../../toolchain/index.ts";
import { curveTitle, type YieldReport } from "../text/yield-report.ts";

/** A gradient of so many elements on links of the default cluster: what an all-reduce of the circuit's workers takes by each algorithm. */
export function collectiveFigures(unit: UnitFigures): Shown {
  const { workers } = unit;
  if (workers < 2) return nothing;
  const cluster = defaultCluster(workers);
  const comparison = compareAlgorithms(cluster, { workers: [workers], algorithms, executeUpTo: 0, unit });
  const timed = comparison.rows.flatMap(({ algorithm, gradient, outcome }) =>
    outcome.kind === "timed" ? [{ algorithm, gradient, outcome }] : [],
  );
  if (timed.length === 0) return nothing;
  const links = "with the assumed links of optinc compare without a spec";
  return together(
    drawing(
      "all-reduce",
      "All-reduce of the same workers",
      `Time by algorithm, ${links}; the unit is this circuit in ${unit.technology}.`,
      comparisonSvg(comparison),
    ),
    table(
      "all-reduce",
      "All-reduce by algorithm, links assumed",
      ["algorithm", "gradient", "elements", "steps", "time, s", "bytes a worker", "time over that of the ring"],
      timed.map(({ algorithm, gradient: { name, elements }, outcome: { timing, bytesPerWorker, ratio } }) => [
        ...[algorithm, name, elements, timing.steps],
        ...[timing.totalS, bytesPerWorker, ratio],
      ]),
    ),
  );
}

/** How the network of a build was trained; `text` is the build's untrusted table, or null. */
export function trainingFigures(
  text: string | null,
  name: string,
): { readonly shown: Shown; readonly diagnostics: readonly Diagnostic[] } {
  if (text === null) return { shown: nothing, diagnostics: [] };
  const { value: curves, diagnostics } = readCurves(text, name);
  if (curves === null) {
    return { shown: nothing, diagnostics: diagnostics.map((it) => ({ ...it, severity: "warning" })) };
  }
  const rows = curves.flatMap(({ part, vectors, points }) =>
    points.map(({ step, loss, wrong }) => [part, step, loss, wrong ?? "", vectors]),
  );
  if (rows.length === 0) return { shown: nothing, diagnostics };
  const explanation = "Running mean of the loss; wrong vectors of all distinct ones where counted (single precision).";
  const shown = together(
    drawing("training", "Training", explanation, drawCurves(curves)),
    table("training", "Training", ["part", "step", "loss", "wrong vectors", "vectors"], rows),
  );
  return { shown, diagnostics };
}

/** Share of good chips over the error of every phase. */
export function yieldFigures(report: YieldReport): Shown {
  const { curve } = report;
  if (curve === null || curve.length === 0) return nothing;
  const title = "Yield against phase errors";
  const axis = "error of every phase, rad";
  const explanation = "Share of chips without a wrong word, with 95 % intervals; phase errors alone.";
  const rows = curve.map(({ size, share, low, high }) => [size, share, low, high]);
  return together(
    drawing("yield", title, explanation, drawYield(curveTitle(report), axis, curve)),
    table("yield", title, [axis, "share of good chips", "95 % from", "95 % to"], rows),
  );
}
