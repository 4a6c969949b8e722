import type { Checked, Diagnostic, Fix, Label, Span } from "./diagnostic.ts";
import { counted } from "./numerals.ts";
import type { Syntax } from "./syntax.ts";

/** Diagnostics of one text as they are found. */
export interface Report {
  /** In which statements are quoted to the user. */
  readonly syntax: Syntax;
  /** What the places are in. */
  readonly text: string;
  readonly found: Diagnostic[];
  /** Found after `found` was full: counted, not kept. */
  unkept: number;
}

/** As many as a person reads in one go. */
const mostShown = 20;
/** Kept before sorting by place, so that the first 20 of the text are shown and a hostile text costs no memory. */
const mostKept = 1000;

export function newReport(syntax: Syntax, text: string): Report {
  return { syntax, text, found: [], unkept: 0 };
}

/** A help, and the changes that do what it says. */
export interface Advice {
  readonly help: string | null;
  readonly fixes: readonly Fix[];
}

/** A label of what is not written is left out. */
export type PlacedLabel = readonly [at: Span | undefined, text: string];

type Finding = readonly [
  code: string,
  message: string,
  at: PlacedLabel,
  help: Advice | string | null,
  ...others: PlacedLabel[],
];

/** Null, which stands for what cannot be read. */
export function error(report: Report, ...finding: Finding): null {
  keep(report, "error", finding);
  return null;
}

/** The text is understood, but is hardly what was meant. */
export function warning(report: Report, ...finding: Finding): void {
  keep(report, "warning", finding);
}

/** Whether nothing is wrong; what is odd is said beside it. */
export function isSound(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.every(({ severity }) => severity === "warning");
}

function keep(report: Report, severity: Diagnostic["severity"], [code, message, at, advice, ...others]: Finding): void {
  // Warnings leave room for errors, which decide whether there is a value.
  if (report.found.length >= (severity === "error" ? mostKept : mostKept / 2)) {
    report.unkept++;
    return;
  }
  const { help, fixes } = typeof advice === "string" || advice === null ? { help: advice, fixes: [] } : advice;
  const placed = [at, ...others].flatMap(([span, text]) =>
    span === undefined ? [] : [{ span, text: onOneLine(text) }],
  );
  report.found.push({
    code,
    severity,
    message: onOneLine(message),
    labels: placed.map((label, index): Label => ({ ...label, primary: index === 0 })),
    help: help === null ? null : onOneLine(help),
    ...(fixes.length === 0 ? {} : { fixes }),
  });
}

/** Messages quote the text, and a text may hold anything. */
function onOneLine(message: string): string {
  return message.replace(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/gu, "\uFFFD");
}

/** The value, if nothing is wrong, with what was found. */
export function checked<T>(report: Report, value: T | null): Checked<T> {
  const diagnostics = finish(report);
  return { value: isSound(diagnostics) ? value : null, diagnostics };
}

/** In the order of the text, cut after the first 20, errors before warnings, with a closing note that counts the rest. */
export function finish(report: Report): readonly Diagnostic[] {
  const sorted = [...report.found].sort((a, b) => primaryStart(a) - primaryStart(b));
  const hidden = sorted.length - mostShown + report.unkept;
  if (hidden <= 0) return sorted;
  const soft = isSound(report.found);
  const note: Diagnostic = {
    code: "OPT0110",
    severity: soft ? "warning" : "note",
    message: `and ${counted(hidden, soft ? "more warning" : "more error")}`,
    labels: [],
    help: null,
  };
  const isError = ({ severity }: Diagnostic): boolean => severity === "error";
  const first = [...sorted.filter(isError), ...sorted.filter((it) => !isError(it))].slice(0, mostShown);
  return [...sorted.filter((it) => first.includes(it)), note];
}

function primaryStart(diagnostic: Diagnostic): number {
  return diagnostic.labels.find((label) => label.primary)?.span.start ?? 0;
}
