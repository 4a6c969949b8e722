import { refused } from "../../../dsl/index.ts";
import { isFields } from "../../../formats/index.ts";
import {
  decodeNumbers,
  fileError,
  mostTensors,
  numberWidth,
  quoted,
  type StoredTensor,
  sizeOf,
  type TensorReading,
  type TensorType,
  textsOf,
} from "./tensors.ts";

const types: Readonly<Record<string, TensorType>> = { F16: "f16", BF16: "bf16", F32: "f32", F64: "f64" };
/** The format's own limit. */
const mostHeaderBytes = 100_000_000;

interface Entry {
  readonly name: string;
  readonly type: TensorType;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/**
 * Reads safetensors: 8 bytes header length (little-endian), a JSON header {name: {dtype, shape, data_offsets}}, then the
 * numbers. As the format asks, the tensors must cover the rest of the file without gaps or overlaps. Never throws.
 */
export function readSafetensors(bytes: Uint8Array, file: string): TensorReading {
  const bad = (message: string, help: string | null = null): TensorReading =>
    refused(fileError("OPT0301", `${file}: ${message}`, help));
  if (bytes.length < 8) return bad("a safetensors file begins with 8 bytes of header length");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getUint32(4, true) * 2 ** 32 + view.getUint32(0, true);
  if (length > mostHeaderBytes || length > bytes.length - 8) {
    const help = bytes[0] === 0x50 && bytes[1] === 0x4b ? "this looks like a zip archive such as .pt or .npz" : null;
    return bad(`a header of ${length} bytes does not fit a file of ${bytes.length}`, help);
  }
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(8, 8 + length)));
  } catch {
    return bad("the header is not JSON");
  }
  if (!isFields(header)) return bad("the header is not a JSON object");
  const data = bytes.subarray(8 + length);
  const { __metadata__: texts = {}, ...named } = header;
  const metadata = textsOf(texts);
  if (metadata === null) return bad("`__metadata__` is not an object of texts");
  const entries: Entry[] = [];
  for (const [name, value] of Object.entries(named)) {
    if (!isFields(value)) return bad(`the entry of ${quoted(name)} is not an object`);
    const { dtype, shape, data_offsets: offsets } = value;
    const type = typeof dtype === "string" && Object.hasOwn(types, dtype) ? types[dtype] : undefined;
    if (type === undefined) {
      const help = "save the tensors as float16, bfloat16, float32 or float64";
      // Never walked into: it may be a list of lists a hundred thousand deep.
      const message = `${file}: ${quoted(name)} has ${typeof dtype === "string" ? `the type ${quoted(dtype)}` : "no type"}`;
      return refused(fileError("OPT0302", message, help));
    }
    const size = Array.isArray(shape) ? sizeOf(shape) : null;
    if (size === null) return bad(`the shape of ${quoted(name)} is not a list of sizes that fit in memory`);
    const [begin, end] = Array.isArray(offsets) && offsets.length === 2 ? (offsets as unknown[]) : [];
    if (!isOffset(begin) || !isOffset(end) || end < begin || end > data.length) {
      return bad(`the offsets of ${quoted(name)} do not lie in the file`, "the file may be truncated");
    }
    if (end - begin !== size * numberWidth(type)) {
      return bad(`${quoted(name)} has ${end - begin} bytes where its shape needs ${size * numberWidth(type)}`);
    }
    entries.push({ name, type, shape: shape as number[], begin, end });
    if (entries.length > mostTensors) return bad(`more than ${mostTensors} tensors`);
  }
  entries.sort((a, b) => a.begin - b.begin || a.end - b.end);
  let at = 0;
  for (const { name, begin, end } of entries) {
    if (begin !== at) return bad(`${quoted(name)} starts at byte ${begin} of the data, expected ${at}`);
    at = end;
  }
  if (at !== data.length) return bad(`${data.length - at} bytes follow the last tensor`);
  const tensors = entries.map(
    ({ name, type, shape, begin, end }): StoredTensor => ({
      name,
      shape,
      data: decodeNumbers(data.subarray(begin, end), type),
    }),
  );
  return { value: { tensors, metadata }, diagnostics: [] };
}

function isOffset(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
