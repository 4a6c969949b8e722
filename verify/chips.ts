import {
  type Circuit,
  compileSimulation,
  distinctVectors,
  enumeratedVectors,
  onChip,
  perturbSimulator,
  randomVectors,
  seededRandom,
  simulateWords,
  type VectorBatch,
} from "../netlist/index.ts";
import { designOf } from "./chip-deviation.ts";
import { type ChipPlan, planChips } from "./chip-plan.ts";
import { chipIsPerfect } from "./chip-states.ts";
import { decodeWords, encodeWords, referenceWords } from "./reference.ts";
import type { Progress, RobustnessReport, VerifyOptions } from "./results.ts";
import { finish, type Steps } from "./steps.ts";

/** `stateChipSteps` at once. */
export function stateRobustness(
  circuit: Circuit,
  sigmaRad: number,
  chips: number,
  seed: number,
  progress?: Progress,
): RobustnessReport {
  return finish(stateChipSteps(circuit, sigmaRad, chips, seed), progress);
}

/**
 * Share of simulated chips without a wrong word when every phase has a Gaussian error, found cell by cell: each cell is
 * driven by every field combination that its inputs can have on that chip (chip-states.ts). It speaks for all words of all
 * workers. Signals of different cells are combined freely, so a chip may be judged worse than it is, not better. `plan` is the
 * circuit's, for whoever has one already.
 */
export function* stateChipSteps(
  circuit: Circuit,
  sigmaRad: number,
  chips: number,
  seed: number,
  plan: ChipPlan = planChips(circuit),
): Steps<RobustnessReport> {
  const random = seededRandom(seed);
  const simulator = compileSimulation(circuit);
  const design = chipIsPerfect(plan, plan.index) ? designOf(plan) : null;
  let perfectChips = 0;
  for (let chip = 0; chip < chips; chip++) {
    if (chipIsPerfect(plan, onChip(plan.index, perturbSimulator(simulator, sigmaRad, random)), design)) perfectChips++;
    yield { done: chip + 1, total: chips, unit: "chips", wrong: null };
  }
  return { sigmaRad, chips, perfectChips, wordErrorRate: null, seed, method: "states", vectors: 0 };
}

/** `chipSteps` at once. */
export function vectorRobustness(
  circuit: Circuit,
  sigmaRad: number,
  chips: number,
  seed: number,
  inputs: VerifyOptions["inputs"],
  progress?: Progress,
): RobustnessReport {
  return finish(chipSteps(circuit, sigmaRad, chips, seed, inputs), progress);
}

/** The same chips with every input vector sent through every device: slower, and it counts the wrong words. */
export function* chipSteps(
  circuit: Circuit,
  sigmaRad: number,
  chips: number,
  seed: number,
  inputs: VerifyOptions["inputs"],
): Steps<RobustnessReport> {
  const exhaustive = inputs.kind === "exhaustive";
  const vectors = exhaustive ? distinctVectors(circuit.aggregate) : inputs.kind === "sampled" ? inputs.samples : 10_000;
  const random = seededRandom(seed);
  const simulator = compileSimulation(circuit);
  /** Symbols of the right word, [vector][symbol]. */
  const batches: { batch: VectorBatch; expected: Uint8Array }[] = [];
  const sampleRandom = seededRandom(seed + 1);
  for (let from = 0; from < vectors; from += 8192) {
    const count = Math.min(8192, vectors - from);
    const batch = exhaustive
      ? enumeratedVectors(circuit.aggregate, from, count)
      : randomVectors(circuit.aggregate, count, sampleRandom);
    batches.push({ batch, expected: encodeWords(expectedWords(circuit, batch), circuit.aggregate) });
    yield { done: 0, total: chips, unit: "chips", wrong: null };
  }
  let perfectChips = 0;
  let wrongShare = 0;
  for (let chip = 0; chip < chips; chip++) {
    const built = perturbSimulator(simulator, sigmaRad, random);
    let wrong = 0;
    for (const { batch, expected } of batches) {
      const symbols = simulateWords(built, batch.symbols);
      const { workers, symbols: width } = circuit.aggregate;
      for (let v = 0; v < batch.vectors; v++) {
        for (let i = 0; i < workers * width; i++) {
          if (symbols[v * workers * width + i] !== expected[v * width + (i % width)]) {
            wrong++;
            break;
          }
        }
      }
      yield { done: chip, total: chips, unit: "chips", wrong: null };
    }
    if (wrong === 0) perfectChips++;
    wrongShare += wrong / vectors;
    yield { done: chip + 1, total: chips, unit: "chips", wrong: null };
  }
  return {
    sigmaRad,
    chips,
    perfectChips,
    wordErrorRate: wrongShare / chips,
    seed,
    method: exhaustive ? "exhaustive" : "sampled",
    vectors,
  };
}

function expectedWords(circuit: Circuit, batch: VectorBatch): Float64Array {
  const { workers } = circuit.aggregate;
  const all = decodeWords(batch.symbols, circuit.aggregate);
  const rows = Array.from({ length: workers }, (_, worker) =>
    Float64Array.from({ length: batch.vectors }, (_unused, v) => all[v * workers + worker]!),
  );
  return referenceWords(rows, circuit.aggregate);
}
