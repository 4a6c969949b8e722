import type { Circuit, Device } from "./circuit.ts";

/** Whether a device or a waveguide of these sections says what it loses: the circuit is then one of lossy light. */
export function losesLight(sections: Circuit["sections"]): boolean {
  return hasDevice(sections, ({ kind, fieldFactor }) => kind === "waveguide" || fieldFactor !== undefined);
}

function hasDevice(sections: Circuit["sections"], isOne: (device: Device) => boolean): boolean {
  return sections.some(({ meshes }) => meshes.some(({ devices }) => devices.some(isOne)));
}

/** Whether a device is an MZI of which a coupler is said to be other than 50:50. */
export function isMeasured(device: Device): boolean {
  return device.kind === "mzi" && (device.firstCrossPower !== undefined || device.secondCrossPower !== undefined);
}

export function hasMeasuredCouplers(sections: Circuit["sections"]): boolean {
  return hasDevice(sections, isMeasured);
}

/** The least version that can say what these sections are: 4 for couplers that are given, 3 for a neuron that saturates, 2 for losses, else 1. */
export function circuitVersion(sections: Circuit["sections"]): Circuit["version"] {
  if (hasMeasuredCouplers(sections)) return 4;
  if (sections.some(({ activations }) => activations.some(({ kind }) => kind === "saturating"))) return 3;
  return losesLight(sections) ? 2 : 1;
}
