import type { Circuit, Device } from "./circuit.ts";

/** Whether version 2 is needed to say what the device is. */
function isLossy(device: Device): boolean {
  return device.kind === "waveguide" || device.fieldFactor !== undefined;
}

/** The version of a circuit of these sections: 2 where a device or a waveguide loses light, else 1. */
export function circuitVersion(sections: Circuit["sections"]): Circuit["version"] {
  return sections.some(({ meshes }) => meshes.some(({ devices }) => devices.some(isLossy))) ? 2 : 1;
}
