import { describe, expect, it } from "vitest";
import { aggregationOf, symbolSumMax, workersOfUnits } from "../../compiler/aggregation/aggregation.ts";
import { bitLength, trailingZeros } from "../../compiler/aggregation/builder.ts";
import { outputPositions } from "../../compiler/aggregation/cascade.ts";
import type { Plan } from "../../compiler/aggregation/plan.ts";
import { planAggregation } from "../../compiler/aggregation/plan-aggregation.ts";
import type { Levels, Rounding, Spec, TopologySpec } from "../../dsl/index.ts";
import type { Aggregate, Cell, Certificate, Term } from "../../netlist/index.ts";
import { outputsOf, reachableStates } from "../../proof/index.ts";
import { finish } from "../../verify/driving/steps.ts";
import { checkComposition } from "../../verify/index.ts";
import { computesMean, sourcesInOrder } from "../proof/claims.ts";
import { specOf } from "./specs.ts";

function cascadeOf(...fanIn: number[]): TopologySpec {
  return { kind: "cascade", fanIn };
}

function planOf(spec: Spec): Plan {
  return planAggregation(aggregationOf(spec));
}

function claimsOf({ signals, cells, symbols }: Plan): Certificate {
  return { signals: signals.map((it, mode) => ({ ...it, section: 0, mode, fieldPerUnit: 1 })), cells, symbols };
}

function aggregateOf(spec: Spec): Aggregate {
  const { workers, bits, levels, signed, rounding, symbols, fanIn } = aggregationOf(spec);
  return { workers, bits, levels, signed, rounding, symbols, ...(fanIn === null ? {} : { fanIn }) };
}

/** The plan as equations: every cell as what it says of its signals, the ranges of what they write, the symbols. */
function equations(plan: Plan): string[] {
  const { signals, cells, symbols } = plan;
  const name = (id: number): string => signals[id]!.name;
  const sum = (terms: readonly Term[]): string[] =>
    terms.map(({ signal, weight }) => (weight === 1 ? name(signal) : `${weight} ${name(signal)}`));
  const range = (id: number): string => `${name(id)}<=${signals[id]!.max}`;
  const line = (cell: Cell): string => {
    if (cell.kind === "nonzero") return `${name(cell.bit)} = any of ${sum(cell.terms).join(", ")}`;
    if (cell.kind === "only") return `${name(cell.bit)} = ${name(cell.set)} without ${name(cell.unless)}`;
    if (cell.kind === "sum") return `${range(cell.total)} = ${sum(cell.terms).join(" + ")}`;
    const left = [...sum(cell.terms), ...(cell.offset === 0 ? [] : [cell.offset])];
    const right = [...sum(cell.bits), ...(cell.residual === null ? ["..."] : [range(cell.residual)])];
    return `${left.join(" + ")} = ${right.join(" + ")}`;
  };
  return [
    signals.flatMap(({ kind }, id) => (kind === "sum" ? [range(id)] : [])).join(", "),
    ...cells.map((cell) => `${cell.name}: ${line(cell)}`),
    ...symbols.map((terms, j) => `symbol ${j}: ${sum(terms).join(" + ")}`),
  ];
}

describe("the function of a spec", () => {
  it("is what the spec says, in symbols", () => {
    expect(aggregationOf(specOf(6, 5, 4, "half-even"))).toEqual({
      workers: 6,
      fanIn: null,
      bits: 5,
      levels: 4,
      bitsPerSymbol: 2,
      symbols: 3,
      symbolBits: [1, 2, 2],
      signed: true,
      rounding: "half-even",
      divisor: 6,
      resultBits: 5,
      resultSymbols: 3,
      roundingOffset: 3,
      tiesToEven: true,
    });
    expect(aggregationOf(specOf(6, 5, 4, "none"))).toMatchObject({
      divisor: 1,
      resultBits: 8,
      resultSymbols: 4,
      roundingOffset: 0,
    });
    expect(aggregationOf(specOf(16, 8, 16, "floor", false, 0.25, cascadeOf(4, 4)))).toMatchObject({
      fanIn: [4, 4],
      bitsPerSymbol: 4,
      symbols: 2,
      symbolBits: [4, 4],
      signed: false,
      roundingOffset: 0,
      tiesToEven: false,
    });
    expect([2, 4, 8, 16].map((levels) => aggregationOf(specOf(2, 4, levels as Levels)).bitsPerSymbol)).toEqual([
      1, 2, 3, 4,
    ]);
  });

  it.each<readonly [number, number, Rounding, boolean, number, boolean]>([
    [4, 8, "half-even", true, 2, true],
    [5, 8, "half-even", true, 2, false],
    [4, 8, "half-up", true, 2, false],
    [5, 8, "half-up", true, 2, false],
    [4, 8, "floor", true, 0, false],
    [4, 1, "half-even", true, 2, false],
    [4, 1, "half-even", false, 2, true],
    [4, 2, "half-even", false, 2, true],
  ])("%i workers, %i bits, %s, signed %s: offset %i, ties %s", (workers, bits, rounding, signed, offset, ties) => {
    const { roundingOffset, tiesToEven } = aggregationOf(specOf(workers, bits, 2, rounding, signed));
    expect([roundingOffset, tiesToEven]).toEqual([offset, ties]);
  });

  it("deals the workers to units and knows what they can send", () => {
    expect(workersOfUnits({ workers: 10, fanIn: null })).toEqual([10]);
    expect(workersOfUnits({ workers: 10, fanIn: [4, 3] })).toEqual([4, 4, 2]);
    expect(workersOfUnits({ workers: 12, fanIn: [4, 3] })).toEqual([4, 4, 4]);
    const single = aggregationOf(specOf(10, 5, 4));
    expect([0, 1, 2].map((symbol) => symbolSumMax(single, symbol))).toEqual([10, 30, 30]);
    expect(symbolSumMax(single, 1, 4)).toBe(12);
  });
});

describe("plans", () => {
  it("of these specs are those of golden/plans.txt, worked out by hand", async () => {
    const specs: readonly (readonly [string, Spec])[] = [
      ["a digit that needs no cell", specOf(2, 2, 2, "floor")],
      ["ties of two", specOf(2, 2, 2, "half-even")],
      ["four", specOf(4, 4, 4)],
      ["thirds", specOf(3, 2, 4)],
      ["thirds of two symbols", specOf(3, 3, 2, "floor")],
      ["sixths with ties", specOf(6, 3, 4, "half-even")],
      ["a long carry", specOf(12, 2, 2, "half-even")],
      ["two levels of two", specOf(4, 2, 2, "half-even", true, 0.25, cascadeOf(2, 2))],
      ["three workers in a tree for four", specOf(3, 2, 4, "half-up", true, 0.25, cascadeOf(2, 2))],
      ["three levels", specOf(7, 1, 2, "half-up", true, 0.25, cascadeOf(2, 2, 2))],
      ["levels of three", specOf(8, 2, 4, "floor", true, 0.25, cascadeOf(3, 3))],
      ["a unit of eight for one worker", specOf(2, 2, 2, "floor", true, 0.25, cascadeOf(8, 2))],
    ];
    const lines = specs.flatMap(([what, spec]) => [what, ...equations(planOf(spec)).map((line) => `  ${line}`)]);
    await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot("golden/plans.txt");
  });

  it("bring the units of a level together in runs of sums", () => {
    expect(planOf(specOf(4, 2, 2, "half-even", true, 0.25, cascadeOf(2, 2))).combiners).toEqual([
      { from: 4, end: 7, inputs: 2 },
    ]);
    expect(planOf(specOf(7, 1, 2, "half-up", true, 0.25, cascadeOf(2, 2, 2))).combiners).toEqual([
      { from: 4, end: 8, inputs: 2 },
      { from: 12, end: 15, inputs: 2 },
    ]);
    expect(planOf(specOf(4, 2, 2)).combiners).toEqual([]);
  });

  const single = [1, 2, 3].flatMap((bits) =>
    [2, 3, 4, 5, 6, 7, 8, 12].flatMap((workers) =>
      ([2, 4, 8] as const).flatMap((levels) =>
        (["floor", "half-up", "half-even"] as const).flatMap((rounding) =>
          [true, false].map((signed) => specOf(workers, bits, levels, rounding, signed)),
        ),
      ),
    ),
  );
  const trees = [
    [4, [2, 2]],
    [3, [2, 2]],
    [5, [3, 2]],
    [6, [2, 3]],
    [7, [2, 2, 2]],
    [2, [2, 2]],
    [9, [3, 3]],
    [8, [4, 4]],
  ] as const;
  const cascades = trees.flatMap(([workers, fanIn]) =>
    [1, 2, 3].flatMap((bits) =>
      ([2, 4] as const).flatMap((levels) =>
        (["floor", "half-even"] as const).map((rounding) =>
          specOf(workers, bits, levels, rounding, bits > 1, 0.25, cascadeOf(...fanIn)),
        ),
      ),
    ),
  );

  it.each([
    ["single units", single.filter(({ precisionBits, levels }) => levels <= 2 ** precisionBits), 150],
    ["cascades", cascades.filter(({ precisionBits, levels }) => levels <= 2 ** precisionBits), 60],
  ] as const)("of %s keep all their claims and compose to the mean", (_, specs, least) => {
    expect(specs.length).toBeGreaterThan(least);
    for (const spec of specs) {
      const claims = claimsOf(planOf(spec));
      const aggregate = aggregateOf(spec);
      const sources = sourcesInOrder(aggregate, claims);
      const label = `${spec.name} ${spec.levels} ${spec.rounding} ${JSON.stringify(spec.topology)}`;
      expect(checkComposition(aggregate, claims, sources), label).toEqual([]);
      expect(finish(reachableStates(claims)).problems, label).toEqual([]);
      for (const cell of claims.cells) {
        const kinds = outputsOf(cell).map((id) => claims.signals[id]!.kind);
        const rest = cell.kind === "split" && cell.residual !== null ? kinds.pop() : "residual";
        expect([rest, ...kinds]).toEqual(["residual", ...kinds.map(() => (cell.kind === "sum" ? "total" : "bit"))]);
      }
      if (spec.precisionBits * spec.workers > 9) continue;
      expect(computesMean(aggregate, claims, sources), label).toBe(true);
    }
  });
});

describe("positions and lengths", () => {
  it("are those of binary numbers", () => {
    expect([0, 1, 2, 3, 4, 255, 256, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 33 - 1, 2 ** 52].map(bitLength)).toEqual([
      0, 1, 2, 2, 3, 8, 9, 32, 32, 33, 33, 53,
    ]);
    expect([1, 2, 3, 4, 6, 12, 64, 4096, 4095].map(trailingZeros)).toEqual([0, 1, 0, 2, 1, 2, 6, 12, 0]);
  });

  it("of a unit's outputs are those of its fraction, in pieces no finer than the symbols, then of the symbols", () => {
    expect(outputPositions(2, 2, 10)).toEqual([0, 2, 4, 6, 8]);
    expect(outputPositions(3, 2, 10)).toEqual([0, 2, 3, 5, 7, 9]);
    expect(outputPositions(4, 4, 9)).toEqual([0, 4, 8]);
    expect(outputPositions(5, 2, 8)).toEqual([0, 2, 4, 5, 7]);
    expect(outputPositions(4, 2, 3)).toEqual([0, 2]);
    expect(outputPositions(4, 2, 2)).toEqual([0]);
    expect(outputPositions(1, 1, 0)).toEqual([0]);
  });
});
