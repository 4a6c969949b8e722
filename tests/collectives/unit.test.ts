import { describe, expect, it } from "vitest";
import {
  compareAlgorithms,
  comparisonCsv,
  comparisonTable,
  fastestExchange,
  findAlgorithm,
  type TimedOutcome,
  type UnitFigures,
} from "../../collectives/index.ts";
import { type Cluster, defaultCluster } from "../../dsl/index.ts";
import { figuresOf } from "./outcome.ts";

const unit: UnitFigures = {
  circuit: "mean-4x8",
  technology: "somewhere",
  workers: 4,
  bits: 8,
  levels: 4,
  symbolRateBd: 10e9,
  mzis: 83,
  latencyS: 2e-9,
  lossDb: 12.5,
  wordErrorRate: 1e-3,
  watts: 5,
  yield: { share: 0.75, chips: 40 },
  fails: [],
};

/** Without latencies and additions, bf16 gradients of 1e6 elements. */
function on(changes: Partial<Cluster>): Cluster {
  const gradients = [{ name: "g", elements: 1_000_000 }];
  const quick = { latency: 0, reduction: Number.POSITIVE_INFINITY, dtype: "bf16" };
  return { ...defaultCluster(4), ...quick, gradients, ...changes };
}

function compared(workers: number, given: UnitFigures | null, changes: Partial<Cluster> = {}) {
  const algorithms = ["ring", workers > 4 ? "optinc-cascade" : "optinc"].map((name) => findAlgorithm(name)!);
  return compareAlgorithms(on(changes), { workers: [workers], algorithms, executeUpTo: 16, unit: given });
}

function row({ rows }: ReturnType<typeof compared>, name: string): TimedOutcome {
  return figuresOf(rows, name);
}

describe("a comparison with a compiled unit", () => {
  it("sends words of the circuit's precision beside the ring's elements", () => {
    const comparison = compared(4, unit);
    const optinc = row(comparison, "optinc");
    expect(row(comparison, "ring")).toMatchObject({ bits: 16, bytesPerWorker: 3e6 });
    expect(optinc.bits).toBe(8);
    // A byte a word, and with four workers 1.5 bytes for each of 3907 blocks.
    expect(optinc.bytesPerWorker).toBeCloseTo(1e6 + 1.5 * 3907, -1);
    expect(optinc.volume).toBeCloseTo(0.503, 3);
    expect(optinc.exact).toBe(true);
  });

  it("takes the time of exponents, words and light, and names the circuit as their origin", () => {
    const comparison = compared(4, unit, { latency: 1e-6 });
    const { timing, unit: found } = row(comparison, "optinc");
    // 10 GBd of 8 bits are 80 Gb/s: two copies fill the port of 100.
    expect(found).toMatchObject({ standing: "compiled", units: 2, lanes: 8, mzis: 166, latencyS: 2e-9 });
    const { timing: exchange } = fastestExchange(
      { ...on({ latency: 1e-6 }), optinc: { ...on({}).optinc, precision: 8 } },
      4,
      1e6,
    )!;
    expect(found!.exchangeS).toBe(exchange.totalS);
    expect(timing.totalS).toBeCloseTo(exchange.totalS + 1e-6 + 8e6 / 100e9 + 2e-9, 12);
    const origins = comparison.inputs.filter(({ from }) => from === "circuit").map(({ path }) => path);
    expect(origins).toEqual([
      ...["optinc unit", "optinc pass", "optinc precision", "optinc levels", "optinc symbol-rate"],
    ]);
  });

  it("takes the power of its units and adapters for the words, that of the network for the exponents", () => {
    const { timing, unit: found, energy } = row(compared(4, unit), "optinc");
    const words = timing.totalS - found!.exchangeS;
    // Two copies of 5 W; four adapters of 50 pJ/bit at 100 Gb/s.
    expect(energy!.circuitJ).toBeCloseTo(2 * 5 * words, 12);
    expect(energy!.adaptersJ).toBeCloseTo(4 * 5 * timing.totalS, 12);
    expect(energy!.transceiversJ).toBeCloseTo(8 * 2.25 * found!.exchangeS, 12);
    expect(row(compared(4, { ...unit, watts: null }), "optinc").energy).toBeNull();
  });

  it("is bound by the symbols of the copies that there are", () => {
    const slow = row(compared(4, unit, { optinc: { ...on({}).optinc, copies: 1 } }), "optinc");
    expect(slow.timing.transmissionS - slow.unit!.exchangeS).toBeCloseTo(8e6 / 80e9, 12);
    expect(slow.unit).toMatchObject({ units: 1, lanes: 4, mzis: 83 });
  });

  it("estimates a cascade of units, each of which may turn a word wrong", () => {
    const { unit: found } = row(compared(16, unit), "optinc-cascade");
    expect(found).toMatchObject({ standing: "estimated", units: 10, mzis: 830, lossDb: 12.5 });
    expect(found!.latencyS).toBeCloseTo(6e-9, 18);
    expect(found!.wordErrorRate).toBeCloseTo(1 - 0.999 ** 5, 12);
  });

  it("says of a unit without a circuit that it is assumed", () => {
    const plain = row(compared(4, null), "optinc");
    expect(plain).toMatchObject({ unit: null, bits: 16 });
    expect(comparisonTable(compared(4, null))).toContain("figures of its units are assumed");
    const words = compared(4, null, { optinc: { ...on({}).optinc, precision: 8 } });
    expect(row(words, "optinc").unit).toMatchObject({ standing: "assumed", mzis: null, wordErrorRate: null });
    expect(comparisonTable(words)).toContain("figures of its units are assumed");
  });

  it("marks a row whose circuit fails, in every format", () => {
    const failing = { ...unit, wordErrorRate: 1, fails: ["word error rate 1, wanted 1e-12"] };
    const comparison = compared(4, failing);
    const table = comparisonTable(comparison);
    expect(table).toMatch(/^ {2}optinc ! +8 /m);
    expect(table).toContain("mean-4x8 in somewhere FAILS its budget: word error rate 1, wanted 1e-12");
    expect(comparisonTable(compared(4, unit))).toContain("mean-4x8 in somewhere keeps its budget");
    expect(comparisonCsv(comparison, () => [])).toContain('compiled,"word error rate 1, wanted 1e-12"');
  });
});

it("the exchange of exponents takes the fastest of three all-reduces of a byte a block", () => {
  const words = (latency: number): Cluster => ({ ...on({ latency }), optinc: { ...on({}).optinc, precision: 8 } });
  // Without latency volume decides: 2 (p - 1) / p.
  const blocks = 2 ** 16;
  expect(fastestExchange(words(0), 8, 256 * blocks)!.timing.totalS).toBeCloseTo((1.75 * 8 * blocks) / 100e9, 12);
  // One block: steps decide.
  expect(fastestExchange(words(1e-6), 8, 100)!.timing.latencyS).toBeCloseTo(3e-6, 12);
  expect(fastestExchange(on({}), 8, 100)).toBeNull();
});
