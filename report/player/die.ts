import { dieSimulator, type Simulator } from "../../netlist/index.ts";
import { type DieErrors, drawDie, errorsOfDie, type Pitch, placesOf, warmthOf } from "../../physics/index.ts";

/** Which die to build. */
export interface DieChoice {
  readonly errors: DieErrors;
  readonly pitch: Pitch;
  /** Of `optinc yield`, and the number of the die there: the same die. */
  readonly seed: number;
  readonly die: number;
}

/** The circuit as that die has it. `inputScale` is that of a `DiePlan`, by step. */
export function buildDie(simulator: Simulator, inputScale: Float64Array, choice: DieChoice): Simulator {
  const { errors, pitch, seed, die } = choice;
  const places = placesOf(simulator.circuit, simulator.program.op.length);
  const plan = { simulator, places, inputScale };
  const warmth = errors.crosstalk === null ? null : warmthOf(plan, errors.crosstalk, pitch);
  const { devices, launch } = errorsOfDie(plan, drawDie(plan, seed, die), errors, warmth);
  return dieSimulator(simulator, devices, launch);
}
