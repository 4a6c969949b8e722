export type { LayerApproximation, Mlp, Resources, Synthesis, WeightsFile } from "../compiler/index.ts";
export type { NetworkProgress as TrainingProgress } from "../compiler/network/training/index.ts";
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
export type { Counterexample, Progress, ProofReport, VerificationReport, VerifyOptions } from "../verify/index.ts";
export { passed } from "../verify/index.ts";
export { readCircuit, writeCircuit } from "./circuit/circuit-text.ts";
export {
  type ComparedKey,
  comparedFigures,
  type Difference,
  differenceSteps,
  type Known,
  type Measured,
} from "./circuit/difference.ts";
export {
  type Accuracy,
  accuracyText,
  belowTarget,
  type Evidence,
  type Exactness,
  errorsText,
  exactCheck,
  exactnessOf,
  exactText,
  type Measure,
  measureAccuracy,
  reaches,
  suffices,
  targetOf,
} from "./circuit/evidence.ts";
export { type ExportOptions, exportCircuit } from "./circuit/export.ts";
export type { PhaseSample, Robustness } from "./circuit/robustness.ts";
export { runAbortable, runSteps, type StepOptions } from "./circuit/run-steps.ts";
export { type SimulatedWords, simulate } from "./circuit/simulate.ts";
export { estimateBytes, sizeProblem } from "./circuit/size-limit.ts";
export { type MeasuredText, synthesiseIn } from "./circuit/synthesis.ts";
export { type VerificationOptions, verify } from "./circuit/verify.ts";
export { toolchainCodes } from "./codes.ts";
export { type Compiled, type CompileOptions, type CompileStage, compile, usualChips } from "./compile.ts";
export { chooseDesign } from "./design/choose.ts";
export { type DesignChoice, type TriedDesign, usualDesigns } from "./design/search.ts";
export type { DesignFigures, DesignRow } from "./files/design-figures.ts";
export { buildFiles, curvesName, manifestDesign } from "./files/files.ts";
export {
  type FileEntry,
  type Manifest,
  type ManifestDesign,
  type ManifestHead,
  type ManifestNetwork,
  type ManifestTechnology,
  manifestName,
  printManifest,
} from "./files/manifest.ts";
export type {
  ImportedFigures,
  LayerMzis,
  NetworkFigures,
  PerceptronFigures,
  TrainedFigures,
} from "./files/network-figures.ts";
export { type Summary, summarise, verdictOf } from "./files/summary.ts";
export { parseSpecs } from "./spec-text.ts";
export { type AppliedFigures, measurePoint, type Outcome } from "./study/measure.ts";
export { type FrontStudy, paretoFront } from "./study/pareto.ts";
export { studyPoints } from "./study/points.ts";
export { importNetwork } from "./training/import-network.ts";
export {
  type FinishedTraining,
  type Network,
  networkOfTraining,
  perceptronOf,
  shortfallHelp,
} from "./training/network.ts";
export { runTraining, type TrainOptions, train } from "./training/train.ts";
export { printCurves, readCurves } from "./training/training-curves.ts";
export { drawCurves } from "./training/training-drawing.ts";
export { type TrainingRequest, trainingOf } from "./training/training-request.ts";
