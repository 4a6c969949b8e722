import { type Circuit, circuitVersion, type Device, type Mesh } from "../../netlist/index.ts";

/** A piece of waveguide on a local mode. */
export function waveguide(mode: number, column: number, fieldFactor: number, crossings = 0, lengthUm = 0): Device {
  return { kind: "waveguide", column, mode, crossings, lengthUm, fieldFactor };
}

/** The circuit with other devices in its meshes, and the version that they need. */
export function withDevices(circuit: Circuit, change: (mesh: Mesh) => readonly Device[]): Circuit {
  const sections = circuit.sections.map((section) => ({
    ...section,
    meshes: section.meshes.map((mesh) => ({ ...mesh, devices: change(mesh) })),
  }));
  return { ...circuit, sections, version: circuitVersion(sections) };
}

/** The circuit with losses in most devices and waveguides in front of some, on either mode. `random` gives [0, 1). */
export function withRandomLosses(circuit: Circuit, random: () => number): Circuit {
  const factor = (): number => 0.3 + 0.7 * random();
  return withDevices(circuit, (mesh) =>
    mesh.devices.flatMap((device): Device[] => {
      if (device.kind === "waveguide") return [device];
      const lossy = random() < 0.7 ? { ...device, fieldFactor: factor() } : device;
      if (random() < 0.6) return [lossy];
      const mode = device.mode + (device.kind === "mzi" && random() < 0.5 ? 1 : 0);
      return [waveguide(mode, device.column, factor(), Math.floor(4 * random()), 500 * random()), lossy];
    }),
  );
}
