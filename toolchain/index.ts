export type { LayerApproximation, Mlp, Resources, Synthesis, WeightsFile } from "../compiler/index.ts";
export type { Progress as TrainingProgress } from "../compiler/network/training/index.ts";
export type { Checked, Diagnostic, Label, RenderOptions, Severity, SourceFile, Span, Spec } from "../dsl/index.ts";
export { formatSpec, formatSpecs, renderDiagnostics } from "../dsl/index.ts";
export type {
  Aggregate,
  Circuit,
  Device,
  OutputFields,
  Section,
  Target,
  TargetFile,
  TargetOptions,
} from "../netlist/index.ts";
export { type RequirementResult, readTechnology, type Technology, type YieldSample } from "../physics/index.ts";
export type {
  Counterexample,
  Progress,
  ProofReport,
  VerificationReport,
  VerifyOptions,
} from "../verify/index.ts";
export { passed } from "../verify/index.ts";
export { readCircuit, writeCircuit } from "./circuit-text.ts";
export { toolchainCodes } from "./codes.ts";
export { type Compiled, type CompileOptions, type CompileStage, compile } from "./compile.ts";
export {
  type ComparedKey,
  comparedFigures,
  type Difference,
  differenceSteps,
  type Known,
  type Measured,
} from "./difference.ts";
export {
  type Accuracy,
  accuracyText,
  belowTarget,
  type Evidence,
  errorsText,
  type Measure,
  measureAccuracy,
  reaches,
  suffices,
  targetOf,
} from "./evidence.ts";
export { type ExportOptions, exportCircuit } from "./export.ts";
export { importNetwork } from "./import-network.ts";
export {
  type FinishedTraining,
  type Network,
  networkOfTraining,
  perceptronOf,
  shortfallHelp,
} from "./network.ts";
export type { PhaseSample, Robustness } from "./robustness.ts";
export { runSteps, type StepOptions } from "./run-steps.ts";
export { type SimulatedWords, simulate } from "./simulate.ts";
export { sizeProblem } from "./size-limit.ts";
export { parseSpecs } from "./spec-text.ts";
export { measurePoint, type Outcome } from "./study/measure.ts";
export { paretoFront } from "./study/pareto.ts";
export { drawPareto } from "./study/pareto-drawing.ts";
export { studyPoints } from "./study/points.ts";
export { type DieText, synthesiseIn } from "./synthesis.ts";
export { runTraining, type TrainOptions, train } from "./train.ts";
export { printCurves, readCurves } from "./training-curves.ts";
export { drawCurves } from "./training-drawing.ts";
export { type TrainingRequest, trainingOf } from "./training-request.ts";
export { type VerificationOptions, verify } from "./verify.ts";
