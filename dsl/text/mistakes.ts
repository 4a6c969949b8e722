import type { IToken } from "chevrotain";
import { replacing, withBlanks } from "../report/advice.ts";
import type { Advice, Report } from "../report/collector.ts";
import type { Fix } from "../report/diagnostic.ts";
import { spanOf } from "./tokens.ts";

/** Whether characters without a blank among them are a path, which has an ending or begins at a directory. */
export function looksLikePath(text: string): boolean {
  if (text.length > 4096 || !/^[\w~./\\-]+$/.test(text)) return false;
  return /^(?:~|\.\.?)?[/\\]\w/.test(text) || (/\.[A-Za-z]\w+$/.test(text) && !/\.[eE]\d+$/.test(text));
}

/** A sign in place of another: what is put there, and whether nothing else can be meant. */
type Put = readonly [text: string, safe: boolean];

interface Mistake {
  readonly sign: RegExp;
  readonly help: string;
  /** What the sign becomes. */
  readonly put?: (sign: string) => Put | null;
  /** What it becomes with a part of its line, which stands at the beginning of `rest`. */
  readonly rewrite?: readonly [pattern: RegExp, by: string];
}

/** What people mean by signs that the language does not know. */
const mistakes: readonly Mistake[] = [
  {
    sign: /^[\u2018\u2019\u201A-\u201F\u00AB\u00BB'`]/,
    help: 'strings stand in straight quotes: `weights "mlp.safetensors"`',
    rewrite: [
      /^[\u2018-\u201F\u00AB\u00BB'`]([^"\\\r\n;#{}\u2018-\u201F\u00AB\u00BB'`]*)[\u2018-\u201F\u00AB\u00BB'`]/,
      '"$1"',
    ],
  },
  {
    sign: /^[\u00D7*\u00B7\u22C5\u2217\u2715]$/,
    help: "a product is written with the letter x: `4 x 4`",
    put: () => [" x ", true],
  },
  {
    sign: /^(?:-|\u2010|\u2011|\u2012|\u2013|\u2014|\u2026|\.\.\.)$/,
    help: "a range is written with two dots: `4..6`",
    put: () => ["..", true],
  },
  { sign: /^\u2212$/, help: "a minus sign is written `-`", put: () => ["-", true] },
  {
    sign: /^(?:[<>]|==|=[<>]|\u2264|\u2265)$/,
    help: "a bound is written `<=` or `>=`",
    // A bound without equality is another one.
    put: (sign) => (sign === "==" ? null : [/[<\u2264]/.test(sign) ? "<=" : ">=", !/^[<>]$/.test(sign)]),
  },
  {
    sign: /^[[\]()]/,
    help: "a list is written without brackets: `emit spice, phases`",
    rewrite: [/^[[(]([^\][()"\r\n;#{}]*)[\])]/, "$1"],
  },
];

const comment = "a comment begins with `#`";

/** What stands around a token without a blank. */
export interface Run {
  readonly text: string;
  readonly start: number;
}

/** What to do about a sign that means nothing. */
export function adviceFor(token: IToken, { text: run, start }: Run, report: Report): Advice | string | null {
  const { image } = token;
  const span = spanOf(token);
  const { text, syntax } = report;
  const advise = (help: string, fix: Fix): Advice => ({ help, fixes: standsIn(report.text, token) ? [fix] : [] });
  const isSpec = syntax === "optinc";
  if (/^\/[/*]/.test(run)) {
    const slashes = { start: span.start, end: span.start + 2 };
    return run.startsWith("//") && isSpec ? advise(comment, replacing(slashes, "#", "Write #", true)) : comment;
  }
  if (looksLikePath(run)) {
    const help = 'a path stands in quotes: `weights "mlp.safetensors"`';
    const path = { start, end: start + run.length };
    const isWhole = isSpec && text.startsWith(run, path.start) && !run.includes("\\");
    return isWhole ? advise(help, replacing(path, `"${run}"`, "Put it in quotes", true)) : help;
  }
  const mistake = mistakes.find(({ sign }) => sign.test(image));
  if (mistake === undefined) return invisible(token, report);
  const put = mistake.put?.(image) ?? null;
  if (put !== null) return advise(mistake.help, replacing(span, put[0], `Write ${put[0].trim()}`, put[1]));
  const [pattern, by] = mistake.rewrite ?? [/$^/, ""];
  const whole = isSpec ? pattern.exec(text.slice(span.start, span.start + 4096))?.[0] : undefined;
  if (whole === undefined) return mistake.help;
  const written = whole.replace(pattern, by);
  const place = { start: span.start, end: span.start + whole.length };
  return advise(mistake.help, replacing(place, written, `Write ${written}`, true));
}

/** Removes invisible characters, and writes blanks of other scripts as plain blanks. */
function invisible(token: IToken, report: Report): Advice | null {
  const { image } = token;
  const span = spanOf(token);
  if (!standsIn(report.text, token) || !/^(?:\p{Cf}|\p{Cc}|\p{Z})+$/u.test(image)) return null;
  const isBlank = /\p{Z}/u.test(image);
  return { help: null, fixes: [replacing(span, isBlank ? " " : "", isBlank ? "Write a blank" : "Remove it", true)] };
}

/** `4X4`, `1_000`, `8.`: what is meant by characters that begin with a digit and are no number, and how it is written. */
export function adviceForNumber(token: IToken, report: Report): Advice | string {
  const { image } = token;
  const span = spanOf(token);
  const advise = (help: string, text: string): Advice | string =>
    standsIn(report.text, token) ? { help, fixes: [replacing(span, text, `Write ${text}`, true)] } : help;
  if (looksLikePath(image)) return adviceFor(token, { text: image, start: span.start }, report)!;
  if (/^\d+X\d/.test(image)) return advise(mistakes[1]!.help, image.replaceAll("X", " x "));
  const plain = image.replaceAll("_", "").replaceAll(/\.(?!\d)/g, "");
  const help = "numbers are written `4`, `0.25` or `1e6`";
  return plain !== image && decimal.test(plain) ? advise(help, plain) : help;
}

/** A decimal number and, glued to it, a unit. */
export const decimal: RegExp = /^([+-]?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?)([A-Za-z]*)$/;

/** Tokens of YAML need not stand in the text as they were read. */
export function standsIn(text: string, token: IToken): boolean {
  const { start, end } = spanOf(token);
  return text.slice(start, end) === token.image;
}

/** `workers = 4`: the sign goes; the values stand behind the name. */
export function withoutSign(token: IToken, report: Report, safe: boolean): readonly Fix[] {
  const { text } = report;
  const { start, end } = withBlanks(text, spanOf(token));
  const blanks = /^[ \t]*/.exec(text.slice(end))![0].length;
  return [replacing({ start, end: end + blanks }, " ", "Remove the sign", safe)];
}
