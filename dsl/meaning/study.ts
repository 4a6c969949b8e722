import { aggregateBlock } from "../language/aggregate.ts";
import { limits, short } from "../language/limits.ts";
import type { AxisBlock, SettingRow } from "../language/row.ts";
import type { StudyMeasure, StudyMetric, VariedValues } from "../language/spec.ts";
import { axisRows, studyMeasures, studyRow, varyRow } from "../language/study.ts";
import { meant, replacing } from "../report/advice.ts";
import { type Advice, error, type Report } from "../report/collector.ts";
import type { Span } from "../report/diagnostic.ts";
import { listed } from "../report/syntax.ts";
import type { BlockStatement, Body, Statement } from "../text/ast.ts";
import { readDeclaration, valuesOf } from "./declaration.ts";
import type { Names } from "./names.ts";
import { type Settings, settingsOf } from "./settings.ts";

/** A checked `study` block, with defaults filled in. */
export interface Study {
  readonly name: string;
  /** Of the aggregate that is varied, in the same file. */
  readonly aggregate: string;
  /** In the order written; the last one changes fastest from point to point. */
  readonly axes: readonly StudyAxis[];
  readonly measures: readonly StudyMeasure[];
  readonly objectives: readonly Objective[];
  /** Null: the whole grid. */
  readonly trials: number | null;
  readonly seed: number;
  /** Drawn for a yield. */
  readonly chips: number;
}

export interface StudyAxis {
  /** Of the setting. */
  readonly name: string;
  readonly block: AxisBlock;
  /** Of its column: the base unit; null for words and counts. */
  readonly row: SettingRow;
  readonly values: VariedValues;
}

export interface Objective {
  readonly metric: StudyMetric;
  readonly better: "less" | "more";
}

/** As its rows say it. */
interface StudyValues extends Pick<Study, "aggregate" | "seed" | "chips"> {
  readonly measure: Pick<Study, "measures">;
  readonly minimise: readonly StudyMetric[] | null;
  readonly maximise: readonly StudyMetric[] | null;
  readonly search: number | null;
}

/** One study statement; null when anything is wrong with it, which goes to the report. */
export function readStudy(statement: Statement, names: Names, report: Report, ast: Body): Study | null {
  const gathered = statement.kind === "block" ? withVaried(statement) : statement;
  const declaration = readDeclaration(gathered, studyRow, names, report);
  if (declaration === null || !declaration.isSound) return null;
  const { name, reading } = declaration;
  const { settings } = reading;
  const varied = settingsOf(reading, varyRow.name);
  const axes = [...varied].flatMap(([axis, { value }]): StudyAxis[] => {
    const row = axisRows.find((each) => each.name === axis);
    if (row?.shape.kind !== "axis" || value?.kind !== "axis") return [];
    return [{ name: axis, block: row.shape.block, row: row.shape.of, values: value.of }];
  });
  const values = valuesOf<StudyValues>(studyRow, settings, report.text, "", []);
  const { measure, minimise, maximise, search: trials, ...own } = values;
  const less = (minimise ?? []).map((metric): Objective => ({ metric, better: "less" }));
  const more = (maximise ?? []).map((metric): Objective => ({ metric, better: "more" }));
  const study: Study = { ...own, name, axes, measures: measure.measures, objectives: [...less, ...more], trials };
  const good = [
    checkAggregate(study, ast, settings, report),
    checkObjectives(study, settings, report),
    checkApplied(study, ast, settings, varied, report),
    checkPoints(study, varied, valueSpanOf(statement), report),
  ];
  return good.every(Boolean) ? study : null;
}

/** What is varied without braces, behind `vary` or behind one that is, as one block. */
function withVaried(block: BlockStatement): BlockStatement {
  const isAxis = ({ name }: Statement): boolean => axisRows.some((row) => row.name === name.text);
  const rest: Statement[] = [];
  const varied: Statement[] = [];
  let damaged = false;
  let first: Statement | null = null;
  for (const statement of block.body.statements) {
    const [setting, ...values] = statement.values;
    if (statement.name.text !== varyRow.name && !isAxis(statement)) {
      rest.push(statement);
      continue;
    }
    first ??= statement;
    if (isAxis(statement)) varied.push(statement);
    else if (statement.kind === "block" && setting === undefined) {
      varied.push(...statement.body.statements);
      damaged ||= statement.body.damaged;
    } else if (statement.kind === "setting" && setting?.kind === "word") {
      varied.push({ ...statement, name: { text: setting.text, span: setting.span }, values });
    } else rest.push(statement);
  }
  if (first === null || varied.length === 0) return block;
  const { name, span } = first;
  const vary: BlockStatement = {
    kind: "block",
    name: { text: varyRow.name, span: name.span },
    values: [],
    body: { statements: varied, damaged },
    span,
    damaged: false,
  };
  return { ...block, body: { ...block.body, statements: [...rest, vary] } };
}

function checkAggregate({ name, aggregate }: Study, ast: Body, settings: Settings, report: Report): boolean {
  const blocks = ast.statements.filter(
    (each): each is BlockStatement => each.kind === "block" && each.name.text === aggregateBlock.name,
  );
  const found = blocks.find(({ values: [first] }) => first?.kind === "word" && first.text === aggregate);
  const { span } = settings.get("aggregate")!;
  if (found === undefined) {
    const names = blocks.flatMap(({ values: [first] }) => (first?.kind === "word" ? [first.text] : []));
    const known = `it holds ${names.length === 0 ? "none" : listed(names)}`;
    const help = meant(aggregate, names, span, report) ?? known;
    const message = `study \`${name}\` is of an aggregate that the file does not hold`;
    error(report, "OPT0240", message, [span, "not in this file"], help);
    return false;
  }
  const network = found.body.statements.find((each) => each.name.text === "network");
  const kind = network?.values[0];
  if (kind === undefined || (kind.kind === "word" && kind.text === "constructed")) return true;
  const message = `study \`${name}\` varies a network that is not constructed`;
  error(report, "OPT0244", message, [span, "this one"], null, [kind.span, "is not constructed"]);
  return false;
}

/** Whether a study measures the file's training or cluster. */
export function appliesTo({ measures }: Pick<Study, "measures">, block: AxisBlock): boolean {
  return measures.some(({ metric }) => studyMeasures[metric].of === block);
}

/** That the file has one training, and one cluster, where they are measured, and that what is varied is measured. */
function checkApplied(study: Study, ast: Body, settings: Settings, varied: Settings, report: Report): boolean {
  const good = (["training", "cluster"] as const).map((block) => {
    const axis = study.axes.find((each) => each.block === block);
    const measure = settings.get("measure")!;
    if (!appliesTo(study, block)) {
      if (axis === undefined) return true;
      const metric = block === "training" ? "test-loss" : "iteration-optinc";
      const message = `no measure depends on \`${axis.name}\` of the ${block}`;
      error(report, "OPT0249", message, [varied.get(axis.name)?.span, "varied here"], measuring(metric, measure.span));
      return false;
    }
    const blocks = ast.statements.filter(({ name }) => name.text === block).length;
    if (blocks === 1) return true;
    const message = `study \`${study.name}\` measures a ${block}, and the file holds ${blocks}`;
    const help = `write one block \`${block} NAME { ... }\` in this file`;
    error(report, "OPT0249", message, [measure.span, `needs one ${block}`], help);
    return false;
  });
  return good.every(Boolean);
}

function measuring(metric: StudyMetric, { end }: Span): Advice {
  const fix = replacing({ start: end, end }, `, ${metric}`, `Add ${metric} to measure`, false);
  return { help: `add \`${metric}\` to \`measure\``, fixes: [fix] };
}

function checkObjectives({ measures, objectives }: Study, settings: Settings, report: Report): boolean {
  const good = objectives.map(({ metric, better }, i) => {
    const { span } = settings.get(better === "less" ? "minimise" : "maximise")!;
    if (!measures.some((measure) => measure.metric === metric)) {
      const advice = measuring(metric, settings.get("measure")!.span);
      error(report, "OPT0243", `\`${metric}\` is not measured`, [span, "judged by it"], advice);
      return false;
    }
    if (objectives.findIndex((other) => other.metric === metric) < i) {
      const message = `\`${metric}\` is both minimised and maximised`;
      error(report, "OPT0243", message, [span, "wanted the other way too"], null);
      return false;
    }
    return true;
  });
  return good.every(Boolean);
}

function checkPoints({ name, axes, trials }: Study, varied: Settings, span: Span, report: Report): boolean {
  if (trials !== null) return true;
  const range = axes.find(({ values }) => values.kind === "range");
  if (range !== undefined) {
    const help = `add \`step\` and a number, or draw from it: \`search 200 trials\``;
    const label: [Span, string] = [varied.get(range.name)!.span, "no `step` after this"];
    error(report, "OPT0241", `\`${range.name}\` is a range without a step`, label, help);
    return false;
  }
  const points = gridSize(axes);
  if (points <= limits.studyPoints) return true;
  const label = `at most ${short(limits.studyPoints)}`;
  const message = `study \`${name}\` has ${Number(points.toPrecision(3))} points`;
  error(report, "OPT0242", message, [span, label], "leave some values out, or draw from them: `search 200 trials`");
  return false;
}

/** Points of the whole grid; Infinity where there is a range to draw from. */
export function gridSize(axes: readonly StudyAxis[]): number {
  return axes.reduce((size, { values }) => size * (values.kind === "range" ? Infinity : values.values.length), 1);
}

function valueSpanOf({ name, values }: Statement): Span {
  return values[0]?.span ?? name.span;
}
