import { factorMatrix, toDevices, unitaryMesh } from "../../compiler/mesh/index.ts";
import { type Circuit, gaussianFrom, type Mesh, type Section, seededRandom } from "../../netlist/index.ts";
import { attenuator, circuit, mesh, mzi, output, phase, section, worker } from "./build.ts";

/** A circuit of passive sections between `n` workers and their receivers on modes 0..n-1. */
export function passiveCircuit(name: string, n: number, modes: number, sections: readonly Section[]): Circuit {
  return circuit({
    name,
    aggregate: { workers: n, bits: 2, levels: 4, signed: false, rounding: "floor", symbols: 1 },
    modes,
    inputs: Array.from({ length: n }, (_, i) => worker(i, 0, i)),
    sections,
    outputs: Array.from({ length: n }, (_, i) => output(i, 0, i, 1)),
  });
}

/** One mesh with a Haar-random unitary of n modes. */
export function haarCircuit(n: number): Circuit {
  const program = unitaryMesh(haarUnitary(n, n), n);
  const u = mesh("left", "U", range(n), toDevices(program));
  return passiveCircuit(`haar-${n}`, n, n, [section("layer", "layer1", [u])]);
}

/** A layer as training leaves it: a full n x n matrix of spectral norm 1 as V^T, attenuators and U; or only some of these. */
export function layerCircuit(n: number, kinds: readonly Mesh["kind"][] = ["right", "singular", "left"]): Circuit {
  const weights = Float64Array.from({ length: n * n }, gaussianFrom(seededRandom(n)));
  const norm = 2.2 * Math.sqrt(n);
  const factors = factorMatrix(
    weights.map((w) => w / norm),
    n,
    n,
  );
  const meshes: Mesh[] = (["right", "singular", "left"] as const).flatMap((kind) => {
    if (!kinds.includes(kind)) return [];
    const program = factors[kind];
    return program === null ? [] : [mesh(kind, kind, range(n), toDevices(program))];
  });
  return passiveCircuit(`layer-${n}`, n, n, [section("layer", "layer1", meshes)]);
}

/** One mesh of more than `devices` MZIs. */
export function largeCircuit(devices: number): Circuit {
  const n = Math.ceil((1 + Math.sqrt(1 + 8 * devices)) / 2);
  const random = seededRandom(1);
  const mzis = range(n).flatMap((column) =>
    range(n - 1)
      .filter((mode) => mode % 2 === column % 2)
      .map((mode) => mzi(mode, column, 2 * Math.PI * random(), 2 * Math.PI * random())),
  );
  return passiveCircuit(`large-${devices}`, n, n, [section("layer", "layer1", [mesh("left", "U", range(n), mzis)])]);
}

/**
 * Light through this circuit differs in the two directions and between any two modes, so that a transposed matrix, a
 * reversed port list or a conjugated phase shows. It also has every kind of device, modes in no order, bare waveguide, light that is
 * absorbed, a mode that starts dark again, and names that are words of the formats.
 */
export function pinningCircuit(): Circuit {
  return passiveCircuit("lambda", 4, 6, [
    section("layer", "in", [
      mesh("right", "node", [3, 0, 5], [mzi(0, 0, 0.7, 0.3), mzi(1, 1, 2.1, 5.9), phase(0, 2, 1.1)], [5]),
      mesh("singular", "R1", [0, 3], [attenuator(0, 0, 2.5, 0.4), attenuator(1, 0, 4.4, 3.3)]),
      mesh(
        "left",
        "0",
        [5, 3, 0, 1],
        [mzi(1, 0, 1.3, 4.1), mzi(0, 1, 0.4, 2.2), mzi(2, 1, 2.9, 0.9), phase(3, 2, 2)],
        [5],
      ),
      mesh("left", "q0", [2, 4], [attenuator(1, 0, -1.1, 0.2)]),
    ]),
  ]);
}

/** Row-major, interleaved (re, im): Gaussian rows, orthonormalised twice. */
export function haarUnitary(n: number, seed: number): Float64Array {
  return orthonormal(n, seed, true);
}

function orthonormal(n: number, seed: number, complex: boolean): Float64Array {
  const gauss = gaussianFrom(seededRandom(seed));
  const width = complex ? 2 : 1;
  const a = Float64Array.from({ length: n * n * width }, gauss);
  const row = (i: number) => a.subarray(i * n * width, (i + 1) * n * width);
  for (let i = 0; i < n; i += 1) {
    const u = row(i);
    for (let j = 0; j < 2 * i; j += 1) {
      const v = row(j % i);
      let re = 0;
      let im = 0;
      for (let k = 0; k < n * width; k += width) {
        re += v[k]! * u[k]! + (complex ? v[k + 1]! * u[k + 1]! : 0);
        im += complex ? v[k]! * u[k + 1]! - v[k + 1]! * u[k]! : 0;
      }
      for (let k = 0; k < n * width; k += width) {
        const x = v[k]!;
        const y = complex ? v[k + 1]! : 0;
        u[k] = u[k]! - (re * x - im * y);
        if (complex) {
          u[k + 1] = u[k + 1]! - (re * y + im * x);
        }
      }
    }
    const norm = Math.hypot(...u);
    for (let k = 0; k < u.length; k += 1) {
      u[k] = u[k]! / norm;
    }
  }
  return a;
}

function range(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i);
}
