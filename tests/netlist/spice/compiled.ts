import { synthesise } from "../../../compiler/index.ts";
import type { Levels } from "../../../dsl/index.ts";
import { type Circuit, levelsOfSymbol, seededRandom } from "../../../netlist/index.ts";

/** What `optinc compile` makes of a mean over `workers` words of `bits` bits with the default settings. */
export function compiledMean(workers: number, bits: number, levels: Levels): Circuit {
  return synthesise({
    name: `mean-${workers}x${bits}`,
    workers,
    topology: { kind: "single" },
    precisionBits: bits,
    levels,
    signed: true,
    rounding: "half-up",
    technology: null,
    symbolRateBd: 25e9,
    portOrder: "free",
    requirements: [],
    network: {
      kind: "constructed",
      neuron: "relu",
      threshold: "optical",
      outputs: "direct",
      residual: "direct",
      margin: 0.25,
    },
    verify: { against: "ring", inputs: { kind: "proof" } },
    emit: [],
    defaults: [],
  }).circuit;
}

/** Random input vectors [vector][worker * symbols + symbol]; the first two are all dark and all bright. */
export function randomVectors(circuit: Circuit, count: number, seed: number): number[][] {
  const { aggregate } = circuit;
  const random = seededRandom(seed);
  return Array.from({ length: count }, (_, v) =>
    Array.from({ length: aggregate.workers * aggregate.symbols }, (_, i) => {
      const levels = levelsOfSymbol(aggregate, i % aggregate.symbols);
      return v === 0 ? 0 : v === 1 ? levels - 1 : Math.floor(random() * levels);
    }),
  );
}
