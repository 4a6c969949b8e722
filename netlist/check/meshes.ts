import type { Circuit, Device, Mesh } from "../circuit/circuit.ts";
import type { Reports } from "./reports.ts";

/** That meshes list their modes once, and hold their devices in columns that follow the light. */
export function checkMeshes(circuit: Circuit, reports: Reports): void {
  circuit.sections.forEach((section, s) => {
    section.meshes.forEach((mesh, m) => {
      checkMesh(mesh, `sections[${s}].meshes[${m}]`, reports);
    });
  });
}

interface Front {
  readonly column: number;
  /** By an MZI or attenuator; phase shifters and waveguides leave room for one. */
  readonly taken: boolean;
}

function checkMesh(mesh: Mesh, where: string, reports: Reports): void {
  const own = distinct(mesh.modes, `${where}.modes`, reports);
  distinct(mesh.terminated, `${where}.terminated`, reports);
  mesh.terminated.forEach((mode, i) => {
    if (!own.has(mode)) {
      outsideMesh(`${where}.terminated[${i}]`, `mode ${mode} does not belong to the mesh`, reports);
    }
  });
  const fronts = new Map<number, Front>();
  mesh.devices.forEach((device, d) => {
    checkDevice(device, d, where, mesh.modes.length, fronts, reports);
  });
}

function distinct(modes: readonly number[], where: string, reports: Reports): ReadonlySet<number> {
  const seen = new Set<number>();
  modes.forEach((mode, i) => {
    if (seen.has(mode)) {
      outsideMesh(`${where}[${i}]`, `mode ${mode} occurs twice`, reports);
    }
    seen.add(mode);
  });
  return seen;
}

function checkDevice(
  device: Device,
  d: number,
  mesh: string,
  size: number,
  fronts: Map<number, Front>,
  reports: Reports,
): void {
  const { kind, mode, column } = device;
  const last = kind === "mzi" ? mode + 1 : mode;
  if (last >= size) {
    const message = `the ${kind} on mode ${mode} does not fit in a mesh of ${size} modes`;
    outsideMesh(`${mesh}.devices[${d}]`, message, reports);
    return;
  }
  const taken = kind !== "phase" && kind !== "waveguide";
  for (let local = mode; local <= last; local += 1) {
    const before = fronts.get(local);
    if (before !== undefined && (column < before.column || (column === before.column && taken && before.taken))) {
      reports.fail(
        "OPT0410",
        `${mesh}.devices[${d}]`,
        `column ${column} is not behind column ${before.column} of the device before it on mode ${local}`,
        "number the columns of a mesh in the direction of the light",
      );
    }
    fronts.set(local, { column, taken: taken || (before?.column === column && before.taken) });
  }
}

function outsideMesh(where: string, message: string, reports: Reports): void {
  reports.fail("OPT0409", where, message, "devices stand on the modes that the mesh lists, each listed once");
}
