import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** How long a call took in milliseconds, and what it returned. */
export interface Timed<T> {
  readonly ms: number;
  readonly value: T;
}

/** Wall-clock time of one call. */
export function timed<T>(work: () => T): Timed<T> {
  const start = performance.now();
  const value = work();
  return { ms: performance.now() - start, value };
}

/** CPU time of one call, of all threads of this process. */
export function cpuTimed<T>(work: () => T): Timed<T> {
  const start = process.cpuUsage();
  const value = work();
  const { user, system } = process.cpuUsage(start);
  return { ms: (user + system) / 1e3, value };
}

/** The fastest of `runs` calls by a clock; the last value. */
export function best<T>(runs: number, work: () => T, clock: (work: () => T) => Timed<T> = timed): Timed<T> {
  let fastest = clock(work);
  for (let run = 1; run < runs; run++) {
    const { ms, value } = clock(work);
    fastest = { ms: Math.min(ms, fastest.ms), value };
  }
  return fastest;
}

/** The CPU time of the fastest of `runs` calls, after one to warm up. */
export function cpuBest<T>(runs: number, work: () => T): Timed<T> {
  work();
  return best(runs, work, cpuTimed);
}

/** Works in an empty folder, which is removed afterwards. */
export function inScratch<T>(work: (scratch: string) => T): T {
  const scratch = mkdtempSync(join(tmpdir(), "optinc-bench-"));
  try {
    return work(scratch);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
