import { type Circuit, circuitSteps, type DeviceErrors } from "../../netlist/index.ts";

/** Adds a phase to each waveguide that grows with its length, as a common change of temperature or of the laser does. */
export function addDrift(circuit: Circuit, { commonRad }: DeviceErrors, radPerUm: number): void {
  for (const [step, it] of circuitSteps(circuit).entries()) {
    if (it.kind === "device" && it.device.kind === "waveguide")
      commonRad[step] = commonRad[step]! + radPerUm * it.device.lengthUm;
  }
}
