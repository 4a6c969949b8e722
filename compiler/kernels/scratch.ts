import { type KernelMemory, openKernels } from "./memory.ts";

let scratch: { readonly memory: KernelMemory; readonly at: number; readonly bytes: number } | null = null;

/** A memory of at least `bytes` bytes for the length of one call, which holds what the last call left there. */
export function borrow(bytes: number): { memory: KernelMemory; at: number } {
  if (scratch === null || scratch.bytes < bytes) {
    const size = Math.max(bytes, 1 << 20);
    const memory = openKernels(size);
    scratch = { memory, at: memory.allocate(size), bytes: size };
  }
  return scratch;
}
