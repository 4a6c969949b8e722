import { describe, expect, it } from "vitest";
import { finish } from "../../../compiler/kernels/index.ts";
import { squareBlocks } from "../../../compiler/network/mlp.ts";
import {
  EVALUATION_RANGE,
  type LayerShape,
  openPerceptron,
  type Perceptron,
} from "../../../compiler/network/training/engine/perceptron.ts";
import type { Samples } from "../../../compiler/network/training/engine/samples.ts";
import { initialise } from "../../../compiler/network/training/initial.ts";
import { seededRandom } from "../../../netlist/index.ts";
import { quantizeSums } from "../../../verify/driving/reference.ts";

/** All vectors of `inputs` sums of the given sizes, whose wanted symbols look random. */
const samplesOf = (sizes: readonly number[], outputs: number): Samples => ({
  sizes,
  places: sizes.map((_, i) => 5n ** BigInt(i)),
  workers: 3,
  roundingOffset: 1,
  tiesToEven: false,
  bitsPerSymbol: 1,
  topLevels: 2 ** outputs,
  centres: sizes.map((size) => (size - 1) / 2),
  scale: 2 / (Math.max(...sizes) - 1),
});

/** Its input vectors and wanted symbols, by definition. */
function listed({ sizes, places, workers, roundingOffset, centres, scale }: Samples, outputs: number) {
  const count = sizes.reduce((product, size) => product * size, 1);
  return Array.from({ length: count }, (_, index) => {
    let rest = index;
    const sums = sizes.map(() => 0);
    for (let i = sizes.length - 1; i >= 0; i--) {
      sums[i] = rest % sizes[i]!;
      rest = Math.floor(rest / sizes[i]!);
    }
    const total = sums.reduce((sum, value, i) => sum + value * Number(places[i]), roundingOffset);
    const word = Math.floor(total / workers);
    return {
      inputs: sums.map((value, i) => (value - centres[i]!) * scale),
      targets: Array.from({ length: outputs }, (_unused, i) => (word >> (outputs - 1 - i)) & 1),
    };
  });
}

const shapes = (widths: readonly number[], approximate: boolean): LayerShape[] =>
  widths.slice(1).map((outputs, l) => ({
    inputs: widths[l]!,
    outputs,
    blocks: approximate ? squareBlocks(outputs, widths[l]!) : null,
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

/** Mean of e^T Q e over all vectors, in double precision. */
function referenceLoss(
  weights: readonly Float64Array[],
  biases: readonly Float64Array[],
  vectors: ReturnType<typeof listed>,
  form: Float32Array,
): number {
  let total = 0;
  for (const { inputs, targets } of vectors) {
    let x = inputs;
    weights.forEach((w, l) => {
      x = Array.from(biases[l]!, (bias, i) => {
        const sum = x.reduce((t, value, j) => t + w[i * x.length + j]! * value, bias);
        return l < weights.length - 1 ? Math.max(0, sum) : sum;
      });
    });
    const e = x.map((value, i) => value - targets[i]!);
    for (const [i, row] of e.entries()) {
      for (const [j, column] of e.entries()) total += row * form[i * e.length + j]! * column;
    }
  }
  return total / vectors.length;
}

describe("a training step", () => {
  it("has the gradient of finite differences, for any quadratic loss and odd widths", async () => {
    const widths = [3, 7, 5, 2];
    const samples = samplesOf([10, 5, 6], 2);
    const vectors = listed(samples, 2);
    const net = await open(widths, false, samples, 300);
    net.form.set([2, 0.5, 0.5, 1]);
    // Away from the kinks: where a whole layer is dark, biases of 0 would sit on one.
    const random = seededRandom(9);
    for (const bias of net.biases) for (let i = 0; i < bias.length; i++) bias[i] = 0.2 + 0.3 * random();
    const weights = net.weights.map((w) => Float64Array.from(w));
    const biases = net.biases.map((b) => Float64Array.from(b));
    const loss = await net.step({ step: 0, rate: 0, epsilon: 1e-8, beta1: 0.9, beta2: 0.999 });
    expect(loss).toBeCloseTo(referenceLoss(weights, biases, vectors, net.form), 5);
    const gradients = net.gradients();
    const h = 1e-5;
    const slope = (array: Float64Array, i: number): number => {
      const kept = array[i]!;
      array[i] = kept + h;
      const up = referenceLoss(weights, biases, vectors, net.form);
      array[i] = kept - h;
      const down = referenceLoss(weights, biases, vectors, net.form);
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
    const samples = samplesOf([2, 2, 2, 5, 5, 1], 2);
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
      const net = await open([4, 16, 24, 4], true, samplesOf([4, 4, 4, 2], 4), 128);
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
    const net = await open([4, 8, 2], true, samplesOf([4, 4, 2, 2], 2), 64);
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
      const net = await open([4, 24, 40, 24, 4], approximate, samplesOf([5, 6, 5, 6], 4), 900, threads);
      await steps(net, 12, 3e-3);
      expect(net.threads).toBe(threads);
      results.push(net.parameters.slice());
      await net.close();
    }
    for (const result of results) expect(result).toEqual(results[0]);
  });

  it("learns: the loss of a few vectors falls by orders of magnitude, free or on the manifold", async () => {
    for (const approximate of [false, true]) {
      const net = await open([3, 32, 32, 1], approximate, samplesOf([5, 2, 2], 1), 20);
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
        sizes,
        places: sizes.map((_, i) => 4n ** BigInt(symbols - 1 - i)),
        workers,
        roundingOffset: rounding === "floor" ? 0 : Math.floor(workers / 2),
        tiesToEven: rounding === "half-even",
        bitsPerSymbol: 2,
        topLevels: 2 ** (bits - 2 * (symbols - 1)),
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
      // A network that answers with one word whatever comes is wrong wherever another is wanted.
      for (const word of new Set(words)) {
        net.biases
          .at(-1)!
          .set(Array.from({ length: symbols }, (_, i) => Math.floor(word / 4 ** (symbols - 1 - i)) % 4));
        const wrong = await net.evaluate(0, Math.min(net.domain, EVALUATION_RANGE));
        expect(wrong).toEqual([...words.keys()].filter((i) => words[i] !== word));
      }
      await net.close();
    }
  });

  it("reads NaN as darkness", async () => {
    const samples = samplesOf([5, 2], 1);
    const net = await open([2, 3, 1], false, samples, 10);
    net.parameters.fill(Number.NaN);
    const lit = [...listed(samples, 1).entries()].filter(([, { targets }]) => targets[0] !== 0).map(([i]) => i);
    expect(await net.evaluate(0, 10)).toEqual(lit);
    await net.close();
  });
});
