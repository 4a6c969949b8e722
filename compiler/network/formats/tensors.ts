import { type Checked, type Diagnostic, plainDiagnostic } from "../../../dsl/index.ts";
import { float16Of, isFields } from "../../../formats/index.ts";

/** A named array of numbers, widened to float64 (exact for f16, bf16, f32 and f64). */
export interface StoredTensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** Row-major (C order). */
  readonly data: Float64Array;
}

/** What a file of weights holds, in the order of the file. */
export interface TensorFile {
  readonly tensors: readonly StoredTensor[];
  /** Texts beside the tensors; empty where the format has none. */
  readonly metadata: ReadonlyMap<string, string>;
}

export type TensorReading = Checked<TensorFile>;

/** Bytes of one number. */
const widths = { f16: 2, bf16: 2, f32: 4, f64: 8 } as const;

export type TensorType = keyof typeof widths;

/** Numbers that one file may hold: 512 MiB as float64. */
export const mostNumbers: number = 2 ** 26;
/** Tensors that one file may hold. */
export const mostTensors = 4096;

export function numberWidth(type: TensorType): number {
  return widths[type];
}

/** An error about a file; there is no spec text to underline, so the file is named in the message. */
export function fileError(code: string, message: string, help: string | null = null): Diagnostic {
  return plainDiagnostic(code, message.replace(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/gu, "\uFFFD"), help);
}

/** Names come from the file and may be of any length. */
export function quoted(name: string): string {
  return `\`${name.length <= 60 ? name : `${[...name].slice(0, 56).join("")}...`}\``;
}

/** An object of texts; null when it is something else. */
export function textsOf(value: unknown): ReadonlyMap<string, string> | null {
  const isTexts = (texts: unknown): texts is Readonly<Record<string, string>> =>
    isFields(texts) && Object.values(texts).every((text) => typeof text === "string");
  return isTexts(value) ? new Map(Object.entries(value)) : null;
}

/** Number of entries of a shape; null when it is not a list of sizes or the entries are too many to hold. */
export function sizeOf(shape: readonly unknown[]): number | null {
  let size = 1;
  for (const side of shape) {
    if (typeof side !== "number" || !Number.isInteger(side) || side < 0) return null;
    size *= side;
  }
  return shape.length <= 8 && size <= mostNumbers ? size : null;
}

/** The number at a byte of a file. */
const readers: Readonly<Record<TensorType, (view: DataView, at: number, littleEndian: boolean) => number>> = {
  f64: (view, at, littleEndian) => view.getFloat64(at, littleEndian),
  f32: (view, at, littleEndian) => view.getFloat32(at, littleEndian),
  f16: (view, at, littleEndian) => float16Of(view.getUint16(at, littleEndian)),
  bf16: (view, at, littleEndian) => upperHalf(view.getUint16(at, littleEndian)),
};

/** Decodes little- or big-endian numbers; `bytes` holds a whole number of them. */
export function decodeNumbers(bytes: Uint8Array, kind: TensorType, littleEndian: boolean = true): Float64Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [read, width] = [readers[kind], widths[kind]];
  const out = new Float64Array(bytes.byteLength / width);
  for (let i = 0; i < out.length; i++) out[i] = read(view, width * i, littleEndian);
  return out;
}

const scratch = new DataView(new ArrayBuffer(4));

/** bfloat16: the upper half of a float32. */
function upperHalf(bits: number): number {
  scratch.setUint32(0, bits << 16);
  return scratch.getFloat32(0);
}
