import { type ChipErrors, chipCircuit, chipsOf, type Simulator } from "../../netlist/index.ts";
import { planMonteCarlo } from "../../physics/index.ts";
import { finish } from "../../verify/index.ts";

/** The chip that stands in the place of the circuit. */
export interface NumberedChip {
  readonly errors: ChipErrors;
  /** What is drawn is chip number `number` of `optinc yield` under this seed. */
  readonly seed: number;
  readonly number: number;
  /** As reports call it, for people and for programs. */
  readonly about: string;
  readonly data: Readonly<Record<string, string | number>>;
}

export function chipMade(exact: Simulator, { errors, seed, number }: NumberedChip): Simulator {
  const of = errors.kind === "technology" ? finish(planMonteCarlo(exact.circuit, seed)) : chipCircuit(exact);
  return chipsOf(of, errors, seed)(number);
}
