import { aggregateBlock } from "./language/aggregate.ts";
import { clusterRow } from "./language/cluster.ts";
import { limits } from "./language/limits.ts";
import type { AxisValue, Spec } from "./language/spec.ts";
import { studyRow } from "./language/study.ts";
import { trainingRow } from "./language/training.ts";
import { checkAst } from "./meaning/check.ts";
import { type Cluster, readCluster } from "./meaning/cluster.ts";
import type { Names } from "./meaning/names.ts";
import { valueSpan } from "./meaning/read.ts";
import { textWithPresentNames, withPresentNames } from "./meaning/renamed.ts";
import { readStudy, type Study } from "./meaning/study.ts";
import { type StudyVariant, variantOf } from "./meaning/study-variant.ts";
import { readTraining, type Training } from "./meaning/training.ts";
import { checked, error, isSound, newReport, type Report } from "./report/collector.ts";
import type { Checked, Diagnostic, SourceFile, Span } from "./report/diagnostic.ts";
import { quoted } from "./report/syntax.ts";
import type { Body, Statement } from "./text/ast.ts";
import { balanceBraces } from "./text/braces.ts";
import { buildAst } from "./text/grammar.ts";
import { isOther, syntaxOf } from "./text/recognise.ts";
import { tokenise } from "./text/tokens.ts";
import { refuseSize } from "./text/too-large.ts";
import { parseYamlText } from "./text/yaml.ts";

export interface ParseOptions {
  /** Names that `emit` may use. */
  readonly emitTargets: readonly string[];
}

/**
 * Text to checked specs: YAML when the name ends in `.yaml` or `.yml`, or, of an unknown ending, when the
 * text begins as YAML does; else the spec language. `value` is null when
 * anything is wrong. Never throws for a text, whatever is in it; the time is linear in its length, which is bounded.
 */
export function parseSpecs(source: SourceFile, options: ParseOptions): Checked<readonly Spec[]> {
  const { report, specs } = readSpecs(source, options);
  return checked(report, specs);
}

/** All that is found in a spec file, in the order in which it was: more than a person is shown. */
export function problemsIn(source: SourceFile, options: ParseOptions): readonly Diagnostic[] {
  return readSpecs(source, options).report.found;
}

function readSpecs(
  source: SourceFile,
  { emitTargets }: ParseOptions,
): { readonly report: Report; readonly specs: readonly Spec[] } {
  const { ast, report } = parsed(source);
  return { report, specs: ast === null ? [] : checkAst(ast, emitTargets, report) };
}

/**
 * The clusters of a spec file, YAML or not; aggregates in it are left to `parseSpecs`. `value` is null when anything in a
 * cluster is wrong or there is none.
 */
export function parseClusters(source: SourceFile): Checked<readonly Cluster[]> {
  return parseBlocks(source, clusterRow, ["OPT0221", "nothing to compare"], readCluster);
}

/** The same of trainings. */
export function parseTrainings(source: SourceFile): Checked<readonly Training[]> {
  return parseBlocks(source, trainingRow, ["OPT0230", "nothing to train"], readTraining);
}

/** The same of studies. */
export function parseStudies(source: SourceFile): Checked<readonly Study[]> {
  return parseBlocks(source, studyRow, ["OPT0245", "nothing to vary"], readStudy);
}

/** The blocks of a row, and an error where a sound file has none. */
function parseBlocks<T>(
  source: SourceFile,
  { name: word, example }: { readonly name: string; readonly example: string },
  [code, label]: readonly [code: string, label: string],
  read: (statement: Statement, names: Names, report: Report, ast: Body) => T | null,
): Checked<readonly T[]> {
  const { ast, report } = parsed(source);
  const written = ast?.statements.filter(({ name }) => name.text === word) ?? [];
  const names: Names = new Map();
  const blocks = written.map((statement) => read(statement, names, report, ast!));
  if (ast !== null && written.length === 0 && !ast.damaged) {
    const help = `write for instance ${quoted(example, report.syntax)}`;
    error(report, code, `the file holds no ${word}`, [{ start: 0, end: 0 }, label], help);
  }
  const good = blocks.filter((block) => block !== null);
  return checked(report, good.length === blocks.length ? good : null);
}

/** The blocks of a study of this text at any point: for each axis a value. */
export type StudySpecs = (values: readonly AxisValue[]) => StudyVariant;

/** Throws for a text that has not this study in it. */
export function studySpecs(source: SourceFile, study: Study, { emitTargets }: ParseOptions): StudySpecs {
  const { ast } = parsed(source);
  if (ast === null) throw new Error("the study was checked, but its text cannot be read");
  return (values) => variantOf(ast, source, study, values, emitTargets);
}

/** Where an aggregate's setting is written, its values alone; null when the text has no such setting. */
export function settingSpan(source: SourceFile, aggregate: string, setting: string): Span | null {
  const { ast } = parsed(source);
  for (const statement of ast?.statements ?? []) {
    const [name] = statement.values;
    const isMeant = statement.name.text === aggregateBlock.name && name?.kind === "word" && name.text === aggregate;
    if (!isMeant || statement.kind !== "block") continue;
    const found = statement.body.statements.find((each) => each.name.text === setting);
    if (found !== undefined) return valueSpan(found);
  }
  return null;
}

/** What can be read of a text that may be half typed, without any meaning and without a word on what is wrong; null where nothing can. */
export function readTree(source: SourceFile): Body | null {
  return parsed(source).ast;
}

/** The text as it is written, without any meaning; `value` is null when anything of the syntax is wrong. */
export function parseSyntax(source: SourceFile): Checked<Body> {
  const { ast, report } = parsed(source);
  return checked(report, ast);
}

/** The text with the present names of words that were renamed; as it is where anything of the syntax is wrong. */
export function withoutOldWords(source: SourceFile): string {
  const report = newReport(syntaxOf(source), source.text);
  const ast = parseAsWritten(source, report);
  return ast === null || !isSound(report.found) ? source.text : textWithPresentNames(ast, source.text);
}

function parsed(source: SourceFile): { readonly ast: Body | null; readonly report: Report } {
  const report = newReport(syntaxOf(source), source.text);
  const ast = parseAsWritten(source, report);
  return { ast: ast && withPresentNames(ast, report), report };
}

function parseAsWritten({ text }: SourceFile, report: Report): Body | null {
  const isYaml = report.syntax === "yaml";
  const limit = isYaml ? limits.yamlLength : limits.textLength;
  if (text.length > limit) return refuseSize(`is longer than ${limit} characters`, report);
  return isYaml ? parseYamlText(text, report) : parseText(text, report);
}

function parseText(text: string, report: Report): Body | null {
  if (isOther(text, "optinc")) {
    const colon = text.search(/:(?:\s|$)/);
    const label = colon < 0 ? { start: 0, end: 0 } : { start: colon, end: colon + 1 };
    const help = "YAML is read from files called `.yaml` or `.yml`";
    return error(report, "OPT0101", "this looks like YAML", [label, "means nothing here"], help);
  }
  const tokens = tokenise(text);
  if (tokens.length > limits.tokens) return refuseSize(`has more than ${limits.tokens} words`, report);
  const balanced = balanceBraces(text, tokens, report);
  return balanced === null ? null : buildAst(balanced, report);
}
