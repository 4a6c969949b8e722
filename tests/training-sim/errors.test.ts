import { expect, test } from "vitest";
import { errorRows } from "../../dsl/index.ts";
import { seededRandom } from "../../netlist/index.ts";
import { injectErrors, scaledError, tableTwo } from "../../training-sim/index.ts";

const format16 = { bits: 16, levels: 4, signed: true };

test("the rows that a spec can name are those of Table II", () => {
  expect(errorRows).toEqual(tableTwo.map(({ layers }) => layers));
});

test("Table II: rates and shares as printed", () => {
  expect(tableTwo.map(({ rate }) => rate)).toEqual([1.4e-6, 1e-7, 1.109e-4, 6.4e-6]);
  for (const { values } of tableTwo) expect(values.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9);
});

test("errors keep their share of the range and are at least one step", () => {
  expect([1, 4, 64, 1024].map((size) => scaledError(size, 16))).toEqual([1, 4, 64, 1024]);
  expect([1, 4, 64, 1024].map((size) => scaledError(size, 8))).toEqual([1, 1, 1, 4]);
});

test("as many words are wrong as the rate says, by the values of the row in their shares", () => {
  const words = new Float64Array(400_000);
  const model = { ...tableTwo[3]!, rate: 0.05 };
  const { words: wrong, injected } = injectErrors(words, model, format16, seededRandom(1));
  const counts = new Map<number, number>();
  for (const word of wrong) counts.set(word, (counts.get(word) ?? 0) + 1);
  expect([...counts.keys()].sort((a, b) => a - b)).toEqual([-16, -4, 0, 4, 12]);
  // five standard deviations of the binomial distributions
  expect(Math.abs(injected - 20_000)).toBeLessThan(5 * Math.sqrt(20_000));
  expect(400_000 - counts.get(0)!).toBe(injected);
  for (const [value, share] of [
    [-16, 0.17],
    [-4, 0.3975],
    [4, 0.3975],
    [12, 0.035],
  ] as const) {
    const expected = share * injected;
    expect(Math.abs(counts.get(value)! - expected)).toBeLessThan(5 * Math.sqrt(expected));
  }
  expect(words.every((word) => word === 0)).toBe(true);
});

test("words stay in their range, and a rate of 0 or 1 means none or all", () => {
  const model = { ...tableTwo[1]!, rate: 1 };
  const top = new Float64Array(50).fill(127);
  const all = injectErrors(top, model, { bits: 8, levels: 4, signed: true }, seededRandom(2));
  expect(all.injected).toBe(50);
  expect(all.words).toEqual(top);
  const none = injectErrors(top, { ...model, rate: 0 }, format16, seededRandom(2));
  expect(none.injected).toBe(0);
});
