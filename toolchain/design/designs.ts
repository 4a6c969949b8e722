import { synthesise } from "../../compiler/index.ts";
import type { ConstructedNetworkSpec, Spec, TopologySpec } from "../../dsl/index.ts";
import { countDevices } from "../../netlist/index.ts";
import { type Technology, withoutNeurons } from "../../physics/index.ts";

/** One way to build what a spec asks for. */
export interface CandidateDesign {
  /** With every setting chosen: nothing in it is free. */
  readonly spec: Spec;
  /** What was chosen, as it is written in a spec: `topology single`, `residual regenerated`. */
  readonly settings: readonly string[];
  /** Of the circuit, whatever it is built in. */
  readonly mzis: number;
  readonly neurons: number;
}

type Decisions = Pick<ConstructedNetworkSpec, "neuron" | "threshold" | "residual" | "outputs">;

/** The decision margins that are tried, the most robust first. */
const margins = [0.45, 0.4, 0.25] as const;

const kinds: readonly Decisions[] = [
  ...decisionsOf("saturating", "electronic", ["direct", "regenerated"]),
  ...decisionsOf("saturating", "optical", ["direct"]),
  ...decisionsOf("relu", "optical", ["direct"]),
];

function decisionsOf(
  neuron: Decisions["neuron"],
  threshold: Decisions["threshold"],
  residuals: readonly Decisions["residual"][],
): readonly Decisions[] {
  return residuals.flatMap((residual) =>
    (["direct", "regenerated"] as const).map((outputs) => ({ neuron, threshold, residual, outputs })),
  );
}

/**
 * Every design of a spec whose network is free and whose neurons the technology has, those of the fewest MZIs first, then of the
 * fewest neurons. Two settings are decided beforehand. Ports stay free, because ports that are free may also lie by worker. The margin is the largest, because
 * noise has to go further to break a wider decision; only where chips are judged are smaller ones tried, whose neurons have less gain.
 */
export function designsOf(spec: Spec, technology: Technology): readonly CandidateDesign[] {
  const judgesChips = spec.prefer === "yield" || spec.requirements.some(({ metric }) => metric === "yield");
  const topologies = spec.free.includes("topology") ? topologiesOf(spec.workers) : [spec.topology];
  const designs = topologies.flatMap((topology) =>
    kinds.flatMap((decisions) => {
      const [first, ...others] = margins.map((margin): Spec => {
        return { ...spec, free: [], prefer: null, topology, network: { kind: "constructed", ...decisions, margin } };
      });
      // The margin decides no device, nor does what light loses.
      const { circuit } = synthesise(first!);
      if (withoutNeurons(circuit, technology) !== null) return [];
      const { mzis, activations: neurons } = countDevices(circuit);
      const tried = judgesChips ? [first!, ...others] : [first!];
      return tried.map((it): CandidateDesign => ({ spec: it, settings: settingsOf(it, spec), mzis, neurons }));
    }),
  );
  return designs.sort((a, b) => a.mzis - b.mzis || a.neurons - b.neurons);
}

/** One unit, and every tree of units with an input for each worker and none left over. */
function topologiesOf(workers: number): readonly TopologySpec[] {
  const trees = factorings(workers).filter((fanIn) => fanIn.length > 1);
  return [{ kind: "single" }, ...trees.map((fanIn): TopologySpec => ({ kind: "cascade", fanIn }))];
}

/** A number as products of factors from 2 on, in every order. */
function factorings(product: number): readonly (readonly number[])[] {
  const found: (readonly number[])[] = [[product]];
  for (let factor = 2; factor <= product / 2; factor++) {
    if (product % factor === 0) found.push(...factorings(product / factor).map((rest) => [factor, ...rest]));
  }
  return found;
}

function settingsOf({ topology, portOrder, symbolRateBd, network }: Spec, { free }: Spec): readonly string[] {
  if (network.kind !== "constructed") return [];
  const { neuron, threshold, residual, outputs, margin } = network;
  const tree = topology.kind === "single" ? "single" : `cascade ${topology.fanIn.join(" x ")}`;
  return [
    ...(free.includes("topology") ? [`topology ${tree}`] : []),
    `neuron ${neuron}`,
    `threshold ${threshold}`,
    `residual ${residual}`,
    `outputs ${outputs}`,
    `decision-margin ${margin}`,
    ...(free.includes("port-order") ? [`port-order ${portOrder}`] : []),
    ...(free.includes("symbol-rate") ? [`symbol-rate ${symbolRateBd / 1e9} GBd`] : []),
  ];
}
