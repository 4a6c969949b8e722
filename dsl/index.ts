export type { Block, Body, Name, Setting, SpecAst, Statement, Value } from "./ast.ts";
export {
  type Cluster,
  type ClusterInput,
  defaultCluster,
  dtypeBits,
  type Gradient,
  modelParameters,
} from "./cluster.ts";
export { dslCodes } from "./codes.ts";
export type { DeclaredInput } from "./declaration.ts";
export type { Checked, CodePage, Diagnostic, Label, Severity, SourceFile, Span } from "./diagnostic.ts";
export { distinctInputVectors } from "./domain.ts";
export { formatSpec, formatSpecs } from "./format.ts";
export { type DiagnosticJson, diagnosticsToJson, type LabelJson } from "./json.ts";
export { nearest } from "./nearest.ts";
export { type ParseOptions, parseClusters, parseSpecs, parseTrainings } from "./parse.ts";
export { type RenderOptions, type Role, renderDiagnostics } from "./render.ts";
export {
  buildSarif,
  type SarifLocation,
  type SarifLog,
  type SarifResult,
  type SarifRule,
  type SarifRun,
  type SourceFindings,
} from "./sarif.ts";
export { type BlockRow, type Choice, language, limits, type SettingRow, type ValueShape } from "./settings.ts";
export { indexLines, type LineIndex, type Position, positionOf } from "./source.ts";
export type {
  ApproximateSpec,
  CascadeTopologySpec,
  ConstructedNetworkSpec,
  ImportedNetworkSpec,
  Levels,
  NetworkSpec,
  Rounding,
  SingleTopologySpec,
  Spec,
  TopologySpec,
  TrainedNetworkSpec,
  VerifyInputs,
  VerifySpec,
} from "./spec.ts";
export type { Training, TrainingModel } from "./training.ts";
export type { Dimension } from "./units.ts";
