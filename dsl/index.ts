export { dslCodes } from "./codes/index.ts";
export { type Completion, completionsAt } from "./editing/completion.ts";
export { textMateGrammar } from "./editing/highlighting.ts";
export { hoverAt, type KnownNames } from "./editing/hover.ts";
export { layOut } from "./editing/layout.ts";
export { mend } from "./editing/mend.ts";
export {
  declarationsIn,
  mentionsOf,
  type Outlined,
  outlineOf,
  renamableAt,
  renameAt,
  wordAt,
} from "./editing/outline.ts";
export { placeAt } from "./editing/place.ts";
export { dtypeBits, modelParameters } from "./language/cluster.ts";
export { language } from "./language/language.ts";
export { limits, short } from "./language/limits.ts";
export { specReference } from "./language/reference.ts";
export { type BlockRow, fallbackOf, type Rows } from "./language/row.ts";
export type {
  AppliedMetric,
  ApproximateSpec,
  AxisValue,
  ConstructedNetworkSpec,
  ImportedNetworkSpec,
  Levels,
  Metric,
  Preference,
  Requirement,
  Rounding,
  Spec,
  StudyMeasure,
  StudyMetric,
  TopologySpec,
  TrainedNetworkSpec,
  TriedMetric,
  VerifyInputs,
  YieldErrors,
} from "./language/spec.ts";
export { isAppliedMetric, studyMeasures } from "./language/study.ts";
export { errorRows, trainingLimits } from "./language/training.ts";
export { aDimension, baseUnit, type Dimension, findUnit, unitNames } from "./language/units.ts";
export { type Cluster, defaultCluster, type Gradient } from "./meaning/cluster.ts";
export type { DeclaredInput } from "./meaning/declaration.ts";
export { distinctInputVectors, usualVerifyInputs } from "./meaning/domain.ts";
export { formatSpec, formatSpecs } from "./meaning/format.ts";
export { gridSize, type Objective, type Study, type StudyAxis } from "./meaning/study.ts";
export type { Training, TrainingModel } from "./meaning/training.ts";
export {
  parseClusters,
  parseSpecs,
  parseStudies,
  parseSyntax,
  parseTrainings,
  readTree,
  settingSpan,
  studySpecs,
} from "./parse.ts";
export { meant } from "./report/advice.ts";
export { checked, error as reportError, type Report } from "./report/collector.ts";
export { visibleLine, visibleText } from "./report/columns.ts";
export {
  andThen,
  andThenAsync,
  type Checked,
  type CodePage,
  type CodePages,
  type Diagnostic,
  type Fix,
  type Label,
  refused,
  type Severity,
  type SourceFile,
  type Span,
  type TextEdit,
} from "./report/diagnostic.ts";
export { diagnosticsToJson } from "./report/json.ts";
export { nearest } from "./report/nearest.ts";
export { binaryBytes, counted, duration, figure, grouped, measured, percent, perSecond } from "./report/numerals.ts";
export { placed, plainDiagnostic } from "./report/plain.ts";
export { type RenderOptions, type Role, renderDiagnostics } from "./report/render.ts";
export { buildSarif, type SourceFindings } from "./report/sarif.ts";
export { listed } from "./report/syntax.ts";
export { syntaxOf } from "./text/recognise.ts";
export { readYaml, type YamlEntry, type YamlMapping, type YamlNode } from "./text/yaml-tree.ts";
