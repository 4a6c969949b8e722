import { synthesise } from "../../compiler/index.ts";
import type { ConstructedNetworkSpec, Metric, Spec, TopologySpec } from "../../dsl/index.ts";
import { countDevices } from "../../netlist/index.ts";
import { leastFigures, type Technology, withoutNeurons } from "../../physics/index.ts";
import type { Steps } from "../../verify/index.ts";

/** One way to build what a spec asks for. */
export interface CandidateDesign {
  /** With every setting chosen: nothing in it is free. */
  readonly spec: Spec;
  /** What was chosen, as it is written in a spec: `topology single`, `residual regenerated`. */
  readonly settings: readonly string[];
  /** Of the circuit, whatever it is built in. */
  readonly mzis: number;
  readonly neurons: number;
  /** What each of its drawings has at least, as far as that needs no noise. */
  readonly least: Partial<Record<Metric, number>>;
}

export function bySize(a: CandidateDesign, b: CandidateDesign): number {
  return a.mzis - b.mzis || a.neurons - b.neurons;
}

type Decisions = Pick<ConstructedNetworkSpec, "neuron" | "threshold" | "residual" | "outputs">;

/** The decision margins that are tried, the most robust first. */
const margins = [0.45, 0.4, 0.25] as const;
const portOrders: readonly Spec["portOrder"][] = ["free", "by-worker"];

const kinds: readonly Decisions[] = (
  [
    ["saturating", "electronic", "direct"],
    ["saturating", "electronic", "regenerated"],
    ["saturating", "electronic", "alternating"],
    ["saturating", "optical", "direct"],
    ["relu", "optical", "direct"],
  ] as const
).flatMap(([neuron, threshold, residual]) =>
  (["direct", "regenerated"] as const).map((outputs) => ({ neuron, threshold, residual, outputs })),
);

/** What errors and drift break: a smaller margin has neurons of less gain. Noise has to go further to break a wider decision. */
const byMargin: readonly string[] = ["yield", "temperature-range", "laser-drift", "extinction"] satisfies Metric[];
/** What the lanes' places decide; ports that are free may lie by worker too, but the search for places finds other ones. */
const byPlace: readonly string[] = [
  ...(["path-loss", "latency", "area", "crossings", "temperature-range", "laser-drift"] satisfies Metric[]),
];

/**
 * Every design of a spec whose network is free and whose neurons the technology has, those of the fewest MZIs first, then of the
 * fewest neurons. Margins below the largest, and ports by worker, are designs of their own where a figure that is required or preferred depends on them.
 */
export function* candidateSteps(spec: Spec, technology: Technology): Steps<readonly CandidateDesign[]> {
  const wanted: readonly string[] = [...spec.requirements.map(({ metric }) => metric), spec.prefer ?? "mzis"];
  const tried = wanted.some((it) => byMargin.includes(it)) ? margins : margins.slice(0, 1);
  const isPlaced = spec.free.includes("port-order") && wanted.some((it) => byPlace.includes(it));
  const orders = isPlaced ? portOrders : [spec.portOrder];
  const topologies = spec.free.includes("topology") ? topologiesOf(spec.workers) : [spec.topology];
  const designs: CandidateDesign[] = [];
  for (const [done, topology] of topologies.entries()) {
    const found = new Set<string>();
    for (const decisions of kinds) {
      yield { done, total: topologies.length, unit: "designs", wrong: null };
      const variants = tried.flatMap((margin) =>
        orders.map((portOrder): Spec => {
          const network = { kind: "constructed", ...decisions, margin } as const;
          return { ...spec, free: [], prefer: null, topology, portOrder, network };
        }),
      );
      // The margin decides no device, nor does what light loses.
      const { circuit } = synthesise(variants[0]!);
      if (withoutNeurons(circuit, technology) !== null) continue;
      const { mzis, activations: neurons } = countDevices(circuit);
      // Where no two residuals in a row are regenerated, alternating ones are the same design.
      const { residual, ...others } = decisions;
      const same = JSON.stringify([others, residual === "direct", neurons]);
      if (found.has(same)) continue;
      found.add(same);
      const least = leastFigures(circuit, technology);
      designs.push(...variants.map((it) => ({ spec: it, settings: settingsOf(it, spec.free), mzis, neurons, least })));
    }
  }
  return designs.sort(bySize);
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

/** The free settings of a spec as they were chosen. */
export function settingsOf(
  { topology, portOrder, symbolRateBd, network }: Spec,
  free: Spec["free"],
): readonly string[] {
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
