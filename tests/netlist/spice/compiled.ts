import { synthesise } from "../../../compiler/index.ts";
import type { Levels } from "../../../dsl/index.ts";
import { type Circuit, levelsOfSymbol, seededRandom } from "../../../netlist/index.ts";
import { specOf } from "../../compiler/specs.ts";

/** What `optinc compile` makes of a mean over `workers` words of `bits` bits with the default settings. */
export function compiledMean(workers: number, bits: number, levels: Levels): Circuit {
  return synthesise(specOf(workers, bits, levels)).circuit;
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
