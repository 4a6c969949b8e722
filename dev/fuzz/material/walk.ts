import type { Aggregate, Circuit } from "../../../netlist/index.ts";
import { referenceStates } from "../../../tests/netlist/reference.ts";

/**
 * The second opinion: light walked through every device of a circuit, built from couplers (tests/netlist/reference.ts), the
 * mean worked out in integers here. Shares no code with simulation, proof or reference of the product.
 */
export function wrongWord(circuit: Circuit, symbols: readonly number[]): string | null {
  const { aggregate } = circuit;
  const states = referenceStates(circuit, symbols);
  const fields = states.at(-1) ?? [];
  const expected = symbolsOfMean(aggregate, symbols);
  for (let worker = 0; worker < aggregate.workers; worker++) {
    for (let symbol = 0; symbol < aggregate.symbols; symbol++) {
      const ports = circuit.outputs.filter((port) => port.worker === worker && port.symbol === symbol);
      const level = expected[symbol]!;
      const top = 2 ** bitsOf(aggregate, symbol) - 1;
      const read = ports.map(({ mode, levelsPerField }) => (fields[mode]?.[0] ?? Number.NaN) * levelsPerField);
      // Beyond the last level a receiver reads the last level; exactly between two both are right.
      const right = (value: number): boolean =>
        (value > level - 0.5 - 1e-6 || level === 0) && (value < level + 0.5 + 1e-6 || level === top);
      if (ports.length !== 1 || !read.every(right)) {
        return `worker ${worker} reads ${read.join(", ")} as symbol ${symbol} for ${symbols.join(" ")}, not ${level}`;
      }
    }
  }
  return null;
}

function bitsOf({ bits, levels, symbols }: Aggregate, symbol: number): number {
  const each = Math.log2(levels);
  return symbol === 0 ? bits - (symbols - 1) * each : each;
}

/** Symbols of the rounded mean. Words are offset-binary on the way, so that signed and unsigned means differ in ties only. */
function symbolsOfMean(aggregate: Aggregate, symbols: readonly number[]): number[] {
  const { workers, symbols: width, signed, bits } = aggregate;
  let sum = 0n;
  for (let worker = 0; worker < workers; worker++) {
    let word = 0n;
    for (let s = 0; s < width; s++) {
      word = word * 2n ** BigInt(bitsOf(aggregate, s)) + BigInt(symbols[worker * width + s]!);
    }
    sum += signed ? word - 2n ** BigInt(bits - 1) : word;
  }
  const n = BigInt(workers);
  const down = sum >= 0n ? sum / n : -((-sum + n - 1n) / n);
  const twice = 2n * (sum - down * n);
  const up =
    aggregate.rounding !== "floor" &&
    (twice > n || (twice === n && (aggregate.rounding === "half-up" || down % 2n !== 0n)));
  let word = down + (up ? 1n : 0n) + (signed ? 2n ** BigInt(bits - 1) : 0n);
  const out = new Array<number>(width);
  for (let s = width - 1; s >= 0; s--) {
    const levels = 2n ** BigInt(bitsOf(aggregate, s));
    out[s] = Number(word % levels);
    word /= levels;
  }
  return out;
}
