import type { Activation, Circuit, Device, Mesh } from "./circuit.ts";

/** Of a mode: nothing feeds or writes it; something writes it, but no light reaches that; light may be on it. */
export const DARK = 0;
export const WRITTEN = 1;
export const LIT = 2;

/** One of the three for every mode, at one place of the circuit. The functions below move it on. */
export type Light = Uint8Array;

/** At the input ports. */
export function lightAtInputs(circuit: Pick<Circuit, "modes" | "inputs">): Light {
  const light = new Uint8Array(circuit.modes);
  for (const port of circuit.inputs) {
    light[port.mode] = LIT;
  }
  return light;
}

/** Past one device of a mesh: an MZI lights both of its modes when either is lit, whatever its phases. */
export function lightPastDevice(light: Light, mesh: Mesh, device: Device): void {
  const upper = mesh.modes[device.mode]!;
  if (device.kind !== "mzi") {
    light[upper] = Math.max(WRITTEN, light[upper]!);
    return;
  }
  const lower = mesh.modes[device.mode + 1]!;
  const either = Math.max(WRITTEN, light[upper]!, light[lower]!);
  light[upper] = either;
  light[lower] = either;
}

/** Past a neuron; one whose threshold is below 0 sends light whatever it detects. */
export function lightPastNeuron(light: Light, neuron: Activation): void {
  const shines = neuron.kind === "saturating" && neuron.threshold < 0;
  light[neuron.mode] = shines ? LIT : Math.max(WRITTEN, light[neuron.mode]!);
}

/** Past all devices of a mesh and what it absorbs. */
export function lightPastMesh(light: Light, mesh: Mesh): void {
  for (const device of mesh.devices) {
    lightPastDevice(light, mesh, device);
  }
  absorb(light, mesh);
}

/** Past what a mesh absorbs, behind its devices. */
export function absorb(light: Light, mesh: Mesh): void {
  for (const mode of mesh.terminated) {
    light[mode] = DARK;
  }
}
