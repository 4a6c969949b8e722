import { type ChipErrors, chipCircuit, chipsOf, type Simulator } from "../../netlist/index.ts";
import { planMonteCarlo } from "../../physics/index.ts";
import { finish } from "../../verify/index.ts";

/** The chip that stands in the place of the circuit. */
export interface NumberedChip {
  readonly errors: ChipErrors;
  /** What is drawn is chip number `number` of `optinc yield` under this seed. */
  readonly seed: number;
  readonly number: number;
  /** The technology, or the file of what was measured; empty where phases alone are off. */
  readonly from: string;
}

export function chipMade(exact: Simulator, { errors, seed, number }: NumberedChip): Simulator {
  const of = errors.kind === "technology" ? finish(planMonteCarlo(exact.circuit, seed)) : chipCircuit(exact);
  return chipsOf(of, errors, seed)(number);
}

/** In a few words. */
export function chipName({ errors, seed, number, from }: NumberedChip): string {
  switch (errors.kind) {
    case "none":
      return "circuit without errors";
    case "phases":
      return `chip ${seed}, phase errors of ${errors.sigmaRad} rad`;
    case "measured":
      return `measured chip of ${from}`;
    case "technology":
      return `chip ${number} of ${from}, seed ${seed}`;
  }
}
