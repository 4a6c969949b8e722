import { int64Array, npzBytes, textArray, unsignedArray } from "../../../formats/index.ts";
import { resultOf } from "../../circuit/symbols.ts";
import type { CircuitTable } from "../../simulation/table.ts";
import type { Subject } from "../scope.ts";
import { optionValue, type Target, type TargetOptions } from "../target.ts";
import { chipOptions, chosenTable, functionOptions, tableFindings } from "./chip.ts";

/**
 * The function of a circuit: shares[w][code] of every worker's word add up to a row, which holds the code that a worker
 * receives. docs/reference/formats.md says what each array means.
 */
export const tableTarget: Target = {
  name: "table",
  summary: "function of the circuit from words to words: arrays for NumPy (.npz), or a C header (.h)",
  carries: "results of simulate() for every vector of symbol sums, or for every tuple of words",
  limits: "no devices and no fields; at most 67 108 864 rows",
  options: [{ name: "form", summary: "npz: arrays; c: a header", values: ["npz", "c"] }, ...functionOptions],
  check: (subject, options) => tableFindings("table", subject, options),
  emit: (subject, options) => {
    const { circuit, stem } = subject;
    const errors = chipText(subject, options);
    if (optionValue(tableTarget.options, options, "form") === "npz") {
      const content = lazily(() => [tableNpz(circuit.name, errors, chosenTable(subject, options))]);
      return [{ name: `${stem}.table.npz`, content }];
    }
    const content = lazily(() => printHeader(circuit.name, errors, chosenTable(subject, options)));
    return [{ name: `${stem}.table.h`, content }];
  },
};

/** Which chip it is; empty for the circuit as designed. */
export function chipText({ chip }: Pick<Subject, "chip">, options: TargetOptions): string {
  if (chip !== null) return chip.about;
  const seed = optionValue(chipOptions, options, "chip");
  return seed === "none" ? "" : `chip ${seed}, phase errors of ${optionValue(chipOptions, options, "phase-sigma")} rad`;
}

/** The circuit is driven when the file is written, not when it is listed. */
export function lazily<T>(content: () => Iterable<T>): Iterable<T> {
  return { [Symbol.iterator]: () => content()[Symbol.iterator]() };
}

export function tableNpz(name: string, errors: string, table: CircuitTable): Uint8Array {
  const { aggregate, rows } = table;
  const { workers, bits, levels, symbols, signed, rounding } = aggregate;
  const result = resultOf(aggregate);
  const shares = distinct(table.shares);
  const received = distinct(table.received);
  const codes = 2 ** bits;
  return npzBytes({
    format: textArray("optinc.table"),
    version: int64Array([1], []),
    name: textArray(name),
    errors: textArray(errors),
    index: textArray(table.index),
    rounding: textArray(rounding),
    workers: int64Array([workers], []),
    bits: int64Array([bits], []),
    levels: int64Array([levels], []),
    symbols: int64Array([symbols], []),
    signed: int64Array([signed ? 1 : 0], []),
    result_bits: int64Array([result.bits], []),
    result_least: int64Array([result.min], []),
    result_scale: int64Array([result.scale], []),
    shares: unsignedArray(joined(shares.distinct, codes), [shares.distinct.length, codes]),
    share_of: int64Array(shares.of, [workers]),
    received: unsignedArray(joined(received.distinct, rows), [received.distinct.length, rows]),
    received_of: int64Array(received.of, [workers]),
  });
}

function* printHeader(name: string, errors: string, table: CircuitTable): Generator<string> {
  const { aggregate, rows } = table;
  const { workers, bits, signed } = aggregate;
  const id = cIdentifier(name);
  const upper = id.toUpperCase();
  const shares = distinct(table.shares);
  const received = distinct(table.received);
  const offset = signed ? 2 ** (bits - 1) : 0;
  const result = resultOf(aggregate);
  yield `/* ${name}${errors === "" ? "" : `, ${errors}`}: the function of the circuit, a row for each of the ${rows} ${table.index === "sums" ? "distinct vectors of symbol sums" : "tuples of words"}.\n`;
  yield "   A code is a word plus OFFSET, what is received one plus RESULT_OFFSET: RESULT_SCALE times the mean.\n   The shares of all workers' codes add up to a row; UNREADABLE is no code. */\n";
  yield `#ifndef OPTINC_${upper}_TABLE_H\n#define OPTINC_${upper}_TABLE_H\n\n#include <stdint.h>\n\n`;
  yield `#define ${upper}_WORKERS ${workers}\n#define ${upper}_BITS ${bits}\n#define ${upper}_OFFSET ${offset}\n`;
  yield `#define ${upper}_ROWS ${rows}\n#define ${upper}_UNREADABLE ${2 ** result.bits}\n#define ${upper}_RESULT_OFFSET ${-result.min}\n#define ${upper}_RESULT_SCALE ${result.scale}\n\n`;
  yield* array(`${id}_shares`, shares.distinct);
  yield* array(`${id}_share_of`, [shares.of]);
  yield* array(`${id}_received`, received.distinct);
  yield* array(`${id}_received_of`, [received.of]);
  yield `\n/* Row of the words that all workers send. */\nstatic inline uint32_t ${id}_row(const int32_t words[${upper}_WORKERS]) {\n`;
  yield "  uint32_t row = 0;\n";
  yield `  for (int w = 0; w < ${upper}_WORKERS; w++) row += ${id}_shares[${id}_share_of[0][w]][words[w] + ${upper}_OFFSET];\n`;
  yield "  return row;\n}\n";
  yield `\n/* Word that a worker receives; UNREADABLE - RESULT_OFFSET where its receivers read no level. */\n`;
  yield `static inline int32_t ${id}_word(uint32_t row, int worker) {\n`;
  yield `  return (int32_t)${id}_received[${id}_received_of[0][worker]][row] - ${upper}_RESULT_OFFSET;\n}\n\n#endif\n`;
}

function* array(name: string, parts: readonly ArrayLike<number>[]): Generator<string> {
  let largest = 0;
  for (const part of parts) for (let i = 0; i < part.length; i++) largest = Math.max(largest, part[i]!);
  const type = largest < 2 ** 8 ? "uint8_t" : largest < 2 ** 16 ? "uint16_t" : "uint32_t";
  yield `static const ${type} ${name}[${parts.length}][${parts[0]!.length}] = {\n`;
  for (const part of parts) {
    yield "  {\n";
    for (let from = 0; from < part.length; from += NUMBERS_A_LINE) {
      yield `    ${Array.prototype.slice.call(part, from, from + NUMBERS_A_LINE).join(", ")},\n`;
    }
    yield "  },\n";
  }
  yield "};\n";
}

const NUMBERS_A_LINE = 24;

function cIdentifier(name: string): string {
  const plain = name.toLowerCase().replace(/[^a-z0-9]+/g, "_");
  return /^[a-z]/.test(plain) ? plain : `c_${plain}`;
}

function distinct<T>(arrays: readonly T[]): { readonly distinct: readonly T[]; readonly of: readonly number[] } {
  const found = [...new Set(arrays)];
  return { distinct: found, of: arrays.map((it) => found.indexOf(it)) };
}

function joined(parts: readonly ArrayLike<number>[], length: number): ArrayLike<number> {
  if (parts.length === 1) return parts[0]!;
  const whole = new Uint32Array(parts.length * length);
  parts.forEach((part, i) => {
    whole.set(part, i * length);
  });
  return whole;
}
