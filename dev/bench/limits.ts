import { spawnSync } from "node:child_process";

/** What loops of registers alone reach in WebAssembly on this machine, one thread: billions of floating-point operations a second. */
export interface Limits {
  /** x a + b on four floats, rounded twice, as matrix products compute. */
  readonly twice: number;
  /** The same rounded once (relaxed SIMD); null where the engine has none. */
  readonly fused: number | null;
  /** Rotations of two doubles by two, as nulling computes. */
  readonly rotate: number;
}

let known: Limits | null = null;

/** Measured once a run, in a process of its own, which compiles the loops. */
export function measuredLimits(): Limits {
  if (known !== null) return known;
  const run = spawnSync(process.execPath, ["dev/bench/peers/limits.mjs"], { encoding: "utf8" });
  if (run.status !== 0) throw new Error(`the limits could not be measured: ${run.stderr}`);
  known = JSON.parse(run.stdout) as Limits;
  return known;
}

/** Milliseconds that so many operations take at a rate in GFLOP/s, at least. */
export function leastMs(operations: number, gflops: number): number {
  return operations / gflops / 1e6;
}
