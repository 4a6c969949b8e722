import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { svd } from "../../compiler/kernels/index.ts";
import { measured } from "../../dsl/index.ts";
import { recordGoal } from "./goals.ts";
import { svdInput, svdInputs } from "./matrices.ts";
import { numpyPeer } from "./peers/python.ts";
import { printTable } from "./table.ts";
import { cpuBest } from "./timing.ts";

/** CPU seconds after which ml-matrix is ended; where it ends at all, it has ended long before. */
const PEER_SECONDS = 20;
const GOAL = 8;

/** The SVD with both bases beside ml-matrix', on the same matrices, and LAPACK's gesdd on a Gaussian one: CPU ms, one thread. */
export function svdBench(smoke: boolean): void {
  const sizes = smoke ? [72] : [256, 512];
  const lapack = smoke ? null : numpyPeer<Record<string, number>>("lapack_numpy.py", ...sizes.map(String));
  const rows: string[][] = [];
  for (const n of sizes) {
    for (const kind of svdInputs) {
      const a = svdInput(kind, n);
      const ours = cpuBest(smoke ? 1 : 5, () => svd(a, n, n));
      const peer = mlMatrix(kind, n);
      const largest = ours.value.s[0]!;
      const difference = peer?.values.reduce((most, s, i) => Math.max(most, Math.abs(s - ours.value.s[i]!)), 0);
      const times = peer === null ? "does not end" : (peer.ms / ours.ms).toFixed(1);
      const gesdd = kind === "Gaussian" ? lapack?.[`gesdd${n}`] : undefined;
      rows.push([
        `${n} ${kind}`,
        ours.ms.toFixed(1),
        peer === null ? `none in ${PEER_SECONDS} s` : peer.ms.toFixed(0),
        times,
        gesdd?.toFixed(1) ?? "",
        difference === undefined ? "" : (difference / largest).toExponential(1),
      ]);
      recordGoal({
        work: `SVD ${n}, ${kind}, both bases`,
        now: measured(ours.ms / 1e3, "s"),
        peer: [
          peer === null ? `ml-matrix does not end in ${PEER_SECONDS} s` : `ml-matrix ${measured(peer.ms / 1e3, "s")}`,
          gesdd === undefined ? null : `gesdd ${measured(gesdd / 1e3, "s")}`,
        ]
          .filter((each) => each !== null)
          .join(", "),
        ratio: peer === null ? "-" : `${times} x faster`,
        goal: `${GOAL} x faster`,
        met: peer && peer.ms >= GOAL * ours.ms,
      });
    }
  }
  const columns = ["N", "CPU ms", "ml-matrix", "ratio", "LAPACK gesdd", "max |ds|/s0"];
  printTable(`SVD with both bases${lapack === null ? " (NumPy: not found, not run)" : ""}`, columns, rows);
}

function mlMatrix(kind: string, n: number): { readonly ms: number; readonly values: readonly number[] } | null {
  const script = fileURLToPath(new URL("svd-peer.js", import.meta.url));
  const run = spawnSync(process.execPath, [script, kind, String(n)], {
    encoding: "utf8",
    timeout: PEER_SECONDS * 1000,
  });
  return run.status === 0 ? JSON.parse(run.stdout) : null;
}
