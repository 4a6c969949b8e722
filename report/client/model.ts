import {
  type ChipLayout,
  type Circuit,
  compileSimulation,
  layOut,
  layOutPlaced,
  neuronSteps,
  type Parts,
  partsOf,
  placementOf,
  type Simulator,
} from "../../netlist/index.ts";
import { carriedIntegers } from "../player/carried.ts";
import type { Comparator } from "../player/comparators.ts";
import type { PlayerData } from "../player/player-data.ts";
import type { WantedWords, WordReading } from "../player/reading.ts";
import type { Trace } from "../player/trace.ts";

/** What does not change while the page is open. */
export interface Chip {
  readonly circuit: Circuit;
  readonly player: PlayerData;
  readonly simulator: Simulator;
  readonly parts: Parts;
  /** As it is drawn now. */
  readonly layout: ChipLayout;
  readonly bySection: ChipLayout;
  /** Integers that light stands for, by place of a trace. */
  readonly carried: ReturnType<typeof carriedIntegers>;
  /** Steps that are neurons. */
  readonly neurons: readonly number[];
  /** Comparators by their step: the cell and the field of one LSB. */
  readonly comparators: ReadonlyMap<number, Comparator>;
}

/** One vector on one chip. */
export interface Passage {
  readonly simulator: Simulator;
  readonly trace: Trace;
  readonly reading: WordReading;
}

/** What is played: the words, the ideal chip, and a chip sample where one is wanted. */
export interface Playing {
  readonly words: readonly number[];
  readonly wanted: WantedWords;
  readonly ideal: Passage;
  readonly sample: (Passage & { readonly number: number }) | null;
}

export function chipOf(circuit: Circuit, player: PlayerData): Chip {
  const simulator = compileSimulation(circuit);
  const parts = partsOf(circuit);
  const bySection = layOut(circuit, parts);
  const carried = carriedIntegers(circuit, parts, bySection.sections);
  const neurons = neuronSteps(simulator.program);
  const comparators = new Map(player.comparators.map((it) => [it.step, it]));
  return { circuit, player, simulator, parts, layout: bySection, bySection, carried, neurons, comparators };
}

/** As the chip is placed: lanes cross where they do. Searched for once, when somebody wants to see it. */
export function placedLayout({ circuit, parts }: Chip): ChipLayout {
  const known = placed.get(circuit) ?? layOutPlaced(circuit, parts, placementOf(circuit));
  placed.set(circuit, known);
  return known;
}

const placed = new WeakMap<Circuit, ChipLayout>();
