import { Matrix, SingularValueDecomposition } from "ml-matrix";
import { svd } from "../compiler/kernels/index.ts";
import { depthOf, isometryMesh, type MeshProgram, unitaryMesh } from "../compiler/mesh/index.ts";
import { mziMatrix } from "../netlist/index.ts";
import { naiveComplex, naiveReal } from "./peers/naive-nulling.ts";

/**
 * Prints the times of the mesh decompositions and of the SVD beside peers measured in the same run: textbook scalar nulling
 * (without angles or layout, which ours includes) and ml-matrix' SVD. Times are the best of several runs.
 */
export function meshBench(smoke: boolean): void {
  console.log("\nMesh decomposition: whole program with phases and layout, Haar random input");
  console.log(line(["N", "matrix", "ms", "naive ms", "ratio", "max error", "columns", "goal"]));
  for (const n of smoke ? [16] : [128, 256, 512]) {
    const runs = smoke ? 1 : n === 512 ? 8 : 16;
    const q = haar(n, false, n);
    const orthogonal = best(runs, () => isometryMesh(q, n, n));
    const naive = best(runs, () => naiveReal(q.slice(), n));
    report(n, "orthogonal", orthogonal, naive.ms, complexOf(q), n === 512 ? "100 ms, 1e-13" : "1e-13");
    const u = haar(n, true, n);
    const re = u.filter((_, i) => i % 2 === 0);
    const im = u.filter((_, i) => i % 2 === 1);
    const unitary = best(runs, () => unitaryMesh(u, n));
    const naiveUnitary = best(runs, () => naiveComplex(re.slice(), im.slice(), n));
    report(n, "unitary", unitary, naiveUnitary.ms, u, n === 512 ? "300 ms, 1e-13" : "1e-13");
  }

  const n = smoke ? 64 : 512;
  console.log(`\nThe same on special matrices, N = ${n}`);
  console.log(line(["matrix", "ms", "max error", "MZIs", "columns", "goal"]));
  for (const [name, matrix, complex] of specialMatrices(n)) {
    const { ms, value } = best(2, () => (complex ? unitaryMesh(matrix, n) : isometryMesh(matrix, n, n)));
    const error = reconstructionError(value, complex ? matrix : complexOf(matrix), n);
    const count = String(value.mzis.mode.length);
    console.log(line([name, ms.toFixed(1), error.toExponential(1), count, String(depthOf(value)), "1e-13"]));
  }

  console.log("\nSVD with both bases");
  console.log(line(["N", "matrix", "ms", "ml-matrix ms", "ratio", "max |ds|/s0"]));
  for (const size of smoke ? [32] : [256, 512]) {
    for (const [name, a] of [
      ["Haar-like", haar(size, false, 1)],
      ["Gaussian", gaussianEntries(size * size, 2)],
    ] as const) {
      const ours = best(2, () => svd(a, size, size));
      const peer = best(1, () => new SingularValueDecomposition(Matrix.from1DArray(size, size, a)));
      const theirs = peer.value.diagonal;
      const difference = ours.value.s.reduce((worst, s, i) => Math.max(worst, Math.abs(s - theirs[i]!)), 0);
      const relative = (difference / ours.value.s[0]!).toExponential(1);
      const ratio = `${(peer.ms / ours.ms).toFixed(1)}x`;
      console.log(line([String(size), name, ours.ms.toFixed(0), peer.ms.toFixed(0), ratio, relative]));
    }
  }
}

interface Timed<T> {
  readonly ms: number;
  readonly value: T;
}

function best<T>(runs: number, work: () => T): Timed<T> {
  let value = work();
  let ms = Number.POSITIVE_INFINITY;
  for (let i = 0; i < runs; i++) {
    const start = performance.now();
    value = work();
    ms = Math.min(ms, performance.now() - start);
  }
  return { ms, value };
}

function line(cells: readonly string[]): string {
  return cells.map((cell, i) => cell.padEnd(i === 0 ? 22 : 13)).join("");
}

function report(
  n: number,
  name: string,
  ours: Timed<MeshProgram>,
  peerMs: number,
  wanted: Float64Array,
  goal: string,
): void {
  const error = reconstructionError(ours.value, wanted, n);
  const ratio = `${(peerMs / ours.ms).toFixed(2)}x`;
  const figures = [ours.ms.toFixed(1), peerMs.toFixed(1), ratio, error.toExponential(1), String(depthOf(ours.value))];
  console.log(line([String(n), name, ...figures, goal]));
}

/** max |mesh - wanted| over all entries; wanted interleaved. */
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
      const re = c * fields[at]! - s * fields[at + 1]! - wanted[at]!;
      const im = c * fields[at + 1]! + s * fields[at]! - wanted[at + 1]!;
      const error = Math.hypot(re, im);
      // NaN must show
      if (!(error <= worst)) worst = error;
    }
  }
  return worst;
}

function specialMatrices(n: number): [name: string, matrix: Float64Array, complex: boolean][] {
  const identity = new Float64Array(n * n);
  const permutation = new Float64Array(n * n);
  const hadamard = new Float64Array(n * n);
  const fourier = new Float64Array(2 * n * n);
  const blocks = new Float64Array(n * n);
  const block = haar(16, false, 5);
  for (let i = 0; i < n; i++) {
    identity[i * (n + 1)] = 1;
    permutation[i * n + ((i * 205 + 77) % n)] = 1;
    for (let j = 0; j < n; j++) {
      let sign = 1;
      for (let bits = i & j; bits > 0; bits &= bits - 1) sign = -sign;
      hadamard[i * n + j] = sign / Math.sqrt(n);
      const angle = (-2 * Math.PI * ((i * j) % n)) / n;
      fourier[2 * (i * n + j)] = Math.cos(angle) / Math.sqrt(n);
      fourier[2 * (i * n + j) + 1] = Math.sin(angle) / Math.sqrt(n);
      if (i >> 4 === j >> 4) blocks[i * n + j] = block[(i & 15) * 16 + (j & 15)]!;
    }
  }
  return [
    ["identity", identity, false],
    ["-identity", identity.map((x) => -x), false],
    ["permutation", permutation, false],
    ["16 x 16 blocks", blocks, false],
    ["Hadamard", hadamard, false],
    ["I + 1e-9 skew", tilted(identity, n, 1e-9), false],
    ["P + 1e-7 skew", tilted(permutation, n, 1e-7), false],
    ["Fourier", fourier, true],
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
  orthonormaliseRows(out, n, 1);
  return out;
}

/** Haar random n x n, real or interleaved complex: Gaussian rows, orthonormalised. */
function haar(n: number, complex: boolean, seed: number): Float64Array {
  const parts = complex ? 2 : 1;
  const q = gaussianEntries(parts * n * n, seed);
  orthonormaliseRows(q, n, parts);
  return q;
}

/** Gram-Schmidt, twice a row. */
function orthonormaliseRows(q: Float64Array, n: number, parts: 1 | 2): void {
  const w = parts * n;
  for (let i = 0; i < n; i++) {
    const x = i * w;
    for (let pass = 0; pass < 2; pass++) {
      for (let y = 0; y < x; y += w) {
        let re = 0;
        let im = 0;
        for (let j = 0; j < w; j++) re += q[y + j]! * q[x + j]!;
        if (parts === 2) {
          for (let j = 0; j < w; j += 2) im += q[y + j]! * q[x + j + 1]! - q[y + j + 1]! * q[x + j]!;
        }
        for (let j = 0; j < w; j++) q[x + j]! -= re * q[y + j]!;
        if (im === 0) continue;
        for (let j = 0; j < w; j += 2) {
          q[x + j]! += im * q[y + j + 1]!;
          q[x + j + 1]! -= im * q[y + j]!;
        }
      }
      let square = 0;
      for (let j = 0; j < w; j++) square += q[x + j]! ** 2;
      for (let j = 0; j < w; j++) q[x + j]! /= Math.sqrt(square);
    }
  }
}

function complexOf(a: Float64Array): Float64Array {
  const out = new Float64Array(2 * a.length);
  for (let i = 0; i < a.length; i++) out[2 * i] = a[i]!;
  return out;
}

/** Seeded standard normal numbers (mulberry32, Box-Muller). */
function gaussianEntries(count: number, seed: number): Float64Array {
  let state = seed >>> 0;
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  return Float64Array.from({ length: count }, () => {
    const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
    return radius * Math.cos(2 * Math.PI * uniform());
  });
}
