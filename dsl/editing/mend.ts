import { type ParseOptions, problemsIn } from "../parse.ts";
import { edited } from "../report/advice.ts";
import type { Diagnostic, Fix, SourceFile } from "../report/diagnostic.ts";
import { indexLines, positionOf, type TextPosition } from "../report/source.ts";

/** A fix that was made, and where: a place of the text as it then was. */
export interface Made {
  readonly code: string;
  readonly title: string;
  readonly at: TextPosition;
}

/** Of a hostile text no more is tried. */
const mostTrials = 64;
const longText = 2 ** 16;
const mostTrialsOfLong = 4;

/**
 * Makes the safe fixes of a text: of those that overlap the first, the others when the text is read again. None is made that leaves
 * its diagnostic or shows another one. Every pass leaves fewer diagnostics, so it ends.
 */
export function mend(
  source: SourceFile,
  options: ParseOptions,
): { readonly text: string; readonly made: readonly Made[] } {
  let { text } = source;
  const made: Made[] = [];
  let trials = 0;
  const most = text.length > longText ? mostTrialsOfLong : mostTrials;
  const read = (changed: string): readonly Diagnostic[] => problemsIn({ ...source, text: changed }, options);
  for (let found = read(text); ; found = read(text)) {
    let kept: readonly Found[] = [];
    const attempt = (more: readonly Found[]): void => {
      if (more.length === 0 || trials++ >= most) return;
      const tried = [...kept, ...more];
      if (isBetter(found, tried, read(applied(text, tried)))) {
        kept = tried;
        return;
      }
      if (more.length === 1) return;
      const half = more.length >> 1;
      attempt(more.slice(0, half));
      attempt(more.slice(half));
    };
    attempt(apart(found));
    if (kept.length === 0) return { text, made };
    const lines = indexLines({ name: source.name, text });
    for (const { diagnostic, fix } of kept) {
      made.push({ code: diagnostic.code, title: fix.title, at: positionOf(lines, fix.edits[0]!.span.start) });
    }
    text = applied(text, kept);
  }
}

interface Found {
  readonly diagnostic: Diagnostic;
  readonly fix: Fix;
}

function applied(text: string, found: readonly Found[]): string {
  return edited(
    text,
    found.flatMap(({ fix }) => fix.edits),
  );
}

/** A safe fix of each diagnostic that has one; where two touch the same place, the first. */
function apart(diagnostics: readonly Diagnostic[]): readonly Found[] {
  const chosen: Found[] = [];
  for (const diagnostic of diagnostics) {
    const fix = diagnostic.fixes?.find(({ safe }) => safe);
    if (fix !== undefined && !chosen.some((other) => overlap(fix, other.fix))) chosen.push({ diagnostic, fix });
  }
  return chosen;
}

function overlap(a: Fix, b: Fix): boolean {
  return a.edits.some(({ span }) =>
    b.edits.some((other) => span.start <= other.span.end && other.span.start <= span.end),
  );
}

/** Whether what was found is left without what was mended, and nothing is new. */
function isBetter(before: readonly Diagnostic[], mended: readonly Found[], after: readonly Diagnostic[]): boolean {
  const left = new Map<string, number>();
  const count = (of: Diagnostic, by: number): number => {
    const key = `${of.code} ${of.message}`;
    const sum = (left.get(key) ?? 0) + by;
    left.set(key, sum);
    return sum;
  };
  for (const each of before) count(each, 1);
  for (const { diagnostic } of mended) count(diagnostic, -1);
  return after.every((each) => count(each, -1) >= 0);
}
