import type { Synthesis, WeightsFile } from "../compiler/index.ts";
import { type Checked, type Diagnostic, plainDiagnostic, type Spec } from "../dsl/index.ts";
import {
  type Budget,
  missesOf,
  type RequirementResult,
  requirementSteps,
  specBudgetSteps,
  type Technology,
  withoutNeurons,
} from "../physics/index.ts";
import type { StepProgress } from "../verify/index.ts";
import {
  belowTarget,
  type Evidence,
  gatherEvidence,
  type Measure,
  measureAccuracy,
  proofFailure,
  suffices,
} from "./evidence.ts";
import { type Network, otherKind, perceptronOf, shortfallHelp } from "./network.ts";
import { estimateRobustness, type Robustness } from "./robustness.ts";
import { runAbortable, turnUnlessAborted } from "./run-steps.ts";
import { sizeProblem } from "./size-limit.ts";
import { type DieText, synthesiseFor, synthesiseIn, withoutTechnology } from "./synthesis.ts";
import type { TrainOptions } from "./train.ts";

export interface CompileOptions {
  /** Of sampled words and simulated chips; 1 when left out. Training has a seed of its own, in the spec. */
  readonly seed?: number;
  /** Simulated chips a phase error behind `robustness`, at most; none when left out. */
  readonly chips?: number;
  /** A network that was trained or imported before; left out, the spec's is made. */
  readonly network?: Network;
  /** The file behind `network imported`. */
  readonly weights?: WeightsFile;
  /** What `technology` of the spec names, whose losses the circuit makes up for; left out where it names none. */
  readonly technology?: Technology;
  /** A fabricated chip of the circuit, for which it is made; of a constructed network. */
  readonly measured?: DieText;
  /** How to train, where the spec asks for it. */
  readonly training?: TrainOptions;
  /** Left out: the words are sent through the circuit. */
  readonly measure?: Measure;
  /** `measurement` counts words, `robustness` chips; `requirements` also stands for the dies that a yield asks for. */
  readonly onStep?: (stage: CompileStage, progress: StepProgress) => void;
  /** Aborting ends proof, measurement, chips, budget and requirements within a fraction of a second: the promise is rejected with its reason. */
  readonly signal?: AbortSignal;
}

export type CompileStage = "proof" | "measurement" | "robustness" | "budget" | "requirements";

/** Everything that the stages made, in their order. */
export interface Compiled extends Synthesis {
  readonly network: Network;
  readonly evidence: Evidence;
  readonly robustness: Robustness;
  /** What the spec requires, each beside its figure; empty where it requires nothing. */
  readonly requirements: readonly RequirementResult[];
  /** Of a spec that names a technology. */
  readonly budget: Budget | null;
}

/**
 * Spec -> network -> aggregation, plan and circuit -> proof or measurement -> chips. Deterministic: the same spec, weights
 * and seed give the same bytes. `value` is null when the network cannot be had, circuit.json could not be read back or the proof
 * fails; a trained or imported network that is right too seldom is kept, with the error OPT0620, and so is a circuit that misses a
 * requirement, with OPT0820 or OPT0821.
 */
export async function compile(spec: Spec, options: CompileOptions = {}): Promise<Checked<Compiled>> {
  const { seed = 1, chips = 0, measure = measureAccuracy } = options;
  const absent = withoutTechnology(spec, options.technology ?? null);
  if (absent !== null) return { value: null, diagnostics: [absent] };
  const tooLarge = options.network === undefined ? sizeProblem(spec, null) : null;
  if (tooLarge !== null) return { value: null, diagnostics: [tooLarge] };
  const { value: network, diagnostics } = await networkOf(spec, options);
  if (network === null) return { value: null, diagnostics };
  const larger = sizeProblem(spec, perceptronOf(network));
  if (larger !== null) return { value: null, diagnostics: [...diagnostics, larger] };

  const onStep = (stage: CompileStage) => (progress: StepProgress) => options.onStep?.(stage, progress);
  // the event loop has its turn before each of what cannot be divided
  await turnUnlessAborted(options.signal);
  const made = synthesiseIn(spec, options.technology ?? null, { network: perceptronOf(network) });
  if (made.value === null) return { value: null, diagnostics: [...diagnostics, ...made.diagnostics] };
  const { measured } = options;
  const real = measured === undefined ? made : synthesiseFor(spec, options.technology ?? null, measured, made.value);
  if (real.value === null) return { value: null, diagnostics: [...diagnostics, ...real.diagnostics] };
  const synthesis = real.value;
  const foreign = options.technology === undefined ? null : withoutNeurons(synthesis.circuit, options.technology);
  if (foreign !== null) return { value: null, diagnostics: [...diagnostics, foreign] };
  await turnUnlessAborted(options.signal);
  const evidence = await gatherEvidence(spec, synthesis.circuit, seed, measure, {
    onMeasure: (done, total) => onStep("measurement")({ done, total, unit: "words", wrong: null }),
    onProof: onStep("proof"),
    signal: options.signal,
  });
  if (evidence.kind === "proved" && !evidence.proof.holds) {
    return { value: null, diagnostics: [...diagnostics, proofFailure(spec.name, evidence.proof)] };
  }
  const robustness = await estimateRobustness(
    synthesis.circuit,
    evidence,
    chips,
    seed,
    onStep("robustness"),
    options.signal,
  );
  const { technology = null } = options;
  const budget =
    technology === null
      ? null
      : await runAbortable(specBudgetSteps(synthesis.circuit, spec, technology), options.signal, onStep("budget"));
  const held = requirementSteps(synthesis.circuit, spec, technology, seed, budget);
  const requirements = await runAbortable(held, options.signal, onStep("requirements"));
  const failure = shortfall(spec, network, evidence);
  return {
    value: { ...synthesis, network, evidence, robustness, requirements, budget },
    diagnostics: [...diagnostics, ...(failure === null ? [] : [failure]), ...missesOf(spec, requirements)],
  };
}

/** The network that was brought, if it is what the spec asks for; else one that is made now. */
async function networkOf(spec: Spec, options: CompileOptions): Promise<Checked<Network>> {
  const { network: brought, weights } = options;
  if (brought !== undefined) {
    return brought.kind === spec.network.kind
      ? { value: brought, diagnostics: [] }
      : { value: null, diagnostics: [otherKind(spec, brought.kind)] };
  }
  switch (spec.network.kind) {
    case "constructed":
      return { value: { kind: "constructed" }, diagnostics: [] };
    case "trained":
      return await (await import("./train.ts")).train(spec, options.training);
    case "imported": {
      if (weights !== undefined) return (await import("./import-network.ts")).importNetwork(spec, weights);
      const message = `${spec.name}: the weights ${spec.network.weights} were not given`;
      return {
        value: null,
        diagnostics: [plainDiagnostic("OPT0635", message, "hand the file's name and bytes to `compile`")],
      };
    }
    default:
      return spec.network satisfies never;
  }
}

/** What to say of a network that is right too seldom; null where it is good enough. */
function shortfall(spec: Spec, network: Network, evidence: Evidence): Diagnostic | null {
  if (evidence.kind === "proved") return null;
  const { accuracy, target } = evidence;
  if (!suffices(evidence)) return belowTarget(spec.name, accuracy, target, shortfallHelp(network));
  // The sample may be luckier than all words are, which training has counted.
  if (network.kind !== "trained" || network.result.kind !== "short") return null;
  const { vectors, wrong, errors } = network.result.report;
  return belowTarget(spec.name, { mode: "exhaustive", vectors, wrong, errors }, target, shortfallHelp(network));
}
