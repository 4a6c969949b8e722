import { type KernelMemory, openKernels } from "./memory.ts";

/** A memory that its borrower has for itself until it is given back. */
export interface Scratch extends Pick<KernelMemory, "kernels"> {
  /** An array of its own: `from`, and zeros behind it. */
  readonly doubles: (count: number, from?: ArrayLike<number>) => Float64Array;
  readonly words: (count: number, from?: ArrayLike<number>) => Int32Array;
  readonly giveBack: () => void;
}

/** Arrays that are asked for at most. */
const ARRAYS = 32;
/** A larger memory is not kept. */
const KEPT_BYTES = 2 ** 26;

/** Kept for the next borrower: to open a memory takes longer than a small matrix. */
let spare: { readonly memory: KernelMemory; readonly bytes: number } | null = null;

/** Room for so many doubles in all. */
export function borrow(doubles: number): Scratch {
  const bytes = Math.max(8 * doubles + 64 * ARRAYS, 1 << 20);
  const lent = spare !== null && spare.bytes >= bytes ? spare : { memory: openKernels(bytes), bytes };
  spare = null;
  const { kernels, buffer, allocate, clear } = lent.memory;
  clear();
  const filled = <A extends Float64Array | Int32Array>(array: A, from: ArrayLike<number>): A => {
    array.fill(0, from.length);
    array.set(from);
    return array;
  };
  return {
    kernels,
    doubles: (count, from = []) => filled(new Float64Array(buffer, allocate(8 * count), count), from),
    words: (count, from = []) => filled(new Int32Array(buffer, allocate(4 * count), count), from),
    giveBack: () => {
      if (lent.bytes <= KEPT_BYTES) spare = lent;
    },
  };
}
