import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { svd } from "../../compiler/kernels/index.ts";
import { measured } from "../../dsl/index.ts";
import { recordGoal } from "./goals.ts";
import { svdInput, svdInputs } from "./matrices.ts";
import { numpyPeer } from "./peers/python.ts";
import { cpuBest } from "./timing.ts";

/** CPU seconds after which ml-matrix is ended; where it ends at all, it has ended long before. */
const PEER_SECONDS = 20;
const GOAL = 8;

/** The SVD with both bases beside ml-matrix', on the same matrices, and LAPACK's gesdd on a Gaussian one: CPU ms, one thread. */
export function svdBench(smoke: boolean): void {
  const sizes = smoke ? [72] : [256, 512];
  const lapack = smoke ? null : numpyPeer<Record<string, number>>("lapack_numpy.py", ...sizes.map(String));
  for (const n of sizes) {
    for (const kind of svdInputs) {
      const a = svdInput(kind, n);
      const ours = cpuBest(smoke ? 1 : 5, () => svd(a, n, n));
      const peer = mlMatrix(kind, n);
      const gesdd = kind === "Gaussian" ? lapack?.[`gesdd${n}`] : undefined;
      const ended =
        peer === null ? `ml-matrix does not end in ${PEER_SECONDS} s` : `ml-matrix ${measured(peer.ms / 1e3, "s")}`;
      recordGoal({
        work: `SVD ${n}, ${kind}, both bases`,
        now: measured(ours.ms / 1e3, "s"),
        peer: gesdd === undefined ? ended : `${ended}, gesdd ${measured(gesdd / 1e3, "s")}`,
        ratio: peer === null ? "-" : `${(peer.ms / ours.ms).toFixed(1)} x faster`,
        goal: `${GOAL} x faster`,
        met: peer && peer.ms >= GOAL * ours.ms,
      });
    }
  }
}

function mlMatrix(kind: string, n: number): { readonly ms: number } | null {
  const script = fileURLToPath(new URL("svd-peer.js", import.meta.url));
  const run = spawnSync(process.execPath, [script, kind, String(n)], {
    encoding: "utf8",
    timeout: PEER_SECONDS * 1000,
  });
  return run.status === 0 ? JSON.parse(run.stdout) : null;
}
