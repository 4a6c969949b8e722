import { type Diagnostic, grouped, plainDiagnostic } from "../../dsl/index.ts";
import type { Circuit } from "../../netlist/index.ts";

/** Devices of a page: a browser has to hold them all, with the light behind each. */
const mostDevices = 150_000;

/** Said before hours of verification, and not by a browser that gives up. */
export function sizeObstacle({ name, sections }: Circuit): Diagnostic | null {
  const devices = sections.reduce(
    (sum, { meshes, activations }) => meshes.reduce((all, mesh) => all + mesh.devices.length, sum + activations.length),
    0,
  );
  if (devices <= mostDevices) return null;
  const message = `${name} has ${grouped(devices)} devices and neurons, and a page takes at most ${grouped(mostDevices)}`;
  return plainDiagnostic("OPT0655", message, "make the page of one of its units; `optinc verify` takes all of it");
}
