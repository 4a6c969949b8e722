import { range, shuffler } from "d3-array";
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
  type Simulator,
  seededRandom,
  simulateWords,
  type VectorBatch,
} from "../../netlist/index.ts";
import { wantedSymbols } from "../../verify/index.ts";

/** Vectors that are all tried; of more a sample of that size. */
export const MOST_VECTORS = 30_000;
export const SAMPLE = 4096;
export const BATCH = 512;

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

/** All distinct vectors, if these are few; else a random sample. */
export function triedWords(circuit: Circuit, seed: number, sample: number = SAMPLE): TriedWords {
  const { aggregate } = circuit;
  const distinct = distinctVectors(aggregate);
  return distinct <= MOST_VECTORS
    ? tried(circuit, enumeratedVectors(aggregate, 0, distinct), true)
    : randomWords(circuit, seed, sample);
}

export function randomWords(circuit: Circuit, seed: number, words: number): TriedWords {
  return tried(circuit, randomVectors(circuit.aggregate, words, seededRandom(seed)), false);
}

/** All words of all workers in a random order, if these are few; else a random sample: what speaks of workers that differ. */
export function streamedWords(circuit: Circuit, seed: number): TriedWords {
  const { aggregate } = circuit;
  const count = 2 ** (aggregate.bits * aggregate.workers);
  return count <= MOST_VECTORS
    ? tried(circuit, shuffled(enumeratedTuples(aggregate, 0, count), seededRandom(seed)), true)
    : randomWords(circuit, seed, SAMPLE);
}

function tried(circuit: Circuit, { vectors, symbols }: VectorBatch, all: boolean): TriedWords {
  const expected = wantedSymbols(symbols, circuit.aggregate);
  return { simulator: compileSimulation(circuit), vectors, all, symbols, expected };
}

/** The same words, BATCH of them at a time. */
export function batchesOf({ vectors, symbols, expected }: TriedWords): Pick<TriedWords, "symbols" | "expected">[] {
  return Array.from({ length: Math.ceil(vectors / BATCH) }, (_, batch) => {
    const part = (all: Uint8Array): Uint8Array =>
      all.subarray((all.length / vectors) * BATCH * batch, (all.length / vectors) * BATCH * (batch + 1));
    return { symbols: part(symbols), expected: part(expected) };
  });
}

function shuffled({ vectors, symbols }: VectorBatch, random: () => number): VectorBatch {
  const width = symbols.length / vectors;
  const mixed = new Uint8Array(symbols.length);
  for (const [to, from] of shuffler(random)(range(vectors)).entries()) {
    mixed.set(symbols.subarray(from * width, (from + 1) * width), to * width);
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
  return wrongVectors(chipSimulator(simulator, devices, launch, receivers), { symbols, expected });
}

export function wrongVectors(chip: Simulator, { symbols, expected }: Pick<TriedWords, "symbols" | "expected">): number {
  const { workers, symbols: width } = chip.circuit.aggregate;
  return wrongRows(simulateWords(chip, symbols), expected, symbols.length / (workers * width));
}

/** Of so many vectors those of which a worker reads another symbol. `expected`: of each worker, or of every one alike. */
export function wrongRows(read: Uint8Array, expected: Uint8Array, vectors: number): number {
  const [row, width] = [read.length / vectors, expected.length / vectors];
  let wrong = 0;
  for (let v = 0; v < vectors; v++) {
    for (let i = 0; i < row; i++) {
      if (read[v * row + i] === expected[v * width + (i % width)]) continue;
      wrong++;
      break;
    }
  }
  return wrong;
}
