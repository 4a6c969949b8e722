import type { Synthesis, WeightsFile } from "../compiler/index.ts";
import {
  andThen,
  andThenAsync,
  type Checked,
  type Diagnostic,
  plainDiagnostic,
  refused,
  type Spec,
} from "../dsl/index.ts";
import type { Circuit } from "../netlist/index.ts";
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
} from "./circuit/evidence.ts";
import { estimateRobustness, type Robustness } from "./circuit/robustness.ts";
import { runAbortable, turnUnlessAborted } from "./circuit/run-steps.ts";
import { sizeProblem } from "./circuit/size-limit.ts";
import { type MeasuredText, synthesiseFor, synthesiseIn, withoutTechnology } from "./circuit/synthesis.ts";
import { chooseDesign } from "./design/choose.ts";
import type { DesignChoice } from "./design/search.ts";
import { type Network, otherKind, perceptronOf, shortfallHelp } from "./training/network.ts";
import type { TrainOptions } from "./training/train.ts";

/** Of `chips`, by the command line. */
export const usualChips = 20;

export interface CompileOptions {
  /** Of sampled words and simulated chips; 1 when left out. Training has a seed of its own, in the spec. */
  readonly seed?: number;
  /** Simulated chips a phase error behind `robustness`, at most; none when left out. */
  readonly chips?: number;
  /** A network that was trained or imported before; left out, the spec's is made. */
  readonly network?: Network;
  /** The file behind `network imported`. */
  readonly weights?: WeightsFile;
  /** What `technology` of the spec names, whose losses the circuit compensates; left out where it names none. */
  readonly technology?: Technology;
  /** A fabricated chip of the circuit, for which it is made; of a constructed network. */
  readonly measured?: MeasuredText;
  /** How to train, where the spec asks for it. */
  readonly training?: TrainOptions;
  /** Designs that are measured at most, where the spec leaves the network to the compiler; 32 when left out. */
  readonly designs?: number;
  /** Left out: the words are sent through the circuit. */
  readonly measure?: Measure;
  /** `measurement` counts words, `robustness` chips; `requirements` also stands for the chips that a yield asks for. */
  readonly onStep?: (stage: CompileStage, progress: StepProgress) => void;
  /** Called with the circuit as soon as there is one, before anything of it is checked. */
  readonly onCircuit?: (circuit: Circuit) => void;
  /** Aborting ends proof, measurement, chips, budget and requirements within a fraction of a second: the promise is rejected with its reason. */
  readonly signal?: AbortSignal;
}

export type CompileStage = "design" | "proof" | "measurement" | "robustness" | "budget" | "requirements";

/** Everything that the stages made, in their order. */
export interface Compiled extends Synthesis {
  /** What was chosen where the spec left it to the compiler; `spec` then has the choice. Null where nothing was free. */
  readonly design: DesignChoice | null;
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
 * requirement, with OPT0820 or OPT0821. Settings that the spec leaves free are chosen first; OPT0824 says why no design keeps everything.
 */
export async function compile(spec: Spec, options: CompileOptions = {}): Promise<Checked<Compiled>> {
  const { technology = null, seed = 1, designs, signal } = options;
  const absent = withoutTechnology(spec, technology);
  if (absent !== null) return refused(absent);
  const onStep = listener(options, "design");
  const chosen = await chooseDesign(spec, technology, { seed, onStep, designs, signal });
  return await andThenAsync(chosen, async ({ spec: designed, choice, conflict }) => {
    const { value, diagnostics } = await compileDesigned(designed, options, spec.free);
    const found = conflict === null ? diagnostics : [conflict, ...diagnostics];
    return { value: value === null ? null : { ...value, design: choice }, diagnostics: found };
  });
}

/** What the compiler chose of `chosen` settings, no advice says otherwise. */
async function compileDesigned(
  spec: Spec,
  options: CompileOptions,
  chosen: Spec["free"],
): Promise<Checked<Omit<Compiled, "design">>> {
  const network = await andThenAsync(accepted(spec, options), () => networkOf(spec, options));
  const made = await andThenAsync(network, (it) => synthesised(spec, options, it));
  if (made.value !== null) options.onCircuit?.(made.value.circuit);
  const checked = await andThenAsync(made, (it) => checkedCircuit(spec, options, it));
  return await andThenAsync(checked, (it) => measured(spec, options, it, chosen));
}

type Made = Synthesis & Pick<Compiled, "network">;
type CheckedCircuit = Made & Pick<Compiled, "evidence">;

function listener({ onStep }: CompileOptions, stage: CompileStage): (progress: StepProgress) => void {
  return (progress) => onStep?.(stage, progress);
}

/** What can be refused before there is a network. */
function accepted(spec: Spec, { network }: CompileOptions): Checked<Spec> {
  const obstacle = network === undefined ? sizeProblem(spec, null) : null;
  return obstacle === null ? { value: spec, diagnostics: [] } : refused(obstacle);
}

/** The circuit, for the measured chip where there is one. */
async function synthesised(spec: Spec, options: CompileOptions, network: Network): Promise<Checked<Made>> {
  const { technology = null, measured: chip, signal } = options;
  const tooLarge = sizeProblem(spec, perceptronOf(network));
  if (tooLarge !== null) return refused(tooLarge);
  // The event loop has its turn before each of what cannot be divided.
  await turnUnlessAborted(signal);
  const designed = synthesiseIn(spec, technology, { network: perceptronOf(network) });
  const real = chip === undefined ? designed : andThen(designed, (it) => synthesiseFor(spec, technology, chip, it));
  return andThen(real, (synthesis) => {
    const foreign = technology === null ? null : withoutNeurons(synthesis.circuit, technology);
    return foreign === null ? { value: { ...synthesis, network }, diagnostics: [] } : refused(foreign);
  });
}

/** Its proof, or its words where there is nothing to prove. */
async function checkedCircuit(spec: Spec, options: CompileOptions, made: Made): Promise<Checked<CheckedCircuit>> {
  const { seed = 1, measure = measureAccuracy, signal } = options;
  await turnUnlessAborted(signal);
  const onMeasurement = listener(options, "measurement");
  const evidence = await gatherEvidence(spec, made.circuit, seed, measure, {
    onMeasure: (done, total) => onMeasurement({ done, total, unit: "words", wrong: null }),
    onProof: listener(options, "proof"),
    signal,
  });
  if (evidence.kind === "proved" && !evidence.proof.holds) return refused(proofFailure(spec.name, evidence.proof));
  return { value: { ...made, evidence }, diagnostics: [] };
}

/** What the circuit is worth: chips with errors, the budget of its technology, and what the spec requires of both. */
async function measured(
  spec: Spec,
  options: CompileOptions,
  it: CheckedCircuit,
  chosen: Spec["free"],
): Promise<Checked<Omit<Compiled, "design">>> {
  const { seed = 1, chips = 0, technology = null, signal } = options;
  const { circuit, evidence, network } = it;
  const onChips = listener(options, "robustness");
  const robustness = await estimateRobustness(circuit, evidence, chips, seed, onChips, signal);
  const budget =
    technology === null
      ? null
      : await runAbortable(specBudgetSteps(circuit, spec, technology), signal, listener(options, "budget"));
  const held = requirementSteps(circuit, { ...spec, free: chosen }, technology, seed, budget);
  const requirements = await runAbortable(held, signal, listener(options, "requirements"));
  const failure = shortfall(spec, network, evidence);
  return {
    value: { ...it, robustness, requirements, budget },
    diagnostics: [...(failure === null ? [] : [failure]), ...missesOf(spec, requirements)],
  };
}

/** The network that was brought, if it is what the spec asks for; else one that is made now. */
async function networkOf(spec: Spec, options: CompileOptions): Promise<Checked<Network>> {
  const { network: brought, weights } = options;
  if (brought !== undefined) {
    return brought.kind === spec.network.kind
      ? { value: brought, diagnostics: [] }
      : refused(otherKind(spec, brought.kind));
  }
  switch (spec.network.kind) {
    case "constructed":
      return { value: { kind: "constructed" }, diagnostics: [] };
    case "trained":
      return await (await import("./training/train.ts")).train(spec, options.training);
    case "imported": {
      if (weights !== undefined) return (await import("./training/import-network.ts")).importNetwork(spec, weights);
      const message = `${spec.name}: the weights ${spec.network.weights} were not given`;
      return refused(plainDiagnostic("OPT0635", message, "hand the file's name and bytes to `compile`"));
    }
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
