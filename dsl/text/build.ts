import type { CstElement, CstNode, IToken } from "chevrotain";
import { error, newReport, type Report } from "../report/collector.ts";
import type { Span } from "../report/diagnostic.ts";
import { quoted } from "../report/syntax.ts";
import type { Block, Body, Name, Setting, SpecAst, Statement, Value } from "./ast.ts";
import { helpFor, looksLikePath } from "./slips.ts";
import { spanOf } from "./tokens.ts";

/** Concrete tree to syntax tree; reports what the grammar collected as not belonging. */
export function buildAst(file: CstNode, report: Report): SpecAst {
  return { kind: "file", body: buildBody(file, report) };
}

function buildBody(node: CstNode, report: Report): Body {
  const statements = nodes(node, "statement").map((child) => buildStatement(child, report));
  for (const debris of nodes(node, "debris")) {
    reportDebris(debris, report);
    // The rest of a line that was reported is not judged again.
    for (const child of nodes(debris, "statement"))
      statements.push({ ...buildStatement(child, report, newReport(report.syntax)), damaged: true });
  }
  statements.sort((a, b) => a.span.start - b.span.start);
  return { statements, damaged: "debris" in node.children };
}

function reportDebris(debris: CstNode, report: Report): void {
  const found = nodes(debris, "misplaced").map((node) => firstToken(node));
  const [first] = found;
  // A hole stands for something that was reported when it was taken out.
  if (first === undefined || found.some((token) => token.tokenType.name === "Hole")) return;
  const run = runAt(first, tokensUnder(debris));
  if (first.tokenType.name === "Stray" || first.tokenType.name === "Comma") {
    reportUnexpected(first, run, report);
    return;
  }
  const shown = shorten(first.image);
  const label = "a line starts with the name of a setting or a block";
  const help = helpFor(first.image, run);
  error(report, "OPT0106", `expected a name, found \`${shown}\``, [[spanOf(first), label]], help);
}

/** `run`: what stands around the token without a blank. */
function reportUnexpected(token: IToken, run: string, report: Report): void {
  const shown = shorten(token.image);
  const isAssignment = token.image === "=" || token.image === ":";
  const help = isAssignment
    ? `a setting is its name and its values: ${quoted("workers 4", report.syntax)}`
    : helpFor(token.image, run);
  error(report, "OPT0101", `unexpected ${describe(shown)}`, [[spanOf(token), "means nothing here"]], help);
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

/** Slips of the line itself go to `lineReport`, those of the block behind it to `report`. */
function buildStatement(node: CstNode, report: Report, lineReport: Report = report): Statement {
  const word = tokensOf(node, "Word")[0]!;
  const name = nameOf(word);
  const { values, damaged } = buildValues(nodes(node, "part"), lineReport);
  const end = values.at(-1)?.span.end ?? name.span.end;
  const span = { start: name.span.start, end };
  const [block] = nodes(node, "block");
  if (block === undefined) return { kind: "setting", name, values, span, damaged } satisfies Setting;
  return { kind: "block", name, values, body: buildBody(block, report), span, damaged } satisfies Block;
}

interface Values {
  readonly values: readonly Value[];
  readonly damaged: boolean;
}

/** Values of one line. The first slip of a line is reported, the rest of it follows from it as a rule. */
function buildValues(parts: readonly CstNode[], report: Report): Values {
  const values: Value[] = [];
  let damaged = false;
  let comma: IToken | null = null;
  const slip = (say: () => void): void => {
    if (!damaged) say();
    damaged = true;
  };
  for (const part of parts) {
    const [key, element] = onlyChild(part);
    if (key === "Comma") {
      const token = element as IToken;
      if (comma !== null || values.length === 0) slip(() => reportComma(token, report));
      comma = token;
      continue;
    }
    comma = null;
    if (key === "astray") {
      const token = firstToken(element as CstNode);
      slip(() => reportAstray(token, runAt(token, parts.flatMap(tokensUnder)), report));
    } else if (key === "quantity") {
      const value = buildQuantity(element as CstNode, (message, span, help) =>
        slip(() => error(report, "OPT0102", message, [[span, "not a number"]], help)),
      );
      if (value !== null) values.push(value);
    } else if (key === "Text") {
      const token = element as IToken;
      const closed = token.image.length > 1 && token.image.endsWith('"') && !/[^\\](\\\\)*\\"$/.test(token.image);
      if (!closed) {
        slip(() => {
          const help = 'close it with `"`; a string ends on its line';
          error(report, "OPT0103", "a string is not closed", [[spanOf(token), "opened here"]], help);
        });
      } else values.push({ kind: "text", text: unquote(token.image), span: spanOf(token) });
    } else if (key === "Relation") {
      const token = element as IToken;
      values.push({ kind: "relation", sign: token.image === "<=" ? "<=" : ">=", span: spanOf(token) });
    } else {
      const token = element as IToken;
      values.push({ kind: "word", text: token.image, span: spanOf(token) });
    }
  }
  const trailing = comma;
  if (trailing !== null) slip(() => reportComma(trailing, report));
  return { values, damaged };
}

function reportComma(token: IToken, report: Report): void {
  const help = "a list goes on one line: `emit spice, phases`";
  error(report, "OPT0112", "a comma separates nothing", [[spanOf(token), "no value on one side of it"]], help);
}

function reportAstray(token: IToken, run: string, report: Report): void {
  if (token.tokenType.name !== "Hole") reportUnexpected(token, run, report);
}

/** The images of the tokens that stand around one of them without a blank, joined; a few to each side tell enough. */
function runAt(token: IToken, tokens: readonly IToken[]): string {
  const sorted = [...tokens].sort((a, b) => a.startOffset - b.startOffset);
  const at = sorted.indexOf(token);
  let [from, to] = [at, at];
  while (from > 0 && at - from < 16 && spanOf(sorted[from - 1]!).end === sorted[from]!.startOffset) from--;
  while (to + 1 < sorted.length && to - at < 16 && spanOf(sorted[to]!).end === sorted[to + 1]!.startOffset) to++;
  return sorted
    .slice(from, to + 1)
    .map(({ image }) => image.slice(0, 200))
    .join("");
}

/** All tokens of a line's parts; blocks are none of them. */
function tokensUnder(node: CstNode): IToken[] {
  return Object.entries(node.children).flatMap(([key, elements]) =>
    key === "block" ? [] : elements.flatMap((element) => ("image" in element ? [element] : tokensUnder(element))),
  );
}

function unquote(image: string): string {
  return image.slice(1, -1).replace(/\\(.)/gu, "$1");
}

/** A decimal number and, glued to it, a unit. */
const decimal = /^([+-]?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?)([A-Za-z]*)$/;

type Complain = (message: string, span: Span, help: string | null) => void;

function buildQuantity(node: CstNode, complain: Complain): Value | null {
  const numbers: { value: number; unit: Name | null }[] = [];
  const tokens = tokensOf(node, "NumberLike");
  let product = "Times" in node.children;
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
      const isPath = looksLikePath(token.image);
      const help =
        isPath || /^\d+[X*]\d/.test(token.image)
          ? helpFor(isPath ? "." : "*", token.image)
          : "numbers are written `4`, `0.25` or `1e6`";
      complain(`malformed number \`${shorten(token.image)}\``, spanOf(token), help);
      return null;
    }
    const { end } = spanOf(token);
    const unit = letters === "" ? null : { text: letters, span: { start: end - letters.length, end } };
    numbers.push({ value, unit });
  }
  const span = { start: tokens[0]!.startOffset, end: spanOf(tokens.at(-1)!).end };
  const glued = numbers.find((number) => number.unit !== null)?.unit ?? null;
  const unit = withUnit(nodes(node, "unit")[0], glued);
  if (unit !== null) span.end = Math.max(span.end, unit.span.end);
  const first = numbers[0]!;
  if (product) return { kind: "product", factors: numbers.map((number) => number.value), unit, span };
  const second = numbers[1];
  if (second !== undefined) return { kind: "range", low: first.value, high: second.value, unit, span };
  return { kind: "number", value: first.value, unit, span };
}

/** `Gb/s` is one unit; of `100Gb/s` the first half was glued to the number. */
function withUnit(node: CstNode | undefined, glued: Name | null): Name | null {
  if (node === undefined) return glued;
  const parts = Object.values(node.children)
    .flat()
    .filter((element): element is IToken => "image" in element)
    .sort((a, b) => a.startOffset - b.startOffset);
  const start = glued?.span.start ?? parts[0]!.startOffset;
  const text = (glued?.text ?? "") + parts.map((token) => token.image).join("");
  return { text, span: { start, end: spanOf(parts.at(-1)!).end } };
}

function nameOf(token: IToken): Name {
  return { text: token.image, span: spanOf(token) };
}

function nodes(node: CstNode, key: string): CstNode[] {
  return (node.children[key] ?? []) as CstNode[];
}

function tokensOf(node: CstNode, key: string): IToken[] {
  return (node.children[key] ?? []) as IToken[];
}

function onlyChild({ children }: CstNode): [string, CstElement] {
  // The tree is made for every keystroke: no list of all entries for the one.
  for (const key in children) return [key, children[key]![0]!];
  throw new Error("a node of the grammar without a child");
}

function firstToken(node: CstNode): IToken {
  const [, element] = onlyChild(node);
  return "image" in element ? element : firstToken(element);
}
