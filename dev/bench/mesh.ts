import { svd } from "../../compiler/kernels/index.ts";
import { depthOf, isometryMesh, type MeshProgram } from "../../compiler/mesh/index.ts";
import { measured } from "../../dsl/index.ts";
import { mziMatrix } from "../../netlist/index.ts";
import { recordGoal } from "./goals.ts";
import { leastMs, measuredLimits } from "./limits.ts";
import { gaussianEntries } from "./matrices.ts";
import { naiveReal } from "./peers/naive-nulling.ts";
import { numpyPeer } from "./peers/python.ts";
import { printTable } from "./table.ts";
import { cpuBest, type Timed } from "./timing.ts";

/** Times as fast as the scalar loop, and times LAPACK's QR. */
const GOAL = { scalar: 5, lapack: 5 };

/**
 * Prints the CPU times of the mesh decompositions beside peers measured in the same run: textbook scalar nulling (without angles or
 * layout, which the row of optinc includes) and LAPACK's QR of a matrix of that size. Times are the best of several runs.
 */
export function meshBench(smoke: boolean): void {
  const sizes = smoke ? [16] : [128, 256, 512, 1024];
  const lapack = smoke ? null : numpyPeer<Record<string, number>>("lapack_numpy.py", ...sizes.map(String));
  const limit = measuredLimits().rotate;
  const rows = sizes.map((n) => {
    const runs = smoke ? 1 : Math.max(4, 8192 / n);
    const q = orthogonal(n);
    // The naive loop takes seconds at 1024: once will do.
    const few = n > 512 ? 1 : runs / 2;
    const ours = cpuBest(runs, () => isometryMesh(q, n, n));
    return report(n, ours, cpuBest(few, () => naiveReal(q.slice(), n)).ms, limit, lapack, q);
  });
  printTable(
    `Mesh decomposition: whole program with phases and layout, random input; CPU ms on one thread${lapack === null ? " (NumPy: not found, not run)" : ""}`,
    ["N", "ms", "naive ms", "ratio", "limit ms", "LAPACK ms", "ratio", "max error", "columns"],
    rows,
  );

  const n = smoke ? 64 : 512;
  const special = specialMatrices(n).map(([name, matrix]) => {
    const { ms, value } = cpuBest(2, () => isometryMesh(matrix, n, n));
    const error = reconstructionError(value, matrix, n);
    const count = String(value.mzis.mode.length);
    return [name, ms.toFixed(1), error.toExponential(1), count, String(depthOf(value)), "1e-13"];
  });
  const head = ["matrix", "ms", "max error", "MZIs", "columns", "goal"];
  printTable(`The same on special matrices, N = ${n}`, head, special);
}

function report(
  n: number,
  ours: Timed<MeshProgram>,
  naiveMs: number,
  limit: number,
  lapack: Readonly<Record<string, number>> | null,
  wanted: Float64Array,
): string[] {
  const error = reconstructionError(ours.value, wanted, n);
  const scalar = naiveMs / ours.ms;
  const peerMs = lapack?.[`dgeqrf${n}`];
  const times = peerMs === undefined ? null : ours.ms / peerMs;
  // N^3 / 3 times two entries meet in a rotation: six operations
  const least = leastMs(n ** 3 * 2, limit);
  const figures = [ours.ms.toFixed(2), naiveMs.toFixed(1), `${scalar.toFixed(2)}x`, least.toFixed(2)];
  const beside = [peerMs?.toFixed(2) ?? "-", times === null ? "-" : `${times.toFixed(1)}x`];
  const large = n >= 512;
  recordGoal({
    work: `real Clements, N = ${n}`,
    now: measured(ours.ms / 1e3, "s"),
    peer: [
      `scalar loop ${measured(naiveMs / 1e3, "s")}`,
      `arithmetic allows ${measured(least / 1e3, "s")}`,
      peerMs && `dgeqrf ${measured(peerMs / 1e3, "s")}`,
    ]
      .filter(Boolean)
      .join(", "),
    ratio: [`${scalar.toFixed(1)} x faster`, times !== null && `${times.toFixed(1)} x dgeqrf`]
      .filter(Boolean)
      .join(", "),
    goal: `${GOAL.scalar} x faster than the loop${large ? `, at most ${GOAL.lapack} x dgeqrf` : ""}`,
    met: scalar >= GOAL.scalar && (!large || (times === null ? null : times <= GOAL.lapack)),
  });
  return [String(n), ...figures, ...beside, error.toExponential(1), String(depthOf(ours.value))];
}

/** max |mesh - wanted| over all entries. */
function reconstructionError(program: MeshProgram, wanted: Float64Array, n: number): number {
  const fields = new Float64Array(2 * n * n);
  for (let i = 0; i < n; i++) fields[2 * i * (n + 1)] = 1;
  const { mode, thetaRad, phiRad } = program.mzis;
  for (let m = 0; m < mode.length; m++) {
    const u = mziMatrix(thetaRad[m]!, phiRad[m]!);
    let p = 2 * n * mode[m]!;
    for (let q = p + 2 * n, end = q; p < end; p += 2, q += 2) {
      const xr = fields[p]!;
      const xi = fields[p + 1]!;
      const yr = fields[q]!;
      const yi = fields[q + 1]!;
      fields[p] = u.aRe * xr - u.aIm * xi + u.bRe * yr - u.bIm * yi;
      fields[p + 1] = u.aRe * xi + u.aIm * xr + u.bRe * yi + u.bIm * yr;
      fields[q] = u.cRe * xr - u.cIm * xi + u.dRe * yr - u.dIm * yi;
      fields[q + 1] = u.cRe * xi + u.cIm * xr + u.dRe * yi + u.dIm * yr;
    }
  }
  let worst = 0;
  for (let i = 0; i < n; i++) {
    const c = Math.cos(program.outputs[i]!);
    const s = Math.sin(program.outputs[i]!);
    for (let at = 2 * n * i; at < 2 * n * (i + 1); at += 2) {
      const re = c * fields[at]! - s * fields[at + 1]! - wanted[at / 2]!;
      const im = c * fields[at + 1]! + s * fields[at]!;
      const error = Math.hypot(re, im);
      // NaN must show
      if (!(error <= worst)) worst = error;
    }
  }
  return worst;
}

function specialMatrices(n: number): [name: string, matrix: Float64Array][] {
  const identity = new Float64Array(n * n);
  const permutation = new Float64Array(n * n);
  const hadamard = new Float64Array(n * n);
  const blocks = new Float64Array(n * n);
  const block = orthogonal(16);
  for (let i = 0; i < n; i++) {
    identity[i * (n + 1)] = 1;
    permutation[i * n + ((i * 205 + 77) % n)] = 1;
    for (let j = 0; j < n; j++) {
      let sign = 1;
      for (let bits = i & j; bits > 0; bits &= bits - 1) sign = -sign;
      hadamard[i * n + j] = sign / Math.sqrt(n);
      if (i >> 4 === j >> 4) blocks[i * n + j] = block[(i & 15) * 16 + (j & 15)]!;
    }
  }
  return [
    ["identity", identity],
    ["-identity", identity.map((x) => -x)],
    ["permutation", permutation],
    ["16 x 16 blocks", blocks],
    ["Hadamard", hadamard],
    ["I + 1e-9 skew", tilted(identity, n, 1e-9)],
    ["P + 1e-7 skew", tilted(permutation, n, 1e-7)],
  ];
}

/** base plus `size` times base times a random antisymmetric matrix, orthonormalised. */
function tilted(base: Float64Array, n: number, size: number): Float64Array {
  const g = gaussianEntries(n * n, 9);
  const out = base.slice();
  for (let i = 0; i < n; i++) {
    const k = base.indexOf(1, i * n) - i * n;
    for (let j = 0; j < n; j++) out[i * n + j]! += size * (g[k * n + j]! - g[j * n + k]!);
  }
  orthonormaliseRows(out, n);
  return out;
}

/** Random orthogonal n x n: a singular basis of a Gaussian matrix. */
function orthogonal(n: number): Float64Array {
  return svd(gaussianEntries(n * n, n), n, n).u;
}

/** Gram-Schmidt, twice a row. */
function orthonormaliseRows(q: Float64Array, n: number): void {
  for (let x = 0; x < n * n; x += n) {
    for (let pass = 0; pass < 2; pass++) {
      for (let y = 0; y < x; y += n) {
        let product = 0;
        for (let j = 0; j < n; j++) product += q[y + j]! * q[x + j]!;
        for (let j = 0; j < n; j++) q[x + j]! -= product * q[y + j]!;
      }
      let square = 0;
      for (let j = 0; j < n; j++) square += q[x + j]! ** 2;
      for (let j = 0; j < n; j++) q[x + j]! /= Math.sqrt(square);
    }
  }
}
