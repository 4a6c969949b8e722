import { type Circuit, matchedDelays } from "../../netlist/index.ts";
import { LIGHT_SPEED_M_S, partFigures } from "../light/part-figures.ts";
import { launchedLight } from "../noise/detections.ts";
import type { NoiseModel } from "../noise/noise-model.ts";
import type { Technology } from "../technology/technology.ts";
import { type Answer, answerOf } from "./answers.ts";
import { type Budget, sentFields } from "./budget.ts";
import { type LightPower, lightPower } from "./power.ts";

/** What it takes that no common drift turns light that meets: all of it has passed as much waveguide since the laser. */
export interface MatchedLight {
  /** The longest waveguide in front of a worker's transmitter, a neuron's modulator, and an oscillator's coupler, um. */
  readonly workersUm: number;
  readonly carriersUm: number;
  readonly oscillatorsUm: number;
  /** What such lengths cannot remove: the largest difference between paths of the same light, um. */
  readonly mismatchUm: number;
  /** All light, with what these lengths lose. */
  readonly light: LightPower;
}

/** At the launch power and symbol rate of a budget of the circuit in that technology. */
export function matchedLight(
  circuit: Circuit,
  { hardware, launchPowerW, symbolRateBd }: Budget,
  model: NoiseModel,
  technology: Technology,
): Answer<MatchedLight> {
  return answerOf(technology, (reading) => {
    const matched = matchedDelays(circuit, partFigures(reading));
    const metres = LIGHT_SPEED_M_S / reading.value("group-index");
    const dbPerS = metres * reading.value("propagation-loss");
    const lossDb = (delaysS: readonly number[]): number[] => delaysS.map((delayS) => delayS * dbPerS);
    const ahead = {
      inputsDb: lossDb(matched.inputsS),
      carriersDb: lossDb(matched.carriersS),
      oscillatorsDb: lossDb(matched.oscillatorsS),
      receiversDb: lossDb(matched.receiversS),
    };
    const drive = launchedLight(reading, launchPowerW, symbolRateBd);
    const light = lightPower(circuit, hardware, reading, drive, sentFields(circuit, model), ahead);
    const longestUm = (delaysS: readonly number[]): number => 1e6 * metres * Math.max(0, ...delaysS);
    return {
      workersUm: longestUm(matched.inputsS),
      carriersUm: longestUm(matched.carriersS),
      oscillatorsUm: longestUm([...matched.oscillatorsS, ...matched.receiversS]),
      mismatchUm: 1e6 * metres * matched.mismatchS,
      light,
    };
  });
}
