import { zipSync } from "fflate";
import { fits, isFields, listOf } from "./json.ts";
import { message } from "./protobuf.ts";
import { pythonValue, pythonWords } from "./python.ts";

/** An array for NumPy, in C order. */
export interface NpyArray {
  /** NumPy's name of the type, `<f4`. */
  readonly descr: string;
  readonly shape: readonly number[];
  /** Little-endian. */
  readonly bytes: Uint8Array;
}

const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

/** What stands before the data of a .npy file, laid out as numpy.save does: format 1.0, data aligned to 64 bytes. */
export function npyHeader(descr: string, shape: readonly number[]): Uint8Array {
  const sides = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const dictionary = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${sides}), }`;
  const dataStart = Math.ceil((10 + dictionary.length + 1) / 64) * 64;
  const bytes = new Uint8Array(dataStart).fill(0x20);
  bytes.set(magic);
  bytes.set([1, 0], 6);
  new DataView(bytes.buffer).setUint16(8, dataStart - 10, true);
  bytes.set(new TextEncoder().encode(dictionary), 10);
  bytes[dataStart - 1] = 0x0a;
  return bytes;
}

/** A .npy file. */
export function npyBytes({ descr, shape, bytes }: NpyArray): Uint8Array {
  return message([npyHeader(descr, shape), bytes]);
}

/** An archive of arrays as numpy.savez writes it, or with `level` 9 numpy.savez_compressed. The same arrays give the same bytes. */
export function npzBytes(arrays: Readonly<Record<string, NpyArray>>, level: 0 | 9 = 0): Uint8Array {
  const files = Object.entries(arrays).map(([name, array]) => [`${name}.npy`, npyBytes(array)]);
  // The archive has dates in local time: this one has the same numbers everywhere.
  return zipSync(Object.fromEntries(files), { level, mtime: new Date(1980, 0, 1) });
}

/** Whole numbers from 0 on in the narrowest unsigned type that takes them. */
export function unsignedArray(values: ArrayLike<number>, shape: readonly number[]): NpyArray {
  let largest = 0;
  for (let i = 0; i < values.length; i++) largest = Math.max(largest, values[i]!);
  if (largest < 2 ** 8) return { descr: "|u1", shape, bytes: new Uint8Array(values) };
  if (largest < 2 ** 16) return { descr: "<u2", shape, bytes: bytesOf(new Uint16Array(values)) };
  return { descr: "<u4", shape, bytes: bytesOf(new Uint32Array(values)) };
}

export function int64Array(values: readonly number[], shape: readonly number[]): NpyArray {
  return { descr: "<i8", shape, bytes: bytesOf(BigInt64Array.from(values, BigInt)) };
}

export function float64Array(values: ArrayLike<number>, shape: readonly number[]): NpyArray {
  return { descr: "<f8", shape, bytes: bytesOf(new Float64Array(values)) };
}

export function float32Array(values: ArrayLike<number>, shape: readonly number[]): NpyArray {
  return { descr: "<f4", shape, bytes: bytesOf(new Float32Array(values)) };
}

/** Little-endian, as the machines are on which the kernels run: memory of WebAssembly is read by typed arrays. */
function bytesOf({ buffer }: { readonly buffer: ArrayBuffer }): Uint8Array {
  return new Uint8Array(buffer);
}

/** A text of its own, without dimensions; ASCII. */
export function textArray(text: string): NpyArray {
  const codes = Uint32Array.from(text === "" ? [0] : [...text].map((sign) => sign.charCodeAt(0)));
  return { descr: `<U${codes.length}`, shape: [], bytes: bytesOf(codes) };
}

/** What the header of a .npy file says. */
export interface NpyHeader {
  /** Null: of a structured type. */
  readonly descr: string | null;
  readonly fortranOrder: boolean;
  readonly shape: readonly number[];
  /** Bytes before the data. */
  readonly dataStart: number;
}

/** Why a file has no such header, and the byte at which that shows. */
export interface NpyFault {
  readonly fault: "no .npy file" | "unknown version" | "bad header";
  readonly message: string;
  readonly at: number;
}

/** The header of a .npy file (format 1.0, 2.0 or 3.0) from its first bytes. Never throws. */
export function parseNpyHeader(bytes: Uint8Array): NpyHeader | NpyFault {
  if (bytes.length < 8 || magic.some((byte, i) => bytes[i] !== byte)) {
    return { fault: "no .npy file", message: "this is not a .npy file", at: 0 };
  }
  const major = bytes[6]!;
  const minor = bytes[7]!;
  if (major < 1 || major > 3 || minor !== 0) {
    return { fault: "unknown version", message: `version ${major}.${minor} of the .npy format is not known`, at: 6 };
  }
  const bad = (message: string, at: number): NpyFault => ({ fault: "bad header", message, at });
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerStart = major === 1 ? 10 : 12;
  if (bytes.length < headerStart) return bad("the file ends within the length of its header", 8);
  const headerLength = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  const dataStart = headerStart + headerLength;
  if (dataStart > bytes.length) {
    return bad(`a header of ${headerLength} bytes does not fit a file of ${bytes.length}`, 8);
  }
  const headerBytes = bytes.subarray(headerStart, dataStart);
  const header = parseDictionary(new TextDecoder(major === 3 ? "utf-8" : "latin1").decode(headerBytes));
  return typeof header === "string" ? bad(header, headerStart) : { ...header, dataStart };
}

/** The header, or what is wrong with it. */
function parseDictionary(text: string): Omit<NpyHeader, "dataStart"> | string {
  if (!text.endsWith("\n")) return "the header does not end with a line feed";
  const words = pythonWords(text.trimEnd());
  const header = words?.[0] === "{" ? pythonValue(words) : undefined;
  if (words === null || !isFields(header)) return "the header is not a Python dictionary";
  const keys = words.filter((_, i) => words[i + 1] === ":").map((key) => key.slice(1, -1));
  if (keys.sort().join() !== "descr,fortran_order,shape") {
    return `the header has the keys ${keys.join(", ")} instead of descr, fortran_order, shape`;
  }
  const { descr, fortran_order: fortranOrder, shape } = header;
  if (typeof fortranOrder !== "boolean") return "fortran_order is neither True nor False";
  if (!isFields(shape)) return "the shape is not a tuple";
  const sizes = shape["tuple"];
  if (!fits<number[]>(sizes, listOf("number"))) return "the shape is not a tuple of integers";
  return { descr: typeof descr === "string" ? descr : null, fortranOrder, shape: sizes };
}
