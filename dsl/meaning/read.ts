import type { ValueReading } from "../language/reading.ts";
import { removedSettings } from "../language/renamed.ts";
import { type BlockRow, type SettingRow, titleOf } from "../language/row.ts";
import { asking, meant, shorten } from "../report/advice.ts";
import { error, type Report } from "../report/collector.ts";
import type { Span } from "../report/diagnostic.ts";
import { listed, opening, quoted } from "../report/syntax.ts";
import type { Body, Name, Statement, Value } from "../text/ast.ts";
import { adding, behind, forInstance, insteadOf, reportTwice, without } from "./advice.ts";
import { joinedName, reportJoined } from "./joined.ts";
import { readValues } from "./values.ts";
import type { BlockReading, InnerBlock, Written } from "./written.ts";

/** What reading a block needs beside the block. */
export interface ReadContext {
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
  const settings = new Map<string, Written<ValueReading>>();
  const blocks = new Map<string, Written<InnerBlock>>();
  const first = new Map<string, Statement>();
  const names = namesIn(row);
  let incomplete = body.damaged;
  for (const statement of body.statements) {
    const name = statement.name.text;
    if (!names.includes(name)) {
      if (!statement.damaged) reportUnknown(statement, body, row, context);
      incomplete = true;
      continue;
    }
    const earlier = first.get(name);
    if (earlier !== undefined) {
      reportDuplicate(statement, earlier, report);
      continue;
    }
    first.set(name, statement);
    const setting = row.settings.find((candidate) => candidate.name === name);
    const place = { span: valueSpan(statement), whole: statement.span };
    if (setting === undefined) {
      const inner = row.blocks.filter((candidate) => candidate.name === name);
      blocks.set(name, { ...place, value: readInner(statement, inner, row, context) });
    } else settings.set(name, { ...place, value: readSetting(statement, setting, row, context) });
    // `workers 4 precision 8 bits`: the second setting is reported inside the first, and so is not missing.
    if (joinedName(statement.values, names) !== null) incomplete = true;
  }
  reportContradictions(row, first, report);
  if (!incomplete) reportMissing(row, body, first, owner, report);
  return { settings, blocks };
}

function readSetting(
  statement: Statement,
  setting: SettingRow,
  row: BlockRow,
  context: ReadContext,
): ValueReading | null {
  if (statement.damaged) return null;
  const reading = readValues(statement, setting, namesIn(row), context);
  if (statement.kind === "block" && reading !== null) {
    const help = `write ${quoted(setting.example, context.report.syntax)}`;
    const message = `\`${setting.name}\` is a setting, not a block`;
    return error(context.report, "OPT0219", message, [statement.name.span, "is followed by `{`"], help);
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
      const label = [statement.name.span, opening(report.syntax)] as const;
      return error(report, "OPT0219", message, label, forInstance(chosen.example, statement, report));
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
  if (joined !== null) return reportJoined(name, joined, report);
  if (only.variant === null) {
    if (first === undefined) return only;
    const message = `\`${name.text}\` takes no value`;
    const help = forInstance(only.example, statement, report);
    return error(report, "OPT0211", message, [first.span, "nothing belongs here"], help);
  }
  const variants = rows.map((row) => row.variant ?? "");
  const list = listed(variants);
  if (first === undefined) {
    const message = `\`${name.text}\` needs a kind`;
    const advice = { help: `one of ${list}`, fixes: behind(name.span, variants) };
    return error(report, "OPT0211", message, [name.span, "no kind after this"], advice);
  }
  const chosen = first.kind === "word" ? rows.find((row) => row.variant === first.text) : undefined;
  if (chosen === undefined) {
    const near = first.kind === "word" ? meant(first.text, variants, first.span, report) : null;
    const help = near ?? { help: `one of ${list}`, fixes: insteadOf(first.span, variants) };
    return error(report, "OPT0212", `unknown kind of ${name.text}`, [first.span, `not a kind of ${name.text}`], help);
  }
  if (extra !== undefined) {
    const message = `\`${name.text}\` takes one kind`;
    const help = forInstance(chosen.example, statement, report);
    return error(report, "OPT0211", message, [extra.span, "one too many"], help);
  }
  return chosen;
}

function reportDuplicate(again: Statement, first: Statement, report: Report): void {
  const [one, other] = [again, first].map(({ span }) => report.text.slice(span.start, span.end));
  const isSame = one === other && first.kind === "setting" && !again.damaged && !first.damaged;
  reportTwice(again.name.text, again.name.span, first.name.span, without(again, isSame, report), report);
}

function reportContradictions(row: BlockRow, first: ReadonlyMap<string, Statement>, report: Report): void {
  const seen = new Set<string>();
  for (const [name, statement] of first) {
    const shape = row.settings.find((setting) => setting.name === name)?.shape;
    const other = shape?.kind === "flag" && seen.has(shape.opposite) ? first.get(shape.opposite) : undefined;
    seen.add(name);
    if (other === undefined) continue;
    const { text, span } = other.name;
    const advice = { help: "keep one of them", fixes: without(statement, false, report) };
    error(
      report,
      "OPT0213",
      `\`${text}\` and \`${name}\` contradict each other`,
      [statement.name.span, `contradicts \`${text}\``],
      advice,
      [span, "written here"],
    );
  }
}

function reportMissing(
  row: BlockRow,
  body: Body,
  first: ReadonlyMap<string, Statement>,
  owner: Name,
  report: Report,
): void {
  for (const setting of row.settings) {
    if (setting.fallback.kind !== "required" || first.has(setting.name)) continue;
    const message = `\`${setting.name}\` is missing`;
    const help = `add ${quoted(setting.example, report.syntax)}`;
    const advice = { help, fixes: adding(setting.example, body, owner.span, report) };
    error(report, "OPT0208", message, [owner.span, `\`${row.name}\` needs it`], advice);
  }
}

function reportUnknown(statement: Statement, body: Body, row: BlockRow, context: ReadContext): void {
  const { name } = statement;
  const removed = removedSettings.find((each) => each.block === titleOf(row) && each.name === name.text);
  if (removed !== undefined) {
    const advice = { help: removed.help, fixes: without(statement, false, context.report) };
    error(context.report, "OPT0234", `\`${name.text}\` was removed`, [name.span, "no longer a setting"], advice);
    return;
  }
  const isBlock = statement.kind === "block";
  const code = isBlock ? "OPT0206" : "OPT0205";
  const blockNames = [...new Set(row.blocks.map((block) => block.name))];
  const settingNames = row.settings.map((setting) => setting.name);
  const names = isBlock ? [...blockNames, ...settingNames] : [...settingNames, ...blockNames];
  const near = meant(name.text, names, name.span, context.report);
  // One that is written already would be written twice.
  const put = near?.fixes[0]?.edits[0]?.text;
  const isTaken = body.statements.some((other) => other.name.text === put);
  const elsewhere = homeOf(name.text, context.top);
  const known = isBlock && blockNames.length > 0 ? blockNames : settingNames;
  const help =
    elsewhere !== null
      ? `\`${name.text}\` belongs in \`${elsewhere}\``
      : near !== null
        ? asking(near, isTaken)
        : `\`${row.name}\` knows ${listed(known)}`;
  const message = `unknown ${isBlock ? "block" : "setting"} \`${shorten(name.text)}\``;
  error(context.report, code, message, [name.span, `not in \`${row.name}\``], help);
}

/** The block in which a name is at home, by a search through the whole table. */
export function homeOf(name: string, rows: readonly BlockRow[]): string | null {
  for (const row of rows) {
    if (namesIn(row).includes(name)) return titleOf(row);
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
