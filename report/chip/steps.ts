import type { Activation, Circuit, Device, Mesh, Section } from "../../netlist/index.ts";

/** What a step of a circuit's program is: a device, what a mesh absorbs on one mode, or a neuron. */
export type Part =
  | { readonly kind: "device"; readonly section: Section; readonly mesh: Mesh; readonly device: Device }
  | { readonly kind: "termination"; readonly section: Section; readonly mesh: Mesh; readonly mode: number }
  | { readonly kind: "neuron"; readonly section: Section; readonly activation: Activation };

/** The parts of a circuit in the order of its program, each with the name that links use. */
export interface Parts {
  readonly parts: readonly Part[];
  /** `layer3/left0/2`, the number within the mesh last; `layer3/mode 7` of a neuron. One name may stand twice in a circuit. */
  readonly names: readonly string[];
}

/** One part a step, in the order in which light meets them (`programOfCircuit`). */
export function partsOf(circuit: Pick<Circuit, "sections">): Parts {
  const parts: Part[] = [];
  const names: string[] = [];
  for (const section of circuit.sections) {
    for (const mesh of section.meshes) {
      mesh.devices.forEach((device, i) => {
        parts.push({ kind: "device", section, mesh, device });
        names.push(`${section.name}/${mesh.name}/${i}`);
      });
      for (const mode of mesh.terminated) {
        parts.push({ kind: "termination", section, mesh, mode });
        names.push(`${section.name}/${mesh.name}/end of ${mode}`);
      }
    }
    for (const activation of section.activations) {
      parts.push({ kind: "neuron", section, activation });
      names.push(`${section.name}/mode ${activation.mode}`);
    }
  }
  return { parts, names };
}

/** Circuit modes that a part acts on: two of an MZI, else one. */
export function modesOf(part: Part): readonly number[] {
  switch (part.kind) {
    case "device": {
      const { mesh, device } = part;
      const first = mesh.modes[device.mode]!;
      return device.kind === "mzi" ? [first, mesh.modes[device.mode + 1]!] : [first];
    }
    case "termination":
      return [part.mode];
    case "neuron":
      return [part.activation.mode];
    default:
      return part satisfies never;
  }
}

/** The steps of each mesh, what it absorbs behind its devices, and of each neuron, by section. */
export function stepsOf({ sections }: Pick<Circuit, "sections">): {
  readonly meshSteps: readonly (readonly (readonly number[])[])[];
  readonly neuronSteps: readonly (readonly number[])[];
} {
  let step = 0;
  const meshSteps: number[][][] = [];
  const neuronSteps: number[][] = [];
  for (const { meshes, activations } of sections) {
    meshSteps.push(meshes.map(({ devices, terminated }) => [...devices, ...terminated].map(() => step++)));
    neuronSteps.push(activations.map(() => step++));
  }
  return { meshSteps, neuronSteps };
}
