import { replacing, withBlanks } from "../../../dsl/report/advice.ts";
import { type Advice, error, newReport, type Report } from "../../../dsl/report/collector.ts";
import { quoted } from "../../../dsl/report/syntax.ts";
import type { BlockStatement, Body, Name, Setting, SpecAst, Statement, Value } from "../../../dsl/text/ast.ts";
import { adviceFor, adviceForNumber, decimal, type Run, standsIn, withoutSign } from "../../../dsl/text/mistakes.ts";
import { madeToken, Word } from "../../../dsl/text/tokens.ts";
import type { Token, TokenKind } from "./tokens.ts";

/**
 * The grammar:
 *
 *   file      = { statement | errorNode | END }
 *   statement = WORD { part } [ block ]
 *   block     = "{" { statement | errorNode | END } "}"
 *   part      = quantity | WORD | "x" | TEXT | RELATION | "," | unexpected
 *   quantity  = NUMBER [ ".." NUMBER ] { "x" NUMBER } [ unit ]
 *   unit      = "%" | WORD [ "/" WORD ] | "/" WORD
 *   errorNode    = misplaced { misplaced } [ statement ]
 *   misplaced = NUMBER | "x" | TEXT | RELATION | "," | unexpected
 *   unexpected    = ".." | "%" | "/" | STRAY | HOLE
 *
 * Braces are balanced and named before (braces.ts). On such tokens the grammar is total: what does not belong is `unexpected` or
 * `errorNode` in the line where it stands, and is reported there. So one mistake costs one line, never the rest of the file.
 */
export function buildAst(tokens: readonly Token[], report: Report): SpecAst {
  const reading = { tokens, at: 0 };
  const body = readBody(reading, report);
  const left = tokens[reading.at];
  if (left !== undefined) throw new Error(`the braces are not balanced at offset ${left.span.start}`);
  return { kind: "file", body };
}

interface Reading {
  readonly tokens: readonly Token[];
  /** Index of the next token. */
  at: number;
}

function kindAt({ tokens, at }: Reading, ahead = 0): TokenKind | null {
  return tokens[at + ahead]?.kind ?? null;
}

/** Up to what closes the block or to the end. */
function readBody(reading: Reading, report: Report): Body {
  const statements: Statement[] = [];
  let damaged = false;
  for (let kind = kindAt(reading); kind !== null && kind !== "close"; kind = kindAt(reading)) {
    if (kind === "end") reading.at += 1;
    else if (kind === "word") statements.push(readStatement(reading, report));
    else {
      damaged = true;
      readErrorNode(reading, report);
      // The rest of a line that was reported is not judged again.
      if (kindAt(reading) === "word")
        statements.push({ ...readStatement(reading, report, newReport(report.syntax, report.text)), damaged: true });
    }
  }
  return { statements, damaged };
}

/** What a statement cannot begin with, up to where one could. */
function readErrorNode(reading: Reading, report: Report): void {
  const { tokens, at: from } = reading;
  const first = tokens[from]!;
  if (first.kind === "open") throw new Error(`a block has no name at offset ${first.span.start}`);
  while (!isBoundary(kindAt(reading)) && kindAt(reading) !== "word") reading.at += 1;
  // A hole stands for something that was reported when it was taken out.
  if (tokens.slice(from, reading.at).some(({ kind }) => kind === "hole")) return;
  const run = runAt(first, tokens.slice(from, endOfLine(reading)));
  if (first.kind === "stray" || first.kind === "comma") {
    reportUnexpected(first, run, false, report);
    return;
  }
  const shown = shorten(first.image);
  const label = "a line starts with the name of a setting or a block";
  const help = adviceFor(asIToken(first), run, report);
  error(report, "OPT0106", `expected a name, found \`${shown}\``, [[first.span, label]], help);
}

/** What ends a line's values. */
function isBoundary(kind: TokenKind | null): boolean {
  return kind === "open" || kind === "close" || kind === "end" || kind === null;
}

/** Index behind the values of the line. */
function endOfLine({ tokens, at }: Reading): number {
  let end = at;
  while (!isBoundary(tokens[end]?.kind ?? null)) end += 1;
  return end;
}

/** `run`: what stands around the token without a blank; `second`: it stands behind the name of its line. */
function reportUnexpected(token: Token, run: Run, second: boolean, report: Report): void {
  const shown = shorten(token.image);
  const isAssignment = token.image === "=" || token.image === ":";
  const help = isAssignment
    ? {
        help: `a setting is its name and its values: ${quoted("workers 4", report.syntax)}`,
        fixes: withoutSign(asIToken(token), report, second),
      }
    : adviceFor(asIToken(token), run, report);
  error(report, "OPT0101", `unexpected ${describe(shown)}`, [[token.span, "means nothing here"]], help);
}

/** Characters that cannot be seen are named by their code point. */
function describe(text: string): string {
  if (!/[\p{C}\p{Z}]/u.test(text)) return `\`${text}\``;
  const points = [...text].slice(0, 4).map((c) => `U+${c.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}`);
  return `character ${points.join(" ")}`;
}

function shorten(text: string): string {
  return text.length <= 24 ? text : `${[...text].slice(0, 20).join("")}...`;
}

/** Mistakes of the line itself go to `lineReport`, those of the block behind it to `report`. */
function readStatement(reading: Reading, report: Report, lineReport: Report = report): Statement {
  const word = reading.tokens[reading.at++]!;
  const name = { text: word.image, span: word.span };
  const { values, damaged } = readValues(reading, lineReport);
  const end = values.at(-1)?.span.end ?? name.span.end;
  const span = { start: name.span.start, end };
  if (kindAt(reading) !== "open") return { kind: "setting", name, values, span, damaged } satisfies Setting;
  reading.at += 1;
  const body = readBody(reading, report);
  reading.at += 1;
  return { kind: "block", name, values, body, span, damaged } satisfies BlockStatement;
}

interface Values {
  readonly values: readonly Value[];
  readonly damaged: boolean;
}

/** Values of one line. The first mistake of a line is reported, the rest of it follows from it as a rule. */
function readValues(reading: Reading, report: Report): Values {
  const { tokens, at: from } = reading;
  const end = endOfLine(reading);
  const values: Value[] = [];
  let damaged = false;
  let comma: Token | null = null;
  const mistake = (say: () => void): void => {
    if (!damaged) say();
    damaged = true;
  };
  while (reading.at < end) {
    const token = tokens[reading.at]!;
    const { kind, image, span } = token;
    if (kind === "number") {
      comma = null;
      const value = readQuantity(reading, (message, place) =>
        mistake(() =>
          error(report, "OPT0102", message, [[place.span, "not a number"]], adviceForNumber(asIToken(place), report)),
        ),
      );
      if (value !== null) values.push(value);
      continue;
    }
    reading.at += 1;
    if (kind === "comma") {
      if (comma !== null || values.length === 0) mistake(() => reportComma(token, true, report));
      comma = token;
      continue;
    }
    comma = null;
    if (kind === "word" || kind === "times") values.push({ kind: "word", text: image, span });
    else if (kind === "relation") values.push({ kind: "relation", sign: image === "<=" ? "<=" : ">=", span });
    else if (kind !== "text")
      mistake(() =>
        reportUnexpectedValue(token, runAt(token, tokens.slice(from, end)), token === tokens[from], report),
      );
    else if (image.length > 1 && image.endsWith('"') && !/[^\\](\\\\)*\\"$/.test(image))
      values.push({ kind: "text", text: unquote(image), span });
    else {
      mistake(() => {
        error(report, "OPT0103", "a string is not closed", [[span, "opened here"]], closingQuote(token, report));
      });
    }
  }
  const trailing = comma;
  // The list may go on in the next line.
  const next = tokens.slice(end, end + 8).find(({ kind }) => kind !== "end")?.kind ?? null;
  if (trailing !== null) mistake(() => reportComma(trailing, next === "close" || next === null, report));
  return { values, damaged };
}

function closingQuote(token: Token, { text, syntax }: Report): Advice {
  const { span } = token;
  const written = text.slice(span.start, span.end).trimEnd();
  // What follows the blanks of a line may belong to no string.
  const safe = syntax === "optinc" && !/[\s;#{}]/.test(written);
  return {
    help: 'close it with `"`; a string ends on its line',
    fixes: [replacing(span, `${written}"`, 'Close it with "', safe)],
  };
}

function reportComma(token: Token, safe: boolean, report: Report): void {
  const help = "a list goes on one line: `emit spice, phases`";
  const fix = replacing(withBlanks(report.text, token.span), "", "Remove the comma", safe);
  const fixes = standsIn(report.text, asIToken(token)) ? [fix] : [];
  error(report, "OPT0112", "a comma separates nothing", [[token.span, "no value on one side of it"]], { help, fixes });
}

function reportUnexpectedValue(token: Token, run: Run, second: boolean, report: Report): void {
  if (token.kind !== "hole") reportUnexpected(token, run, second, report);
}

/** The images of the tokens that stand around one of them without a blank, joined; a few to each side tell enough. */
function runAt(token: Token, tokens: readonly Token[]): Run {
  const at = tokens.indexOf(token);
  let [from, to] = [at, at];
  while (from > 0 && at - from < 16 && tokens[from - 1]!.span.end === tokens[from]!.span.start) from--;
  while (to + 1 < tokens.length && to - at < 16 && tokens[to]!.span.end === tokens[to + 1]!.span.start) to++;
  const images = tokens.slice(from, to + 1).map(({ image }) => image.slice(0, 200));
  return { text: images.join(""), start: tokens[from]!.span.start };
}

function unquote(image: string): string {
  return image.slice(1, -1).replace(/\\(.)/gu, "$1");
}

type Complain = (message: string, token: Token) => void;

function readQuantity(reading: Reading, complain: Complain): Value | null {
  const tokens = [reading.tokens[reading.at++]!];
  const goesOn = (sign: TokenKind): boolean => kindAt(reading) === sign && kindAt(reading, 1) === "number";
  const takeFurther = (): void => {
    tokens.push(reading.tokens[reading.at + 1]!);
    reading.at += 2;
  };
  if (goesOn("range")) takeFurther();
  let product = goesOn("times");
  while (goesOn("times")) takeFurther();
  const unitParts = readUnit(reading);
  const numbers: { value: number; unit: Name | null }[] = [];
  for (const token of tokens) {
    const glued = /^\d+(?:x\d+)+$/.test(token.image) && !/^0x/.test(token.image);
    if (glued && tokens.length === 1) {
      for (const factor of token.image.split("x")) numbers.push({ value: Number(factor), unit: null });
      product = true;
      continue;
    }
    const match = decimal.exec(token.image);
    const value = Number(match?.[1]);
    const letters = match?.[2] ?? "";
    if (match === null || /^[eE]$/.test(letters) || !Number.isFinite(value)) {
      complain(`malformed number \`${shorten(token.image)}\``, token);
      return null;
    }
    const { end } = token.span;
    const unit = letters === "" ? null : { text: letters, span: { start: end - letters.length, end } };
    numbers.push({ value, unit });
  }
  const span = { start: tokens[0]!.span.start, end: tokens.at(-1)!.span.end };
  const glued = numbers.find((number) => number.unit !== null)?.unit ?? null;
  const unit = withUnit(unitParts, glued);
  if (unit !== null) span.end = Math.max(span.end, unit.span.end);
  const first = numbers[0]!;
  if (product) return { kind: "product", factors: numbers.map((number) => number.value), unit, span };
  const second = numbers[1];
  if (second !== undefined) return { kind: "range", low: first.value, high: second.value, unit, span };
  return { kind: "number", value: first.value, unit, span };
}

/** The tokens of a unit; none where there is none. */
function readUnit(reading: Reading): readonly Token[] {
  const { tokens, at } = reading;
  const kind = kindAt(reading);
  if (kind === "percent" || kind === "word") reading.at += 1;
  if (kind !== "percent" && kindAt(reading) === "slash" && kindAt(reading, 1) === "word") reading.at += 2;
  return tokens.slice(at, reading.at);
}

/** `Gb/s` is one unit; of `100Gb/s` the first half was glued to the number. */
function withUnit(parts: readonly Token[], glued: Name | null): Name | null {
  const last = parts.at(-1);
  if (last === undefined) return glued;
  const start = glued?.span.start ?? parts[0]!.span.start;
  const text = (glued?.text ?? "") + parts.map(({ image }) => image).join("");
  return { text, span: { start, end: last.span.end } };
}

/** The words of mistakes take tokens of Chevrotain; of these they read no more than what is written where. */
function asIToken({ image, span }: Token): ReturnType<typeof madeToken> {
  return madeToken(Word, image, span);
}
