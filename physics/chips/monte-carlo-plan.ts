import {
  type ChipCircuit,
  type Circuit,
  compileSimulation,
  interpret,
  neuronSteps,
  placesOf,
  type Simulator,
  seededRandom,
} from "../../netlist/index.ts";
import {
  type ChipPlan,
  distinctVectors,
  enumeratedVectors,
  planChips,
  randomVectors,
  reachableStates,
  type Steps,
  wantedSymbols,
} from "../../verify/index.ts";
import { drivenParts } from "../light/driven-parts.ts";

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
  | { readonly kind: "states"; readonly plan: ChipPlan }
  | {
      readonly kind: "exhaustive" | "sampled";
      readonly vectors: number;
      /** `expected` by the reference, [vector][symbol]. */
      readonly batches: readonly { readonly symbols: Uint8Array; readonly expected: Uint8Array }[];
    };

/** Up to so many distinct vectors a chip without certificate is judged by all of them, else by so many random ones. */
const vectorLimit = 30_000;
const sampledVectors = 10_000;
const batchVectors = 512;

/** How chips of the circuit are judged, and by how many vectors; null for `states`, which speak for all words. */
export function methodOf({ aggregate, certificate }: Circuit): {
  readonly method: Judge["kind"];
  readonly vectors: number | null;
} {
  if (certificate !== null) return { method: "states", vectors: null };
  const all = distinctVectors(aggregate);
  return all <= vectorLimit ? { method: "exhaustive", vectors: all } : { method: "sampled", vectors: sampledVectors };
}

/** Of a checked circuit. `seed` is that of sampled vectors. */
export function* planMonteCarlo(circuit: Circuit, seed: number): Steps<MonteCarloPlan> {
  const simulator = compileSimulation(circuit);
  const places = placesOf(circuit, simulator.program.op.length);
  if (circuit.certificate !== null) {
    const plan = planChips(circuit, yield* reachableStates(circuit.certificate));
    const largest = yield* inputsByStates(simulator, plan);
    return { simulator, judge: { kind: "states", plan }, places, inputScale: scalesOf(simulator, largest) };
  }
  const largestInput = new Float64Array(simulator.program.op.length);
  const { method, vectors: counted } = methodOf(circuit);
  const exhaustive = method === "exhaustive";
  const vectors = counted ?? 0;
  const random = seededRandom(seed);
  const batches = [];
  for (let from = 0; from < vectors; from += batchVectors) {
    const count = Math.min(batchVectors, vectors - from);
    const { symbols } = exhaustive
      ? enumeratedVectors(circuit.aggregate, from, count)
      : randomVectors(circuit.aggregate, count, random);
    batches.push({ symbols, expected: wantedSymbols(symbols, circuit.aggregate) });
    inputsByVectors(simulator, symbols, largestInput);
    yield { done: from + count, total: vectors, unit: "vectors", wrong: null };
  }
  return {
    simulator,
    judge: { kind: exhaustive ? "exhaustive" : "sampled", vectors, batches },
    places,
    inputScale: scalesOf(simulator, largestInput),
  };
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

function* inputsByStates(simulator: Simulator, { reachable }: ChipPlan): Steps<Float64Array> {
  const largest = new Float64Array(simulator.program.op.length);
  for (const { slice, driven } of drivenParts(simulator.circuit, reachable)) {
    if (driven === null) continue;
    const { before, inputs } = driven;
    const { rows } = inputs;
    for (const [a, { step }] of slice.activations.entries()) {
      for (let v = 0; v < rows; v++) largest[step] = Math.max(largest[step]!, Math.abs(before[a * rows + v]!));
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
