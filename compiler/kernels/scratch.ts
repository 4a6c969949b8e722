import { type KernelMemory, openKernels } from "./memory.ts";

/** Bytes from `at` on, which their borrower has for itself until they are given back; anything may stand in them. */
interface Scratch {
  readonly memory: KernelMemory;
  readonly at: number;
  readonly giveBack: () => void;
}

/** A larger memory is not kept. */
const KEPT_BYTES = 2 ** 26;

/** Kept for the next borrower: to open a memory takes longer than a small matrix. */
let spare: { readonly memory: KernelMemory; readonly at: number; readonly bytes: number } | null = null;

export function borrow(bytes: number): Scratch {
  const lent = spare !== null && spare.bytes >= bytes ? spare : opened(Math.max(bytes, 1 << 20));
  spare = null;
  const giveBack = (): void => {
    if (lent.bytes <= KEPT_BYTES) spare = lent;
  };
  return { memory: lent.memory, at: lent.at, giveBack };
}

function opened(bytes: number): NonNullable<typeof spare> {
  const memory = openKernels(bytes);
  return { memory, at: memory.allocate(bytes), bytes };
}
