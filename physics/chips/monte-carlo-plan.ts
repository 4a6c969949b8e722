import {
  type ChipCircuit,
  type Circuit,
  compileSimulation,
  interpret,
  neuronSteps,
  placesOf,
  type Simulator,
} from "../../netlist/index.ts";
import { distinctVectors, type ProofPlan, planProof, reachableStates, type Steps } from "../../verify/index.ts";
import { drivenParts, largestFields } from "../light/driven-parts.ts";
import { BATCH, batchesOf, MOST_VECTORS, type TriedWords, triedWords } from "./tried-words.ts";

/** All that the chips of a circuit share: work it out once. */
export interface MonteCarloPlan extends ChipCircuit {
  readonly judge: Judge;
  readonly inputScale: Float64Array;
}

/**
 * How a chip is judged: by every reachable state of every cell, which speaks for all words and never calls a bad chip good;
 * or by vectors, all distinct ones or a sample, against the reference.
 */
export type Judge =
  | { readonly kind: "states"; readonly plan: ProofPlan }
  | { readonly kind: "exhaustive" | "sampled"; readonly words: TriedWords };

/** Of more distinct vectors than all can be tried, a chip without certificate is judged by so many random ones. */
const SAMPLED = 10_000;

/** How chips of the circuit are judged, and by how many vectors; null for `states`, which speak for all words. */
export function methodOf({ aggregate, certificate }: Circuit): {
  readonly method: Judge["kind"];
  readonly vectors: number | null;
} {
  if (certificate !== null) return { method: "states", vectors: null };
  const all = distinctVectors(aggregate);
  return all <= MOST_VECTORS ? { method: "exhaustive", vectors: all } : { method: "sampled", vectors: SAMPLED };
}

/** Of a checked circuit. `seed` is that of sampled vectors. */
export function* planMonteCarlo(circuit: Circuit, seed: number): Steps<MonteCarloPlan> {
  const simulator = compileSimulation(circuit);
  const places = placesOf(circuit, simulator.program.op.length);
  if (circuit.certificate !== null) {
    const plan = yield* planProof(circuit, yield* reachableStates(circuit.certificate));
    const largest = yield* inputsByStates(simulator, plan);
    return { simulator, judge: { kind: "states", plan }, places, inputScale: scalesOf(simulator, largest) };
  }
  const largestInput = new Float64Array(simulator.program.op.length);
  const words = triedWords(circuit, seed, SAMPLED);
  for (const [batch, { symbols }] of batchesOf(words).entries()) {
    inputsByVectors(simulator, symbols, largestInput);
    yield { done: batch * BATCH, total: words.vectors, unit: "vectors", wrong: null };
  }
  const judge = { kind: words.all ? "exhaustive" : "sampled", words } as const;
  return { simulator, judge, places, inputScale: scalesOf(simulator, largestInput) };
}

/** The electronics behind the detector of a neuron that saturates are built for its range, however much light is there. */
function scalesOf({ circuit, program }: Simulator, largest: Float64Array): Float64Array {
  const scales = largest.slice();
  const neurons = circuit.sections.flatMap(({ activations }) => activations);
  for (const [i, step] of neuronSteps(program).entries()) {
    const neuron = neurons[i]!;
    if (neuron.kind === "saturating") scales[step] = neuron.range;
  }
  return scales;
}

function* inputsByStates(simulator: Simulator, { reachable }: ProofPlan): Steps<Float64Array> {
  const largest = new Float64Array(simulator.program.op.length);
  for (const { slice, driven } of drivenParts(simulator.circuit, reachable)) {
    if (driven === null) continue;
    const { before, inputs } = driven;
    for (const [a, most] of largestFields(slice.activations.length, before, inputs.rows).entries()) {
      const { step } = slice.activations[a]!;
      largest[step] = Math.max(largest[step]!, most);
    }
    yield { done: 0, total: Number.POSITIVE_INFINITY, unit: "states", wrong: null };
  }
  return largest;
}

function inputsByVectors(simulator: Simulator, symbols: Uint8Array, largest: Float64Array): void {
  interpret(simulator, symbols, {
    steps: neuronSteps(simulator.program),
    before: ({ re, vectors }, step, mode) => {
      for (let at = mode * vectors; at < (mode + 1) * vectors; at++) {
        if (Math.abs(re[at]!) > largest[step]!) largest[step] = Math.abs(re[at]!);
      }
    },
  });
}
