import type { Circuit } from "../circuit/circuit.ts";
import { type CircuitStep, circuitSteps } from "../circuit/steps.ts";

/** What stands on the chip for a step of a circuit's program. */
export type ChipPart = CircuitStep;

/** The parts of a circuit in the order of its program, each with the name that links use. */
export interface Parts {
  readonly parts: readonly ChipPart[];
  /** `layer3/left0/2`, the number within the mesh last; `layer3/mode 7` of a neuron. One name may stand twice in a circuit. */
  readonly names: readonly string[];
}

/** One part a step, in the order in which light meets them. */
export function partsOf(circuit: Pick<Circuit, "sections">): Parts {
  const parts = circuitSteps(circuit);
  const names = parts.map((part) => {
    const { section } = part;
    if (part.kind === "neuron") return `${section.name}/mode ${part.activation.mode}`;
    return `${section.name}/${part.mesh.name}/${part.kind === "device" ? part.index : `end of ${part.mode}`}`;
  });
  return { parts, names };
}

/** Circuit modes that a part acts on: two of an MZI, else one. */
export function modesOf(part: ChipPart): readonly number[] {
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
