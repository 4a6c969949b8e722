import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { connectedComponents, spectralNorm } from "../../../compiler/mesh/index.ts";

describe("connectedComponents", () => {
  test("blocks, a lone weight, a dark row and an unused column", () => {
    // rows 0 and 2 share column 3, row 1 passes column 0, row 3 is dark, column 2 unused
    const a = Float64Array.of(0, 0.5, 0, 1, 1, 0, 0, 0, 0, 0, 0, -2, 0, 0, 0, 0);
    const { components, darkRows, unusedCols } = connectedComponents(a, 4, 4);
    expect(components).toEqual([
      { rows: [0, 2], cols: [1, 3], weights: Float64Array.of(0.5, 1, 0, -2) },
      { rows: [1], cols: [0], weights: Float64Array.of(1) },
    ]);
    expect([darkRows, unusedCols]).toEqual([[3], [2]]);
  });

  test("tiny is not zero", () => {
    expect(connectedComponents(Float64Array.of(1, 5e-324, 0, 1), 2, 2).components.length).toBe(1);
  });

  test("the parts hold every nonzero entry once and are connected", () => {
    const shapes = fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }));
    const matrices = shapes.chain(([rows, cols]) =>
      fc
        .array(fc.constantFrom(0, 0, 0, 0, 1, 3), { minLength: rows * cols, maxLength: rows * cols })
        .map((entries) => ({ rows, cols, a: Float64Array.from(entries) })),
    );
    fc.assert(
      fc.property(matrices, ({ rows, cols, a }) => {
        const { components, darkRows, unusedCols } = connectedComponents(a, rows, cols);
        const seenRows = [...components.flatMap((part) => part.rows), ...darkRows].sort((p, q) => p - q);
        const seenCols = [...components.flatMap((part) => part.cols), ...unusedCols].sort((p, q) => p - q);
        expect(seenRows).toEqual(Array.from({ length: rows }, (_, i) => i));
        expect(seenCols).toEqual(Array.from({ length: cols }, (_, j) => j));
        const rebuilt = new Float64Array(rows * cols);
        for (const part of components) {
          part.rows.forEach((i, p) => {
            part.cols.forEach((j, q) => {
              rebuilt[i * cols + j] = part.weights[p * part.cols.length + q]!;
            });
          });
          // connected: one part again when split alone
          expect(connectedComponents(part.weights, part.rows.length, part.cols.length).components.length).toBe(1);
        }
        expect(rebuilt).toEqual(a);
      }),
      { numRuns: 200, seed: 7 },
    );
  });
});

describe("scaling", () => {
  test("spectral norms known in closed form", () => {
    expect(
      spectralNorm(
        Float64Array.from({ length: 12 }, () => 1),
        3,
        4,
      ),
    ).toBeCloseTo(Math.sqrt(12), 14);
    expect(spectralNorm(Float64Array.of(3, 0, 0, -5), 2, 2)).toBeCloseTo(5, 14);
    expect(spectralNorm(new Float64Array(4), 2, 2)).toBe(0);
  });
});
