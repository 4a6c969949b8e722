import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { aggregationOf } from "../../compiler/aggregation/aggregation.ts";
import { outputPositions } from "../../compiler/aggregation/cascade.ts";
import type { Plan } from "../../compiler/aggregation/plan.ts";
import { planAggregation } from "../../compiler/aggregation/plan-aggregation.ts";
import { synthesise } from "../../compiler/synthesise.ts";
import type { Levels, Rounding, Spec } from "../../dsl/index.ts";
import type { Term } from "../../netlist/index.ts";
import { checkCircuit, countDevices, seededRandom, serializeCircuit } from "../../netlist/index.ts";
import { distinctVectors, prove, verifyCircuit, wordRange } from "../../verify/index.ts";
import { every } from "../rounds.ts";
import { decodeSymbols, encodeWord, quantizeSum } from "../verify/definition.ts";
import { roundings, specOf } from "./specs.ts";

function cascade(
  fanIn: readonly number[],
  workers: number,
  bits: number,
  levels: Levels = 4,
  rounding: Rounding = "half-up",
  signed: boolean = true,
): Spec {
  return specOf(workers, bits, levels, rounding, signed, 0.25, { kind: "cascade", fanIn });
}

function label(spec: Spec): string {
  const tree = spec.topology.kind === "cascade" ? spec.topology.fanIn.join(" x ") : "single";
  return `${spec.workers} workers on ${tree}, ${spec.precisionBits} bits, ${spec.levels} levels, ${spec.rounding}`;
}

/** Output digits of a plan by its claims alone, in integers; sums[unit][symbol] are the workers' totals. */
function evaluate(plan: Plan, sums: readonly (readonly number[])[]): number[] {
  const values = new Map<number, number>();
  let next = 0;
  const flat = sums.flat();
  plan.signals.forEach((signal, id) => {
    if (signal.kind === "sum") values.set(id, flat[next++]!);
  });
  const write = (signal: number, value: number): void => {
    const { name, max } = plan.signals[signal]!;
    if (value < 0 || value > max) throw new Error(`${name} is ${value}, outside of 0..${max}`);
    values.set(signal, value);
  };
  const total = (terms: readonly Term[]): number =>
    terms.reduce((sum, term) => sum + term.weight * values.get(term.signal)!, 0);
  for (const cell of plan.cells) {
    switch (cell.kind) {
      case "split": {
        let rest = total(cell.terms) + cell.offset;
        for (const { signal, weight } of cell.bits) {
          write(signal, rest >= weight ? 1 : 0);
          if (rest >= weight) rest -= weight;
        }
        if (cell.residual !== null) write(cell.residual, rest);
        break;
      }
      case "sum":
        write(cell.total, total(cell.terms));
        break;
      case "nonzero":
        write(cell.bit, total(cell.terms) >= 1 ? 1 : 0);
        break;
      case "only":
        write(cell.bit, values.get(cell.set) === 1 && values.get(cell.unless) === 0 ? 1 : 0);
        break;
      default:
        cell satisfies never;
    }
  }
  return plan.symbols.map(total);
}

describe("the arithmetic of a cascade", () => {
  it("is the mean of one unit, for any tree, number of workers, words and rounding", () => {
    const trees = fc.array(fc.integer({ min: 2, max: 6 }), { minLength: 2, maxLength: 4 }).chain((fanIn) => {
      const capacity = fanIn.reduce((product, inputs) => product * inputs, 1);
      return fc.record({
        fanIn: fc.constant(fanIn),
        workers: fc.integer({ min: 2, max: capacity }),
        bits: fc.integer({ min: 1, max: 32 }),
        levelBits: fc.integer({ min: 1, max: 4 }),
        rounding: fc.constantFrom(...roundings),
        signed: fc.boolean(),
        seed: fc.integer(),
      });
    });
    fc.assert(
      fc.property(trees, ({ fanIn, workers, bits, levelBits, rounding, signed, seed }) => {
        const levels = (2 ** Math.min(levelBits, bits)) as Levels;
        const aggregation = aggregationOf(cascade(fanIn, workers, bits, levels, rounding, signed));
        const plan = planAggregation(aggregation);
        const format = { bits, levels, signed };
        const { min, max } = wordRange(format);
        const random = seededRandom(seed >>> 0);
        const anyWord = (): number => min + Math.floor(random() * (max - min + 1));
        // Extremes, near ties and random words.
        const draws = [
          () => max,
          () => min,
          anyWord,
          () => (random() < 0.5 ? max : min),
          () => (random() < 0.5 ? 0 : Math.min(1, max)),
        ];
        for (const draw of draws) {
          const words = Array.from({ length: workers }, draw);
          const symbols = words.map((word) => encodeWord(BigInt(word), format));
          const units = Array.from({ length: Math.ceil(workers / fanIn[0]!) }, (_, unit) =>
            symbols[0]!.map((_s, symbol) =>
              symbols.slice(unit * fanIn[0]!, (unit + 1) * fanIn[0]!).reduce((sum, digits) => sum + digits[symbol]!, 0),
            ),
          );
          const sum = words.reduce((total, word) => total + BigInt(word), 0n);
          expect(decodeSymbols(evaluate(plan, units), format)).toBe(quantizeSum(sum, { workers, rounding }));
        }
      }),
      { seed: 5, numRuns: 150 },
    );
  });

  it("would be wrong on many words if the first level rounded as well", () => {
    let wrong = 0;
    const rule = { workers: 4, rounding: "half-up" } as const;
    for (let sum = 0; sum < 13 ** 4; sum++) {
      const units = [sum % 13, Math.floor(sum / 13) % 13, Math.floor(sum / 169) % 13, Math.floor(sum / 2197)];
      const total = units.reduce((a, b) => a + b, 0);
      const twice = quantizeSum(
        units.reduce((a, unit) => a + quantizeSum(BigInt(unit), rule), 0n),
        rule,
      );
      if (twice !== quantizeSum(BigInt(total), { workers: 16, rounding: "half-up" })) wrong++;
    }
    expect(wrong / 13 ** 4).toBeGreaterThan(0.2);
  });

  it("hands the fraction on in symbols of its own, no finer than the words' symbols", () => {
    expect(outputPositions(2, 2, 10)).toEqual([0, 2, 4, 6, 8]);
    expect(outputPositions(3, 2, 11)).toEqual([0, 2, 3, 5, 7, 9]);
    expect(outputPositions(2, 4, 10)).toEqual([0, 2, 6]);
    expect(outputPositions(1, 1, 3)).toEqual([0, 1, 2]);
  });
});

describe("circuits of cascades", () => {
  const trees: readonly (readonly [readonly number[], readonly number[]])[] = [
    [
      [2, 2],
      [2, 3, 4],
    ],
    [
      [3, 3],
      [4, 7, 9],
    ],
    [
      [4, 4],
      [3, 5, 13, 16],
    ],
    [[5, 2], [10]],
    [
      [2, 3, 2],
      [7, 12],
    ],
  ];

  it.each(trees)("%j are proved exact with their margin, lit or partly dark", (fanIn, counts) => {
    for (const workers of counts) {
      const words = (
        [
          [1, 2],
          [3, 4],
          [8, 4],
          [8, 16],
          [9, 2],
        ] as const
      ).flatMap(([bits, levels]) => roundings.map((rounding) => ({ bits, levels, rounding })));
      // Every fourth in npm test: four of the words, and each rounding.
      for (const { bits, levels, rounding } of every(4, words)) {
        const spec = cascade(fanIn, workers, bits, levels, rounding);
        const proof = prove(synthesise(spec).circuit);
        expect(proof.problems, label(spec)).toEqual([]);
        expect(proof.comparatorMargin, label(spec)).toBeGreaterThan(0.25 - 1e-6);
        expect(proof.receiverMargin, label(spec)).toBeGreaterThan(0.499);
      }
    }
  });

  it.each([
    [[4, 4], 13, "half-even"],
    [[4, 4], 16, "half-even"],
    [[4, 4, 4], 64, "half-even"],
    [[4, 4, 4], 50, "half-up"],
    [[4, 4, 4, 4], 256, "floor"],
    // 1024 workers are in tests/exhaustive.
  ] as const)("%j of %i workers are proved, and right on sampled words", (fanIn, workers, rounding) => {
    const { circuit } = synthesise(cascade(fanIn, workers, 8, 4, rounding));
    const proof = prove(circuit);
    expect(proof.problems).toEqual([]);
    expect(proof.comparatorMargin).toBeGreaterThan(0.25 - 1e-6);
    const report = verifyCircuit(circuit, { inputs: { kind: "sampled", samples: 64 }, seed: 1 });
    expect(report).toMatchObject({ wrong: 0, counterexample: null });
    expect(report.worstReceiverError).toBeLessThan(1e-9);
  });

  it.each([
    [cascade([2, 2], 4, 4), 7 ** 4],
    [cascade([2, 2], 4, 4, 4, "half-even"), 7 ** 4],
    [cascade([2, 2], 3, 4, 4, "floor", false), 7 ** 2 * 4 ** 2],
    [cascade([2, 2, 2], 5, 3, 2, "half-even"), 3 ** 3 * 3 ** 3 * 2 ** 3],
    [cascade([3, 3], 9, 3), 4 ** 3 * 10 ** 3],
    // Five units of four inputs, as in the paper.
    [cascade([4, 4], 16, 2), 13 ** 4],
    [cascade([4, 4], 13, 2, 4, "half-even"), 13 ** 3 * 4],
    [cascade([4, 4], 9, 2, 2, "half-even"), 25 ** 2 * 4],
  ])("read the right word on every distinct vector, %#", (spec, vectors) => {
    const { circuit } = synthesise(spec);
    expect(distinctVectors(circuit.aggregate), label(spec)).toBe(vectors);
    const report = verifyCircuit(circuit, { inputs: { kind: "exhaustive" }, seed: 1 });
    expect(report, label(spec)).toMatchObject({ vectors, wrong: 0, counterexample: null });
  });

  it("have dark inputs and dark units where there are no workers", () => {
    const { circuit } = synthesise(cascade([4, 4], 9, 8));
    const meshes = circuit.sections[0]!.meshes;
    const lit = new Set(circuit.inputs.map((port) => port.mode));
    // Nine workers need three units: twelve inputs a symbol, of which three stay dark.
    const inputs = new Set(meshes.flatMap((mesh) => mesh.modes));
    expect(inputs.size).toBe(3 * 4 * 4);
    expect([...inputs].filter((mode) => !lit.has(mode))).toHaveLength(3 * 4);
    expect(circuit.inputs.filter((port) => port.kind === "reference")).toHaveLength(1);
    expect(prove(circuit).holds).toBe(true);
  });

  it("are sound circuit files that read back the same", () => {
    const { circuit } = synthesise(cascade([4, 4], 13, 8, 4, "half-even"));
    const text = [...serializeCircuit(circuit)].join("");
    const { circuit: back, findings } = checkCircuit(JSON.parse(text));
    expect(findings).toEqual([]);
    expect(back).toEqual(circuit);
    const narrow = JSON.parse(text);
    narrow.aggregate.fanIn = [3, 4];
    expect(checkCircuit(narrow).findings.map((finding) => finding.code)).toContain("OPT0406");
  });

  it("cost five units and a seventh more", () => {
    const unit = countDevices(synthesise(specOf(4, 8, 4)).circuit).mzis;
    const tree = countDevices(synthesise(cascade([4, 4], 16, 8)).circuit).mzis;
    // The paper prints about 10.5 %, on units of 41 936 MZIs: two approximated 64 x 64 layers are 9.9 %.
    expect({ unit, tree }).toEqual({ unit: 83, tree: 479 });
    expect(tree / (5 * unit) - 1).toBeCloseTo(0.154, 3);
  });
});
