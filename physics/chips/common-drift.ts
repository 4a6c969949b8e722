import { type Circuit, circuitSteps, type DeviceErrors, noDeviceErrors } from "../../netlist/index.ts";

/** With a phase in each waveguide that grows with its length, as a common change of temperature or of the laser makes it. */
export function withDrift(circuit: Circuit, radPerUm: number, devices?: DeviceErrors): DeviceErrors {
  const steps = circuitSteps(circuit);
  const { commonRad, ...others } = devices ?? noDeviceErrors(steps.length);
  const turned = commonRad.map((rad, step) => {
    const it = steps[step]!;
    return it.kind === "device" && it.device.kind === "waveguide" ? rad + radPerUm * it.device.lengthUm : rad;
  });
  return { ...others, commonRad: turned };
}
