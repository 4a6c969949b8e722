export { dslCodes } from "./codes/index.ts";
export {
  type BlockRow,
  type Choice,
  language,
  limits,
  type SettingRow,
  type ValueShape,
} from "./language/aggregate.ts";
export { specReference } from "./language/reference.ts";
export { errorRows, trainingLimits } from "./language/training.ts";
export type { Dimension } from "./language/units.ts";
export {
  type Cluster,
  type ClusterInput,
  defaultCluster,
  dtypeBits,
  type Gradient,
  modelParameters,
} from "./meaning/cluster.ts";
export type { DeclaredInput } from "./meaning/declaration.ts";
export { distinctInputVectors } from "./meaning/domain.ts";
export { formatSpec, formatSpecs } from "./meaning/format.ts";
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
} from "./meaning/spec.ts";
export type { Training, TrainingModel } from "./meaning/training.ts";
export { type ParseOptions, parseClusters, parseSpecs, parseTrainings } from "./parse.ts";
export type { Checked, CodePage, Diagnostic, Label, Severity, SourceFile, Span } from "./report/diagnostic.ts";
export { type DiagnosticJson, diagnosticsToJson, type LabelJson } from "./report/json.ts";
export { nearest } from "./report/nearest.ts";
export { counted, duration, grouped, percent } from "./report/numerals.ts";
export { type PlacedFinding, placed, plainDiagnostic } from "./report/plain.ts";
export { type RenderOptions, type Role, renderDiagnostics } from "./report/render.ts";
export {
  buildSarif,
  type SarifLocation,
  type SarifLog,
  type SarifResult,
  type SarifRule,
  type SarifRun,
  type SourceFindings,
} from "./report/sarif.ts";
export type { Block, Body, Name, Setting, SpecAst, Statement, Value } from "./text/ast.ts";
export { visibleLine, visibleText } from "./text/columns.ts";
export { indexLines, type LineIndex, type Position, positionOf } from "./text/source.ts";
