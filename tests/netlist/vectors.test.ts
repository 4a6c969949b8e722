import { describe, expect, it } from "vitest";
import { limits } from "../../dsl/index.ts";
import { type Aggregate, seededRandom } from "../../netlist/index.ts";
import {
  dealSum,
  distinctVectors,
  enumeratedVectors,
  randomVectors,
  summedWorkers,
  symbolLevels,
} from "../../netlist/simulation/vectors.ts";
import { usualInputs } from "../../verify/driving/usual-inputs.ts";
import { tinyCircuit } from "../netlist/build.ts";

function aggregateOf(workers: number, bits: number, levels: number, fanIn?: readonly number[]): Aggregate {
  const symbols = Math.ceil(bits / Math.log2(levels));
  const aggregate = { workers, bits, levels, symbols, signed: true, rounding: "floor" } as const;
  return fanIn === undefined ? aggregate : { ...aggregate, fanIn };
}

/** What each unit's workers send of each symbol together, vector by vector. */
function sumsOf(aggregate: Aggregate, symbols: Uint8Array): string[] {
  const width = aggregate.symbols;
  const rows = symbols.length / (aggregate.workers * width);
  return Array.from({ length: rows }, (_, v) =>
    summedWorkers(aggregate)
      .flatMap(({ first, workers }) =>
        Array.from({ length: width }, (_unused, symbol) => {
          let sum = 0;
          for (let w = first; w < first + workers; w++) sum += symbols[(v * aggregate.workers + w) * width + symbol]!;
          return sum;
        }),
      )
      .join(),
  );
}

describe("distinct vectors", () => {
  it("are counted by the sums of every unit", () => {
    expect(symbolLevels(aggregateOf(2, 5, 4))).toEqual([2, 4, 4]);
    expect(summedWorkers(aggregateOf(5, 2, 4))).toEqual([{ first: 0, workers: 5 }]);
    expect(summedWorkers(aggregateOf(5, 2, 4, [2, 3]))).toEqual([
      { first: 0, workers: 2 },
      { first: 2, workers: 2 },
      { first: 4, workers: 1 },
    ]);
    expect(distinctVectors(aggregateOf(4, 8, 4))).toBe(13 ** 4);
    expect(distinctVectors(aggregateOf(2, 5, 4))).toBe(3 * 7 * 7);
    expect(distinctVectors(aggregateOf(5, 3, 4, [2, 3]))).toBe(3 * 7 * (3 * 7) * (2 * 4));
    expect(distinctVectors(aggregateOf(4096, 32, 2)) / 4097 ** 32).toBeCloseTo(1, 12);
    expect(distinctVectors(aggregateOf(4096, 32, 2, [2, 2048]))).toBe(Number.POSITIVE_INFINITY);
  });

  it.each([aggregateOf(2, 3, 4), aggregateOf(3, 2, 2), aggregateOf(3, 2, 4, [2, 2]), aggregateOf(2, 4, 16)])(
    "are all different in their sums, each once, in order: %j",
    (aggregate) => {
      const total = distinctVectors(aggregate);
      const { vectors, symbols } = enumeratedVectors(aggregate, 0, total);
      expect(vectors).toBe(total);
      const sums = sumsOf(aggregate, symbols);
      expect(new Set(sums).size).toBe(total);
      const levels = symbolLevels(aggregate);
      symbols.forEach((level, i) => {
        expect(level).toBeLessThan(levels[i % aggregate.symbols]!);
      });
      // The last sum counts fastest, up to full words.
      expect(sums[0]!.split(",").every((sum) => sum === "0")).toBe(true);
      expect(sums[1]!.endsWith("0,1") || sums[1] === "1").toBe(true);
      expect(symbols.subarray(-aggregate.workers * aggregate.symbols)).toEqual(
        Uint8Array.from(
          { length: aggregate.workers * aggregate.symbols },
          (_, i) => levels[i % aggregate.symbols]! - 1,
        ),
      );
      // A part of them is the same part.
      const part = enumeratedVectors(aggregate, 3, 4);
      const width = aggregate.workers * aggregate.symbols;
      expect(part.symbols).toEqual(symbols.slice(3 * width, 7 * width));
    },
  );

  it("are dealt as unevenly as their sums allow, each symbol from another worker on", () => {
    expect([...dealSum(5, 0, 4, 3)]).toEqual([3, 2, 0]);
    expect([...dealSum(5, 1, 4, 3)]).toEqual([0, 3, 2]);
    expect([...dealSum(5, 2, 4, 3)]).toEqual([2, 0, 3]);
    expect([...dealSum(0, 2, 4, 3)]).toEqual([0, 0, 0]);
    expect([...dealSum(9, 2, 4, 3)]).toEqual([3, 3, 3]);
    // w0 s0, w0 s1, w1 s0, w1 s1 of the sums 1 and 1
    expect([...enumeratedVectors(aggregateOf(2, 2, 2), 4, 1).symbols]).toEqual([1, 0, 0, 1]);
  });
});

describe("random vectors", () => {
  it("are words drawn evenly, the same for the same seed", () => {
    const aggregate = aggregateOf(3, 5, 4);
    const { vectors, symbols } = randomVectors(aggregate, 4000, seededRandom(1));
    expect(vectors).toBe(4000);
    expect(symbols).toHaveLength(4000 * 3 * 3);
    expect(randomVectors(aggregate, 4000, seededRandom(1)).symbols).toEqual(symbols);
    for (let place = 0; place < 9; place++) {
      const levels = place % 3 === 0 ? 2 : 4;
      const counts = new Array<number>(levels).fill(0);
      for (let v = 0; v < 4000; v++) counts[symbols[v * 9 + place]!]! += 1;
      expect(counts).toHaveLength(levels);
      // Six standard deviations.
      for (const count of counts) expect(Math.abs(count - 4000 / levels)).toBeLessThan(6 * Math.sqrt(4000 / levels));
    }
  });
});

describe("what is tried where nobody says it", () => {
  const { certificate } = { certificate: { signals: [], cells: [], symbols: [] } };
  it.each([
    ["few vectors", aggregateOf(4, 8, 4), null, { kind: "exhaustive" }],
    ["few vectors and a certificate", aggregateOf(4, 8, 4), certificate, { kind: "exhaustive" }],
    ["many vectors and a certificate", aggregateOf(64, 32, 4), certificate, { kind: "proof" }],
    ["many vectors", aggregateOf(64, 32, 4), null, { kind: "sampled", samples: expect.any(Number) }],
  ] as const)("of %s", (_, aggregate, claims, expected) => {
    const inputs = usualInputs({ ...tinyCircuit(), aggregate, certificate: claims });
    expect(inputs).toEqual(expected);
    if (inputs.kind === "sampled") expect(inputs.samples).toBeGreaterThanOrEqual(1000);
  });

  it("is exhaustive up to the bound of the language and no further", () => {
    const bound = limits.exhaustiveByDefault;
    // One symbol of two levels: workers + 1 vectors, times as many for each unit of one worker.
    const few = { ...tinyCircuit(), aggregate: aggregateOf(bound - 1, 1, 2), certificate };
    expect(usualInputs(few)).toEqual({ kind: "exhaustive" });
    expect(usualInputs({ ...few, aggregate: aggregateOf(bound, 1, 2) })).toEqual({ kind: "proof" });
  });
});
