import type { Circuit, Device, Mesh, Section } from "../circuit.ts";
import { formatNumber } from "../numbers.ts";
import type { Target } from "./target.ts";

/**
 * phases.csv (RFC 4180 with LF): one row a device with phase shifters, in the order of the light.
 *
 * - `layer`: name of the section; `mesh`: name of the mesh; both prefixed by their index, `3 layer 2`
 * - `column`: column of the mesh in which the device stands
 * - `modes`: waveguides of the circuit, `4` or `4 7`; the first one carries the phase shifters
 * - `kind`: `mzi` (two phase shifters, theta between the couplers and phi before them), `attenuator` (the same with a
 *   dark second input), `phase` (one phase shifter, phi)
 * - `theta_rad`, `phi_rad`: phases in radians in [0, 2 pi); `theta_rad` is empty for `phase`
 */
export const phasesTarget: Target = {
  name: "phases",
  summary: "table of phase settings, one row a device (CSV)",
  extension: "csv",
  options: [],
  check: () => [],
  emit: emitPhases,
};

const TURN = 2 * Math.PI;

function* emitPhases(circuit: Circuit): Generator<string> {
  yield "layer,mesh,column,modes,kind,theta_rad,phi_rad\n";
  for (const [s, section] of circuit.sections.entries()) {
    for (const [m, mesh] of section.meshes.entries()) {
      yield* rows(section, s, mesh, m);
    }
  }
}

function* rows(section: Section, s: number, mesh: Mesh, m: number): Generator<string> {
  const head = `${cell(`${s} ${section.name}`)},${cell(`${m} ${mesh.name}`)}`;
  for (const device of mesh.devices) {
    yield `${head},${formatNumber(device.column)},${modesOf(device, mesh)},${device.kind},${phasesOf(device)}\n`;
  }
}

function modesOf(device: Device, mesh: Mesh): string {
  const first = mesh.modes[device.mode]!;
  return device.kind === "mzi" ? `${first} ${mesh.modes[device.mode + 1]!}` : `${first}`;
}

function phasesOf(device: Device): string {
  return device.kind === "phase" ? `,${turn(device.phiRad)}` : `${turn(device.thetaRad)},${turn(device.phiRad)}`;
}

function turn(phaseRad: number): string {
  const rest = phaseRad % TURN;
  // a tiny negative rest rounds up to a whole turn
  const positive = rest < 0 ? rest + TURN : rest;
  return formatNumber(positive >= TURN || positive === 0 ? 0 : positive);
}

function cell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
