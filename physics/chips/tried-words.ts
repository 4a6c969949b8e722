import {
  type Aggregate,
  type ChipLight,
  type Circuit,
  chipSimulator,
  compileSimulation,
  distinctVectors,
  enumeratedTuples,
  enumeratedVectors,
  noDeviceErrors,
  randomVectors,
  resultOf,
  type Simulator,
  seededRandom,
  simulateWords,
  type VectorBatch,
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

/** All words of all workers in a random order, if these are few; else a random sample: what speaks of workers that differ. */
export function streamedWords(circuit: Circuit, seed: number): TriedWords {
  const { aggregate } = circuit;
  const random = seededRandom(seed);
  const count = 2 ** (aggregate.bits * aggregate.workers);
  const all = count <= MOST_VECTORS;
  const { vectors, symbols } = all
    ? shuffled(enumeratedTuples(aggregate, 0, count), random)
    : randomVectors(aggregate, SAMPLE, random);
  return { simulator: compileSimulation(circuit), vectors, all, symbols, expected: wantedSymbols(symbols, aggregate) };
}

function shuffled({ vectors, symbols }: VectorBatch, random: () => number): VectorBatch {
  const width = symbols.length / vectors;
  const mixed = symbols.slice();
  for (let last = vectors - 1; last > 0; last--) {
    const chosen = Math.floor(random() * (last + 1)) * width;
    const row = mixed.slice(chosen, chosen + width);
    mixed.copyWithin(chosen, last * width, (last + 1) * width);
    mixed.set(row, last * width);
  }
  return { vectors, symbols: mixed };
}

/** The stream as it arrives if some workers are a symbol period late: each sends the word of the row before, the first row its last. */
export function withLate(
  symbols: Uint8Array,
  { workers, symbols: width }: Aggregate,
  late: Iterable<number>,
): Uint8Array {
  const arriving = symbols.slice();
  const row = workers * width;
  for (const worker of late) {
    for (let at = worker * width; at < symbols.length; at += row) {
      const from = at < row ? symbols.length - row + at : at - row;
      arriving.set(symbols.subarray(from, from + width), at);
    }
  }
  return arriving;
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
