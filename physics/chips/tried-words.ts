import {
  type ChipLight,
  type Circuit,
  chipSimulator,
  compileSimulation,
  distinctVectors,
  enumeratedVectors,
  noDeviceErrors,
  randomVectors,
  resultOf,
  type Simulator,
  seededRandom,
  simulateWords,
} from "../../netlist/index.ts";
import { wantedSymbols } from "../../verify/index.ts";

/** Vectors that are all tried; of more a sample of that size. */
export const MOST_VECTORS = 30_000;
export const SAMPLE = 4096;

/** Words that a chip which is not as designed is tried on, without noise. */
export interface TriedWords {
  readonly simulator: Simulator;
  readonly vectors: number;
  /** Whether these are all distinct ones. */
  readonly all: boolean;
  /** As the workers send them, and as the mean is. */
  readonly symbols: Uint8Array;
  readonly expected: Uint8Array;
}

/** `seed`: of the sample. */
export function triedWords(circuit: Circuit, seed: number): TriedWords {
  const { aggregate } = circuit;
  const distinct = distinctVectors(aggregate);
  const all = distinct <= MOST_VECTORS;
  const { vectors, symbols } = all
    ? enumeratedVectors(aggregate, 0, distinct)
    : randomVectors(aggregate, SAMPLE, seededRandom(seed));
  return { simulator: compileSimulation(circuit), vectors, all, symbols, expected: wantedSymbols(symbols, aggregate) };
}

/** Vectors of which some worker reads a wrong word; what is not given of the chip is as designed. */
export function wrongWords({ simulator, symbols, expected }: TriedWords, light: Partial<ChipLight>): number {
  const { devices = noDeviceErrors(simulator.program.op.length), launch = simulator.launch, receivers } = light;
  return wrongVectors(chipSimulator(simulator, devices, launch, receivers), symbols, expected);
}

/** `expected`: [vector][symbol], of every worker. */
export function wrongVectors(chip: Simulator, symbols: Uint8Array, expected: Uint8Array): number {
  const read = simulateWords(chip, symbols);
  const width = resultOf(chip.circuit.aggregate).symbols;
  const vector = chip.circuit.aggregate.workers * width;
  let wrong = 0;
  for (let from = 0; from < read.length; from += vector) {
    const right = (from / vector) * width;
    for (let i = 0; i < vector; i++) {
      if (read[from + i] === expected[right + (i % width)]) continue;
      wrong++;
      break;
    }
  }
  return wrong;
}
