import type { Levels, Rounding, Spec, TopologySpec } from "../../dsl/index.ts";

/** A spec for tests; everything that a test does not name is the language's default. */
export function specOf(
  workers: number,
  precisionBits: number,
  levels: Levels,
  rounding: Rounding = "half-up",
  signed: boolean = true,
  margin: number = 0.25,
  topology: TopologySpec = { kind: "single" },
): Spec {
  return {
    name: `mean-${workers}x${precisionBits}`,
    workers,
    topology,
    precisionBits,
    levels,
    signed,
    rounding,
    technology: null,
    symbolRateBd: 25e9,
    requirements: [],
    network: { kind: "constructed", margin },
    verify: { against: "ring", inputs: { kind: "exhaustive" } },
    emit: ["spice", "phases"],
    defaults: [],
  };
}

export const roundings: readonly Rounding[] = ["floor", "half-up", "half-even"];
const levelChoices: readonly Levels[] = [2, 4, 8, 16];

/** Every spec of the promised range at these workers and bits, wherever the levels fit into a word. */
export function specMatrix(workers: readonly number[], bits: readonly number[]): Spec[] {
  return workers.flatMap((n) =>
    bits.flatMap((b) =>
      levelChoices
        .filter((levels) => levels <= 2 ** b)
        .flatMap((levels) => roundings.map((rounding) => specOf(n, b, levels, rounding, b % 2 === 0 || n % 3 === 0))),
    ),
  );
}

export const promisedWorkers: readonly number[] = [2, 3, 4, 5, 7, 8, 12, 16, 64];
export const promisedBits: readonly number[] = [1, 5, 8, 12, 16, 32];
