import type { Thinned } from "./curve.ts";
import type { Perceptron } from "./engine/perceptron.ts";

/** Everything about a running training but the arrays. */
export interface LoopState {
  /** Steps done, over all cycles. */
  readonly step: number;
  /** Powers beta1^t and beta2^t of Adam's bias corrections. */
  readonly power1: number;
  readonly power2: number;
  /** Running mean of the loss. */
  readonly loss: number;
  readonly initialLoss: number;
  /** Wrong vectors of the last evaluation, as far as they are drawn again. */
  readonly hard: readonly number[];
  /** Fewest wrong vectors so far, and when; null before the first evaluation. */
  readonly best: { readonly wrong: number; readonly step: number } | null;
  readonly lastWrong: number | null;
  /** Step of the last evaluation. */
  readonly evaluated: number;
  /** How it came here. */
  readonly losses: Thinned;
  readonly evaluations: Thinned;
}

interface Header {
  readonly format: "optinc.checkpoint";
  readonly version: 2;
  /** What the training must agree on to be the same one. */
  readonly task: string;
  readonly state: LoopState;
  readonly floats: number;
}

const MAGIC = "OPTCKPT1";

/** header length, header, then parameters, both Adam moments and the best parameters, little-endian. */
export function writeCheckpoint(task: string, state: LoopState, net: Perceptron, best: Float32Array): Uint8Array {
  const floats = net.parameters.length;
  const header: Header = { format: "optinc.checkpoint", version: 2, task, state, floats };
  const text = new TextEncoder().encode(MAGIC + JSON.stringify(header));
  const start = Math.ceil((4 + text.length) / 4) * 4;
  const bytes = new Uint8Array(start + 16 * floats);
  new DataView(bytes.buffer).setUint32(0, text.length, true);
  bytes.set(text, 4);
  [net.parameters, net.first, net.second, best].forEach((array, i) => {
    new Float32Array(bytes.buffer, start + 4 * floats * i, floats).set(array);
  });
  return bytes;
}

/** Steps that were done; null when the bytes are no checkpoint. */
export function checkpointStep(bytes: Uint8Array): number | null {
  const step = parse(Uint8Array.from(bytes))?.header.state?.step;
  return typeof step === "number" && Number.isSafeInteger(step) && step >= 0 ? step : null;
}

/** Puts the arrays back and returns the state; null when the bytes are no checkpoint of this task. */
export function readCheckpoint(bytes: Uint8Array, task: string, net: Perceptron, best: Float32Array): LoopState | null {
  // A Node Buffer's slice would share memory, and its buffer may start elsewhere.
  const copy = Uint8Array.from(bytes);
  const parsed = parse(copy);
  const floats = net.parameters.length;
  if (parsed === null || parsed.header.task !== task || copy.length !== parsed.start + 16 * floats) return null;
  [net.parameters, net.first, net.second, best].forEach((array, i) => {
    array.set(new Float32Array(copy.buffer, parsed.start + 4 * floats * i, floats));
  });
  net.compose();
  return parsed.header.state;
}

/** The header, and where the arrays start. */
function parse(bytes: Uint8Array): { readonly header: Header; readonly start: number } | null {
  if (bytes.length < 16) return null;
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const text = new TextDecoder().decode(bytes.subarray(4, 4 + length));
  if (!text.startsWith(MAGIC)) return null;
  try {
    const header = JSON.parse(text.slice(MAGIC.length)) as Header;
    if (header.format !== "optinc.checkpoint" || header.version !== 2) return null;
    return { header, start: Math.ceil((4 + length) / 4) * 4 };
  } catch {
    return null;
  }
}
