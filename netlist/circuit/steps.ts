import type { Activation, Circuit, Device, Mesh, Section } from "./circuit.ts";

/** What a step of a circuit's program is: a device, what a mesh absorbs on one mode, or a neuron. `index` is its place in mesh or section. */
export type CircuitStep =
  | {
      readonly kind: "device";
      readonly section: Section;
      readonly mesh: Mesh;
      readonly index: number;
      readonly device: Device;
    }
  | { readonly kind: "termination"; readonly section: Section; readonly mesh: Mesh; readonly mode: number }
  | { readonly kind: "neuron"; readonly section: Section; readonly activation: Activation };

/** One a step of the program of a circuit, in the order in which light meets them. */
export function circuitSteps({ sections }: Pick<Circuit, "sections">): CircuitStep[] {
  return sections.flatMap((section) => [
    ...section.meshes.flatMap((mesh) => [
      ...mesh.devices.map((device, index): CircuitStep => ({ kind: "device", section, mesh, index, device })),
      ...mesh.terminated.map((mode): CircuitStep => ({ kind: "termination", section, mesh, mode })),
    ]),
    ...section.activations.map((activation): CircuitStep => ({ kind: "neuron", section, activation })),
  ]);
}
