import { printNetwork } from "../../compiler/index.ts";
import { serializeCircuit, subjectOf, type Target, type TargetFile } from "../../netlist/index.ts";
import type { Compiled } from "../compile.ts";
import type { DesignChoice, TriedDesign } from "../design/search.ts";
import { printCurves } from "../training/training-curves.ts";
import type { DesignCost, ManifestDesign } from "./manifest.ts";
import type { Summary } from "./summary.ts";

/** In a build directory with a trained network. */
export const curvesName = "training.csv";

/** The files of a build directory, manifest.json apart. */
export function buildFiles(compiled: Compiled, targets: readonly Target[], summary: Summary): readonly TargetFile[] {
  const { circuit, onn, network } = compiled;
  const whole = subjectOf(circuit, { kind: "circuit" });
  return [
    { name: "circuit.json", content: serializeCircuit(circuit) },
    { name: "network.json", content: printNetwork(circuit.name, onn) },
    ...(network.kind === "trained"
      ? [{ name: curvesName, content: [printCurves(network.result.summary.curves)] }]
      : []),
    ...targets.flatMap((target) => target.emit(whole, {})),
    { name: "summary.json", content: [`${JSON.stringify(summary, null, 2)}\n`] },
  ];
}

/** How a manifest says what the compiler chose. */
export function manifestDesign({ prefer, chosen, runnerUp, tried, designs }: DesignChoice): ManifestDesign {
  const cost = ({ mzis, neurons, launchPowerW, preferred }: TriedDesign): DesignCost => {
    return { mzis, neurons, launchPowerW, preferred };
  };
  const next = runnerUp === null ? {} : { runnerUp: runnerUp.settings, runnerUpCost: cost(runnerUp) };
  const { settings, keepsAll } = chosen;
  return { prefer, chosen: settings, chosenCost: cost(chosen), keepsAll, tried: tried.length, designs, ...next };
}
