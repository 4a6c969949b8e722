import { expect, it } from "vitest";
import { synthesise } from "../../compiler/synthesise.ts";
import { seededRandom } from "../../netlist/index.ts";
import { makeAggregator, prepareCircuit } from "../../training-sim/index.ts";
import { ditherOf, quantizeBlocks } from "../../verify/index.ts";
import { specOf } from "../compiler/specs.ts";
import { options } from "./small.ts";

const circuits = {
  rounded: prepareCircuit(synthesise(specOf(4, 4, 4)).circuit),
  exact: prepareCircuit(synthesise(specOf(4, 4, 4, "none")).circuit),
};

/** Mean over 200 steps of what a constant gradient of four workers becomes, less its own mean: [element]. */
function bias(circuit: keyof typeof circuits, changes: Parameters<typeof options>[0]): number[] {
  const aggregator = makeAggregator("circuit", circuits[circuit], { ...options(changes), seed: 1, chip: null });
  const random = seededRandom(3);
  const data = Float32Array.from({ length: 4 * 6 }, () => random() - 0.5);
  const sums = new Float64Array(6);
  const steps = 200;
  for (let step = 0; step < steps; step++) {
    const [row] = aggregator.aggregate({ workers: 4, length: 6, data });
    for (let i = 0; i < 6; i++) sums[i] = sums[i]! + row![i]! / steps;
  }
  expect(aggregator.tally.wrong).toBe(0);
  return [...sums].map((sum, i) => sum - (data[i]! + data[6 + i]! + data[12 + i]! + data[18 + i]!) / 4);
}

const worst = (errors: number[]): number => Math.max(...errors.map(Math.abs));

it("feeds back what rounding took: with the exact sum nothing is lost over the steps", () => {
  const step = 0.5 / 7;
  const plain = worst(bias("exact", {}));
  expect(plain).toBeGreaterThan(0.05 * step);
  // What is still to come is less than half a step of each worker, over 200 steps.
  expect(worst(bias("exact", { hasFeedback: true }))).toBeLessThan((0.6 * step) / 200);
  // The unit's rounding is never fed back.
  expect(worst(bias("rounded", { hasFeedback: true }))).toBeGreaterThan(0.02 * step);
  const drawn = worst(bias("exact", { isStochastic: true }));
  expect(drawn).toBeLessThan(plain);
  expect(drawn).toBeLessThan(0.1 * step);
});

it("draws words that are right on average, and the same ones for a seed (by their definition)", () => {
  const values = Float32Array.of(1, 0.3, -0.7, 0, 0.05);
  const words = (tensor: number, bits: number, signed: boolean): Float64Array =>
    quantizeBlocks({ workers: 1, length: 5, data: values }, { bits, signed }, 5, ditherOf(7, tensor)).words[0]!;
  for (const bits of [1, 4, 8]) {
    for (const signed of [true, false]) {
      const scale = bits === 1 ? 0.5 : 2 ** (bits - 1) - 1;
      const zero = bits === 1 ? (signed ? -0.5 : 0.5) : signed ? 0 : 2 ** (bits - 1);
      const sums = new Float64Array(5);
      for (let tensor = 0; tensor < 4000; tensor++) {
        for (const [i, word] of words(tensor, bits, signed).entries()) sums[i] = sums[i]! + word / 4000;
      }
      // Four standard deviations of a mean of 4000.
      const off = values.map((value, i) => Math.abs(sums[i]! - (value * scale + zero)));
      expect(Math.max(...off), `${bits} bits`).toBeLessThan(0.032);
    }
  }
  // What the communication hook, whose integers are Python's, has for seeds, tensors, workers and elements.
  const drawn = [ditherOf(7, 3)(2, 5), ditherOf(123456, 0)(0, 0), ditherOf(1, 9)(63, 70000)];
  expect(drawn).toEqual([0.6439391887979582, 0.4702793530886993, 0.4769018084043637]);
});
