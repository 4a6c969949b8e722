import { type Circuit, compileSimulation, type MeasuredDie, type MeasuredMzi, namedMzis } from "../../netlist/index.ts";
import { drawDie, errorsOfDie } from "./die.ts";
import type { DieErrors } from "./die-errors.ts";
import { placesOf } from "./places.ts";

/** What measurements without errors find on a die that `yield` draws: its couplers and losses, not its phases. */
export function measuredDie(circuit: Circuit, errors: DieErrors, seed: number, die: number): MeasuredDie {
  const simulator = compileSimulation(circuit);
  const { program } = simulator;
  const steps = program.op.length;
  const plan = { simulator, places: placesOf(circuit, steps), inputScale: new Float64Array(steps) };
  const { devices } = errorsOfDie(plan, drawDie(plan, seed, die), errors, null);
  const crossing = (couplerRad: number): number => Math.sin(Math.PI / 4 + couplerRad) ** 2;
  const mzis = namedMzis(circuit).map(({ name, step }): [string, MeasuredMzi] => {
    const crossPower = [
      crossing(program.firstCouplerRad[step]! + devices.firstCouplerRad[step]!),
      crossing(program.secondCouplerRad[step]! + devices.secondCouplerRad[step]!),
    ] as const;
    // a spread of losses can leave more light than there was
    const lossDb = Math.max(0, -20 * Math.log10(program.fieldFactor[step]! * devices.factor[step]!));
    return [name, { crossPower, lossDb }];
  });
  return { format: "optinc.die", version: 1, circuit: circuit.name, mzis: new Map(mzis) };
}
