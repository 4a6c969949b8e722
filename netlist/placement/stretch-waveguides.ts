import type { Circuit, Device } from "../circuit/circuit.ts";
import type { CircuitFloor } from "./circuit-floor.ts";

export type Waveguide = Extract<Device, { readonly kind: "waveguide" }>;

/** A waveguide of a circuit, and the stretch of the circuit's floor that it stands on. */
export interface StretchWaveguide {
  readonly stretch: number;
  readonly waveguide: Waveguide;
  /** Positions of the section, of the mesh in it, and of the waveguide among the mesh's devices. */
  readonly section: number;
  readonly mesh: number;
  readonly index: number;
  /** In a mesh that a device of the floor is made of. */
  readonly isOfDevice: boolean;
  /** In a mesh between two of a device's, on one of its modes. */
  readonly isBetween: boolean;
  /** Behind an MZI, an attenuator or a phase shifter on the stretch. */
  readonly isInside: boolean;
}

/** The lit waveguides in the order of light. */
export function* waveguidesOnStretches(circuit: Circuit, placed: CircuitFloor): Generator<StretchWaveguide> {
  const { floor, parts, inputs, modes: modeOf } = placed;
  const current = new Int32Array(circuit.modes).fill(-1);
  const isInside = new Uint8Array(circuit.modes);
  const begin = (stretch: number): void => {
    if (stretch < 0) return;
    current[modeOf[stretch]!] = stretch;
    isInside[modeOf[stretch]!] = 0;
  };
  inputs.forEach(begin);
  let next = 0;
  for (const [section, { meshes }] of circuit.sections.entries()) {
    for (const [m, mesh] of meshes.entries()) {
      const part = parts[next];
      const own = part?.kind === "mesh" && part.section === section ? part.meshes : [];
      const isOfDevice = own.includes(m);
      const between = m > own[0]! && m < own.at(-1)! ? meshes[own[0]!]!.modes : [];
      for (const [index, device] of mesh.devices.entries()) {
        const mode = mesh.modes[device.mode]!;
        const stretch = current[mode]!;
        if (device.kind !== "waveguide") {
          isInside[mode] = 1;
          if (device.kind === "mzi") isInside[mesh.modes[device.mode + 1]!] = 1;
        } else if (stretch >= 0) {
          const flags = {
            isOfDevice,
            isBetween: !isOfDevice && between.includes(mode),
            isInside: isInside[mode] === 1,
          };
          yield { stretch, waveguide: device, section, mesh: m, index, ...flags };
        }
      }
      if (own.at(-1) !== m) continue;
      for (const mode of mesh.modes) current[mode] = -1;
      floor.devices[next++]!.outputs.forEach(begin);
    }
    for (; parts[next]?.kind === "neuron" && parts[next]!.section === section; next++)
      floor.devices[next]!.outputs.forEach(begin);
  }
}
