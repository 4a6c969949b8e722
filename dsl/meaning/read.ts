import type { Reading } from "../language/reading.ts";
import type { BlockRow, SettingRow } from "../language/row.ts";
import { meant } from "../report/advice.ts";
import { error, type Report } from "../report/collector.ts";
import type { Span } from "../report/diagnostic.ts";
import { opening, quoted } from "../report/syntax.ts";
import type { Body, Name, Statement, Value } from "../text/ast.ts";
import { joinedName, readValues } from "./values.ts";
import type { BlockReading, InnerBlock, Written } from "./written.ts";

/** What reading a block needs beside the block. */
export interface ReadContext {
  readonly text: string;
  readonly emitTargets: readonly string[];
  readonly top: readonly BlockRow[];
  readonly report: Report;
}

/**
 * Reads a body by the rows of its block: unknown and repeated names, kinds, units and ranges of values, missing
 * settings. `owner` is where a missing setting is reported.
 */
export function readBody(body: Body, row: BlockRow, owner: Name, context: ReadContext): BlockReading {
  const { report } = context;
  const settings = new Map<string, Written<Reading>>();
  const blocks = new Map<string, Written<InnerBlock>>();
  const first = new Map<string, Statement>();
  const names = namesIn(row);
  let incomplete = body.damaged;
  for (const statement of body.statements) {
    const name = statement.name.text;
    if (!names.includes(name)) {
      if (!statement.damaged) reportUnknown(statement, row, context);
      incomplete = true;
      continue;
    }
    const earlier = first.get(name);
    if (earlier !== undefined) {
      reportDuplicate(statement.name, earlier.name, report);
      continue;
    }
    first.set(name, statement);
    const setting = row.settings.find((candidate) => candidate.name === name);
    const span = valueSpan(statement);
    if (setting === undefined) {
      const inner = row.blocks.filter((candidate) => candidate.name === name);
      blocks.set(name, { span, value: readInner(statement, inner, row, context) });
    } else settings.set(name, { span, value: readSetting(statement, setting, row, context) });
    // `workers 4 precision 8 bits`: the second setting is reported inside the first, and so is not missing.
    if (joinedName(statement.values, names) !== null) incomplete = true;
  }
  reportContradictions(row, first, report);
  if (!incomplete) reportMissing(row, first, owner, report);
  return { settings, blocks };
}

function readSetting(statement: Statement, setting: SettingRow, row: BlockRow, context: ReadContext): Reading | null {
  if (statement.damaged) return null;
  const reading = readValues(statement, setting, namesIn(row), context);
  if (statement.kind === "block" && reading !== null) {
    const help = `write ${quoted(setting.example, context.report.syntax)}`;
    const message = `\`${setting.name}\` is a setting, not a block`;
    error(context.report, "OPT0219", message, [[statement.name.span, "is followed by `{`"]], help);
    return null;
  }
  return reading;
}

function readInner(
  statement: Statement,
  rows: readonly BlockRow[],
  outer: BlockRow,
  context: ReadContext,
): InnerBlock | null {
  const { report } = context;
  const chosen = statement.damaged ? null : chooseVariant(statement, rows, outer, report);
  if (chosen === null) return null;
  if (statement.kind === "setting") {
    const required = chosen.settings.some((setting) => setting.fallback.kind === "required");
    if (chosen.variant === null || required) {
      const message = `\`${chosen.name}\` is a block`;
      error(
        report,
        "OPT0219",
        message,
        [[statement.name.span, opening(report.syntax)]],
        `write ${quoted(chosen.example, report.syntax)}`,
      );
      return null;
    }
    return { row: chosen, reading: { settings: new Map(), blocks: new Map() } };
  }
  return { row: chosen, reading: readBody(statement.body, chosen, statement.name, context) };
}

function chooseVariant(
  statement: Statement,
  rows: readonly BlockRow[],
  outer: BlockRow,
  report: Report,
): BlockRow | null {
  const { name, values } = statement;
  const [first, extra] = values;
  const only = rows[0]!;
  const joined = joinedName(values, namesIn(outer));
  if (joined !== null) {
    reportJoined(name, joined, report);
    return null;
  }
  if (only.variant === null) {
    if (first === undefined) return only;
    const message = `\`${name.text}\` takes no value`;
    error(
      report,
      "OPT0211",
      message,
      [[first.span, "nothing belongs here"]],
      `write ${quoted(only.example, report.syntax)}`,
    );
    return null;
  }
  const variants = rows.map((row) => row.variant ?? "");
  const list = variants.map((variant) => `\`${variant}\``).join(", ");
  if (first === undefined) {
    const message = `\`${name.text}\` needs a kind`;
    error(report, "OPT0211", message, [[name.span, "no kind after this"]], `one of ${list}`);
    return null;
  }
  const chosen = first.kind === "word" ? rows.find((row) => row.variant === first.text) : undefined;
  if (chosen === undefined) {
    const near = first.kind === "word" ? meant(first.text, variants, first.span, report) : null;
    const help = near ?? `one of ${list}`;
    error(report, "OPT0212", `unknown kind of ${name.text}`, [[first.span, `not a kind of ${name.text}`]], help);
    return null;
  }
  if (extra !== undefined) {
    const message = `\`${name.text}\` takes one kind`;
    error(report, "OPT0211", message, [[extra.span, "one too many"]], `write ${quoted(chosen.example, report.syntax)}`);
    return null;
  }
  return chosen;
}

function reportJoined(name: Name, joined: Name, report: Report): void {
  const message = `two statements on one line: \`${name.text}\` and \`${joined.text}\``;
  error(report, "OPT0220", message, [[joined.span, "starts another one"]], "put a line end or `;` between them");
}

function reportDuplicate(again: Name, first: Name, report: Report): void {
  const labels: [Span, string][] = [
    [again.span, "written again here"],
    [first.span, "first written here"],
  ];
  error(report, "OPT0207", `\`${again.text}\` is written twice`, labels, "keep one of them");
}

function reportContradictions(row: BlockRow, first: ReadonlyMap<string, Statement>, report: Report): void {
  const seen = new Set<string>();
  for (const [name, statement] of first) {
    const shape = row.settings.find((setting) => setting.name === name)?.shape;
    const other = shape?.kind === "flag" && seen.has(shape.opposite) ? first.get(shape.opposite) : undefined;
    seen.add(name);
    if (other === undefined) continue;
    const { text, span } = other.name;
    const labels: [Span, string][] = [
      [statement.name.span, `contradicts \`${text}\``],
      [span, "written here"],
    ];
    error(report, "OPT0213", `\`${text}\` and \`${name}\` contradict each other`, labels, "keep one of them");
  }
}

function reportMissing(row: BlockRow, first: ReadonlyMap<string, Statement>, owner: Name, report: Report): void {
  for (const setting of row.settings) {
    if (setting.fallback.kind !== "required" || first.has(setting.name)) continue;
    const message = `\`${setting.name}\` is missing`;
    error(
      report,
      "OPT0208",
      message,
      [[owner.span, `\`${row.name}\` needs it`]],
      `add ${quoted(setting.example, report.syntax)}`,
    );
  }
}

function reportUnknown(statement: Statement, row: BlockRow, context: ReadContext): void {
  const { name } = statement;
  const isBlock = statement.kind === "block";
  const code = isBlock ? "OPT0206" : "OPT0205";
  const blockNames = [...new Set(row.blocks.map((block) => block.name))];
  const settingNames = row.settings.map((setting) => setting.name);
  const names = isBlock ? [...blockNames, ...settingNames] : [...settingNames, ...blockNames];
  const elsewhere = homeOf(name.text, context.top);
  const known = isBlock && blockNames.length > 0 ? blockNames : settingNames;
  const help =
    elsewhere !== null
      ? `\`${name.text}\` belongs in \`${elsewhere}\``
      : (meant(name.text, names, name.span, context.report) ??
        `\`${row.name}\` knows ${known.map((candidate) => `\`${candidate}\``).join(", ")}`);
  const message = `unknown ${isBlock ? "block" : "setting"} \`${shorten(name.text)}\``;
  error(context.report, code, message, [[name.span, `not in \`${row.name}\``]], help);
}

/** The block in which a name is at home, by a search through the whole table. */
export function homeOf(name: string, rows: readonly BlockRow[]): string | null {
  for (const row of rows) {
    const title = row.variant === null ? row.name : `${row.name} ${row.variant}`;
    if (namesIn(row).includes(name)) return title;
    const inner = homeOf(name, row.blocks);
    if (inner !== null) return inner;
  }
  return null;
}

function namesIn(row: BlockRow): readonly string[] {
  return [...row.settings.map((setting) => setting.name), ...row.blocks.map((block) => block.name)];
}

export function valueSpan(statement: Statement): Span {
  const [first] = statement.values;
  const last: Value | undefined = statement.values.at(-1);
  if (first === undefined || last === undefined) return statement.name.span;
  return { start: first.span.start, end: last.span.end };
}

/** Names of any length come from the text; a message stays on its line. */
export function shorten(text: string): string {
  return text.length <= 40 ? text : `${[...text].slice(0, 36).join("")}...`;
}
