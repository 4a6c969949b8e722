import type { Aggregation } from "../../aggregation/aggregation.ts";
import type { CellLayer } from "./cell.ts";
import type { CellProgram } from "./cell-program.ts";
import { openBatch64 } from "./engine/batch64.ts";
import { errorTally, wordReader } from "./evaluate.ts";
import type { ExhaustiveReport } from "./result.ts";
import { inputGrid } from "./task.ts";

/** Vectors between two looks at the outside world. */
const STRIDE = 65536;

/**
 * Sends every distinct input vector through the cells of a chain, in double precision, on the real outputs of the cell
 * before. Vectors that agree in their lower digits share the work: only the last cell runs once a vector.
 * `proceed` may end it, which then returns null.
 */
export async function streamCells(
  program: CellProgram,
  layersOf: (cell: number) => readonly CellLayer[],
  aggregation: Aggregation,
  inputs: number,
  proceed: (done: number, domain: number) => boolean,
): Promise<ExhaustiveReport | null> {
  const { sizes, places, domain } = inputGrid(aggregation, inputs);
  const count = aggregation.symbols;
  const reader = wordReader(aggregation);
  const tally = errorTally();
  let worst = 0;
  // Per prefix: sum of codes, carry, and what the symbols are so far.
  let sums = Float64Array.of(0);
  let carries = Float64Array.of(0);
  let symbols = new Float64Array(count);
  for (let digit = 0; digit < inputs; digit++) {
    const input = inputs - 1 - digit;
    const cell = program.cells[digit]!;
    const last = digit === inputs - 1;
    const place = Number(places[input]!);
    const batch = openBatch64(layersOf(digit).map((layer) => ({ ...layer, relu: true })));
    const width = cell.outputs.length;
    const carryAt = last ? -1 : width - 1;
    const contributions = cell.outputs.flatMap(({ signal }, o) =>
      program.symbols.flatMap((terms, symbol) =>
        terms.filter((term) => term.signal === signal).map((term) => ({ o, symbol, weight: term.weight })),
      ),
    );
    const prefixes = sums.length;
    const size = sizes[input]!;
    const kept = last ? batch.rows : prefixes * size;
    const nextSums = new Float64Array(kept);
    const nextCarries = new Float64Array(kept);
    const nextSymbols = new Float64Array(kept * count);
    let done = 0;
    for (let value = 0; value < size; value++) {
      for (let first = 0; first < prefixes; first += batch.rows) {
        const rows = Math.min(batch.rows, prefixes - first);
        const base = last ? 0 : value * prefixes + first;
        for (let r = 0; r < rows; r++) batch.inputs[r] = cell.offset + value + carries[first + r]!;
        batch.run(rows);
        for (let r = 0; r < rows; r++) {
          const to = base + r;
          nextSums[to] = sums[first + r]! + value * place;
          if (!last) nextCarries[to] = batch.outputs[r * width + carryAt]!;
          for (let i = 0; i < count; i++) nextSymbols[to * count + i] = symbols[(first + r) * count + i]!;
          for (const { o, symbol, weight } of contributions) {
            nextSymbols[to * count + symbol]! += weight * batch.outputs[r * width + o]!;
          }
          if (last) judge(to);
        }
        done += rows;
        if (done % STRIDE < batch.rows) {
          await new Promise<void>((resolve) => setImmediate(resolve));
          if (!proceed(last ? done : 0, domain)) return null;
        }
      }
    }
    sums = nextSums;
    carries = nextCarries;
    symbols = nextSymbols;

    function judge(row: number): void {
      const want = reader.wanted(nextSums[row]!);
      let rest = want;
      for (let i = count - 1; i >= 0; i--) {
        const level = rest % aggregation.levels;
        rest = (rest - level) / aggregation.levels;
        const error = Math.abs(nextSymbols[row * count + i]! - level);
        if (!(error <= worst)) worst = Number.isNaN(worst) ? worst : error;
      }
      const got = reader.read(nextSymbols, row * count);
      if (got !== want) tally.add(got - want);
    }
  }
  return tally.report(domain, worst);
}
