import { synthesise } from "../../compiler/index.ts";
import { countDevices, noDieErrors, plainPitch } from "../../netlist/index.ts";
import { dieSteps, estimateYield, phaseQuestion, planDies } from "../../physics/index.ts";
import { finish } from "../../verify/index.ts";
import { meanSpec } from "./specs.ts";
import { printTable } from "./table.ts";
import { timed } from "./timing.ts";

const goalS = 5;

/** Dies a second on one thread, beside the same question by every distinct vector through all devices. */
export function diesBench(smoke: boolean): void {
  const question = {
    errors: {
      kind: "technology",
      errors: { ...noDieErrors, phaseRad: 0.005, couplerRad: 0.01 },
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
    const dies = smoke ? 2 : workers === 4 ? 1000 : 100;
    const plan = timed(() => finish(planDies(circuit, 1)));
    const judged = timed(() => finish(dieSteps(plan.value, question, 0, dies)));
    const ms = judged.ms / dies;
    const driven = (): number =>
      timed(() => estimateYield({ ...circuit, certificate: null }, phaseQuestion(0.005, 1), 1)).ms;
    return [
      circuit.name,
      `${countDevices(circuit).mzis}`,
      `${dies}`,
      `${judged.value.filter(({ good }) => good).length}`,
      plan.ms.toFixed(0),
      ms.toFixed(2),
      workers === 4 ? `${driven().toFixed(0)} (sums only)` : "-",
      workers === 4 ? `${(ms / 2).toFixed(1)} (at most ${goalS})` : "-",
    ];
  });
  printTable(
    "Dies judged for all words, phase 0.005 rad, splitter 1 %, one thread",
    ["circuit", "MZIs", "dies", "good", "plan ms", "ms a die", "ms a die by vectors", "1000 on two cores, s"],
    rows,
  );
}
