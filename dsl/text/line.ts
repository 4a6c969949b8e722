import type { IToken } from "chevrotain";
import { replacing, shorten, withBlanks } from "../report/advice.ts";
import { type Advice, error, type Report } from "../report/collector.ts";
import { quoted } from "../report/syntax.ts";
import type { Name, Setting, Value } from "./ast.ts";
import { adviceFor, adviceForNumber, decimal, type Run, standsIn, withoutSign } from "./mistakes.ts";
import { Comma, Hole, Relation, Stray, spanOf, Text, Times, Word } from "./tokens.ts";

/** A value of a line as the grammar reads it, or what stands between values and in their place. */
export type LinePart = Quantity | IToken;

export interface Quantity {
  /** At least one: a range has two, a product any number. */
  readonly numbers: readonly IToken[];
  readonly isProduct: boolean;
  /** The tokens of the unit, if any. */
  readonly unit: readonly IToken[];
}

/** Where a line stands. */
export interface LineContext {
  /** The tokens of the line behind its name. */
  readonly tokens: () => readonly IToken[];
  /** No statement of the same block follows. */
  readonly isLast: () => boolean;
}

/** Reports what stands where a line should begin with a name; `line` is it and the rest of its line. */
export function reportErrorNode(found: readonly IToken[], line: readonly IToken[], report: Report): void {
  const [first] = found;
  // A hole stands for something that was reported when it was taken out.
  if (first === undefined || found.some(({ tokenType }) => tokenType === Hole)) return;
  const run = runAt(first, line);
  if (first.tokenType === Stray || first.tokenType === Comma) {
    reportUnexpected(first, run, false, report);
    return;
  }
  const shown = shorten(first.image, 24);
  const label = "a line starts with the name of a setting or a block";
  const help = adviceFor(first, run, report);
  error(report, "OPT0106", `expected a name, found \`${shown}\``, [spanOf(first), label], help);
}

/** `run`: what stands around the token without a blank; `second`: it stands behind the name of its line. */
function reportUnexpected(token: IToken, run: Run, second: boolean, report: Report): void {
  const shown = shorten(token.image, 24);
  const isAssignment = token.image === "=" || token.image === ":";
  const help = isAssignment
    ? {
        help: `a setting is its name and its values: ${quoted("workers 4", report.syntax)}`,
        fixes: withoutSign(token, report, second),
      }
    : adviceFor(token, run, report);
  error(report, "OPT0101", `unexpected ${describe(shown)}`, [spanOf(token), "means nothing here"], help);
}

/** Characters that cannot be seen are named by their code point. */
function describe(text: string): string {
  if (!/[\p{C}\p{Z}]/u.test(text)) return `\`${text}\``;
  const points = [...text].slice(0, 4).map((c) => `U+${c.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}`);
  return `character ${points.join(" ")}`;
}

/** A statement up to its block, judged. */
export function readHead(
  word: IToken,
  parts: readonly LinePart[],
  line: LineContext,
  report: Report,
): Omit<Setting, "kind"> {
  const name = { text: word.image, span: spanOf(word) };
  const { values, damaged } = readValues(parts, line, report);
  const end = values.at(-1)?.span.end ?? name.span.end;
  return { name, values, span: { start: name.span.start, end }, damaged };
}

/** Values of one line. The first mistake of a line is reported, the rest of it follows from it as a rule. */
function readValues(
  parts: readonly LinePart[],
  line: LineContext,
  report: Report,
): Pick<Setting, "values" | "damaged"> {
  const values: Value[] = [];
  let damaged = false;
  let comma: IToken | null = null;
  const mistake = (say: () => void): void => {
    if (!damaged) say();
    damaged = true;
  };
  for (const part of parts) {
    if ("numbers" in part) {
      comma = null;
      const value = readQuantity(part, (message, token) =>
        mistake(() => {
          error(report, "OPT0102", message, [spanOf(token), "not a number"], adviceForNumber(token, report));
        }),
      );
      if (value !== null) values.push(value);
      continue;
    }
    const { tokenType, image } = part;
    if (tokenType === Comma) {
      if (comma !== null || values.length === 0) mistake(() => reportComma(part, true, report));
      comma = part;
      continue;
    }
    comma = null;
    const span = spanOf(part);
    if (tokenType === Word || tokenType === Times) values.push({ kind: "word", text: image, span });
    else if (tokenType === Relation) values.push({ kind: "relation", sign: image === "<=" ? "<=" : ">=", span });
    else if (tokenType !== Text)
      mistake(() => {
        if (tokenType !== Hole) reportUnexpected(part, runAt(part, line.tokens()), part === parts[0], report);
      });
    else if (image.length > 1 && image.endsWith('"') && !/[^\\](\\\\)*\\"$/.test(image))
      values.push({ kind: "text", text: unquote(image), span });
    else {
      mistake(() => {
        error(report, "OPT0103", "a string is not closed", [span, "opened here"], closingQuote(part, report));
      });
    }
  }
  const trailing = comma;
  // The list may go on in the next line.
  if (trailing !== null) mistake(() => reportComma(trailing, line.isLast(), report));
  return { values, damaged };
}

function closingQuote(token: IToken, { text, syntax }: Report): Advice {
  const span = spanOf(token);
  const written = text.slice(span.start, span.end).trimEnd();
  // What follows the blanks of a line may belong to no string.
  const safe = syntax === "optinc" && !/[\s;#{}]/.test(written);
  return {
    help: 'close it with `"`; a string ends on its line',
    fixes: [replacing(span, `${written}"`, 'Close it with "', safe)],
  };
}

function reportComma(token: IToken, safe: boolean, report: Report): void {
  const help = "a list goes on one line: `emit spice, phases`";
  const fix = replacing(withBlanks(report.text, spanOf(token)), "", "Remove the comma", safe);
  const fixes = standsIn(report.text, token) ? [fix] : [];
  error(report, "OPT0112", "a comma separates nothing", [spanOf(token), "no value on one side of it"], {
    help,
    fixes,
  });
}

/** The images of the tokens that stand around one of them without a blank, joined; a few to each side tell enough. */
function runAt(token: IToken, tokens: readonly IToken[]): Run {
  const at = tokens.indexOf(token);
  let [from, to] = [at, at];
  while (from > 0 && at - from < 16 && spanOf(tokens[from - 1]!).end === tokens[from]!.startOffset) from--;
  while (to + 1 < tokens.length && to - at < 16 && spanOf(tokens[to]!).end === tokens[to + 1]!.startOffset) to++;
  const images = tokens.slice(from, to + 1).map(({ image }) => image.slice(0, 200));
  return { text: images.join(""), start: tokens[from]!.startOffset };
}

function unquote(image: string): string {
  return image.slice(1, -1).replace(/\\(.)/gu, "$1");
}

type Complain = (message: string, token: IToken) => void;

function readQuantity({ numbers: tokens, isProduct, unit: unitParts }: Quantity, complain: Complain): Value | null {
  let product = isProduct;
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
      complain(`malformed number \`${shorten(token.image, 24)}\``, token);
      return null;
    }
    const { end } = spanOf(token);
    const unit = letters === "" ? null : { text: letters, span: { start: end - letters.length, end } };
    numbers.push({ value, unit });
  }
  const span = { start: tokens[0]!.startOffset, end: spanOf(tokens.at(-1)!).end };
  const glued = numbers.find((number) => number.unit !== null)?.unit ?? null;
  const unit = withUnit(unitParts, glued);
  if (unit !== null) span.end = Math.max(span.end, unit.span.end);
  const first = numbers[0]!;
  if (product) return { kind: "product", factors: numbers.map((number) => number.value), unit, span };
  const second = numbers[1];
  if (second !== undefined) return { kind: "range", low: first.value, high: second.value, unit, span };
  return { kind: "number", value: first.value, unit, span };
}

/** `Gb/s` is one unit; of `100Gb/s` the first half was glued to the number. */
function withUnit(parts: readonly IToken[], glued: Name | null): Name | null {
  const last = parts.at(-1);
  if (last === undefined) return glued;
  const start = glued?.span.start ?? parts[0]!.startOffset;
  const text = (glued?.text ?? "") + parts.map(({ image }) => image).join("");
  return { text, span: { start, end: spanOf(last).end } };
}
