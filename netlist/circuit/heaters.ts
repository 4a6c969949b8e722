import type { Circuit, Mesh } from "./circuit.ts";
import { absorb, LIT, lightAtInputs, lightPastDevice, lightPastNeuron } from "./light.ts";
import { hasMeasuredCouplers } from "./version.ts";

/**
 * Names of the phases that a chip has heaters for: `s2.m0.d3 theta`, of section 2, mesh 0, device 3. theta of every lit MZI and attenuator
 * in the layers (of all, where couplers were measured), phi where two lit lanes meet. Other phases are fixed by the width of a waveguide,
 * or change nothing: those of a single lane are taken up by the next phi or by the oscillator of a neuron or receiver.
 */
export function heatersOf(circuit: Circuit): ReadonlySet<string> {
  const isMeasured = hasMeasuredCouplers(circuit.sections);
  const light = lightAtInputs(circuit);
  const names = new Set<string>();
  const isLit = (mesh: Mesh, local: number): boolean => light[mesh.modes[local]!] === LIT;
  circuit.sections.forEach(({ kind, meshes, activations }, s) => {
    meshes.forEach((mesh, m) => {
      mesh.devices.forEach((device, d) => {
        const name = `s${s}.m${m}.d${d}`;
        if (device.kind === "mzi" || device.kind === "attenuator") {
          const upper = isLit(mesh, device.mode);
          const lower = device.kind === "mzi" && isLit(mesh, device.mode + 1);
          if ((upper || lower) && (kind === "layer" || isMeasured)) names.add(`${name} theta`);
          if (upper && lower) names.add(`${name} phi`);
        }
        lightPastDevice(light, mesh, device);
      });
      absorb(light, mesh);
    });
    for (const neuron of activations) lightPastNeuron(light, neuron);
  });
  return names;
}
