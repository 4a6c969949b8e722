import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileSimulation, tabulate } from "../../netlist/index.ts";
import {
  addTotals,
  fromFloat64,
  gradientTable,
  noTotals,
  openFastAggregation,
  tableFunction,
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

/** Gradients of few magnitudes and of all. */
const gradient = fc.oneof(
  float,
  fc
    .tuple(fc.float({ min: -1, max: 1, noNaN: true }), fc.integer({ min: -160, max: 127 }))
    .map(([x, e]) => Math.fround(x * 2 ** e)),
);

describe("gradients through a table", () => {
  it("have the bits of the dequantized mean of the quantized words, as verify has it, in whatever pieces they come", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...subjects.filter(({ circuit }) => circuit.aggregate.bits > 1)),
        fc.integer({ min: 1, max: 9 }),
        fc.array(gradient, { minLength: 4, maxLength: 200 }),
        ({ circuit, table }, block, values) => {
          const { aggregate } = circuit;
          const { workers } = aggregate;
          const length = Math.floor(values.length / workers);
          const data = Float32Array.from(values.slice(0, workers * length));
          const fast = openFastAggregation(table, block, length + 3)!;
          for (const [w, row] of fast.rows.entries()) row.set(data.subarray(w * length, (w + 1) * length));
          const totals = noTotals();
          fast.run(length, 100, totals);
          const gradients = { workers, length, data };
          const quantized = quantizeBlocks(gradients, aggregate, block);
          const means = referenceWords(quantized.words, aggregate);
          const wanted = new Float32Array(fromFloat64(dequantize(means, quantized), "f32").buffer);
          expect(fast.out.slice(0, length)).toStrictEqual(wanted);
          const error = aggregationError(gradients, quantized, means);
          expect(totals).toMatchObject({ elements: length, wrong: 0, lostBlocks: 0, lost: null });
          expect(totals.maximumSteps).toBeCloseTo(error.maximumSteps, 9);
          expect(Math.sqrt(totals.squares / length)).toBeCloseTo(error.rmsSteps, 9);
          const [worker, element] = [workers - 1, Math.floor(length / 2)];
          fast.rows[worker]![element] = Number.NEGATIVE_INFINITY;
          const lost = noTotals();
          fast.run(length, 100, lost);
          const start = element - (element % block);
          const end = Math.min(start + block, length);
          wanted.fill(Number.NaN, start, end);
          expect(fast.out.slice(0, length)).toStrictEqual(wanted);
          expect(lost).toMatchObject({ elements: length - (end - start), lostBlocks: 1 });
          expect(lost.lost).toEqual({ worker, element: 100 + element });
        },
      ),
      { numRuns: 300 },
    );
  });

  it("go through the words where the kernel has no way", () => {
    const [table, signs] = [subjects[0]!.table, subjects[4]!.table];
    expect(openFastAggregation({ ...table, exact: false }, 4, 8)).toBeNull();
    expect(openFastAggregation({ ...table, scale: 2 }, 4, 8)).toBeNull();
    expect(openFastAggregation(signs, 4, 8)).toBeNull();
  });

  it("become what each worker receives", () => {
    const { circuit, table } = subjects[0]!;
    const [right, other] = [table.received[0]!, table.received[0]!.map((code) => (code + 1) % 256)];
    const words = [3, 4, 5, 6].map((scale) => Float64Array.from({ length: 10 }, (_, i) => scale * i));
    const made = tableFunction({ ...table, received: [right, other, right, other] }).aggregate(words);
    const means = referenceWords(words, circuit.aggregate);
    expect(made[0]).toEqual(means);
    expect(made[1]).toEqual(means.map((word) => word + 1));
    expect([made[2], made[3]]).toEqual([made[0], made[1]]);
  });

  it("finds tables with a row whose word is not the mean", () => {
    const { circuit } = subjects[2]!;
    const table = tabulate(compileSimulation(circuit), "sums");
    const received = table.received[0]!.slice();
    received[3] = (received[3]! + 1) % 32;
    const read = gradientTable({ ...table, received: [table.received[0]!, received, received] })!;
    expect(read.exact).toBe(false);
    expect(read.received[1]).toBe(read.received[2]);
    expect(subjects[2]!.table.exact).toBe(true);
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
