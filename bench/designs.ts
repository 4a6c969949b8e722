import { aggregationOf } from "../compiler/aggregation/aggregation.ts";
import { planAggregation } from "../compiler/aggregation/plan-aggregation.ts";
import { assembleCircuit, certify } from "../compiler/assemble.ts";
import { constructNetwork, defaultTuning, type Tuning } from "../compiler/network/constructed.ts";
import { type Circuit, countDevices } from "../netlist/index.ts";
import { stateRobustness } from "../verify/index.ts";
import { meanSpec } from "./specs.ts";
import { printTable } from "./table.ts";

const seed = 7;

/** What the free choices of the constructed network do to its robustness: the table behind docs/rationale.md. */
export function designsBench(smoke: boolean): void {
  const chips = smoke ? 2 : 200;
  const plain: Tuning = { balance: 1, compareShare: 0.5, railBalance: 1, clampTangent: 0.5 };
  const designs: readonly (readonly [string, number, Tuning])[] = [
    ["margin 0.25, everything balanced", 0.25, plain],
    ["margin 0.25, tuned (default tuning)", 0.25, defaultTuning],
    ["margin 0.333, tuned", 1 / 3, defaultTuning],
    ["margin 0.4, tuned (default)", 0.4, defaultTuning],
    ["margin 0.45, tuned", 0.45, defaultTuning],
    ["margin 0.4, bits half as strong", 0.4, { ...defaultTuning, balance: 0.9 }],
    ["margin 0.4, comparators take half the light", 0.4, { ...defaultTuning, compareShare: 0.5 }],
    ["margin 0.4, strong reference at the thresholds", 0.4, { ...defaultTuning, railBalance: 1.6 }],
    ["margin 0.4, weak reference at the clamps", 0.4, { ...defaultTuning, clampTangent: 0.4 }],
  ];
  const cases = [
    { workers: 4, sigma: 0.005 },
    { workers: 4, sigma: 0.01 },
    { workers: 3, sigma: 0.0075 },
    { workers: 8, sigma: 0.0035 },
  ] as const;
  printTable(
    `Share of ${chips} chips without a wrong word, 8 bits, 4 levels, half-up, seed ${seed}`,
    ["design", ...cases.map((c) => `N=${c.workers} sigma ${c.sigma}`), "MZIs N=4", "largest gain N=4"],
    designs.map(([name, margin, tuning]) => {
      const four = circuitOf(4, margin, tuning);
      const gain = Math.max(...four.sections.flatMap((section) => section.activations.map((neuron) => neuron.gain)));
      return [
        name,
        ...cases.map(({ workers, sigma }) =>
          (stateRobustness(circuitOf(workers, margin, tuning), sigma, chips, seed).perfectChips / chips).toFixed(2),
        ),
        countDevices(four).mzis.toString(),
        gain.toFixed(1),
      ];
    }),
  );
}

function circuitOf(workers: number, margin: number, tuning: Tuning): Circuit {
  const spec = meanSpec(workers, 8, `network constructed { margin ${margin} }`);
  const aggregation = aggregationOf(spec);
  const plan = planAggregation(aggregation);
  const { onn, places } = constructNetwork(aggregation, plan, margin, null, tuning);
  return assembleCircuit(spec.name, aggregation, onn, certify(plan, places));
}
