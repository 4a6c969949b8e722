import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { binaryExponent, hypotenuse, norm, powerOfTwo } from "../../../compiler/kernels/index.ts";
import { seededRandom } from "../../../netlist/simulation/random.ts";

describe("the norm", () => {
  it("is exact to rounding, for any number of entries and without overflow", () => {
    const random = seededRandom(1);
    for (const count of [1, 2, 3, 10, 1000]) {
      const values = Array.from({ length: count }, () => random() - 0.5);
      const square = values.reduce((sum, x) => sum + x * x, 0);
      expect(Math.abs(norm(values) / Math.sqrt(square) - 1)).toBeLessThan(1e-13);
      expect(norm(values.map((x) => x * 2 ** 1000)) / norm(values)).toBe(2 ** 1000);
    }
    expect(norm(Float64Array.of(3e-320, 4e-320))).toBe(5e-320);
    expect(norm(new Float64Array(400_000).fill(0.5))).toBe(Math.sqrt(100_000));
    expect(norm([])).toBe(0);
    expect(norm([1, Number.NaN])).toBeNaN();
    expect(norm([-Infinity, Number.NaN])).toBe(Infinity);
  });
});

describe("powers of two", () => {
  it("are found and made by their bits, subnormal numbers included", () => {
    for (let exponent = -1022; exponent <= 1023; exponent++) {
      const power = powerOfTwo(exponent);
      expect(power).toBe(2 ** exponent);
      expect(binaryExponent(power)).toBe(exponent);
      expect(binaryExponent(power * (2 - 2 ** -52))).toBe(exponent);
    }
    for (const [number, exponent] of [
      [5e-324, -1074],
      [2 ** -1050 * 1.75, -1050],
    ] as const) {
      expect(binaryExponent(number)).toBe(exponent);
    }
  });

  it("leave the hypotenuse as it is", () => {
    for (const scale of [-1000, -500, 0, 500, 1000]) {
      expect(hypotenuse(3 * powerOfTwo(scale), -4 * powerOfTwo(scale))).toBe(5 * powerOfTwo(scale));
    }
    expect(hypotenuse(0, 0)).toBe(0);
  });
});

describe("the compiler's sources", () => {
  it("spread no data into Math.max, Math.min or Math.hypot: calls take some 120 000 arguments at most", () => {
    const root = join(dirname(fileURLToPath(import.meta.url)), "../../../compiler");
    const sources = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
    expect(sources.length).toBeGreaterThan(50);
    const found = sources.filter((name) =>
      /Math\.(max|min|hypot)\([^)]*\.\.\./.test(readFileSync(join(root, name), "utf8")),
    );
    expect(found).toEqual([]);
  });
});
