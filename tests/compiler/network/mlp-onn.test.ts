import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Aggregation } from "../../../compiler/index.ts";
import { type Mlp, weightsOf } from "../../../compiler/network/mlp.ts";
import { balanceMlp } from "../../../compiler/network/mlp-balance.ts";
import { type MlpOnn, mlpToOnn } from "../../../compiler/network/mlp-onn.ts";
import {
  type Circuit,
  checkCircuit,
  countDevices,
  seededRandom,
  serializeCircuit,
  simulate,
} from "../../../netlist/index.ts";
import { aggregation, forwardMlp, mlpInput, mlpOf, perceptronCircuit } from "./mlps.ts";

function circuitOf(mlp: Mlp, aggregate: Aggregation): { circuit: Circuit; made: MlpOnn } {
  const made = mlpToOnn(mlp, aggregate);
  return { circuit: perceptronCircuit(aggregate, made.onn), made };
}

/** Largest difference between what every worker's receivers read and the forward pass, relative to the largest output. */
function worstError(mlp: Mlp, aggregate: Aggregation, circuit: Circuit, vectors: number, random: () => number): number {
  const { workers, symbols } = aggregate;
  const sent = Uint8Array.from({ length: vectors * workers * symbols }, (_, i) =>
    Math.floor(random() * 2 ** aggregate.symbolBits[i % symbols]!),
  );
  const fields = simulate(circuit, sent);
  let worst = 0;
  let largest = 1;
  for (let v = 0; v < vectors; v++) {
    const sums = Array.from({ length: symbols }, (_, s) => {
      let sum = 0;
      for (let w = 0; w < workers; w++) sum += sent[(v * workers + w) * symbols + s]!;
      return sum;
    });
    const wanted = forwardMlp(mlp, mlpInput(aggregate, sums, mlp.layers[0]!.cols));
    for (const [o, port] of circuit.outputs.entries()) {
      const read = fields.re[v * fields.ports + o]! * port.levelsPerField;
      worst = Math.max(worst, Math.abs(read - wanted[port.symbol]!));
      largest = Math.max(largest, Math.abs(wanted[port.symbol]!));
    }
  }
  return worst / largest;
}

describe("the circuit of a perceptron computes its forward pass", () => {
  const shapes: fc.Arbitrary<{ bits: number; levels: number; inputs: number }> = fc.constantFrom(
    { bits: 4, levels: 4, inputs: 2 },
    { bits: 8, levels: 4, inputs: 4 },
    { bits: 8, levels: 4, inputs: 2 },
    { bits: 5, levels: 4, inputs: 2 },
    { bits: 3, levels: 2, inputs: 1 },
  );
  test("random widths, dense and factored layers mixed, biases or none", () => {
    fc.assert(
      fc.property(
        shapes,
        fc.integer({ min: 2, max: 6 }),
        fc.array(fc.integer({ min: 1, max: 11 }), { maxLength: 3 }),
        fc.integer({ min: 0, max: 15 }),
        fc.boolean(),
        fc.nat(),
        ({ bits, levels, inputs }, workers, hidden, factored, biased, seed) => {
          const aggregate = aggregation(workers, bits, levels);
          const random = seededRandom(seed);
          const made = mlpOf([inputs, ...hidden, aggregate.symbols], (l) => ((factored >> (l - 1)) & 1) === 1, random);
          const mlp = biased ? made : { layers: made.layers.map((l) => ({ ...l, bias: new Float64Array(l.rows) })) };
          const { circuit } = circuitOf(mlp, aggregate);
          expect(worstError(mlp, aggregate, circuit, 24, random)).toBeLessThan(1e-9);
        },
      ),
      { seed: 7, numRuns: 150 },
    );
  });

  test("sparse weights, units without inputs, inputs that nothing reads, zero rows of d", () => {
    const random = seededRandom(3);
    const aggregate = aggregation(3, 8, 4);
    const made = mlpOf([4, 6, 8, 8, 4], (l) => l === 3, random);
    const layers = made.layers.map((layer, l) => {
      if (layer.kind === "factored") {
        const blocks = layer.blocks.map((block) => ({ ...block, d: block.d.map((x, i) => (i % 3 === 0 ? 0 : x)) }));
        return { ...layer, blocks, bias: layer.bias.map((x, i) => (i % 2 === 0 ? 0 : x)) };
      }
      // unit 0 is constant light, unit 1 stays dark, column 1 is read by none
      const weights = layer.weights.map((w, at) => {
        const row = Math.floor(at / layer.cols);
        const col = at % layer.cols;
        return row < 2 || col === 1 || (row + col) % 2 === 0 ? 0 : w;
      });
      return { ...layer, weights, bias: layer.bias.map((x, i) => (i === 0 ? 0.7 : i === 1 ? -0.7 : l === 1 ? 0 : x)) };
    });
    const mlp: Mlp = { layers };
    const { circuit, made: placed } = circuitOf(mlp, aggregate);
    expect(worstError(mlp, aggregate, circuit, 40, random)).toBeLessThan(1e-9);
    // light that nothing wants is absorbed, and units that stay dark take no bias
    expect(placed.onn.layers[0]!.blocks.flatMap((block) => block.lanes)).toEqual(expect.arrayContaining([0, 1, 2, 3]));
    expect(placed.onn.biases).toHaveLength(3 + 1 + 4 + 4);
  });

  test("a circuit that the checker accepts after a way through JSON", () => {
    const aggregate = aggregation(4, 8, 4);
    const { circuit } = circuitOf(
      mlpOf([4, 9, 12, 4], (l) => l === 2, seededRandom(1)),
      aggregate,
    );
    const read = checkCircuit(JSON.parse([...serializeCircuit(circuit)].join("")));
    expect(read.findings).toEqual([]);
  });
});

describe("devices", () => {
  const sizes = [4, 64, 128, 256, 128, 64, 4];
  test("4-64-128-256-128-64-4 of diag(d) u throughout: s(s+1)/2 a block, attenuators and bias combiners in one", () => {
    const random = seededRandom(11);
    const aggregate = aggregation(4, 8, 4);
    const mlp = mlpOf(sizes, () => true, random);
    const { circuit } = circuitOf(mlp, aggregate);
    const counts = countDevices(circuit);
    const [blocks, splitters, biases] = [41_664, 4 * 15 + 64 + 128, 64 + 128 + 256 + 128 + 64 + 4];
    expect(counts.bySection.layer.mzis).toBe(blocks + splitters);
    expect(counts.bySection.reference.mzis).toBe(biases - 1);
    expect(counts.bySection.combine.mzis + counts.bySection.broadcast.mzis).toBe(2 * 3 * 4);
    expect(counts.activations).toBe(64 + 128 + 256 + 128 + 64);
    expect(worstError(mlp, aggregate, circuit, 6, random)).toBeLessThan(1e-9);
  });

  test("a dense layer takes rows x cols MZIs, and one more column for its biases", () => {
    const aggregate = aggregation(4, 8, 4);
    const { circuit } = circuitOf(
      mlpOf([4, 10, 7, 4], () => false, seededRandom(2)),
      aggregate,
    );
    // one singular value of every scaled layer may be exactly 1, a bare waveguide: so at most, and at least one less a layer
    const full = 10 * 5 + 7 * 11 + 4 * 8;
    const { mzis } = countDevices(circuit).bySection.layer;
    expect(mzis).toBeLessThanOrEqual(full);
    expect(mzis).toBeGreaterThanOrEqual(full - 3);
  });
});

describe("scales", () => {
  test("balancing keeps the function and lowers the gain that the receivers owe", () => {
    const aggregate = aggregation(4, 8, 4);
    const random = seededRandom(5);
    const plain = mlpOf([4, 16, 16, 4], () => false, random);
    // the same function with one unit blown up by a thousand
    const [first, second, third] = plain.layers as [Mlp["layers"][0], Mlp["layers"][0], Mlp["layers"][0]];
    const skewed: Mlp = {
      layers: [
        {
          ...first,
          kind: "dense",
          weights: weightsOf(first).map((w, at) => (Math.floor(at / 4) === 3 ? 1000 * w : w)),
          bias: first.bias.map((b, i) => (i === 3 ? 1000 * b : b)),
        },
        { ...second, kind: "dense", weights: weightsOf(second).map((w, at) => (at % 16 === 3 ? w / 1000 : w)) },
        third,
      ],
    };
    const balanced = balanceMlp(skewed);
    const x = Float64Array.of(0.5, 2, 1.25, 3);
    forwardMlp(balanced, x).forEach((y, i) => {
      expect(y).toBeCloseTo(forwardMlp(plain, x)[i]!, 10);
    });
    const gain = mlpToOnn(plain, aggregate).gain;
    expect(mlpToOnn(skewed, aggregate).gain / gain).toBeCloseTo(1, 6);
    expect(gain).toBeGreaterThan(1);
  });

  test("a unit that hardly reads anything gets no light that drowns the rest", () => {
    const dense = (name: string, rows: number, cols: number, weights: number[], bias: number[], relu: boolean) => ({
      ...({ kind: "dense", name, rows, cols, activation: relu ? "relu" : "none" } as const),
      ...{ weights: Float64Array.from(weights), bias: Float64Array.from(bias) },
    });
    for (const tiny of [1e-31, 1e-12, 0]) {
      const first = dense("0", 4, 1, [-3e-8, tiny, 1, 0.75], [0, 0.5, -1, 0.25], true);
      const mlp: Mlp = { layers: [first, dense("1", 1, 4, [0.25, -0.5, 0.5, 1], [0.125], false)] };
      const { circuit, made } = circuitOf(mlp, aggregation(2, 2, 4));
      for (const { field } of made.onn.biases) expect(field).toBeLessThan(1e8);
      expect(worstError(mlp, aggregation(2, 2, 4), circuit, 16, seededRandom(4))).toBeLessThan(1e-8);
    }
  });

  test("a bias beyond what numbers can hold is none", () => {
    for (const bias of [1e-320, 5e-324, -1e-310, 1e-200]) {
      const weights = Float64Array.of(0.25, -5, 777216, 1);
      const mlp: Mlp = {
        layers: [
          {
            ...mlpOf([1, 4], () => false, seededRandom(1)).layers[0]!,
            kind: "dense",
            activation: "relu",
            weights: Float64Array.of(5, 5, 1, 5),
          },
          { kind: "dense", name: "1", rows: 1, cols: 4, activation: "none", weights, bias: Float64Array.of(bias) },
        ],
      };
      const { circuit } = circuitOf(mlp, aggregation(2, 2, 4));
      expect(worstError(mlp, aggregation(2, 2, 4), circuit, 16, seededRandom(4))).toBeLessThan(1e-8);
      expect(checkCircuit(JSON.parse([...serializeCircuit(circuit)].join(""))).findings).toEqual([]);
    }
  });

  test("the gain is the product of the layers' divisors", () => {
    const { layers, gain } = mlpToOnn(
      mlpOf([4, 6, 4], () => false, seededRandom(9)),
      aggregation(4, 8, 4),
    );
    expect(layers.reduce((product, layer) => product / layer.scale, 1)).toBeCloseTo(gain, 9);
  });
});

test("widths that do not fit the aggregation are refused", () => {
  const random = seededRandom(1);
  const aggregate = aggregation(4, 8, 4);
  expect(() =>
    mlpToOnn(
      mlpOf([4, 5, 3], () => false, random),
      aggregate,
    ),
  ).toThrow(RangeError);
  expect(() =>
    mlpToOnn(
      mlpOf([3, 5, 4], () => false, random),
      aggregate,
    ),
  ).toThrow(RangeError);
});
