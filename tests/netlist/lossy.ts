import { type Circuit, circuitVersion, type Device, type Mesh } from "../../netlist/index.ts";

/** A piece of waveguide on a local mode. */
export function waveguide(mode: number, column: number, fieldFactor: number, crossings = 0, lengthUm = 0): Device {
  return { kind: "waveguide", column, mode, crossings, lengthUm, fieldFactor };
}

/** The circuit with other meshes, and the version that they need. */
export function withMeshes(circuit: Circuit, change: (mesh: Mesh) => Mesh): Circuit {
  const sections = circuit.sections.map((section) => ({ ...section, meshes: section.meshes.map(change) }));
  return { ...circuit, sections, version: circuitVersion(sections) };
}

/** The circuit with other devices in its meshes. */
export function withDevices(circuit: Circuit, change: (mesh: Mesh) => readonly Device[]): Circuit {
  return withMeshes(circuit, (mesh) => ({ ...mesh, devices: change(mesh) }));
}

/** The mesh with one phase of all its MZIs moved. */
export function turned(mesh: Mesh, key: "thetaRad" | "phiRad", byRad: number): Mesh {
  const devices = mesh.devices.map((it) => (it.kind === "mzi" ? { ...it, [key]: it[key] + byRad } : it));
  return { ...mesh, devices };
}

/** The circuit with one phase of all MZIs of one mesh moved. */
export function withTurned(circuit: Circuit, mesh: Mesh, key: "thetaRad" | "phiRad", byRad: number): Circuit {
  return withMeshes(circuit, (it) => (it === mesh ? turned(it, key, byRad) : it));
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
