import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chunkStart } from "../../collectives/generators/phased.ts";
import {
  checkAllReduce,
  checkSchedule,
  executeSchedule,
  ringSchedule,
  type Schedule,
  type Transfer,
} from "../../collectives/index.ts";
import { proveAllReduce } from "./prove.ts";
import { trafficOf } from "./traffic.ts";
import { randomWords } from "./words.ts";

const everySize = [...Array.from({ length: 39 }, (_, i) => i + 2), 64];

/** Element i of the sum, by BigInt and without any code under test. */
function exactSum(inputs: readonly Float64Array[], element: number): bigint {
  return inputs.reduce((sum, input) => sum + BigInt(input[element]!), 0n);
}

function replaceStep(schedule: Schedule, step: number, transfers: readonly Transfer[]): Schedule {
  return { ...schedule, steps: schedule.steps.map((old, index) => (index === step ? { transfers } : old)) };
}

describe("ring all-reduce", () => {
  it.each(everySize)("gives all of %i workers the exact sum, whatever the length", (workers) => {
    for (const length of [0, 1, workers - 1, workers, workers + 1, 3 * workers + 2]) {
      const schedule = ringSchedule(workers, length);
      const inputs = randomWords(workers, length, 32, true, workers * 1000 + length);
      const report = executeSchedule(schedule, inputs);
      expect(schedule.steps).toHaveLength(2 * (workers - 1));
      expect(checkAllReduce(schedule, inputs, report)).toEqual([]);
      expect(proveAllReduce(schedule)).toEqual([]);
      for (const buffer of report.buffers) {
        for (let i = 0; i < length; i++) expect(BigInt(buffer[i]!)).toBe(exactSum(inputs, i));
      }
    }
  });

  it("sums 64 workers' extreme 32-bit words without rounding", () => {
    for (const extreme of [2 ** 32 - 1, -(2 ** 31)]) {
      const inputs = Array.from({ length: 64 }, () => new Float64Array(100).fill(extreme));
      const schedule = ringSchedule(64, 100);
      const report = executeSchedule(schedule, inputs);
      expect(report.exact).toBe(true);
      expect(checkAllReduce(schedule, inputs, report)).toEqual([]);
      expect(BigInt(report.buffers[63]![99]!)).toBe(BigInt(extreme) * 64n);
    }
  });

  it.each([
    [4, 1.5],
    [8, 1.75],
    [16, 1.875],
  ])("moves 2(N-1)/N of the gradient per worker: %i workers, %f", (workers, ratio) => {
    const length = 16 * 25;
    const { sent, received, reduced, perStep } = trafficOf(ringSchedule(workers, length));
    for (const elements of [...sent, ...received]) expect(elements).toBe(ratio * length);
    expect(perStep).toEqual(new Array(2 * (workers - 1)).fill(length));
    expect(reduced).toEqual(new Array(workers).fill((length * (workers - 1)) / workers));
  });

  it("leaves the workers' inputs alone", () => {
    const inputs = randomWords(3, 5, 16, true, 7);
    const before = inputs.map((input) => [...input]);
    executeSchedule(ringSchedule(3, 5), inputs);
    expect(inputs.map((input) => [...input])).toEqual(before);
  });

  it("cuts a vector into chunks whose sizes differ by at most one", () => {
    fc.assert(
      fc.property(fc.nat(500), fc.integer({ min: 1, max: 64 }), (length, parts) => {
        const bounds = Array.from({ length: parts + 1 }, (_, chunk) => chunkStart(length, parts, chunk));
        const sizes = bounds.slice(1).map((bound, i) => bound - bounds[i]!);
        expect(bounds[0]).toBe(0);
        expect(bounds.at(-1)).toBe(length);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe("a damaged ring", () => {
  const ringAndTransfer = fc
    .record({ workers: fc.integer({ min: 2, max: 9 }), length: fc.integer({ min: 1, max: 30 }), seed: fc.nat() })
    .chain(({ workers, length, seed }) => {
      const schedule = ringSchedule(workers, length);
      const places = schedule.steps.flatMap(({ transfers }, step) => transfers.map((_, index) => ({ step, index })));
      return fc.record({
        schedule: fc.constant(schedule),
        inputs: fc.constant(randomWords(workers, length, 32, false, seed)),
        place: fc.constantFrom(...places),
        target: fc.nat(workers - 1),
      });
    });

  it("is noticed when a transfer goes elsewhere, unless it still is an all-reduce", () => {
    let noticed = 0;
    fc.assert(
      fc.property(ringAndTransfer, ({ schedule, inputs, place, target }) => {
        const { transfers } = schedule.steps[place.step]!;
        fc.pre(transfers[place.index]!.dst !== target);
        const moved = transfers.map((old, index) => (index === place.index ? { ...old, dst: target } : old));
        const damaged = replaceStep(schedule, place.step, moved);
        const report = executeSchedule(damaged, inputs);
        const faults = checkAllReduce(damaged, inputs, report);
        const harmless = report.buffers.every((buffer) => buffer.every((v, i) => BigInt(v) === exactSum(inputs, i)));
        if (faults.length > 0) noticed++;
        else expect(harmless).toBe(true);
        expect(proveAllReduce(damaged).length > 0).toBe(faults.length > 0);
      }),
    );
    expect(noticed).toBeGreaterThan(50);
  });

  it("is noticed by the proof even if the words happen to hide it", () => {
    const schedule = ringSchedule(4, 8);
    const damaged = replaceStep(schedule, 0, schedule.steps[0]!.transfers.slice(1));
    const zeros = Array.from({ length: 4 }, () => new Float64Array(8));
    expect(checkAllReduce(damaged, zeros, executeSchedule(damaged, zeros))).toEqual([]);
    expect(proveAllReduce(damaged)[0]?.kind).toBe("contribution");
  });
});

describe("schedules that are not well-formed", () => {
  const route = null;
  const range = { start: 0, end: 2 };
  const withTransfers = (...transfers: Transfer[]): Schedule => ({
    name: "odd",
    workers: 3,
    switches: 0,
    length: 4,
    steps: [{ transfers }],
  });

  it.each<[string, Schedule]>([
    ["worker", withTransfers({ src: 0, dst: 3, range, op: "copy", route })],
    ["self", withTransfers({ src: 1, dst: 1, range, op: "reduce", route })],
    ["range", withTransfers({ src: 0, dst: 1, range: { start: 2, end: 2 }, op: "copy", route })],
    ["range", withTransfers({ src: 0, dst: 1, range: { start: 3, end: 5 }, op: "copy", route })],
    [
      "sent-twice",
      withTransfers({ src: 0, dst: 1, range, op: "copy", route }, { src: 0, dst: 1, range, op: "copy", route }),
    ],
    [
      "overwritten",
      withTransfers({ src: 0, dst: 1, range, op: "copy", route }, { src: 2, dst: 1, range, op: "reduce", route }),
    ],
  ])("reports %s", (kind, schedule) => {
    expect(checkSchedule(schedule).map((fault) => fault.kind)).toEqual([kind]);
  });

  it("lets two sources reduce into one worker at once, and exchange simultaneously", () => {
    const schedule = withTransfers(
      { src: 0, dst: 1, range, op: "reduce", route },
      { src: 2, dst: 1, range, op: "reduce", route },
      { src: 1, dst: 0, range, op: "copy", route },
    );
    const inputs = [Float64Array.of(1, 2, 0, 0), Float64Array.of(10, 20, 0, 0), Float64Array.of(100, 200, 0, 0)];
    expect(checkSchedule(schedule)).toEqual([]);
    const { buffers } = executeSchedule(schedule, inputs);
    expect([...buffers[1]!.slice(0, 2)]).toEqual([111, 222]);
    expect([...buffers[0]!.slice(0, 2)]).toEqual([10, 20]);
  });

  it("refuses sums that floating point would round", () => {
    const inputs = [Float64Array.of(2 ** 53 - 1), Float64Array.of(2)];
    const schedule = ringSchedule(2, 1);
    const kinds = checkAllReduce(schedule, inputs, executeSchedule(schedule, inputs)).map(({ kind }) => kind);
    expect(kinds).toContain("inexact");
  });

  it("refuses inputs that are not integers", () => {
    const inputs = [Float64Array.of(0.5), Float64Array.of(2)];
    const schedule = ringSchedule(2, 1);
    const faults = checkAllReduce(schedule, inputs, executeSchedule(schedule, inputs));
    expect(faults.map(({ kind }) => kind)).toEqual(["input"]);
  });
});
