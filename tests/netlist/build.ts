import type {
  Activation,
  Certificate,
  Circuit,
  Device,
  InputPort,
  Mesh,
  MeshKind,
  OutputPort,
  Saturating,
  Section,
  SectionKind,
} from "../../netlist/index.ts";

/** Bar state is theta = pi, cross is theta = 0, an even splitter pi / 2. */
export function mzi(mode: number, column: number, thetaRad: number, phiRad: number): Device {
  return { kind: "mzi", column, mode, thetaRad, phiRad };
}

export function attenuator(mode: number, column: number, thetaRad: number, phiRad: number): Device {
  return { kind: "attenuator", column, mode, thetaRad, phiRad };
}

export function phase(mode: number, column: number, phiRad: number): Device {
  return { kind: "phase", column, mode, phiRad };
}

export function mesh(
  kind: MeshKind,
  name: string,
  modes: readonly number[],
  devices: readonly Device[],
  terminated: readonly number[] = [],
): Mesh {
  return { kind, name, modes, devices, terminated };
}

export function section(
  kind: SectionKind,
  name: string,
  meshes: readonly Mesh[],
  activations: readonly Activation[] = [],
): Section {
  return { kind, name, meshes, activations };
}

export function relu(mode: number, gain: number = 1): Activation {
  return { kind: "relu", mode, gain };
}

export function saturating(mode: number, gain: number, threshold: number, range: number): Saturating {
  return { kind: "saturating", mode, gain, threshold, range };
}

export function worker(workerIndex: number, symbol: number, mode: number, fieldPerLevel: number = 1): InputPort {
  return { kind: "worker", name: `w${workerIndex} s${symbol}`, mode, worker: workerIndex, symbol, fieldPerLevel };
}

export function reference(name: string, mode: number, field: number): InputPort {
  return { kind: "reference", name, mode, field };
}

export function output(workerIndex: number, symbol: number, mode: number, levelsPerField: number): OutputPort {
  return { name: `out w${workerIndex} s${symbol}`, mode, worker: workerIndex, symbol, levelsPerField };
}

export function circuit(parts: Pick<Circuit, "modes" | "inputs" | "sections" | "outputs"> & Partial<Circuit>): Circuit {
  return {
    format: "optinc.circuit",
    version: 1,
    name: "test",
    aggregate: { workers: 2, bits: 2, levels: 4, signed: false, rounding: "floor", symbols: 1 },
    certificate: null,
    ...parts,
  };
}

/**
 * Floor of the mean of two workers' 2-bit words (one PAM4 symbol each), by hand. Modes 0 and 1 are the workers, 2 a
 * reference. P adds the workers, a 2 x 2 mesh mixes the sum with the rail, neurons and a splitter follow, T sends the
 * same light to both workers. Numbers are arbitrary where no arithmetic hangs on them: what matters is that every
 * kind of device, section and termination occurs and that nothing is symmetric.
 */
export function tinyCircuit(): Circuit {
  return circuit({
    name: "Tiny pair",
    modes: 6,
    inputs: [worker(0, 0, 0), worker(1, 0, 1, 0.9), reference("rail", 2, 2.5)],
    sections: [
      section("combine", "P", [mesh("combiner", "sum", [0, 1], [mzi(0, 0, Math.PI / 2, 0.2), phase(0, 1, -0.4)], [1])]),
      section("reference", "rails", [mesh("splitter", "rail", [2, 3], [mzi(0, 0, 1.1, 0.3)])]),
      section(
        "layer",
        "layer 1",
        [
          mesh("right", "V^T", [0, 2], [mzi(0, 0, 2.2, 0.7), phase(1, 1, 5.1)]),
          mesh("singular", "S", [0, 2, 3], [attenuator(0, 0, 2.5, -1.8), attenuator(2, 0, 1.5, -2.1)]),
          mesh("left", "U", [2, 0, 3], [mzi(0, 0, 0.9, 1.7), mzi(1, 1, 2.8, 0.1), mzi(0, 2, 1.3, 2.9), phase(2, 2, 4)]),
        ],
        [relu(0, 1.5), relu(2), relu(3, 0.8)],
      ),
      section(
        "layer",
        "layer 2",
        [mesh("right", "V^T", [0, 2, 3], [mzi(0, 0, 1.9, 3.1), mzi(1, 1, 2.1, 0.4)], [3])],
        [relu(0, 2)],
      ),
      section("broadcast", "T", [mesh("splitter", "tree", [0, 4, 2], [mzi(0, 0, 1.4, 0.1), mzi(1, 1, 1.7, 0)], [2])]),
    ],
    outputs: [output(0, 0, 0, -2), output(1, 0, 4, -1.5)],
  });
}

/** A split, a nonzero and an only cell over the sections of `tinyCircuit`; its form is right. */
export const certificate: Certificate = {
  signals: [
    { name: "A0", kind: "sum", max: 6, section: 0, mode: 0, fieldPerUnit: 0.1 },
    { name: "b", kind: "bit", max: 1, section: 2, mode: 2, fieldPerUnit: 1 },
    { name: "r", kind: "residual", max: 3, section: 2, mode: 3, fieldPerUnit: 1 },
    { name: "n", kind: "bit", max: 1, section: 3, mode: 0, fieldPerUnit: 1 },
    { name: "o", kind: "bit", max: 1, section: 3, mode: 2, fieldPerUnit: 1 },
  ],
  cells: [
    {
      kind: "split",
      name: "c",
      terms: [{ signal: 0, weight: 1 }],
      offset: 0,
      bits: [{ signal: 1, weight: 4 }],
      residual: 2,
    },
    { kind: "nonzero", name: "n", terms: [{ signal: 2, weight: 1 }], bit: 3 },
    { kind: "only", name: "o", set: 1, unless: 3, bit: 4 },
  ],
  symbols: [[{ signal: 4, weight: 2 }]],
};
