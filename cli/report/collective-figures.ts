import { algorithms, compareAlgorithms, comparisonSvg, type UnitFigures } from "../../collectives/index.ts";
import { defaultCluster } from "../../dsl/index.ts";
import { drawing, nothing, type Shown, table, together } from "../../report/index.ts";

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
