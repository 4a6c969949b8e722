import type { Circuit } from "../../netlist/index.ts";

/**
 * The circuit without its neurons: where one stood the light ends at an output, and begins again on a mode of its own. Inputs and outputs are
 * lit modes of the new circuit, in the order of the ports and of the neurons.
 */
export function cutCircuit(circuit: Circuit): {
  readonly circuit: Circuit;
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
} {
  let fresh = circuit.modes;
  const nameOf = Array.from({ length: circuit.modes }, (_, mode) => mode);
  const inputs = circuit.inputs.map(({ mode }) => mode);
  const outputs: number[] = [];
  const sections = circuit.sections.map((section) => {
    const meshes = section.meshes.map((mesh) => ({
      ...mesh,
      modes: mesh.modes.map((mode) => nameOf[mode]!),
      terminated: mesh.terminated.map((mode) => nameOf[mode]!),
    }));
    for (const { mode } of section.activations) {
      outputs.push(nameOf[mode]!);
      nameOf[mode] = fresh;
      inputs.push(fresh);
      fresh += 1;
    }
    return { ...section, meshes, activations: [] };
  });
  outputs.push(...circuit.outputs.map(({ mode }) => nameOf[mode]!));
  const { placement: _, ...rest } = circuit;
  return { circuit: { ...rest, modes: fresh, sections, certificate: null }, inputs, outputs };
}
