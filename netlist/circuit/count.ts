import type { Circuit, SectionKind } from "./circuit.ts";

export interface DeviceCounts {
  /** MZIs, attenuators among them: an attenuator is an MZI with one port in the dark. */
  readonly mzis: number;
  readonly attenuators: number;
  /** Two in an MZI, two in an attenuator, one in a phase device. */
  readonly phaseShifters: number;
  readonly activations: number;
  /** Places where two waveguides cross. */
  readonly crossings: number;
  /** Of waveguides beside the devices, delay lines among them. */
  readonly waveguideUm: number;
}

export interface CircuitStatistics extends DeviceCounts {
  readonly bySection: Readonly<Record<SectionKind, DeviceCounts>>;
  /**
   * MZIs on the longest path that light takes from any input to any end; circuits side by side overlap, whatever
   * section they are in.
   */
  readonly depth: number;
  readonly modes: number;
  readonly sections: number;
  readonly meshes: number;
  readonly workerInputs: number;
  readonly referenceInputs: number;
  readonly outputs: number;
}

export function countDevices(circuit: Circuit): CircuitStatistics {
  const bySection: Record<SectionKind, DeviceCounts> = {
    combine: none,
    reference: none,
    layer: none,
    broadcast: none,
  };
  const reached = new Int32Array(circuit.modes);
  let depth = 0;
  let meshes = 0;
  for (const section of circuit.sections) {
    let mzis = 0;
    let attenuators = 0;
    let phases = 0;
    let crossed = 0;
    let waveguideUm = 0;
    for (const mesh of section.meshes) {
      meshes += 1;
      for (const device of mesh.devices) {
        const upper = mesh.modes[device.mode]!;
        switch (device.kind) {
          case "mzi": {
            const lower = mesh.modes[device.mode + 1]!;
            const column = Math.max(reached[upper]!, reached[lower]!) + 1;
            reached[upper] = column;
            reached[lower] = column;
            depth = Math.max(depth, column);
            mzis += 1;
            break;
          }
          case "attenuator":
            reached[upper] = reached[upper]! + 1;
            depth = Math.max(depth, reached[upper]!);
            attenuators += 1;
            break;
          case "phase":
            phases += 1;
            break;
          case "waveguide":
            crossed += device.crossings;
            waveguideUm += device.lengthUm;
            break;
          default:
            device satisfies never;
        }
      }
      for (const mode of mesh.terminated) {
        reached[mode] = 0;
      }
    }
    bySection[section.kind] = sum(bySection[section.kind], {
      mzis: mzis + attenuators,
      attenuators,
      phaseShifters: 2 * (mzis + attenuators) + phases,
      activations: section.activations.length,
      // each is named by both of its waveguides
      crossings: crossed / 2,
      waveguideUm,
    });
  }
  return {
    ...Object.values(bySection).reduce(sum, none),
    bySection,
    depth,
    modes: circuit.modes,
    sections: circuit.sections.length,
    meshes,
    workerInputs: circuit.inputs.filter((port) => port.kind === "worker").length,
    referenceInputs: circuit.inputs.filter((port) => port.kind === "reference").length,
    outputs: circuit.outputs.length,
  };
}

const none: DeviceCounts = {
  mzis: 0,
  attenuators: 0,
  phaseShifters: 0,
  activations: 0,
  crossings: 0,
  waveguideUm: 0,
};

function sum(a: DeviceCounts, b: DeviceCounts): DeviceCounts {
  return {
    mzis: a.mzis + b.mzis,
    attenuators: a.attenuators + b.attenuators,
    phaseShifters: a.phaseShifters + b.phaseShifters,
    activations: a.activations + b.activations,
    crossings: a.crossings + b.crossings,
    waveguideUm: a.waveguideUm + b.waveguideUm,
  };
}
