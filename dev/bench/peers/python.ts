import { spawnSync } from "node:child_process";

/**
 * What a script of this folder prints as JSON, run by some Python that has NumPy, on one thread: the one named in OPTINC_PYTHON, the
 * interop command's, or the system's. null where none has it.
 */
export function numpyPeer<T>(script: string, ...words: readonly string[]): T | null {
  for (const python of [process.env["OPTINC_PYTHON"], ".interop/main/bin/python", "python3"]) {
    if (python === undefined) continue;
    const run = spawnSync(python, [`dev/bench/peers/${script}`, ...words], {
      encoding: "utf8",
      env: { ...process.env, OPENBLAS_NUM_THREADS: "1", OMP_NUM_THREADS: "1", MKL_NUM_THREADS: "1" },
    });
    if (run.status === 0) return JSON.parse(run.stdout) as T;
  }
  return null;
}
