import { chipOf, type MeasuredDie, measuredSimulator, type Simulator } from "../../netlist/index.ts";
import { type DieErrors, diesOf, type Pitch, planDies } from "../../physics/index.ts";
import { finish } from "../../verify/index.ts";

export type Chip = PhaseChip | MeasuredChip | DrawnDie;

/** With phase errors alone. */
export interface PhaseChip {
  readonly kind: "phases";
  readonly seed: number;
  readonly phaseSigma: number;
}

/** One that somebody measured, with the phases that the circuit asks for. */
export interface MeasuredChip {
  readonly kind: "measured";
  readonly file: string;
  readonly die: MeasuredDie;
}

/** With all errors of a technology: that of this number in `optinc yield`. */
export interface DrawnDie {
  readonly kind: "drawn";
  readonly die: number;
  readonly seed: number;
  readonly technology: string;
  readonly errors: DieErrors;
  readonly pitch: Pitch;
}

export function chipMade(exact: Simulator, chip: Chip): Simulator {
  switch (chip.kind) {
    case "phases":
      return chipOf(exact, chip.seed, chip.phaseSigma);
    case "measured":
      return measuredSimulator(exact, chip.die);
    case "drawn":
      return diesOf(finish(planDies(exact.circuit, chip.seed)), chip.errors, chip.pitch, chip.seed)(chip.die);
    default:
      return chip satisfies never;
  }
}

/** In a few words. */
export function chipName(chip: Chip): string {
  switch (chip.kind) {
    case "phases":
      return `chip ${chip.seed}, phase errors of ${chip.phaseSigma} rad`;
    case "measured":
      return `die of ${chip.file}`;
    case "drawn":
      return `die ${chip.die} of ${chip.technology}, seed ${chip.seed}`;
    default:
      return chip satisfies never;
  }
}
