import { float32Array, type NpyHeader, npyBytes, parseNpyHeader } from "../../formats/index.ts";
import { type Finding, failure } from "../../netlist/index.ts";

/** Gradients of several workers: element (worker, i) is data[worker * length + i]. */
export interface GradientArray {
  readonly workers: number;
  readonly length: number;
  readonly data: Float32Array;
}

export interface NpyReading {
  /** Null if a finding is an error. */
  readonly value: GradientArray | null;
  readonly findings: readonly Finding[];
}

/** Longest header that is read: NumPy refuses longer ones than 10 000 characters too. */
export const npyHeaderBytes: number = 2 ** 16;

const faultCodes = { "no .npy file": "OPT0501", "unknown version": "OPT0502", "bad header": "OPT0503" } as const;

/**
 * The header of a .npy file (format 1.0, 2.0 or 3.0) from its first bytes, `npyHeaderBytes` of them if there are as many. Never throws;
 * `name` is how findings call the file.
 */
export function readNpyHeader(
  bytes: Uint8Array,
  name: string,
): { readonly value: NpyHeader | null; readonly findings: readonly Finding[] } {
  const header = parseNpyHeader(bytes);
  if (!("fault" in header)) return { value: header, findings: [] };
  const { fault, message, at } = header;
  const zip = bytes[0] === 0x50 && bytes[1] === 0x4b;
  const archive = zip ? "this looks like a .npz archive: unpack it and name one .npy file" : "write it with numpy.save";
  const help = fault === "no .npy file" ? archive : null;
  return {
    value: null,
    findings: [failure(faultCodes[fault], `${name}: byte ${at}`, message, help)],
  };
}

/**
 * Reads a .npy file (format 1.0, 2.0 or 3.0) that holds little-endian float32 in C order and the shape
 * [workers, length], and nothing else. Never throws; `name` is how findings call the file.
 */
export function readNpy(bytes: Uint8Array, name: string): NpyReading {
  const { value: header, findings: refused } = readNpyHeader(bytes, name);
  if (header === null) return { value: null, findings: refused };
  const { dataStart } = header;
  const headerStart = bytes[6] === 1 ? 10 : 12;
  const findings = headerFindings(header, `${name}: byte ${headerStart}`);
  const [workers, length] = header.shape;
  if (findings.length > 0 || workers === undefined || length === undefined) return { value: null, findings };
  const held = bytes.length - dataStart;
  const wanted = 4 * workers * length;
  if (held !== wanted) {
    const message = `${held} bytes of data, but ${workers} x ${length} float32 need ${wanted}`;
    return { value: null, findings: [sizeFinding(message, held < wanted, `${name}: byte ${dataStart}`)] };
  }

  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const data = new Float32Array(workers * length);
  for (let i = 0; i < data.length; i++) data[i] = view.getFloat32(dataStart + 4 * i, true);
  const value: GradientArray = { workers, length, data };
  const nonFinite = nonFiniteFinding(value, name);
  return nonFinite === null ? { value, findings: [] } : { value: null, findings: [nonFinite] };
}

/** OPT0507. */
export function sizeFinding(message: string, truncated: boolean, where: string): Finding {
  const help = truncated ? "the file is truncated: copy or write it again" : "remove what follows the array";
  return failure("OPT0507", where, message, help);
}

/** Bytes of a .npy file, laid out as numpy.save does: format 1.0, data aligned to 64 bytes. */
export function writeNpy(array: GradientArray): Uint8Array {
  const { workers, length, data } = array;
  if (data.length !== workers * length) throw new RangeError(`${data.length} numbers for ${workers} x ${length}`);
  return npyBytes(float32Array(data, [workers, length]));
}

/** A finding if the gradients are not those of `workers` workers. */
export function checkWorkers(array: GradientArray, workers: number, name: string): readonly Finding[] {
  if (array.workers === workers) return [];
  const message = `gradients of ${array.workers} workers for a circuit of ${workers}`;
  const help = `the first axis of the array has to be ${workers}`;
  return [failure("OPT0509", name, message, help)];
}

function headerFindings(header: Omit<NpyHeader, "dataStart">, where: string): readonly Finding[] {
  const findings: Finding[] = [];
  const add = (code: string, message: string, help: string): void => {
    findings.push(failure(code, where, message, help));
  };
  const { descr, fortranOrder, shape } = header;
  if (descr.kind !== "string" || descr.value !== "<f4") {
    const type = descr.kind === "string" ? `of type ${JSON.stringify(descr.value)}` : "of a structured type";
    add("OPT0504", `the array is ${type}, not little-endian float32`, 'convert it with array.astype("<f4")');
  }
  if (fortranOrder) {
    add("OPT0505", "the array is in Fortran order", "convert it with numpy.ascontiguousarray(array)");
  }
  if (shape.length !== 2) {
    const help = "flatten each worker's gradient: array.reshape(workers, -1)";
    add("OPT0506", `the array has ${shape.length} dimensions instead of 2`, help);
  } else if (shape.includes(0)) {
    add("OPT0506", `an array of ${shape.join(" x ")} holds no gradients`, "each axis needs at least one entry");
  }
  return findings;
}

function nonFiniteFinding({ workers, length, data }: GradientArray, name: string): Finding | null {
  const first = data.findIndex((value) => !Number.isFinite(value));
  if (first < 0) return null;
  const count = data.reduce((total, value) => (Number.isFinite(value) ? total : total + 1), 0);
  const worker = Math.floor(first / length);
  return failure(
    "OPT0508",
    `${name}[${worker}, ${first - worker * length}]`,
    `the gradient is ${data[first]} here; ${count} of ${workers * length} values are not finite`,
    "leave out steps whose gradients overflowed, or scale the loss down",
  );
}
