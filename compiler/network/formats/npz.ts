import { type Diagnostic, refused } from "../../../dsl/index.ts";
import { parseNpyHeader } from "../../../formats/index.ts";
import {
  decodeNumbers,
  fileError,
  mostNumbers,
  mostTensors,
  numberWidth,
  quoted,
  type StoredTensor,
  sizeOf,
  type TensorReading,
  type TensorType,
} from "./tensors.ts";
import { readZip } from "./zip.ts";

const types: Readonly<Record<string, TensorType>> = { f2: "f16", f4: "f32", f8: "f64" };

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
  const tensors: StoredTensor[] = [];
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
function readNpy(bytes: Uint8Array, name: string, file: string): StoredTensor | Diagnostic {
  const bad = (message: string): Diagnostic => fileError("OPT0301", `${file}: ${quoted(name)} ${message}`);
  const header = parseNpyHeader(bytes);
  if ("fault" in header) return bad(`is refused: ${header.message}`);
  const { fortranOrder, shape, dataStart } = header;
  const descr = header.descr ?? "of a structure";
  const type = /^[<>|=](f[248])$/.exec(descr)?.[1];
  if (type === undefined) {
    const help = "save the arrays as float16, float32 or float64";
    return fileError("OPT0302", `${file}: ${quoted(name)} has the type ${quoted(descr)}`, help);
  }
  const size = sizeOf(shape);
  const kind = types[type]!;
  const data = bytes.subarray(dataStart);
  if (size === null || data.length !== size * numberWidth(kind)) {
    return bad(`has ${data.length} bytes of data, which is not what its shape (${shape.join(", ")}) needs`);
  }
  const numbers = decodeNumbers(data, kind, !descr.startsWith(">"));
  return { name, shape, data: fortranOrder && shape.length > 1 ? inRows(numbers, shape) : numbers };
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
