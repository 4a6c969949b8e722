import { type Circuit, circuitSteps, type DeviceErrors, namedDevices, noDeviceErrors } from "../../netlist/index.ts";

/** With a phase in each waveguide that grows with its length, as a common change of temperature or of the laser makes it. */
export function withDrift(circuit: Circuit, radPerUm: number, devices?: DeviceErrors): DeviceErrors {
  const { commonRad, ...others } = devices ?? noDeviceErrors(circuitSteps(circuit).length);
  const turned = commonRad.slice();
  for (const { step, device } of namedDevices(circuit))
    if (device.kind === "waveguide") turned[step] = turned[step]! + radPerUm * device.lengthUm;
  return { ...others, commonRad: turned };
}
