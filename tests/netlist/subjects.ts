import { factorMatrix } from "../../compiler/mesh/index.ts";
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

/** One rectangular mesh of n modes with random phases everywhere: a complex unitary matrix without a zero. */
export function unitaryCircuit(n: number): Circuit {
  const random = seededRandom(n);
  const angle = (): number => 2 * Math.PI * random();
  const outputs = range(n).map((mode) => phase(mode, n, angle()));
  const u = mesh("left", "U", range(n), [...rectangle(n, angle), ...outputs]);
  return passiveCircuit(`unitary-${n}`, n, n, [section("layer", "layer1", [u])]);
}

function rectangle(n: number, angle: () => number): Mesh["devices"] {
  return range(n).flatMap((column) =>
    range(n - 1)
      .filter((mode) => mode % 2 === column % 2)
      .map((mode) => mzi(mode, column, angle(), angle())),
  );
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
    const devices = factors[kind];
    return devices === null ? [] : [mesh(kind, kind, range(n), devices)];
  });
  return passiveCircuit(`layer-${n}`, n, n, [section("layer", "layer1", meshes)]);
}

/** One mesh of more than `devices` MZIs. */
export function largeCircuit(devices: number): Circuit {
  const n = Math.ceil((1 + Math.sqrt(1 + 8 * devices)) / 2);
  const random = seededRandom(1);
  const mzis = rectangle(n, () => 2 * Math.PI * random());
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

function range(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i);
}
