import { type Circuit, neuronSteps } from "../../netlist/index.ts";
import { planMonteCarlo, readingOf, type Technology, technologyErrors, unitPower } from "../../physics/index.ts";
import type { Steps } from "../../verify/index.ts";
import { comparatorSteps } from "./comparators.ts";
import type { PlayerData } from "./player-data.ts";
import { weakestInputSteps } from "./weakest-input.ts";

/** What the player knows besides the circuit. */
export function* playerSteps(
  circuit: Circuit,
  counterexample: readonly number[] | null,
  technology: Technology | null,
  seed: number,
): Steps<PlayerData> {
  const comparators = yield* comparatorSteps(circuit);
  const weakest = yield* weakestInputSteps(circuit, comparators, seed);
  const base = { comparators, weakest, counterexample, seed };
  if (technology === null) return { ...base, inputScales: null, technology: null, unitPowerW: null };
  const chips = yield* planMonteCarlo(circuit, seed);
  const reading = readingOf(technology);
  const { errors, pitch } = technologyErrors(reading);
  return {
    ...base,
    inputScales: neuronSteps(chips.simulator.program).map((step) => chips.inputScale[step]!),
    technology: { name: technology.name, errors, pitch },
    unitPowerW: reading.has("fibre-loss") ? unitPower(circuit, reading, launchPowerW) : null,
  };
}

/** In the fibre in front of the chip, of a symbol of a worker at its highest level: what `optinc budget` assumes too. */
export const launchPowerW = 1e-3;
