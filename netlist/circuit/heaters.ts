import type { Circuit, Device, Mesh } from "./circuit.ts";
import { absorb, LIT, lightAtInputs, lightPastDevice, lightPastNeuron } from "./light.ts";
import { deviceName, namedDevices } from "./measured-chip.ts";
import { isMeasured } from "./version.ts";

/**
 * The phases that a chip has heaters for, by their places: `s2.m0.d3 theta`, of section 2, mesh 0, device 3; and what a bring-up calls them.
 * theta of every lit MZI and attenuator in the layers, phi where two lit lanes meet behind P, and both of all whose couplers were measured.
 * Other phases are fixed by the width of a waveguide, or change nothing: those of a single lane are taken up by the next phi or by the
 * oscillator of a neuron or receiver, those of P by the phases in which the workers launch.
 */
export function heatersOf(circuit: Circuit): ReadonlyMap<string, string> {
  const light = lightAtInputs(circuit);
  const names = new Map<string, string>();
  const isLit = (mesh: Mesh, local: number): boolean => light[mesh.modes[local]!] === LIT;
  circuit.sections.forEach(({ name: section, kind, meshes, activations }, s) => {
    const isP = s === 0 && kind === "combine";
    meshes.forEach((mesh, m) => {
      mesh.devices.forEach((device, d) => {
        const add = (phase: "theta" | "phi"): void => {
          names.set(`s${s}.m${m}.d${d} ${phase}`, `${deviceName(section, mesh.name, d)}.${phase}`);
        };
        if (device.kind === "mzi" || device.kind === "attenuator") {
          const upper = isLit(mesh, device.mode);
          const lower = device.kind === "mzi" && isLit(mesh, device.mode + 1);
          if ((upper || lower) && (kind === "layer" || isMeasured(device))) add("theta");
          if (upper && lower && (!isP || isMeasured(device))) add("phi");
        }
        lightPastDevice(light, mesh, device);
      });
      absorb(light, mesh);
    });
    for (const neuron of activations) lightPastNeuron(light, neuron);
  });
  return names;
}

/** Of each device, how many of its phases have a heater. */
export function heaterCounts(circuit: Circuit): ReadonlyMap<Device, number> {
  const names = new Set(heatersOf(circuit).values());
  const phases = (name: string): number => ["theta", "phi"].filter((phase) => names.has(`${name}.${phase}`)).length;
  return new Map(namedDevices(circuit).map(({ name, device }) => [device, phases(name)]));
}
