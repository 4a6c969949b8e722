import { ringAllReduceMean } from "../collectives/index.ts";
import type { Training } from "../dsl/index.ts";
import {
  type Aggregate,
  chipCircuit,
  chipsOf,
  compileSimulation,
  resultOf,
  type Simulator,
  seededRandom,
} from "../netlist/index.ts";
import type { GradientArray, QuantizedGradients } from "../verify/index.ts";
import { dequantize, distinctVectors, ditherOf, floatMean, quantizeBlocks, throughDevices } from "../verify/index.ts";
import { type CircuitFunction, sumFunction, tableLimit, wordFunction } from "./circuit-function.ts";
import { type ErrorModel, injectErrors } from "./errors.ts";

/** How the workers' gradients become one; `trainingRow` of the language says what each is. */
export type RunKind = Training["runs"][number];

/** Whether runs of a kind are of one chip each. */
export function isOfChips(run: RunKind): boolean {
  return run === "noise" || run === "chip-samples";
}

/** What happened to the words of a run. */
export interface WordTally {
  /** Elements that were aggregated as words. */
  words: number;
  /** Elements for which some worker received another word than the executed ring gives. */
  wrong: number;
  /** Elements of which not all workers received the same word. */
  unalike: number;
  /** Errors that were drawn; one at the end of the range may change nothing. */
  injected: number;
  /** Vectors that went through the simulation of the circuit for this run. */
  simulated: number;
  /** Words of the first step that were simulated on their own and compared with the table, and how many differed. */
  checked: number;
  checkedWrong: number;
}

export interface Aggregator {
  readonly tally: WordTally;
  /** One gradient for each worker; workers that received the same words share one array. */
  aggregate(gradients: GradientArray): readonly Float64Array[];
}

/** What the aggregators of all runs and seeds share. */
export interface CircuitOfRuns {
  readonly simulator: Simulator;
  /** The circuit's function: a table filled once; where that is too large, one for each run, so that runs do not affect each other. */
  exact(): CircuitFunction;
  /** The chip of a number; null where no technology says how chips vary. */
  readonly chipAt: ChipMaker | null;
}

export type ChipMaker = (chip: number) => Simulator;

export function prepareCircuit(circuit: Simulator["circuit"], chipAt: ChipMaker | null = null): CircuitOfRuns {
  const simulator = compileSimulation(circuit);
  if (distinctVectors(circuit.aggregate) > tableLimit)
    return { simulator, exact: () => wordFunction(simulator), chipAt };
  const table = sumFunction(simulator);
  return { simulator, exact: () => table, chipAt };
}

export interface AggregatorOptions {
  readonly blockSize: number;
  /** Whether words are drawn from the two next to a gradient; with the seed of the errors. */
  readonly isStochastic: boolean;
  /** Whether each worker adds what rounding took from its gradient to its next one. */
  readonly hasFeedback: boolean;
  /** Probability that a worker misses a step; the neutral word stands in for it, and what is received is rescaled. */
  readonly absent: number;
  readonly errors: ErrorModel;
  readonly sigmaRad: number;
  /** Of the errors that are injected. */
  readonly seed: number;
  /** Of a noise run the seed whose first chip it is, as `verify --seed` draws it; of a chip-samples run its number; null for other runs. */
  readonly chip: number | null;
}

const checkedWords = 4096;

/** The aggregator of one run. Absences are the same in all runs of a seed. */
export function makeAggregator(run: RunKind, circuit: CircuitOfRuns, options: AggregatorOptions): Aggregator {
  const absences = seededRandom(options.seed + 1);
  const { tally, aggregate } = aggregatorOfWorkers(run, circuit, options);
  if (options.absent === 0) return { tally, aggregate: (gradients) => aggregate(gradients, []) };
  return {
    tally,
    aggregate({ workers, length, data }) {
      let absent: readonly number[];
      do {
        absent = Array.from({ length: workers }, (_, worker) => worker).filter(() => absences() < options.absent);
      } while (absent.length === workers);
      const sent = data.slice();
      for (const worker of absent) sent.fill(0, worker * length, (worker + 1) * length);
      const received = aggregate({ workers, length, data: sent }, absent);
      const gain = workers / (workers - absent.length);
      const rows = new Map([...new Set(received)].map((row) => [row, row.map((value) => value * gain)]));
      return received.map((row) => rows.get(row)!);
    },
  };
}

interface WorkersAggregator extends Pick<Aggregator, "tally"> {
  /** The gradients of absent workers are zeros. */
  aggregate(gradients: GradientArray, absent: readonly number[]): readonly Float64Array[];
}

function aggregatorOfWorkers(run: RunKind, circuit: CircuitOfRuns, options: AggregatorOptions): WorkersAggregator {
  const { simulator } = circuit;
  const { aggregate } = simulator.circuit;
  const tally: WordTally = { words: 0, wrong: 0, unalike: 0, injected: 0, simulated: 0, checked: 0, checkedWrong: 0 };
  if (run === "float") {
    const mean = (gradients: GradientArray): readonly Float64Array[] =>
      repeated(floatMean(gradients), gradients.workers);
    return { tally, aggregate: mean };
  }
  const random = seededRandom(options.seed);
  const chip = isOfChips(run) ? wordFunction(chipOfRun(run, circuit, options)) : circuit.exact();
  const receive = (words: readonly Float64Array[], ring: readonly Float64Array[]): readonly Float64Array[] => {
    switch (run) {
      case "ring":
        return ring;
      case "circuit":
      case "noise":
      case "chip-samples":
        return chip.aggregate(words);
      case "errors": {
        const before = chip.aggregate(words);
        const made = injectErrors(before[0]!, options.errors, resultOf(aggregate), random);
        tally.injected += made.injected;
        return repeated(made.words, before.length);
      }
    }
  };
  let step = 0;
  let residuals: Float32Array | null = null;
  const quantizedWithFeedback = (gradients: GradientArray, absent: readonly number[]): QuantizedGradients => {
    const dither = options.isStochastic ? ditherOf(options.seed, step++) : null;
    if (!options.hasFeedback) return quantizeBlocks(gradients, aggregate, options.blockSize, dither);
    const before = residuals ?? new Float32Array(gradients.data.length);
    const data = gradients.data.map((value, i) => value + before[i]!);
    const { length } = gradients;
    for (const worker of absent) data.fill(0, worker * length, (worker + 1) * length);
    const quantized = quantizeBlocks({ ...gradients, data }, aggregate, options.blockSize, dither);
    residuals = takenByRounding(data, quantized);
    // Who sends nothing keeps what it had.
    for (const worker of absent)
      residuals.set(before.subarray(worker * length, (worker + 1) * length), worker * length);
    return quantized;
  };
  return {
    tally,
    aggregate(gradients, absent) {
      const quantized = quantizedWithFeedback(gradients, absent);
      const ring = ringMeans(quantized.words, aggregate);
      const received = receive(quantized.words, ring);
      if (run !== "ring") {
        compare(received, ring, tally);
        if (tally.words === 0 && chip.rows === "sums") checkTable(simulator, chip, quantized.words, tally);
        tally.simulated = chip.simulated();
      }
      tally.words += quantized.length;
      const values = received.map((row, worker) =>
        received.indexOf(row) < worker ? null : dequantize(row, quantized),
      );
      return received.map((row) => values[received.indexOf(row)]!);
    },
  };
}

function chipOfRun(
  run: RunKind,
  { simulator, chipAt }: CircuitOfRuns,
  { chip, sigmaRad }: Pick<AggregatorOptions, "chip" | "sigmaRad">,
): Simulator {
  if (chip === null) throw new Error(`a ${run} run is of a chip`);
  if (run === "noise") return chipsOf(chipCircuit(simulator), { kind: "phases", sigmaRad }, chip)(0);
  if (chipAt === null) throw new Error("no technology says how chips vary");
  return chipAt(chip);
}

/** The words that each worker has after an executed ring all-reduce, which is checked against exact sums. */
function ringMeans(words: readonly Float64Array[], aggregate: Aggregate): readonly Float64Array[] {
  const report = ringAllReduceMean(words, aggregate);
  if (report.faults.length > 0) throw new Error(`the ring is not an all-reduce: ${report.faults[0]!.message}`);
  return repeated(report.words[0]!, words.length);
}

/** What each worker's words lack of its gradient, [worker][element]. */
export function takenByRounding(data: Float32Array, quantized: QuantizedGradients): Float32Array {
  // A worker's own word is no sum.
  const own = { ...quantized, format: { ...quantized.format, rounding: "half-up" as const } };
  const residuals = new Float32Array(data.length);
  for (const [worker, row] of quantized.words.entries()) {
    const first = worker * quantized.length;
    const sent = dequantize(row, own);
    for (let i = 0; i < sent.length; i++) residuals[first + i] = data[first + i]! - sent[i]!;
  }
  return residuals;
}

function compare(received: readonly Float64Array[], ring: readonly Float64Array[], tally: WordTally): void {
  const wanted = ring[0]!;
  const rows = [...new Set(received)];
  const [first] = rows;
  for (let i = 0; i < wanted.length; i++) {
    if (rows.some((row) => row[i] !== wanted[i])) tally.wrong++;
    if (rows.length > 1 && rows.some((row) => row[i] !== first![i])) tally.unalike++;
  }
}

/** The table knows sums only; here the workers' own words are simulated. */
function checkTable(
  simulator: Simulator,
  table: CircuitFunction,
  words: readonly Float64Array[],
  tally: WordTally,
): void {
  const part = words.map((row) => row.subarray(0, checkedWords));
  const direct = throughDevices(simulator, part);
  const looked = table.aggregate(part);
  const { length } = part[0]!;
  tally.checked += length;
  for (let v = 0; v < length; v++) {
    if (looked.some((row, worker) => row[v] !== direct[worker]![v])) tally.checkedWrong++;
  }
}

function repeated<T>(value: T, count: number): readonly T[] {
  return new Array<T>(count).fill(value);
}
