import { describe, expect, it } from "vitest";
import { synthesise } from "../../compiler/synthesise.ts";
import type { Spec } from "../../dsl/index.ts";
import { type Activation, seededRandom } from "../../netlist/index.ts";
import { referenceStates, sent } from "../netlist/reference.ts";
import { specOf } from "./specs.ts";

/** A modulator between no light and all of it: the sine of what its clipping driver gives, in place of a straight line. */
function sine(neuron: Activation, field: number): number {
  if (neuron.kind !== "saturating") return sent(neuron, field);
  const { gain, threshold, range } = neuron;
  const driven = Math.min(1, Math.max(0, (field - threshold) / range));
  return gain * range * Math.sin((Math.PI / 2) * driven);
}

/** Random words of which a receiver reads another symbol with sines than with straight lines, and how far a receiver's field is off at most. */
function changedBySine(spec: Spec): { readonly words: number; readonly worst: number } {
  const { circuit } = synthesise(spec, { network: null });
  const random = seededRandom(5);
  let words = 0;
  let worst = 0;
  for (let v = 0; v < 100; v++) {
    const symbols = Array.from({ length: spec.workers * circuit.aggregate.symbols }, () => Math.floor(4 * random()));
    const [straight, bent] = [sent, sine].map((curve) => {
      const state = referenceStates(circuit, symbols, curve).at(-1)!;
      return circuit.outputs.map(({ mode, levelsPerField }) => state[mode]![0] * levelsPerField);
    });
    worst = straight!.reduce((most, level, i) => Math.max(most, Math.abs(level - bent![i]!)), worst);
    if (straight!.some((level, i) => Math.round(level) !== Math.round(bent![i]!))) words++;
  }
  return { words, worst };
}

const spec = (workers: number, residual: "direct" | "regenerated", outputs: "direct" | "regenerated"): Spec =>
  specOf(workers, 8, 4, "half-up", true, 0.4, { kind: "single" }, "saturating", "electronic", outputs, residual);

describe("neurons whose modulator is a sine", () => {
  it.each([3, 4, 8])("send what the straight ones do where all of them decide: %d workers", (workers) => {
    expect(changedBySine(spec(workers, "direct", "direct"))).toEqual({ words: 0, worst: expect.closeTo(0, 9) });
  });

  it("bend the numbers that amplifiers send on, and change words", () => {
    for (const each of [spec(4, "regenerated", "direct"), spec(4, "direct", "regenerated")]) {
      const { words, worst } = changedBySine(each);
      expect(worst).toBeGreaterThan(0.05);
      expect(words).toBeGreaterThan(10);
    }
  });
});
