import { float32Array, type NpyHeader, npyBytes, parseNpyHeader } from "../../formats/index.ts";
import { type Finding, failure } from "../../netlist/index.ts";

/** Gradients of several workers: element (worker, i) is data[worker * length + i]. */
export interface GradientArray {
  readonly workers: number;
  readonly length: number;
  readonly data: Float32Array;
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

/** OPT0508 for gradients of which some number is not finite; null where all are. */
export function nonFiniteFinding({ workers, length, data }: GradientArray, name: string): Finding | null {
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
