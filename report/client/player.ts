import {
  type ChipErrors,
  chipCircuit,
  chipsOf,
  noErrors,
  plainPitch,
  type Simulator,
  seededRandom,
} from "../../netlist/index.ts";
import { wordRange } from "../../verify/index.ts";
import { readThrough, symbolsOf, wantedWords } from "../player/reading.ts";
import { traceLight } from "../player/trace.ts";
import type { Chip, Passage, Playing } from "./model.ts";

/** Which chip sample stands beside the ideal chip. */
export interface ChipSample {
  readonly number: number;
  /** All errors of the report's technology; else the two below alone. */
  readonly asTechnology: boolean;
  readonly phaseRad: number;
  readonly couplerRad: number;
}

/** Sends words through the ideal chip and, where one is wanted, through a chip sample. */
export function playWords(chip: Chip, words: readonly number[], wish: ChipSample | null): Playing {
  const wanted = wantedWords(words, chip.circuit.aggregate);
  const pass = (simulator: Simulator): Passage => ({
    simulator,
    trace: traceLight(simulator, symbolsOf(words, chip.circuit.aggregate)),
    reading: readThrough(simulator, words, wanted.word),
  });
  const sample = wish === null ? null : { ...pass(sampleFor(chip, wish)), number: wish.number };
  return { words, wanted, ideal: pass(chip.simulator), sample };
}

let lastSample: { readonly chip: Chip; readonly key: string; readonly simulator: Simulator } | null = null;

function sampleFor(chip: Chip, wish: ChipSample): Simulator {
  const key = JSON.stringify(wish);
  if (lastSample?.chip === chip && lastSample.key === key) return lastSample.simulator;
  const { player, simulator, neurons } = chip;
  const technology = wish.asTechnology ? player.technology : null;
  const given = technology?.errors ?? noErrors;
  const inputScale = new Float64Array(simulator.program.op.length);
  neurons.forEach((step, i) => {
    inputScale[step] = player.inputScales?.[i] ?? 0;
  });
  const errors: ChipErrors = {
    kind: "technology",
    errors: { ...given, phaseRad: wish.phaseRad, couplerRad: wish.couplerRad },
    pitch: technology?.pitch ?? plainPitch,
  };
  const built = chipsOf(chipCircuit(simulator, inputScale), errors, player.seed)(wish.number);
  lastSample = { chip, key, simulator: built };
  return built;
}

let draws = 0;

/** The words of a button. Random ones are new each time, and the same after the page is opened again. */
export function presetWords(chip: Chip, name: string): readonly number[] | null {
  const { aggregate } = chip.circuit;
  const { min, max } = wordRange(aggregate);
  const all = (word: () => number): readonly number[] => Array.from({ length: aggregate.workers }, word);
  switch (name) {
    case "random": {
      draws += 1;
      const random = seededRandom(draws);
      return all(() => min + Math.floor(random() * (max - min + 1)));
    }
    case "lowest":
      return all(() => min);
    case "highest":
      return all(() => max);
    case "weakest":
      return chip.player.weakest?.words ?? null;
    case "counterexample":
      return chip.player.counterexample;
    default:
      return null;
  }
}
