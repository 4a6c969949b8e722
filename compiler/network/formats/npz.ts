import type { Diagnostic } from "../../../dsl/index.ts";
import {
  decodeNumbers,
  fileError,
  mostNumbers,
  mostTensors,
  type NumberType,
  numberWidth,
  quoted,
  refused,
  sizeOf,
  type Tensor,
  type TensorReading,
} from "./tensors.ts";
import { readZip } from "./zip.ts";

const types: Readonly<Record<string, NumberType>> = { f2: "f16", f4: "f32", f8: "f64" };
const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

/**
 * Reads .npz as numpy.savez and savez_compressed write it: a zip archive of one .npy file a tensor, named after it. Never
 * throws; archives that are damaged, or would unpack to more than memory should hold, are refused.
 */
export function readNpz(bytes: Uint8Array, file: string): TensorReading {
  const bad = (message: string, help: string | null = null): TensorReading =>
    refused(fileError("OPT0301", `${file}: ${message}`, help));
  if (bytes[0] !== 0x50 || bytes[1] !== 0x4b) return bad("this is not a zip archive", "write it with numpy.savez");
  const archive = readZip(bytes, { mostFiles: mostTensors, mostBytes: 8 * mostNumbers });
  if (archive.kind === "too-large") return bad("the archive unpacks to too much");
  if (archive.kind === "damaged") return bad(`the zip archive is damaged: ${archive.what}`);
  const tensors: Tensor[] = [];
  for (const { name: path, bytes: content } of archive.files) {
    const name = path.endsWith(".npy") ? path.slice(0, -4) : null;
    if (name === null) return bad(`the archive holds ${quoted(path)}, which is not a .npy file`);
    const tensor = readNpy(content, name, file);
    if ("code" in tensor) return refused(tensor);
    tensors.push(tensor);
  }
  return { value: { tensors, metadata: new Map() }, diagnostics: [] };
}

/** One .npy file (format 1.0, 2.0 or 3.0) of float16, float32 or float64 in either byte order and either axis order. */
function readNpy(bytes: Uint8Array, name: string, file: string): Tensor | Diagnostic {
  const bad = (message: string): Diagnostic => fileError("OPT0301", `${file}: ${quoted(name)} ${message}`);
  const major = bytes[6] ?? 0;
  if (bytes.length < 12 || magic.some((byte, i) => bytes[i] !== byte) || major < 1 || major > 3) {
    return bad("is not a .npy file of version 1, 2 or 3");
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = major === 1 ? 10 : 12;
  const length = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (start + length > bytes.length) return bad("ends within its header");
  const header = new TextDecoder("latin1").decode(bytes.subarray(start, start + length));
  // numpy writes the dictionary with sorted keys; others may not
  const descr = /['"]descr['"]\s*:\s*['"]([^'"]*)['"]/.exec(header)?.[1];
  const order = /['"]fortran_order['"]\s*:\s*(True|False)\b/.exec(header)?.[1];
  const sides = /['"]shape['"]\s*:\s*\(([\d\s,]*)\)/.exec(header)?.[1];
  if (order === undefined || sides === undefined) return bad("has a header that is not understood");
  const type = /^[<>|=](f[248])$/.exec(descr ?? "")?.[1];
  if (descr === undefined || type === undefined) {
    const help = "save the arrays as float16, float32 or float64";
    return fileError("OPT0302", `${file}: ${quoted(name)} has the type ${quoted(descr ?? "of a structure")}`, help);
  }
  const shape = sides.split(",").flatMap((side) => (side.trim() === "" ? [] : [Number(side)]));
  const size = sizeOf(shape);
  const kind = types[type]!;
  const data = bytes.subarray(start + length);
  if (size === null || data.length !== size * numberWidth(kind)) {
    return bad(`has ${data.length} bytes of data, which is not what its shape (${shape.join(", ")}) needs`);
  }
  const numbers = decodeNumbers(data, kind, !descr.startsWith(">"));
  const fortran = order === "True" && shape.length > 1;
  return { name, shape, data: fortran ? inRows(numbers, shape) : numbers };
}

/** Column-major to row-major. */
function inRows(columns: Float64Array, shape: readonly number[]): Float64Array {
  const out = new Float64Array(columns.length);
  for (let at = 0; at < out.length; at++) {
    let rest = at;
    let row = 0;
    for (const side of shape) {
      row = row * side + (rest % side);
      rest = Math.floor(rest / side);
    }
    out[row] = columns[at]!;
  }
  return out;
}
