import { expect, it } from "vitest";
import { synthesise } from "../../compiler/index.ts";
import type { Levels, Rounding } from "../../dsl/index.ts";
import { prove, verifyCircuit } from "../../verify/index.ts";
import { roundings, specOf } from "./specs.ts";

const trees = ["2 2 2", "2 2 2 2", "4 4 4", "2 64", "64 64", "2 2 2 2 2 2 2 2 2 2 2 2"] as const;

/** Two and three workers on trees for up to 4096: sums stay below the fraction that full units would have. */
it.each(trees)("a tree of %s is exact with two or three workers, all else dark", (tree) => {
  const specs: readonly (readonly [number, number, Levels, Rounding])[] = roundings.flatMap((rounding) => [
    [2, 1, 2, rounding] as const,
    [3, 2, 4, rounding] as const,
    [2, 5, 4, rounding] as const,
  ]);
  for (const [workers, bits, levels, rounding] of specs) {
    const topology = { kind: "cascade", fanIn: tree.split(" ").map(Number) } as const;
    const { circuit } = synthesise(specOf(workers, bits, levels, rounding, true, 0.25, topology));
    expect(prove(circuit).problems).toEqual([]);
    expect(verifyCircuit(circuit, { inputs: { kind: "sampled", samples: 60 }, seed: 1 }).wrong).toBe(0);
  }
});
