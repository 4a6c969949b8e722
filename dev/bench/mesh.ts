import { svd } from "../../compiler/kernels/index.ts";
import { isometryMesh } from "../../compiler/mesh/index.ts";
import { measured } from "../../dsl/index.ts";
import { recordGoal } from "./goals.ts";
import { leastMs, measuredLimits } from "./limits.ts";
import { gaussianEntries } from "./matrices.ts";
import { naiveReal } from "./peers/naive-nulling.ts";
import { numpyPeer } from "./peers/python.ts";
import { cpuBest } from "./timing.ts";

/** Times as fast as the scalar loop, and times LAPACK's QR. */
const GOAL = { scalar: 5, lapack: 5 };

/**
 * CPU times of whole mesh programs, with phases and layout, of random matrices, beside peers measured in the same run: textbook scalar
 * nulling (without angles or layout) and LAPACK's QR of a matrix of that size. Times are the best of several runs.
 */
export function meshBench(smoke: boolean): void {
  const sizes = smoke ? [16] : [128, 256, 512, 1024];
  const lapack = smoke ? null : numpyPeer<Record<string, number>>("lapack_numpy.py", ...sizes.map(String));
  for (const n of sizes) {
    const runs = smoke ? 1 : Math.max(4, 8192 / n);
    // A singular basis of a Gaussian matrix.
    const q = svd(gaussianEntries(n * n, n), n, n).u;
    const { ms } = cpuBest(runs, () => isometryMesh(q, n, n));
    // The naive loop takes seconds at 1024: once will do.
    const naiveMs = cpuBest(n > 512 ? 1 : runs / 2, () => naiveReal(q.slice(), n)).ms;
    recordMesh(n, ms, naiveMs, lapack?.[`dgeqrf${n}`] ?? null);
  }
}

function recordMesh(n: number, ms: number, naiveMs: number, peerMs: number | null): void {
  const scalar = naiveMs / ms;
  const times = peerMs === null ? null : ms / peerMs;
  // N^3 / 3 times two entries meet in a rotation: six operations
  const least = leastMs(n ** 3 * 2, measuredLimits().rotate);
  const beside = [`scalar loop ${measured(naiveMs / 1e3, "s")}`, `arithmetic allows ${measured(least / 1e3, "s")}`];
  const large = n >= 512;
  recordGoal({
    work: `real Clements, N = ${n}`,
    now: measured(ms / 1e3, "s"),
    peer: [...beside, ...(peerMs === null ? [] : [`dgeqrf ${measured(peerMs / 1e3, "s")}`])].join(", "),
    ratio: `${scalar.toFixed(1)} x faster${times === null ? "" : `, ${times.toFixed(1)} x dgeqrf`}`,
    goal: `${GOAL.scalar} x faster than the loop${large ? `, at most ${GOAL.lapack} x dgeqrf` : ""}`,
    met: scalar >= GOAL.scalar && (!large || (times === null ? null : times <= GOAL.lapack)),
  });
}
