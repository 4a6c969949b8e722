import type { Circuit, ErrorDeviations, Pitch } from "../../netlist/index.ts";
import type { Comparator } from "./comparators.ts";
import type { WeakestInput } from "./weakest-input.ts";

/** What the player of a page knows besides the circuit; goes through JSON. */
export interface PlayerData {
  readonly comparators: readonly Comparator[];
  readonly weakest: WeakestInput | null;
  /** The first wrong words that the verification found. */
  readonly counterexample: readonly number[] | null;
  /** Field that an offset of 1 is at each neuron, as `MonteCarloPlan` has it, in the order of neurons; null where nobody worked it out. */
  readonly inputScales: readonly number[] | null;
  /** Errors of chips that the technology names, and where heaters are. */
  readonly technology: { readonly name: string; readonly errors: ErrorDeviations; readonly pitch: Pitch } | null;
  /** Of the chips of the report's yield. */
  readonly seed: number;
  /** Power in W of a field of 1; null where no technology says it. */
  readonly unitPowerW: number | null;
}

/** Of a circuit that nobody has looked at yet. */
export const nothingKnown: PlayerData = {
  ...{ comparators: [], weakest: null, counterexample: null, inputScales: null, technology: null, seed: 1 },
  unitPowerW: null,
};

/** What the workbench hands to the page that it frames, as the detail of an event `circuit`. */
export interface FramedCircuit {
  /** HTML of optinc's own. */
  readonly body: string;
  readonly circuit: Circuit;
  readonly player: PlayerData;
  /** It is drawn, and not checked yet. */
  readonly isPending: boolean;
}
