import type { Circuit, SectionKind } from "./circuit.ts";
import { circuitSteps } from "./steps.ts";

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
  const bySection = { combine: newCounts(), reference: newCounts(), layer: newCounts(), broadcast: newCounts() };
  const all = newCounts();
  const reached = new Int32Array(circuit.modes);
  let depth = 0;
  const add = (section: SectionKind, key: keyof DeviceCounts, count: number): void => {
    for (const counts of [bySection[section], all]) counts[key] += count;
  };
  for (const step of circuitSteps(circuit)) {
    const { kind: section } = step.section;
    if (step.kind === "termination") reached[step.mode] = 0;
    else if (step.kind === "neuron") add(section, "activations", 1);
    else {
      const { device, mesh } = step;
      switch (device.kind) {
        case "mzi":
        case "attenuator": {
          const modes = mesh.modes.slice(device.mode, device.mode + (device.kind === "mzi" ? 2 : 1));
          const column = modes.reduce((last, mode) => Math.max(last, reached[mode]!), 0) + 1;
          for (const mode of modes) reached[mode] = column;
          depth = Math.max(depth, column);
          add(section, "mzis", 1);
          add(section, "attenuators", device.kind === "mzi" ? 0 : 1);
          add(section, "phaseShifters", 2);
          break;
        }
        case "phase":
          add(section, "phaseShifters", 1);
          break;
        case "waveguide":
          // each crossing is named by both of its waveguides
          add(section, "crossings", device.crossings / 2);
          add(section, "waveguideUm", device.lengthUm);
          break;
        default:
          device satisfies never;
      }
    }
  }
  return {
    ...all,
    bySection,
    depth,
    modes: circuit.modes,
    sections: circuit.sections.length,
    meshes: circuit.sections.reduce((sum, { meshes }) => sum + meshes.length, 0),
    workerInputs: circuit.inputs.filter((port) => port.kind === "worker").length,
    referenceInputs: circuit.inputs.filter((port) => port.kind === "reference").length,
    outputs: circuit.outputs.length,
  };
}

function newCounts(): { -readonly [Key in keyof DeviceCounts]: number } {
  return { mzis: 0, attenuators: 0, phaseShifters: 0, activations: 0, crossings: 0, waveguideUm: 0 };
}
