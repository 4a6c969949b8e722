import { fallbackOf } from "../language/row.ts";
import { errorRow, errorRows, trainingRow, trainingRuns } from "../language/training.ts";
import { error, type Report } from "../report/collector.ts";
import { listed } from "../report/syntax.ts";
import type { Statement } from "../text/ast.ts";
import { insteadOf, use } from "./advice.ts";
import { type DeclaredInput, readDeclaration, valuesOf } from "./declaration.ts";
import type { Names } from "./names.ts";
import { type Settings, settingsOf, valueIn } from "./settings.ts";
import { warnOfRuns } from "./unused-settings.ts";
import type { BlockReading } from "./written.ts";

/** A checked `training` block, with defaults filled in. */
export interface Training {
  readonly name: string;
  readonly model: TrainingModel;
  readonly runs: readonly (typeof trainingRuns)[number][];
  readonly steps: number;
  readonly batch: number;
  readonly optimizer: "sgd" | "adam";
  readonly learningRate: number;
  readonly momentum: number;
  readonly seeds: readonly number[];
  /** Seeds of the chips of a noise run, numbers of those of a chip-samples run. */
  readonly chips: readonly number[];
  readonly block: number;
  /** Row of Table II by its approximated layers. */
  readonly errorLayers: readonly [first: number, last: number];
  /** Null for the row's own. */
  readonly errorRate: number | null;
  /** Whether words are drawn from the neighbours of a gradient, and whether workers feed back what rounding took. */
  readonly isStochastic: boolean;
  readonly hasFeedback: boolean;
  /** Probability that a worker misses a step. */
  readonly absent: number;
  readonly phaseSigmaRad: number;
  readonly evaluateEvery: number;
  readonly testSamples: number;
  /** Every setting, as written or by default. */
  readonly inputs: readonly DeclaredInput[];
}

export type TrainingModel =
  | { readonly kind: "mlp"; readonly hidden: number }
  | { readonly kind: "conv"; readonly channels: readonly [number, number] }
  | {
      readonly kind: "llama";
      readonly layers: number;
      readonly width: number;
      readonly heads: number;
      readonly context: number;
      readonly alphabet: number;
    };

/** As its rows say it. */
type TrainingValues = Pick<
  Training,
  "runs" | "steps" | "batch" | "momentum" | "block" | "absent" | "errorRate" | "evaluateEvery" | "testSamples"
> & {
  readonly optimizer: Training["optimizer"] | null;
  readonly learningRate: number | null;
  readonly seeds: number;
  readonly chips: number;
  readonly seed: number;
  readonly quantization: string;
  readonly errorFeedback: string;
  readonly errorRow: unknown;
  readonly phaseSigma: number;
};

/** One training statement; null when anything is wrong with it, which goes to the report. */
export function readTraining(statement: Statement, names: Names, report: Report): Training | null {
  const declaration = readDeclaration(statement, trainingRow, names, report);
  if (declaration === null || !declaration.isSound) return null;
  const { name, reading } = declaration;
  const { text } = report;
  const inputs: DeclaredInput[] = [];
  const model = readModel(reading, text, inputs);
  const values = valuesOf<TrainingValues>(trainingRow, reading.settings, text, "", inputs);
  const {
    runs,
    seeds: count,
    chips,
    seed: first,
    quantization,
    errorFeedback,
    phaseSigma,
    errorRow: _,
    ...own
  } = values;
  const optimizer = values.optimizer ?? (model.kind === "llama" ? "adam" : "sgd");
  const errorLayers = readErrors(reading.settings, report);
  const training: Training = {
    ...own,
    name,
    model,
    runs: trainingRuns.filter((run) => runs.includes(run)),
    optimizer,
    learningRate: values.learningRate ?? (optimizer === "adam" ? 0.003 : 0.05),
    seeds: Array.from({ length: count }, (_, i) => first + i),
    chips: Array.from({ length: chips }, (_, i) => first + i),
    isStochastic: quantization === "stochastic",
    hasFeedback: errorFeedback === "on",
    errorLayers: errorLayers ?? errorRows[0]!,
    phaseSigmaRad: phaseSigma,
    inputs,
  };
  // A result names what was taken, not how it follows.
  for (const [path, value] of [
    ["optimizer", optimizer],
    ["learning-rate", `${training.learningRate}`],
  ] as const) {
    const at = inputs.findIndex((input) => input.path === path && input.from === "default");
    if (at >= 0) inputs[at] = { ...inputs[at]!, value };
  }
  warnOfRuns(reading.settings, training.runs, training.optimizer, report);
  return errorLayers === null || !headsFit(model, reading, report) ? null : training;
}

function readModel(reading: BlockReading, text: string, inputs: DeclaredInput[]): TrainingModel {
  const written = reading.blocks.get("model");
  const row = written?.value?.row ?? trainingRow.blocks[0]!;
  const kind = row.variant as TrainingModel["kind"];
  const settings = settingsOf(reading, "model");
  inputs.push({ path: "model", value: kind, from: written === undefined ? "default" : "file" });
  const values = <T extends object>(): T => valuesOf<T>(row, settings, text, `model ${kind} `, inputs);
  switch (kind) {
    case "mlp":
      return { kind, ...values<{ readonly hidden: number }>() };
    case "conv": {
      const { firstChannels, secondChannels } = values<Record<"firstChannels" | "secondChannels", number>>();
      return { kind, channels: [firstChannels, secondChannels] };
    }
    case "llama":
      return { kind, ...values<Record<"layers" | "width" | "heads" | "context" | "alphabet", number>>() };
  }
}

function readErrors(settings: Settings, report: Report): readonly [number, number] | null {
  const layers = valueIn(errorRow, settings) ?? fallbackOf(errorRow);
  const row =
    layers.kind === "layers"
      ? errorRows.find(([first, last]) => layers.first === first && layers.last === last)
      : undefined;
  if (row !== undefined) return row;
  const rows = errorRows.map(([first, last]) => `layers ${first}..${last}`);
  const { span } = settings.get(errorRow.name)!;
  const advice = { help: `one of ${listed(rows)}`, fixes: insteadOf(span, rows) };
  return error(report, "OPT0231", "no such row of Table II", [span, "has no errors there"], advice);
}

function headsFit(model: TrainingModel, reading: BlockReading, report: Report): boolean {
  if (model.kind !== "llama" || (model.width / model.heads) % 2 === 0) return true;
  const settings = settingsOf(reading, "model");
  const { span } = settings.get("width") ?? settings.get("heads")!;
  const message = `${model.heads} heads do not share a width of ${model.width}`;
  const advice = use([`width ${Math.ceil(model.width / (2 * model.heads)) * 2 * model.heads}`], settings, report);
  error(report, "OPT0232", message, [span, "not an even number for each head"], advice);
  return false;
}
