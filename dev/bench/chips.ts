import { synthesise } from "../../compiler/index.ts";
import { countDevices, noErrors, plainPitch } from "../../netlist/index.ts";
import { chipSteps, estimateYield, phaseQuestion, planMonteCarlo } from "../../physics/index.ts";
import { finish } from "../../verify/index.ts";
import { meanSpec } from "./specs.ts";
import { printTable } from "./table.ts";
import { timed } from "./timing.ts";

const goalS = 5;

/** Chips a second on one thread, beside the same question by every distinct vector through all devices. */
export function chipsBench(smoke: boolean): void {
  const question = {
    errors: {
      kind: "technology",
      errors: { ...noErrors, phaseRad: 0.005, couplerRad: 0.01 },
      pitch: plainPitch,
    },
    seed: 1,
  } as const;
  const rows = (
    smoke
      ? [[4, 8]]
      : [
          [4, 8],
          [8, 8],
          [16, 8],
        ]
  ).map(([workers, bits]) => {
    const { circuit } = synthesise(meanSpec(workers!, bits!, "network constructed { decision-margin 0.25 }"));
    const chips = smoke ? 2 : workers === 4 ? 1000 : 100;
    const plan = timed(() => finish(planMonteCarlo(circuit, 1)));
    const judged = timed(() => finish(chipSteps(plan.value, question, 0, chips)));
    const ms = judged.ms / chips;
    const driven = (): number =>
      timed(() => estimateYield({ ...circuit, certificate: null }, phaseQuestion(0.005, 1), 1)).ms;
    return [
      circuit.name,
      `${countDevices(circuit).mzis}`,
      `${chips}`,
      `${judged.value.filter(({ good }) => good).length}`,
      plan.ms.toFixed(0),
      ms.toFixed(2),
      workers === 4 ? `${driven().toFixed(0)} (sums only)` : "-",
      workers === 4 ? `${(ms / 2).toFixed(1)} (at most ${goalS})` : "-",
    ];
  });
  printTable(
    "Chips judged for all words, phase 0.005 rad, splitter 1 %, one thread",
    ["circuit", "MZIs", "chips", "good", "plan ms", "ms a chip", "ms a chip by vectors", "1000 on two cores, s"],
    rows,
  );
}
