import type { Optics } from "../../netlist/index.ts";

const dB = (loss: number): number => 10 ** (-loss / 20);

/** Like a foundry's silicon: no figure is a promise, all of them make a difference. */
export const lossyOptics: Optics = {
  mziFieldFactor: dB(0.2),
  heaterFieldFactor: dB(0.23),
  mziDelayS: 6.4e-12,
  phaseFieldFactor: dB(0.02),
  phaseDelayS: 0.9e-12,
  crossingFieldFactor: dB(0.18),
  crossingDelayS: 0.2e-12,
  fieldFactorPerUm: dB(3e-4),
  delaySPerUm: 1.4e-14,
  lanePitchUm: 30,
  layout: null,
  neuronDelayS: 80e-12,
  matchDelays: true,
  shortestWaitS: 4e-14,
};
