import { describe, expect, it } from "vitest";
import { finish } from "../../../compiler/kernels/index.ts";
import { squareBlocks } from "../../../compiler/network/mlp.ts";
import {
  type BlockPlace,
  EVALUATION_RANGE,
  type LayerShape,
  openPerceptron,
  type Perceptron,
} from "../../../compiler/network/training/engine/perceptron.ts";
import type { Samples } from "../../../compiler/network/training/engine/samples.ts";
import { initialise } from "../../../compiler/network/training/initial.ts";
import { seededRandom } from "../../../netlist/index.ts";
import { quantizeSums } from "../../../verify/driving/reference.ts";

const table = (count: number, inputs: number, outputs: number): Extract<Samples, { kind: "table" }> => {
  const random = seededRandom(count);
  return {
    kind: "table",
    count,
    inputs: Float32Array.from({ length: count * inputs }, () => random() * 2 - 1),
    targets: Float32Array.from({ length: count * outputs }, () => random()),
    tolerance: 0.1,
  };
};

const shapes = (widths: readonly number[], approximate: boolean): LayerShape[] =>
  widths.slice(1).map((outputs, l) => ({
    inputs: widths[l]!,
    outputs,
    blocks: approximate ? (squareBlocks(outputs, widths[l]!) as readonly BlockPlace[]) : null,
  }));

async function open(
  widths: readonly number[],
  approximate: boolean,
  samples: Samples,
  batch: number,
  threads = 1,
): Promise<Perceptron> {
  const layers = shapes(widths, approximate);
  const net = await openPerceptron({ layers, samples, batch, threads, seed: 5, hardRows: 0 });
  finish(initialise(net, layers, 5));
  const width = widths.at(-1)!;
  for (let i = 0; i < width; i++) net.form[i * (width + 1)] = 1;
  return net;
}

async function steps(
  net: Perceptron,
  count: number,
  rate: number,
  each: () => void = () => undefined,
): Promise<number> {
  let power1 = 1;
  let power2 = 1;
  let loss = 0;
  for (let step = 0; step < count; step++) {
    power1 *= 0.9;
    power2 *= 0.999;
    const correction = Math.sqrt(1 - power2);
    const adam = { rate: (rate * correction) / (1 - power1), epsilon: 1e-8 * correction, beta1: 0.9, beta2: 0.999 };
    loss = await net.step({ step, ...adam });
    each();
  }
  return loss;
}

/** Mean of e^T Q e over the table, in double precision. */
function referenceLoss(
  weights: readonly Float64Array[],
  biases: readonly Float64Array[],
  widths: readonly number[],
  samples: Extract<Samples, { kind: "table" }>,
  form: Float32Array,
): number {
  const width = widths.at(-1)!;
  let total = 0;
  for (let s = 0; s < samples.count; s++) {
    let x: number[] = Array.from(samples.inputs.subarray(s * widths[0]!, (s + 1) * widths[0]!));
    weights.forEach((w, l) => {
      x = Array.from(biases[l]!, (bias, i) => {
        const sum = x.reduce((t, value, j) => t + w[i * x.length + j]! * value, bias);
        return l < weights.length - 1 ? Math.max(0, sum) : sum;
      });
    });
    const e = x.map((value, i) => value - samples.targets[s * width + i]!);
    for (let a = 0; a < width; a++) for (let b = 0; b < width; b++) total += e[a]! * form[a * width + b]! * e[b]!;
  }
  return total / samples.count;
}

describe("a training step", () => {
  it("has the gradient of finite differences, for any quadratic loss and odd widths", async () => {
    const widths = [3, 7, 5, 2];
    const samples = table(300, 3, 2);
    const net = await open(widths, false, samples, 300);
    net.form.set([2, 0.5, 0.5, 1]);
    // Away from the kinks: where a whole layer is dark, biases of 0 would sit on one.
    const random = seededRandom(9);
    for (const bias of net.biases) for (let i = 0; i < bias.length; i++) bias[i] = 0.2 + 0.3 * random();
    const weights = net.weights.map((w) => Float64Array.from(w));
    const biases = net.biases.map((b) => Float64Array.from(b));
    const loss = await net.step({ step: 0, rate: 0, epsilon: 1e-8, beta1: 0.9, beta2: 0.999 });
    expect(loss).toBeCloseTo(referenceLoss(weights, biases, widths, samples, net.form), 5);
    const gradients = net.gradients();
    const h = 1e-5;
    const slope = (array: Float64Array, i: number): number => {
      const kept = array[i]!;
      array[i] = kept + h;
      const up = referenceLoss(weights, biases, widths, samples, net.form);
      array[i] = kept - h;
      const down = referenceLoss(weights, biases, widths, samples, net.form);
      array[i] = kept;
      return (up - down) / (2 * h);
    };
    weights.forEach((w, l) => {
      for (let i = 0; i < w.length; i++) expect(Math.abs(gradients[l]![i]! - slope(w, i))).toBeLessThan(2e-4);
      const bias = biases[l]!;
      for (let i = 0; i < bias.length; i++) {
        expect(Math.abs(gradients[l]![w.length + i]! - slope(bias, i))).toBeLessThan(2e-4);
      }
    });
    await net.close();
  });

  it("moves a block along the manifold's gradient: the first-order change of the loss is what Adam's first step promises", async () => {
    const widths = [6, 6, 2];
    const samples = table(200, 6, 2);
    const net = await open(widths, true, samples, 200);
    const before = net.factors[0]![0]!.u.slice();
    // With beta1 = beta2 = 0 and a huge epsilon, Adam's direction is the gradient over epsilon.
    await net.step({ step: 0, rate: 1, epsilon: 1e4, beta1: 0, beta2: 0 });
    const after = net.factors[0]![0]!.u;
    const size = 6;
    const gradient = net.gradients()[0]!;
    const d = net.factors[0]![0]!.d;
    const h = Float64Array.from({ length: 36 }, (_, i) => d[Math.floor(i / size)]! * gradient[i]!);
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) {
        // (U^T H)_ij and skew of it against U^T (U' - U)
        let utH = 0;
        let utHt = 0;
        let moved = 0;
        for (let k = 0; k < size; k++) {
          utH += before[k * size + i]! * h[k * size + j]!;
          utHt += before[k * size + j]! * h[k * size + i]!;
          moved += before[k * size + i]! * (after[k * size + j]! - before[k * size + j]!);
        }
        expect(Math.abs(moved + (0.5 * (utH - utHt)) / 1e4)).toBeLessThan(1e-6);
      }
    }
    await net.close();
  });

  it("keeps every block orthogonal to 1e-6 at every step, at rates up to ten times the usual", async () => {
    for (const rate of [3e-3, 3e-2]) {
      const net = await open([4, 16, 24, 4], true, table(128, 4, 4), 128);
      let worst = 0;
      await steps(net, 60, rate, () => {
        for (const layer of net.factors) {
          for (const { u, d } of layer!) {
            const size = d.length;
            for (let i = 0; i < size; i++) {
              for (let j = 0; j < size; j++) {
                let sum = i === j ? -1 : 0;
                for (let k = 0; k < size; k++) sum += u[k * size + i]! * u[k * size + j]!;
                worst = Math.max(worst, Math.abs(sum));
              }
            }
          }
        }
      });
      expect(worst).toBeLessThan(1e-6);
      await net.close();
    }
  });

  it("uses diag(d) U as weights", async () => {
    const net = await open([4, 8, 2], true, table(64, 4, 2), 64);
    await steps(net, 5, 1e-2);
    squareBlocks(8, 4).forEach(({ row, col, size }, b) => {
      const { u, d } = net.factors[0]![b]!;
      for (let i = 0; i < size; i++) {
        for (let j = 0; j < size; j++) {
          expect(net.weights[0]![(row + i) * 4 + col + j]).toBe(Math.fround(d[i]! * u[i * size + j]!));
        }
      }
    });
    await net.close();
  });

  it.each([false, true])("gives the same bits on any number of threads (blocks: %s)", async (approximate) => {
    const results: Float32Array[] = [];
    for (const threads of [1, 2, 3, 4, 7]) {
      const net = await open([4, 24, 40, 24, 4], approximate, table(900, 4, 4), 900, threads);
      await steps(net, 12, 3e-3);
      expect(net.threads).toBe(threads);
      results.push(net.parameters.slice());
      await net.close();
    }
    for (const result of results) expect(result).toEqual(results[0]);
  });

  it("learns: the loss of a small table falls by orders of magnitude, free or on the manifold", async () => {
    for (const approximate of [false, true]) {
      const net = await open([3, 32, 32, 1], approximate, table(20, 3, 1), 20);
      const first = await steps(net, 1, 0);
      expect(await steps(net, 600, 5e-3)).toBeLessThan(first / 100);
      await net.close();
    }
  });
});

describe("an evaluation", () => {
  it("knows the wanted word of every input vector, as the verification defines it", async () => {
    for (const [workers, bits, rounding] of [
      [4, 6, "half-up"],
      [3, 5, "floor"],
      [6, 4, "half-even"],
    ] as const) {
      const symbols = Math.ceil(bits / 2);
      const sizes = Array.from(
        { length: symbols },
        (_, i) => workers * (2 ** (i === 0 ? bits - 2 * (symbols - 1) : 2) - 1) + 1,
      );
      const samples: Samples = {
        kind: "aggregation",
        sizes,
        places: sizes.map((_, i) => 4n ** BigInt(symbols - 1 - i)),
        workers,
        roundingOffset: rounding === "floor" ? 0 : Math.floor(workers / 2),
        tiesToEven: rounding === "half-even",
        bitsPerSymbol: 2,
        topLevels: 2 ** (bits - 2 * (symbols - 1)),
        symbols,
        centres: sizes.map((size) => (size - 1) / 2),
        scale: 0.1,
      };
      const net = await open([symbols, 3, symbols], false, samples, 64);
      net.parameters.fill(0);
      const sums = Array.from({ length: net.domain }, (_, index) => {
        let rest = index;
        let sum = 0;
        for (let i = symbols - 1; i >= 0; i--) {
          sum += (rest % sizes[i]!) * 4 ** (symbols - 1 - i);
          rest = Math.floor(rest / sizes[i]!);
        }
        return sum;
      });
      const words = quantizeSums(sums, { workers, rounding });
      const { wrong, errors } = await net.evaluate(0, Math.min(net.domain, EVALUATION_RANGE));
      // The silent network answers 0, so the error is the wanted word with its sign turned.
      expect(wrong).toEqual([...words.keys()].filter((i) => words[i] !== 0));
      expect(errors).toEqual([...words].filter((word) => word !== 0).map((word) => -word));
      await net.close();
    }
  });

  it("counts NaN as wrong", async () => {
    const net = await open([2, 3, 1], false, table(10, 2, 1), 10);
    net.parameters.fill(Number.NaN);
    const { wrong, worst } = await net.evaluate(0, 10);
    expect(wrong).toHaveLength(10);
    expect(worst).toBeNaN();
    await net.close();
  });
});
