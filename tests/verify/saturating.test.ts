import { describe, expect, it } from "vitest";
import { synthesise } from "../../compiler/synthesise.ts";
import type { Circuit, Saturating } from "../../netlist/index.ts";
import { prove, verifyCircuit } from "../../verify/index.ts";
import { specOf } from "../compiler/specs.ts";

const margin = 0.25;

function circuitOf(workers: number, threshold: "electronic" | "optical"): Circuit {
  const single = { kind: "single" } as const;
  return synthesise(specOf(workers, 4, 4, "half-even", true, margin, single, "saturating", threshold)).circuit;
}

/** The circuit with its neuron number `at` changed. */
function withNeuron(circuit: Circuit, at: number, change: (neuron: Saturating) => Partial<Saturating>): Circuit {
  let number = 0;
  const sections = circuit.sections.map((section) => ({
    ...section,
    activations: section.activations.map((neuron) => {
      if (neuron.kind !== "saturating") throw new Error("a rectifier among neurons that saturate");
      return number++ === at ? { ...neuron, ...change(neuron) } : neuron;
    }),
  }));
  return { ...circuit, sections };
}

function neuronsOf(circuit: Circuit): readonly number[] {
  return [...circuit.sections.flatMap(({ activations }) => activations).keys()];
}

/** A grid step of the cell's sum is as wide as the linear part times the slope 1 / (1 - 2 margin). */
function step({ range }: Saturating): number {
  return range / (1 - 2 * margin);
}

const circuits = [
  ["electronic thresholds", circuitOf(4, "electronic")],
  ["electronic thresholds and division", circuitOf(6, "electronic")],
  ["optical thresholds", circuitOf(4, "optical")],
] as const;

describe.each(circuits)("the proof of saturating neurons, %s", (_name, circuit) => {
  it("holds, with the margin of the spec", () => {
    const proof = prove(circuit);
    expect(proof.problems).toEqual([]);
    expect(proof.comparatorMargin).toBeCloseTo(margin, 9);
    expect(verifyCircuit(circuit, { inputs: { kind: "exhaustive" }, seed: 1 }).wrong).toBe(0);
  });

  it.each([
    [
      "a threshold is off by more than the margin, up",
      (n: Saturating) => ({ threshold: n.threshold + 1.02 * margin * step(n) }),
    ],
    [
      "a threshold is off by more than the margin, down",
      (n: Saturating) => ({ threshold: n.threshold - 1.02 * margin * step(n) }),
    ],
    ["a range is half as wide", (n: Saturating) => ({ range: n.range / 2 })],
    ["a range is twice as wide", (n: Saturating) => ({ range: 2 * n.range })],
    ["a gain is off by a thousandth", (n: Saturating) => ({ gain: 1.001 * n.gain })],
    ["a neuron reads light of the wrong sign", (n: Saturating) => ({ threshold: -n.threshold - n.range })],
  ])("is refused for every neuron of which %s", (_what, change) => {
    const unnoticed = neuronsOf(circuit).filter((at) => {
      const broken = withNeuron(circuit, at, change);
      return prove(broken).holds;
    });
    expect(unnoticed).toEqual([]);
  });

  it("prints what is left of the margin at either end of a neuron", () => {
    for (const at of neuronsOf(circuit)) {
      for (const by of [-0.5, 0.5]) {
        const shifted = withNeuron(circuit, at, (n) => ({ threshold: n.threshold + by * margin * step(n) }));
        const proof = prove(shifted);
        expect(proof.problems).toEqual([]);
        expect(proof.comparatorMargin).toBeCloseTo(margin / 2, 6);
      }
      // as high, and twice as steep: the corner at which it saturates moves, and the dark one stays
      const steep = withNeuron(circuit, at, (n) => ({ gain: 2 * n.gain, range: n.range / 2 }));
      expect(prove(steep).comparatorMargin).toBeCloseTo(margin, 6);
    }
  });
});
