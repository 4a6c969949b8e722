import { Worker } from "node:worker_threads";
import { type Kernels, kernelBytes } from "./generated/kernels.ts";

// The part of the WebAssembly namespace that is used here; @types/node has none of it.
declare const WebAssembly: {
  readonly Memory: new (options: {
    initial: number;
    maximum: number;
    shared: boolean;
  }) => { readonly buffer: SharedArrayBuffer };
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: Kernels };
};

/** A memory with kernels on it. Pointers are bytes from its start; assembly/ says what each kernel takes. */
export interface KernelMemory {
  readonly kernels: Kernels;
  readonly buffer: SharedArrayBuffer;
  /** Bytes, 64-byte aligned: zeros until the memory was cleared once. Throws if they do not fit. */
  allocate(bytes: number): number;
  /** Takes all back that was allocated. */
  clear(): void;
}

/** A memory in which several threads work together. */
export interface KernelTeam extends KernelMemory {
  /** `kernels.run` in every thread; this one is free meanwhile. Rejects where a thread fails, which ends the team. */
  run(kind: number, argument: number): Promise<void>;
  /** Ends the threads, at once and whatever they do. */
  close(): Promise<void>;
}

const PAGE = 65536;
const MAXIMUM_PAGES = 32768;
/** Control words and a tile of scratch for the first thread. */
const RESERVED = 1024;
/** Bytes that a memory can hold beside the control words. */
export const MOST_BYTES: number = (MAXIMUM_PAGES - 1) * PAGE - RESERVED;

/** What a thread runs: it reports when its kernels are loaded, and when each order is done. */
const threadSource = `
const { parentPort, workerData } = require("node:worker_threads");
const { module, memory, thread } = workerData;
const { run } = new WebAssembly.Instance(module, { env: { memory } }).exports;
parentPort.on("message", ([kind, argument]) => {
  run(kind, argument, thread);
  parentPort.postMessage("done");
});
parentPort.postMessage("ready");
`;

let compiled: object | null = null;

function kernelModule(): object {
  compiled ??= new WebAssembly.Module(Uint8Array.from(atob(kernelBytes), (sign) => sign.charCodeAt(0)));
  return compiled;
}

/** Kernels on a memory of `bytes` bytes, in this thread alone. Throws RangeError where it does not fit (2 GB). */
export function openKernels(bytes: number): KernelMemory {
  return open(bytes).opened;
}

/**
 * The same with `threads` threads beside this one. Rejects, and leaves no thread behind, if one does not come up. `source` is
 * what the threads run: for tests.
 */
export async function openTeam(bytes: number, threads: number, source: string = threadSource): Promise<KernelTeam> {
  const { opened, memory, module } = open(bytes);
  opened.kernels.formTeam(threads);
  const workers = Array.from(
    { length: threads },
    (_, thread) => new Worker(source, { eval: true, workerData: { module, memory, thread }, execArgv: [] }),
  );
  /** What all threads are waited for to say; null between runs. */
  let answer: { left: number; readonly resolve: () => void; readonly reject: (error: Error) => void } | null = null;
  let lost: Error | null = null;
  const close = async (): Promise<void> => {
    lose(new Error("the threads of the kernels were ended"));
    await Promise.all(workers.map((worker) => worker.terminate()));
  };
  const lose = (error: Error): void => {
    lost ??= error;
    answer?.reject(lost);
    answer = null;
  };
  const allAnswer = (): Promise<void> =>
    new Promise<void>((resolve, reject) => {
      if (lost === null) answer = { left: threads, resolve, reject };
      else reject(lost);
    });
  for (const worker of workers) {
    worker.on("message", () => {
      if (answer === null || --answer.left > 0) return;
      const { resolve } = answer;
      answer = null;
      resolve();
    });
    worker.on("error", lose);
    worker.on("exit", (code) => lose(new Error(`a thread of the kernels ended with code ${code}`)));
  }
  try {
    await allAnswer();
  } catch (error) {
    await close();
    throw error;
  }
  return {
    ...opened,
    run: async (kind, argument) => {
      const done = allAnswer();
      for (const worker of workers) worker.postMessage([kind, argument]);
      try {
        await done;
      } catch (error) {
        // The others may wait for the lost one for ever.
        await close();
        throw error;
      }
    },
    close,
  };
}

function open(bytes: number): { opened: KernelMemory; memory: object; module: object } {
  const pages = Math.ceil((bytes + RESERVED) / PAGE) + 1;
  if (pages > MAXIMUM_PAGES) throw new RangeError(`${bytes} bytes do not fit into the kernels' memory`);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: MAXIMUM_PAGES, shared: true });
  const module = kernelModule();
  const kernels = new WebAssembly.Instance(module, { env: { memory } }).exports;
  kernels.formTeam(1);
  let top = RESERVED;
  const allocate = (wanted: number): number => {
    const at = top;
    top += Math.ceil(wanted / 64) * 64;
    if (top > pages * PAGE) throw new RangeError(`the kernels' memory is full: ${top} of ${pages * PAGE} bytes`);
    return at;
  };
  const clear = (): void => {
    top = RESERVED;
  };
  return { opened: { kernels, buffer: memory.buffer, allocate, clear }, memory, module };
}
