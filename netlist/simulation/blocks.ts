import type { Circuit } from "../circuit/circuit.ts";
import { levelsOfSymbol, resultOf } from "../circuit/symbols.ts";
import { borrowKernelMemory } from "../kernels/memory.ts";
import { CODE_WIDTH, type End, type Lowered } from "./lower.ts";

/** Symbols [vectors][width], row by row; element [v][w * symbols + s] is a level, 0 = no light. */
export type SymbolBatch = Uint8Array | Int32Array | Float64Array;

/** What `readWords` writes for a field that is no finite number: no symbol has this value. */
export const UNREADABLE = 255;

/** What a receiver makes of a field: see `levelOf`. `to` is the place of its symbol among those of a vector. */
export interface Receiver {
  readonly levelsPerField: number;
  readonly top: number;
  readonly to: number;
}

export function receiversOf({ outputs, aggregate }: Pick<Circuit, "outputs" | "aggregate">): readonly Receiver[] {
  const result = resultOf(aggregate);
  return outputs.map(({ worker, symbol, levelsPerField }) => ({
    levelsPerField,
    top: levelsOfSymbol(result, symbol) - 1,
    to: worker * result.symbols + symbol,
  }));
}

/** The nearest level, ties upward, within 0..top. */
export function levelOf(fieldRe: number, { levelsPerField, top }: Receiver): number {
  const level = Math.round(fieldRe * levelsPerField);
  return Number.isFinite(level) ? Math.min(Math.max(level, 0), top) : UNREADABLE;
}

/** Of symbols [vector][width]; throws a RangeError where they are not whole vectors. */
export function vectorsOf(symbols: SymbolBatch, width: number): number {
  const vectors = symbols.length / width;
  if (!Number.isInteger(vectors)) {
    throw new RangeError(`${symbols.length} symbols are not a whole number of vectors of ${width}`);
  }
  return vectors;
}

/** Bytes of rows that stay in a core's cache while a block of vectors passes. */
const CACHE_BYTES = 1 << 18;
const LARGEST_BLOCK = 512;
const SMALLEST_BLOCK = 16;

/** Sends blocks of vectors through a lowered program, by WebAssembly. What a vector becomes depends only on its symbols. */
export interface Blocks {
  /** Most vectors of a block. */
  readonly stride: number;
  /** Vectors number `from` .. `from + count - 1`. */
  run(from: number, count: number): void;
  /** Real or imaginary parts at all ends, [vector][end], of the block that ran last; overwritten by the next. */
  fields(part: "re" | "im", count: number): Float64Array;
  /** What the receivers read, [vector][width] with a width of the received words; UNREADABLE where none does. */
  levels(receivers: readonly Receiver[], width: number, count: number): Uint8Array;
  /** Gives its memory back; nothing is asked of it afterwards. */
  close(): void;
}

/** Of an end: rows re and im, then what is written; uRe, uIm, k, levels a field and the top level as doubles. */
const END_BYTES = 56;

/** Throws a RangeError where there is no WebAssembly, or not enough memory for it. */
export function openBlocks(
  { rows, code, factors, ends }: Lowered,
  symbols: SymbolBatch,
  width: number,
  vectors: number,
): Blocks {
  const fitting = Math.floor(CACHE_BYTES / (8 * Math.max(1, rows)));
  const block = Math.max(SMALLEST_BLOCK, Math.min(LARGEST_BLOCK, fitting));
  const stride = 2 * Math.ceil(Math.min(block, vectors) / 2);
  let top = 64;
  const room = (bytes: number): number => {
    const at = top;
    top += 16 * Math.ceil(bytes / 16);
    return at;
  };
  const kind = symbols.BYTES_PER_ELEMENT;
  const codeAt = room(code.byteLength);
  const factorsAt = room(factors.byteLength);
  const endsAt = room(2 * END_BYTES * ends.length);
  const rowsAt = room(8 * (rows + 1) * stride);
  const symbolsAt = room(stride * width * kind);
  const fieldsAt = room(8 * stride * ends.length);
  // A receiver reads one symbol: a vector has as many symbols at most as there are ends.
  const levelsAt = room(stride * ends.length);
  const lent = borrowKernelMemory(top);
  if (lent === null) throw new RangeError(`a simulation needs WebAssembly and ${top} bytes of its memory`);
  const { kernels, buffer } = lent;
  const bytes = new Uint8Array(buffer);
  const dark = rowsAt + 8 * rows * stride;
  bytes.set(bytesOf(code), codeAt);
  bytes.set(bytesOf(factors), factorsAt);
  bytes.fill(0, dark, dark + 8 * stride);
  const view = new DataView(buffer);
  const write = (at: number, end: End): void => {
    view.setInt32(at, end.re, true);
    view.setInt32(at + 4, end.im, true);
    for (const [i, number] of [end.uRe, end.uIm, end.kRe].entries()) view.setFloat64(at + 16 + 8 * i, number, true);
  };
  for (const [o, end] of ends.entries()) {
    write(endsAt + END_BYTES * o, end);
    write(endsAt + END_BYTES * (ends.length + o), turned(end));
  }
  const sent = bytesOf(symbols);
  return {
    stride,
    run: (from, count) => {
      bytes.set(sent.subarray(from * width * kind, (from + count) * width * kind), symbolsAt);
      const steps = code.length / CODE_WIDTH;
      kernels.runSteps(codeAt, factorsAt, steps, rowsAt, 8 * stride, dark, symbolsAt, kind, width, count);
    },
    fields: (part, count) => {
      const first = endsAt + (part === "re" ? 0 : END_BYTES * ends.length);
      for (let o = 0; o < ends.length; o += 1) {
        kernels.readFields(first + END_BYTES * o, rowsAt, 8 * stride, count, fieldsAt + 8 * o, 8 * ends.length);
      }
      return new Float64Array(buffer, fieldsAt, count * ends.length);
    },
    levels: (receivers, read, count) => {
      bytes.fill(UNREADABLE, levelsAt, levelsAt + count * read);
      for (const [o, { levelsPerField, top: highest, to }] of receivers.entries()) {
        const end = endsAt + END_BYTES * o;
        view.setFloat64(end + 40, levelsPerField, true);
        view.setFloat64(end + 48, highest, true);
        kernels.readLevels(end, rowsAt, 8 * stride, count, levelsAt + to, read);
      }
      return bytes.subarray(levelsAt, levelsAt + count * read);
    },
    close: lent.giveBack,
  };
}

/** Its real part is the imaginary part of what the end was. */
function turned({ re, im, uRe, uIm, kRe, kIm }: End): End {
  return { re, im, uRe: uIm, uIm: 0 - uRe, kRe: kIm, kIm: 0 - kRe };
}

function bytesOf({ buffer, byteOffset, byteLength }: Float64Array | Int32Array | Uint8Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
