import { expect } from "vitest";
import { aggregationOf } from "../../compiler/aggregation/aggregation.ts";
import { planAggregation } from "../../compiler/aggregation/plan-aggregation.ts";
import type { ConstructedNetworkSpec, Levels, Rounding, Spec, TopologySpec } from "../../dsl/index.ts";
import type { Circuit } from "../../netlist/index.ts";
import { checkComposition, prove } from "../../verify/index.ts";
import { sourcesInOrder } from "../proof/claims.ts";

/** A spec for tests; everything that a test does not name is the language's default. */
export function specOf(
  workers: number,
  precisionBits: number,
  levels: Levels,
  rounding: Rounding = "half-up",
  signed: boolean = true,
  margin: number = 0.25,
  topology: TopologySpec = { kind: "single" },
  neuron: ConstructedNetworkSpec["neuron"] = "relu",
  threshold: ConstructedNetworkSpec["threshold"] = neuron === "relu" ? "optical" : "electronic",
  outputs: ConstructedNetworkSpec["outputs"] = "direct",
  residual: ConstructedNetworkSpec["residual"] = "direct",
): Spec {
  return {
    name: `mean-${workers}x${precisionBits}`,
    workers,
    topology,
    precisionBits,
    levels,
    signed,
    rounding,
    technology: null,
    symbolRateBd: 25e9,
    rateBoundAt: null,
    portOrder: "free",
    requirements: [],
    prefer: null,
    free: [],
    network: { kind: "constructed", neuron, threshold, outputs, residual, margin },
    verify: { against: "ring", inputs: { kind: "exhaustive" } },
    emit: ["spice", "phases"],
    defaults: [],
  };
}

/** The language's default but for its margin. */
export function saturatingNetwork(margin: number): ConstructedNetworkSpec {
  return {
    kind: "constructed",
    neuron: "saturating",
    threshold: "electronic",
    outputs: "direct",
    residual: "direct",
    margin,
  };
}

export const roundings: readonly Rounding[] = ["floor", "half-up", "half-even"];
const levelChoices: readonly Levels[] = [2, 4, 8, 16];

/** Every spec of the promised range at these workers and bits, wherever the levels fit into a word. */
export function specMatrix(workers: readonly number[], bits: readonly number[]): Spec[] {
  return workers.flatMap((n) =>
    bits.flatMap((b) =>
      levelChoices
        .filter((levels) => levels <= 2 ** b)
        .flatMap((levels) => roundings.map((rounding) => specOf(n, b, levels, rounding, b % 2 === 0 || n % 3 === 0))),
    ),
  );
}

/** The specs with neurons that saturate and, of every third spec, the one with rectifiers; of every ninth that with optical thresholds, and those with amplified rests and outputs, instead. */
export function withNeurons(specs: readonly Spec[]): Spec[] {
  const saturating = saturatingNetwork(0.25);
  return specs.flatMap((spec, i): Spec[] => {
    const usual: Spec = { ...spec, network: saturating };
    if (i % 9 === 1) return [usual, { ...spec, network: { ...saturating, residual: "regenerated" } }];
    if (i % 9 === 7)
      return [usual, { ...spec, network: { ...saturating, outputs: "regenerated", residual: "regenerated" } }];
    if (i % 9 === 2) return [usual, { ...spec, network: { ...saturating, residual: "alternating" } }];
    if (i % 9 === 4) return [usual, { ...spec, network: { ...saturating, threshold: "optical" } }];
    return i % 3 === 0
      ? [usual, { ...spec, network: { ...saturating, neuron: "relu", threshold: "optical" } }]
      : [usual];
  });
}

/** What tells a spec of the matrix from others. */
export function labelOf({ workers, precisionBits, levels, rounding, network }: Spec): string {
  const neuron =
    network.kind === "constructed" ? `${network.neuron}, ${network.threshold}, ${network.outputs}` : network.kind;
  return `${workers} workers, ${precisionBits} bits, ${levels} levels, ${rounding}, ${neuron}`;
}

export const promisedWorkers: readonly number[] = [2, 3, 4, 5, 7, 8, 12, 16, 64];
export const promisedBits: readonly number[] = [1, 5, 8, 12, 16, 32];

/** The circuit is proved, and keeps the default margin. */
export function expectProof(circuit: Circuit, label: string): void {
  const proof = prove(circuit);
  expect(proof.problems, label).toEqual([]);
  expect(proof.holds, label).toBe(true);
  // The slope is measured over 2^-12 of a step, which leaves 1e-8 of it to rounding in the largest circuits.
  expect(proof.comparatorMargin, label).toBeGreaterThan(0.25 - 1e-6);
  expect(proof.receiverMargin, label).toBeGreaterThan(0.499);
}

/** The arithmetic of every number of workers from 2 to 64 composes to the mean, at every number of levels and rounding. */
export function expectPlansToCompose(bits: readonly number[]): void {
  for (let workers = 2; workers <= 64; workers++) {
    for (const spec of specMatrix([workers], bits)) {
      const aggregation = aggregationOf(spec);
      const plan = planAggregation(aggregation);
      const certificate = {
        ...plan,
        signals: plan.signals.map((signal) => ({ ...signal, section: 0, mode: 0, fieldPerUnit: 1 })),
      };
      const label = `${workers} workers, ${spec.precisionBits} bits, ${spec.levels} levels, ${spec.rounding}`;
      const { fanIn: _, ...aggregate } = aggregation;
      expect(checkComposition(aggregate, certificate, sourcesInOrder(aggregate, certificate)), label).toEqual([]);
    }
  }
}
