import { type Kernels, kernelBytes } from "./generated/kernels.ts";

// The part of the WebAssembly namespace that is used here; @types/node has none of it.
declare const WebAssembly: {
  readonly Memory: new (options: { initial: number }) => { readonly buffer: ArrayBuffer; grow(pages: number): number };
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: Kernels };
};

/**
 * Kernels and the memory in which they work, with anything in it, which its borrower has for itself until it is given back. Pointers, strides
 * and steps are bytes; assembly/ says what each kernel takes.
 */
export interface SimulationMemory {
  readonly kernels: Kernels;
  readonly buffer: ArrayBuffer;
  /** Keeps it for the next borrower. */
  readonly giveBack: () => void;
}

const PAGE = 65536;
/** Largest request. */
const MOST_BYTES = 2 ** 30;
/** More than this is given back after its call. */
const KEPT_BYTES = 2 ** 26;

let module: object | null = null;
/** Free memories: opening one takes longer than a small circuit. */
let spare: OpenedMemory | null = null;

type OpenedMemory = { readonly kernels: Kernels; readonly memory: InstanceType<typeof WebAssembly.Memory> };

/** Null where the engine has no WebAssembly or not so much memory. */
export function borrowKernelMemory(bytes: number): SimulationMemory | null {
  if (bytes > MOST_BYTES) return null;
  const opened = spare ?? open();
  if (opened === null) return null;
  spare = null;
  const { memory, kernels } = opened;
  const missing = Math.ceil((bytes - memory.buffer.byteLength) / PAGE);
  try {
    if (missing > 0) memory.grow(missing);
  } catch {
    return null;
  }
  const giveBack = (): void => {
    if (bytes <= KEPT_BYTES) spare = opened;
  };
  return { kernels, buffer: memory.buffer, giveBack };
}

function open(): OpenedMemory | null {
  try {
    module ??= new WebAssembly.Module(Uint8Array.from(atob(kernelBytes), (letter) => letter.charCodeAt(0)));
    const memory = new WebAssembly.Memory({ initial: 1 });
    return { kernels: new WebAssembly.Instance(module, { env: { memory } }).exports, memory };
  } catch {
    return null;
  }
}
