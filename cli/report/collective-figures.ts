import { algorithms, compareAlgorithms, comparisonSvg, type UnitFigures } from "../../collectives/index.ts";
import { defaultCluster } from "../../dsl/index.ts";
import { nothing, type Shown } from "../../report/index.ts";

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
  return {
    figures: [
      {
        id: "all-reduce",
        title: "All-reduce of the same workers",
        explanation: `Time by algorithm, with the assumed links of optinc compare without a spec; the unit is this circuit in ${unit.technology}.`,
        svg: comparisonSvg(comparison),
      },
    ],
    tables: [
      {
        name: "all-reduce",
        caption: "All-reduce by algorithm, links assumed",
        columns: [
          "algorithm",
          "gradient",
          "elements",
          "steps",
          "time, s",
          "bytes a worker",
          "time over that of the ring",
        ],
        rows: timed.map(({ algorithm, gradient, outcome }) => [
          algorithm,
          gradient.name,
          gradient.elements,
          outcome.timing.steps,
          outcome.timing.totalS,
          outcome.bytesPerWorker,
          outcome.ratio,
        ]),
      },
    ],
  };
}
