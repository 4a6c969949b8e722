import { Worker } from "node:worker_threads";
import { kernelBytes } from "./generated/kernels.ts";

// The part of the WebAssembly namespace that is used here; @types/node has none of it.
declare const WebAssembly: {
  readonly Memory: new (options: {
    initial: number;
    maximum: number;
    shared: boolean;
  }) => { readonly buffer: SharedArrayBuffer };
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
};

/** What compiler/kernels/assembly exports. Pointers are bytes from the start of the memory. */
export interface Kernels {
  packedBytes(k: number, n: number): number;
  packRows(b: number, ld: number, k: number, n: number, out: number): void;
  packColumns(b: number, ld: number, k: number, n: number, out: number): void;
  multiplyRows(
    a: number,
    lda: number,
    packed: number,
    c: number,
    ldc: number,
    m: number,
    n: number,
    k: number,
    tile: number,
  ): void;
  multiplyColumns(
    a: number,
    lda: number,
    packed: number,
    c: number,
    ldc: number,
    m: number,
    n: number,
    k: number,
    tile: number,
  ): void;
  packedBytes64(k: number, n: number): number;
  packRows64(b: number, ld: number, k: number, n: number, out: number): void;
  packColumns64(b: number, ld: number, k: number, n: number, out: number): void;
  multiplyRows64(
    a: number,
    lda: number,
    packed: number,
    c: number,
    ldc: number,
    m: number,
    n: number,
    k: number,
    tile: number,
  ): void;
  multiplyColumns64(
    a: number,
    lda: number,
    packed: number,
    c: number,
    ldc: number,
    m: number,
    n: number,
    k: number,
    tile: number,
  ): void;
  newtonSchulz(u: number, size: number, work: number, packed: number, tile: number): number;
  jacobiRows64(x: number, rank: number, n: number, width: number, squares: number): number;
  applyMesh64(light: number, batch: number, modes: number, devices: number, count: number): void;
  addBias64(y: number, bias: number, rows: number, n: number, relu: boolean | number): void;
  drawIndex(sampler: number, step: number, row: number, batch: number): number;
  command(kind: number, net: number): void;
  compose(net: number): void;
  formTeam(threads: number): void;
  serve(thread: number): void;
}

/** A memory with kernels on it, and the threads that work in it. */
export interface Engine {
  readonly kernels: Kernels;
  readonly buffer: SharedArrayBuffer;
  readonly threads: number;
  /** Zeroed bytes, 64-byte aligned; never freed. Throws if they do not fit. */
  allocate(bytes: number): number;
  /** Dismisses the other threads. */
  close(): void;
}

const PAGE = 65536;
const MAXIMUM_PAGES = 32768;
/** Control words and a tile of scratch for the first thread. */
const RESERVED = 1024;

const threadSource = `
const { workerData } = require("node:worker_threads");
const { module, memory, thread } = workerData;
new WebAssembly.Instance(module, { env: { memory } }).exports.serve(thread);
`;

let compiled: object | null = null;

function kernelModule(): object {
  compiled ??= new WebAssembly.Module(Buffer.from(kernelBytes, "base64"));
  return compiled;
}

/** Kernels on a memory of `bytes` bytes, in this thread alone. */
export function openKernels(bytes: number): Engine {
  return open(bytes).engine;
}

/** The same with `threads` - 1 further threads, up and waiting. */
export async function openTeam(bytes: number, threads: number): Promise<Engine> {
  const { engine, memory, module } = open(bytes);
  const workers: Worker[] = [];
  for (let thread = 1; thread < threads; thread++) {
    const worker = new Worker(threadSource, { eval: true, workerData: { module, memory, thread }, execArgv: [] });
    workers.push(worker);
  }
  await Promise.all(
    workers.map(
      (worker) =>
        new Promise<void>((resolve, reject) => {
          worker.once("online", resolve);
          worker.once("error", reject);
        }),
    ),
  );
  // Only now: while they come up they must keep this thread's event loop alive.
  for (const worker of workers) worker.unref();
  engine.kernels.formTeam(threads);
  return { ...engine, threads, close: () => (threads > 1 ? engine.kernels.command(0, 0) : undefined) };
}

function open(bytes: number): { engine: Engine; memory: object; module: object } {
  const pages = Math.ceil((bytes + RESERVED) / PAGE) + 1;
  if (pages > MAXIMUM_PAGES) throw new RangeError(`${bytes} bytes do not fit into the kernels' memory`);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: MAXIMUM_PAGES, shared: true });
  const module = kernelModule();
  const kernels = new WebAssembly.Instance(module, { env: { memory } }).exports as Kernels;
  kernels.formTeam(1);
  let top = RESERVED;
  const allocate = (wanted: number): number => {
    const at = top;
    top += Math.ceil(wanted / 64) * 64;
    if (top > pages * PAGE) throw new RangeError(`the kernels' memory is full: ${top} of ${pages * PAGE} bytes`);
    return at;
  };
  return { engine: { kernels, buffer: memory.buffer, threads: 1, allocate, close: () => undefined }, memory, module };
}

/** Bytes that `allocate` takes for each of the sizes, together. */
export function allocatedBytes(sizes: readonly number[]): number {
  return sizes.reduce((sum, size) => sum + Math.ceil(size / 64) * 64, 0);
}
