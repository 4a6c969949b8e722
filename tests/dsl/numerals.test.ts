import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { binaryBytes, counted, duration, figure, findUnit, measured, percent, perSecond } from "../../dsl/index.ts";

test("one of a thing is one, and many are grouped by thousands", () => {
  expect([0, 1, 2, 12_345].map((n) => counted(n, "file"))).toEqual(["0 files", "1 file", "2 files", "12 345 files"]);
  expect([1, 2].map((n) => counted(n, "entry", "entries"))).toEqual(["1 entry", "2 entries"]);
});

/** Of what a unit's prefixes reach, to the nearest power of ten. */
const reach = { s: [-14, 2], B: [0, 17], J: [-14, 8], Bd: [0, 14] } as const;

describe("figures with a unit", () => {
  it.each(["s", "B", "J", "Bd"] as const)(
    "%s: one to three digits before the point, the value to four digits, in words a spec takes",
    (unit) => {
      const [least, most] = reach[unit];
      fc.assert(
        fc.property(fc.double({ min: least, max: most, noNaN: true }), fc.boolean(), (power, isNegative) => {
          const value = (isNegative ? -1 : 1) * 10 ** power;
          const [, number, named] = /^(-?\d{1,3}(?:\.\d+)?) ([a-zA-Z]+)$/.exec(measured(value, unit))!;
          expect(Math.abs(Number(number))).toBeGreaterThanOrEqual(1);
          expect(number!.replace(/[-.]/g, "").length).toBeLessThanOrEqual(4);
          const scale =
            { f: 1e-15, p: 1e-12, n: 1e-9, u: 1e-6, m: 1e-3, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15 }[
              named!.slice(0, -unit.length)
            ] ?? 1;
          expect((Number(number) * scale) / value).toBeCloseTo(1, 3);
          // What is printed can be written: units of the language are read by the language.
          const known = findUnit(named!);
          if (known !== null && unit !== "B") expect(known.toBase(1)).toBe(scale);
        }),
      );
    },
  );

  it("rounds before it chooses the prefix, and has words for what is none or too large", () => {
    expect([999.94e-6, 999.96e-6, 0, 2e-16].map((value) => measured(value, "s"))).toEqual([
      "999.9 us",
      "1 ms",
      "0 s",
      "0.2 fs",
    ]);
    expect([0, 1, 999, 1000, 41_936, 5.603e6, 2e19].map((value) => measured(value, "B"))).toEqual([
      "0 B",
      "1 B",
      "999 B",
      "1 kB",
      "41.94 kB",
      "5.603 MB",
      "20000 PB",
    ]);
    expect(measured(4000, "s")).toBe("4000 s");
    expect(measured(25e9, "Bd")).toBe("25 GBd");
    expect(measured(Number.POSITIVE_INFINITY, "s")).toBe("Infinity s");
  });

  it("says chosen sizes exactly", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 45 }), (bytes) => {
        const [amount, unit] = binaryBytes(bytes).split(" ");
        expect(Number(amount) * 1024 ** ["B", "KiB", "MiB", "GiB", "TiB"].indexOf(unit!)).toBe(bytes);
      }),
    );
    expect([0, 65_536, 480 * 2 ** 20, 1000].map(binaryBytes)).toEqual(["0 B", "64 KiB", "480 MiB", "1000 B"]);
  });

  it("waits in minutes, hours and days, rates and shares with the digits that matter", () => {
    expect([0, 8.4, 59.6, 68, 7500, 172_799, 259_200].map(duration)).toEqual([
      "0 s",
      "8 s",
      "1 min 0 s",
      "1 min 8 s",
      "2 h 5 min",
      "47 h 59 min",
      "3 days",
    ]);
    expect([0.05, 1.5, 9.99, 10, 24_000.4].map(perSecond)).toEqual(["0.05", "1.5", "10", "10", "24 000"]);
    expect([0, 1.23456e-6, 0.005, 0.98765, 0.9999986, 1, 1.25].map(percent)).toEqual([
      "0 %",
      "0.000123 %",
      "0.5 %",
      "98.77 %",
      "99.9999 %",
      "100 %",
      "125 %",
    ]);
    expect([0.1234567, 1000, 1e-7, 123_456].map(figure)).toEqual(["0.1235", "1000", "1e-7", "123500"]);
  });

  it("no share but all is said to be all, and none but none to be none", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true, minExcluded: true, maxExcluded: true }), (share) => {
        const text = percent(share);
        if (share < 1 - 1e-12) expect(text).not.toBe("100 %");
        expect(text).not.toBe("0 %");
        expect(Number(text.slice(0, -2)) / 100 / share).toBeCloseTo(1, 2);
      }),
    );
  });
});
