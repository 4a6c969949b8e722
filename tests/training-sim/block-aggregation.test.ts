import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileSimulation, tabulate } from "../../netlist/index.ts";
import {
  addTotals,
  aggregateBlocks,
  fromFloat64,
  gradientTable,
  noTotals,
  openFastAggregation,
  toFloat32,
} from "../../training-sim/index.ts";
import { aggregationError, dequantize, quantizeBlocks, referenceWords } from "../../verify/index.ts";
import { circuitOf } from "./small.ts";

const subjects = [circuitOf(4, 8, 4), circuitOf(3, 5, 4), circuitOf(2, 1, 2)].flatMap((circuit) =>
  [circuit, { ...circuit, aggregate: { ...circuit.aggregate, signed: !circuit.aggregate.signed } }].map((it) => ({
    circuit: it,
    table: gradientTable(tabulate(compileSimulation(it), "sums"))!,
  })),
);
const float = fc.oneof(
  fc.float({ noNaN: true, noDefaultInfinity: true }),
  fc.float({ min: -1, max: 1, noNaN: true }),
  fc.integer({ min: -254, max: 254 }).map((halves) => halves / 254),
  fc.constantFrom(0, -0, 1, -1, 2 ** -149, -(2 ** 127)),
);

describe("gradients through a table", () => {
  it("become the dequantized mean of the quantized words, as verify has it", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...subjects),
        fc.integer({ min: 1, max: 9 }),
        fc.array(float, { minLength: 4, maxLength: 80 }),
        ({ circuit, table }, block, values) => {
          const { aggregate } = circuit;
          const { workers } = aggregate;
          const length = Math.floor(values.length / workers);
          const data = Float32Array.from(values.slice(0, workers * length));
          const rows = Array.from({ length: workers }, (_, w) => data.slice(w * length, (w + 1) * length));
          const out = new Float64Array(length);
          const totals = noTotals();
          aggregateBlocks(table, block, rows, 100, out, totals);
          const gradients = { workers, length, data };
          const quantized = quantizeBlocks(gradients, aggregate, block);
          const means = referenceWords(quantized.words, aggregate);
          expect(out).toEqual(dequantize(means, quantized));
          const error = aggregationError(gradients, quantized, means);
          expect(totals).toMatchObject({ elements: length, wrong: 0 });
          expect(totals.maximumSteps).toBeCloseTo(error.maximumSteps, 9);
          expect(Math.sqrt(totals.squares / length)).toBeCloseTo(error.rmsSteps, 9);
        },
      ),
      { numRuns: 300 },
    );
  });

  it("have the same bits by WebAssembly as in typed arrays, in whatever pieces they come", () => {
    const exponents = fc.integer({ min: -160, max: 127 });
    const spread = fc
      .tuple(fc.float({ min: -1, max: 1, noNaN: true }), exponents)
      .map(([x, e]) => Math.fround(x * 2 ** e));
    fc.assert(
      fc.property(
        fc.constantFrom(...subjects.filter(({ circuit }) => circuit.aggregate.bits > 1)),
        fc.integer({ min: 1, max: 9 }),
        fc.array(fc.oneof(float, spread), { minLength: 4, maxLength: 200 }),
        ({ table }, block, values) => {
          const { workers } = table;
          const length = Math.floor(values.length / workers);
          const rows = Array.from({ length: workers }, (_, w) =>
            Float32Array.from(values.slice(w * length, (w + 1) * length)),
          );
          const fast = openFastAggregation(table, block, length + 3)!;
          for (const [w, row] of rows.entries()) fast.rows[w]!.set(row);
          const [wanted, got] = [noTotals(), noTotals()];
          const out = new Float64Array(length);
          fast.run(length, 100, got);
          aggregateBlocks(table, block, rows, 100, out, wanted);
          expect(got).toStrictEqual(wanted);
          expect(fast.out.slice(0, length)).toStrictEqual(new Float32Array(fromFloat64(out, "f32").buffer));
          const [worker, element] = [workers - 1, Math.floor(length / 2)];
          for (const it of [fast.rows, rows]) it[worker]![element] = Number.NEGATIVE_INFINITY;
          const [lost, alike] = [noTotals(), noTotals()];
          fast.run(length, 100, lost);
          aggregateBlocks(table, block, rows, 100, out, alike);
          expect(lost).toStrictEqual(alike);
          expect(lost).toMatchObject({ lostBlocks: 1, lost: { worker, element: 100 + element } });
          expect(fast.out.slice(0, length)).toStrictEqual(new Float32Array(fromFloat64(out, "f32").buffer));
        },
      ),
      { numRuns: 200 },
    );
    const { table } = subjects[0]!;
    expect(openFastAggregation({ ...table, wrong: new Uint8Array(table.received.length) }, 4, 8)).toBeNull();
  });

  it("counts elements that are not the mean, and says where the first gradient is that is not finite", () => {
    const { table } = subjects[0]!;
    const rows = [1, 2, 3, 4].map((scale) => Float32Array.from({ length: 10 }, (_, i) => scale * (i - 5)));
    const totals = noTotals();
    const broken = { ...table, wrong: new Uint8Array(table.received.length).fill(1) };
    aggregateBlocks(broken, 4, rows, 0, new Float64Array(10), totals);
    expect(totals.wrong).toBe(10);
    rows[2]![7] = Number.NaN;
    rows[3]![6] = Number.NEGATIVE_INFINITY;
    const out = new Float64Array(10);
    const lost = noTotals();
    aggregateBlocks(table, 4, rows, 0, out, lost);
    expect(lost).toMatchObject({ elements: 6, lostBlocks: 1, lost: { worker: 2, element: 7 } });
    expect([...out].map(Number.isNaN)).toEqual(Array.from({ length: 10 }, (_, i) => i >= 4 && i < 8));
  });

  it("finds rows of a table whose word is not the mean", () => {
    const { circuit } = subjects[2]!;
    const table = tabulate(compileSimulation(circuit), "sums");
    const received = table.received[0]!.slice();
    received[3] = (received[3]! + 1) % 32;
    const wrong = gradientTable({ ...table, received: [table.received[0]!, received, received] })!.wrong!;
    expect([...wrong.keys()].filter((row) => wrong[row] === 1)).toEqual([3]);
    received[5] = 32;
    expect(gradientTable({ ...table, received: [received, received, received] })).toBeNull();
  });

  it("adds totals in order, the first of equal errors standing", () => {
    const totals = noTotals();
    for (const [worstElement, maximumSteps] of [
      [3, 0],
      [7, 0.5],
      [9, 0.5],
    ] as const) {
      const lost = { worker: 0, element: worstElement };
      addTotals(totals, { elements: 2, wrong: 1, squares: 0.25, maximumSteps, worstElement, lostBlocks: 1, lost });
    }
    expect(totals).toEqual({
      elements: 6,
      wrong: 3,
      squares: 0.75,
      maximumSteps: 0.5,
      worstElement: 7,
      lostBlocks: 3,
      lost: { worker: 0, element: 3 },
    });
  });
});

describe("types of numbers", () => {
  const all = Uint16Array.from({ length: 2 ** 16 }, (_, i) => i);
  const bytes = new Uint8Array(all.buffer);

  it("bfloat16 and float16 come back as they were, but for numbers that are none", () => {
    for (const type of ["f16", "bf16"] as const) {
      const floats = toFloat32(bytes, type);
      const back = new Uint16Array(
        fromFloat64(
          Float64Array.from(floats, (it) => (Number.isFinite(it) ? it : 0)),
          type,
        ).buffer,
      );
      all.forEach((bits, i) => {
        if (Number.isFinite(floats[i])) expect(back[i]).toBe(bits);
      });
    }
    expect([...toFloat32(Uint8Array.of(0x00, 0x3c, 0x01, 0x80, 0xff, 0x7b), "f16")]).toEqual([1, -(2 ** -24), 65504]);
    expect([...toFloat32(Uint8Array.of(0x80, 0x3f), "bf16")]).toEqual([1]);
  });

  it("rounds to the nearest number, halfway to the even one, and keeps what is too large finite", () => {
    for (const type of ["f16", "bf16"] as const) {
      const numbers = [...toFloat32(bytes, type)].filter((it) => Number.isFinite(it) && it >= 0 && !Object.is(it, -0));
      const pick = fc.integer({ min: 0, max: numbers.length - 2 });
      fc.assert(
        fc.property(pick, fc.constantFrom(0.25, 0.5, 0.75), fc.boolean(), (i, share, negative) => {
          const value = numbers[i]! + share * (numbers[i + 1]! - numbers[i]!);
          const up = share === 0.5 ? i % 2 === 1 : share > 0.5;
          const [got] = toFloat32(fromFloat64(Float64Array.of(negative ? -value : value), type), type);
          expect(Math.abs(got!)).toBe(numbers[up ? i + 1 : i]);
        }),
        { numRuns: 500 },
      );
      expect(toFloat32(fromFloat64(Float64Array.of(1e300, -1e300), type), type)).toEqual(
        Float32Array.of(numbers.at(-1)!, -numbers.at(-1)!),
      );
    }
    expect(toFloat32(fromFloat64(Float64Array.of(2 ** 128), "f32"), "f32")[0]).toBe(2 ** 128 - 2 ** 104);
  });
});
