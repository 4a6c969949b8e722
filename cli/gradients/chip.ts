import type { ChipErrors } from "../../netlist/index.ts";
import { chipCircuit, chipsOf, type Simulator } from "../../netlist/index.ts";
import { planDies } from "../../physics/index.ts";
import { finish } from "../../verify/index.ts";

/** The chip that stands in the place of the circuit. */
export interface Chip {
  readonly errors: ChipErrors;
  /** What is drawn is chip number `die` of `optinc yield` under this seed. */
  readonly seed: number;
  readonly die: number;
  /** The technology, or the file of what was measured; empty where phases alone are off. */
  readonly from: string;
}

export function chipMade(exact: Simulator, { errors, seed, die }: Chip): Simulator {
  const of = errors.kind === "technology" ? finish(planDies(exact.circuit, seed)) : chipCircuit(exact);
  return chipsOf(of, errors, seed)(die);
}

/** In a few words. */
export function chipName({ errors, seed, die, from }: Chip): string {
  switch (errors.kind) {
    case "none":
      return "circuit without errors";
    case "phases":
      return `chip ${seed}, phase errors of ${errors.sigmaRad} rad`;
    case "measured":
      return `die of ${from}`;
    case "technology":
      return `die ${die} of ${from}, seed ${seed}`;
    default:
      return errors satisfies never;
  }
}
