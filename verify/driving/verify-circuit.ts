import {
  type Circuit,
  compileSimulation,
  distinctVectors,
  enumeratedVectors,
  type OutputFields,
  randomVectors,
  readWords,
  resultOf,
  type Simulator,
  seededRandom,
  simulate,
  UNREADABLE,
  type VectorBatch,
} from "../../netlist/index.ts";
import type {
  AllReduceReport,
  Counterexample,
  Progress,
  VerificationReport,
  VerifyOptions,
  WordErrorCount,
} from "../results/results.ts";
import { compareRing, ringWords } from "../results/ring-comparison.ts";
import { upperBound95 } from "./confidence.ts";
import { type Coverage, coverageOf } from "./coverage.ts";
import { proveSteps } from "./proof-report.ts";
import { decodeWords, encodeWords, referenceWords, wordsOfWorkers } from "./reference.ts";
import { finish, type Steps } from "./steps.ts";

/** Most vectors a step: long enough for the simulator's blocks, short enough to report progress. */
const BATCH = 8192;

/** Fields at the receivers a step, so that thousands of workers do not fill the memory. */
const BATCH_FIELDS = 1 << 21;

/** Vectors of the sample that accompanies a proof, so that the whole path is driven once as well. */
const PROOF_SAMPLE = 4096;

/** Most words a worker that the ring all-reduce is executed on: whole buffers, once a run, of as many words as it has vectors. */
const RING_WORDS = 4096;

/** `verifySteps` at once. */
export function verifyCircuit(circuit: Circuit, options: VerifyOptions, progress?: Progress): VerificationReport {
  return finish(verifySteps(circuit, options), progress);
}

/**
 * Drives the circuit with the workers' symbols and compares every word that every worker receives with the reference
 * quantizer, bit for bit. Once a run a ring all-reduce is executed on whole buffers of random words and compared with the
 * same reference; a sample drives the circuit with the same words. The circuit must be one that `checkCircuit` accepts.
 */
export function* verifySteps(circuit: Circuit, options: VerifyOptions): Steps<VerificationReport> {
  const { inputs, seed } = options;
  const enumerates = inputs.kind === "exhaustive" || inputs.kind === "tried";
  const total = enumerates
    ? distinctVectors(circuit.aggregate)
    : inputs.kind === "sampled"
      ? inputs.samples
      : PROOF_SAMPLE;
  const random = seededRandom(seed);
  const simulator = compileSimulation(circuit);
  const tally: Tally = {
    readsAll: readsAll(circuit),
    wrong: 0,
    errors: new Map(),
    counterexample: null,
    worstReceiverError: 0,
    covered: true,
  };
  const asked = inputs.kind === "proof" || options.proof === true;
  const tried = asked || (inputs.kind === "exhaustive" && circuit.certificate !== null);
  const proof = tried ? yield* proveSteps(circuit) : null;
  // A proof that holds speaks for all words, in a fraction of the time that bounds for every vector take.
  const coverage = inputs.kind === "exhaustive" && proof?.holds !== true ? coverageOf(circuit, total) : null;
  const step = Math.max(16, Math.min(BATCH, Math.floor(BATCH_FIELDS / Math.max(1, circuit.outputs.length))));
  for (let from = 0; from < total; from += step) {
    const count = Math.min(step, total - from);
    const batch = enumerates
      ? enumeratedVectors(circuit.aggregate, from, count)
      : randomVectors(circuit.aggregate, count, random);
    compareBatch(circuit, simulator, batch, coverage, tally);
    yield { done: from + count, total, unit: "vectors", wrong: tally.wrong };
  }
  return {
    circuit: circuit.name,
    mode: inputs.kind === "exhaustive" && !tally.covered ? "tried" : inputs.kind,
    vectors: total,
    wrong: tally.wrong,
    errors: errorsOf(tally),
    counterexample: tally.counterexample,
    errorRateUpper95: inputs.kind === "sampled" ? upperBound95(tally.wrong, total) : null,
    seed,
    allReduce: ringReport(circuit, Math.min(total, step, RING_WORDS), seed),
    worstReceiverError: tally.worstReceiverError,
    proof: asked ? proof : null,
  };
}

/** Whether the run found nothing wrong. */
export function passed(report: VerificationReport): boolean {
  const right = report.wrong === 0 && report.allReduce.differing === 0 && report.mode !== "tried";
  return right && (report.proof === null || report.proof.holds);
}

interface Tally {
  readonly readsAll: boolean;
  wrong: number;
  /** Word error -> vectors. */
  readonly errors: Map<number, number>;
  counterexample: Counterexample | null;
  worstReceiverError: number;
  /** Whether the vectors so far stand for all words with the same sums. */
  covered: boolean;
}

function errorsOf({ errors }: Tally): WordErrorCount[] {
  return [...errors]
    .map(([value, count]) => ({ value, count }))
    .sort((p, q) => q.count - p.count || rank(p.value) - rank(q.value) || p.value - q.value);
}

/** Small errors first; what could not be read last. */
function rank(error: number): number {
  return Number.isNaN(error) ? Number.POSITIVE_INFINITY : Math.abs(error);
}

function compareBatch(
  circuit: Circuit,
  simulator: Simulator,
  batch: VectorBatch,
  coverage: Coverage | null,
  tally: Tally,
): void {
  const { aggregate } = circuit;
  const { workers } = aggregate;
  const result = resultOf(aggregate);
  const width = result.symbols;
  const sent = wordsOfWorkers(batch.symbols, circuit.aggregate);
  const reference = referenceWords(sent, aggregate);
  const fields = simulate(simulator, batch.symbols);
  if (coverage !== null) tally.covered &&= coverage(batch, fields);
  const wanted = encodeWords(reference, result);
  const worst = receiverError(circuit, fields, wanted);
  tally.worstReceiverError = Math.max(tally.worstReceiverError, worst);
  // Off by less than half a level, every receiver reads the level that is wanted.
  if (worst < 0.5 && tally.readsAll) return;
  const received = readWords(circuit, fields);
  const words = decodeWords(received, result);

  for (let v = 0; v < batch.vectors; v++) {
    const expected = reference[v]!;
    let worker = -1;
    for (let w = 0; w < workers && worker < 0; w++) {
      if (words[v * workers + w] !== expected || !readable(v, w)) worker = w;
    }
    if (worker < 0) continue;
    tally.wrong++;
    const error = readable(v, worker) ? words[v * workers + worker]! - expected : Number.NaN;
    tally.errors.set(error, (tally.errors.get(error) ?? 0) + 1);
    tally.counterexample ??= counterexample(v, worker);
  }

  /** Symbols that no receiver could read may spell a word all the same. */
  function readable(v: number, worker: number): boolean {
    const at = (v * workers + worker) * width;
    for (let s = at; s < at + width; s++) if (received[s] === UNREADABLE) return false;
    return true;
  }

  function counterexample(v: number, worker: number): Counterexample {
    const expected = reference[v]!;
    const symbols = encodeWords([expected], result);
    const at = (v * workers + worker) * width;
    const got = [...received.subarray(at, at + width)];
    const differs = symbols.findIndex((symbol, i) => symbol !== got[i]);
    const symbol = Math.max(differs, 0);
    const o = circuit.outputs.findIndex((port) => port.worker === worker && port.symbol === symbol);
    const vector = sent.map((row) => row[v]!);
    return {
      words: vector,
      expected,
      allReduce: ringWords(
        vector.map((word) => [word]),
        aggregate,
      )[worker]![0]!,
      worker,
      got: words[v * workers + worker]!,
      symbol,
      expectedSymbol: symbols[symbol]!,
      gotSymbol: got[symbol]!,
      receiverValue: o < 0 ? Number.NaN : fields.re[v * fields.ports + o]! * circuit.outputs[o]!.levelsPerField,
    };
  }
}

/** How far a receiver is off at most, in levels, from the symbols [vector][symbol] that are wanted of all workers. */
function receiverError({ outputs, aggregate }: Circuit, fields: OutputFields, wanted: Uint8Array): number {
  const { vectors, ports, re } = fields;
  const { symbols } = resultOf(aggregate);
  let worst = 0;
  for (const [o, { symbol, levelsPerField }] of outputs.entries()) {
    let sum = 0;
    for (let v = 0, at = o, to = symbol; v < vectors; v++, at += ports, to += symbols) {
      const off = Math.abs(re[at]! * levelsPerField - wanted[to]!);
      if (off > worst) worst = off;
      sum += off;
    }
    // Comparisons pass over what is no number, a sum does not.
    if (Number.isNaN(sum)) return sum;
  }
  return worst;
}

/** Whether some receiver reads every symbol of every worker. */
function readsAll({ outputs, aggregate }: Circuit): boolean {
  const { symbols } = resultOf(aggregate);
  return new Set(outputs.map(({ worker, symbol }) => worker * symbols + symbol)).size === aggregate.workers * symbols;
}

function ringReport({ aggregate }: Circuit, words: number, seed: number): AllReduceReport {
  const sent = wordsOfWorkers(randomVectors(aggregate, words, seededRandom(seed)).symbols, aggregate);
  return compareRing(sent, referenceWords(sent, aggregate), aggregate);
}
