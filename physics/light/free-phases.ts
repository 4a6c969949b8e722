import {
  type Circuit,
  DARK,
  type Device,
  LIT,
  type Light,
  lightAtInputs,
  lightPastDevice,
  lightPastNeuron,
  type Mesh,
  type Section,
} from "../../netlist/index.ts";

/** A phase is a whole number of turns within this. */
const NO_PHASE_RAD = 1e-9;

/**
 * The same circuit with only the phases that matter. Phase shifters are moved along with the light: equal phases at both inputs of
 * an MZI leave by both of its outputs, so that only their difference has to be built, on one input; a phase on the only lit input leaves
 * by both outputs; a phase in front of a neuron or a receiver is the phase of its oscillator, which is set by the length of that
 * lane. What is left are theta of each MZI in (-pi, pi], phi where two lit lanes meet, and the shifters that stand for oscillators: one in
 * front of every neuron and receiver, in meshes of their own. The result carries no certificate, because its signals are turned.
 */
export function withoutFreePhases(circuit: Circuit): Circuit {
  const phase = new Float64Array(circuit.modes);
  const light = lightAtInputs(circuit);
  const sections = circuit.sections.map((section, s): Section => {
    const meshes = section.meshes.map((mesh) => moveThrough(mesh, phase, light));
    for (const neuron of section.activations) lightPastNeuron(light, neuron);
    const read = section.activations.map(({ mode }) => mode);
    if (s === circuit.sections.length - 1) read.push(...circuit.outputs.map(({ mode }) => mode));
    if (read.length === 0) return { ...section, meshes };
    const oscillators = [...new Set(read)];
    const devices = oscillators.map((mode, local): Device => {
      const phiRad = wrapped(phase[mode]!);
      phase[mode] = 0;
      return { kind: "phase", column: 0, mode: local, phiRad };
    });
    const name = `${section.name} oscillators`;
    return { ...section, meshes: [...meshes, { kind: "left", name, modes: oscillators, devices, terminated: [] }] };
  });
  return { ...circuit, sections, certificate: null };
}

/** Moves the phases through a mesh: `phase` is what the light on each mode still has to get. */
function moveThrough(mesh: Mesh, phase: Float64Array, light: Light): Mesh {
  const devices = mesh.devices.map((device): Device => {
    const upper = mesh.modes[device.mode]!;
    switch (device.kind) {
      case "mzi": {
        const lower = mesh.modes[device.mode + 1]!;
        const above = phase[upper]! + device.phiRad;
        const both = light[upper] === LIT && light[lower] === LIT;
        const common = light[lower] === LIT ? phase[lower]! : above;
        lightPastDevice(light, mesh, device);
        phase[upper] = common;
        phase[lower] = common;
        return { ...device, thetaRad: wrapped(device.thetaRad), phiRad: both ? wrapped(above - common) : 0 };
      }
      case "attenuator":
        phase[upper]! += device.phiRad;
        lightPastDevice(light, mesh, device);
        return { ...device, thetaRad: wrapped(device.thetaRad), phiRad: 0 };
      case "phase":
        phase[upper]! += device.phiRad;
        lightPastDevice(light, mesh, device);
        return { ...device, phiRad: 0 };
      case "waveguide":
        lightPastDevice(light, mesh, device);
        return device;
      default:
        return device satisfies never;
    }
  });
  for (const mode of mesh.terminated) {
    light[mode] = DARK;
    phase[mode] = 0;
  }
  return { ...mesh, devices };
}

/** The same phase in (-pi, pi], with no dust of rounding about 0: a heater in the other arm gives negative phases. */
export function wrapped(phaseRad: number): number {
  const turn = 2 * Math.PI;
  const rest = phaseRad - turn * Math.round(phaseRad / turn);
  if (Math.abs(rest) <= NO_PHASE_RAD) return 0;
  return rest <= -Math.PI + NO_PHASE_RAD ? Math.PI : rest;
}
