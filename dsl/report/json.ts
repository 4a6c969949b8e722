import type { Diagnostic, Label, Severity, SourceFile } from "./diagnostic.ts";
import { indexLines, positionOf, type TextPosition } from "./source.ts";

/** A diagnostic with its places resolved, for `--format json`. */
export interface DiagnosticJson {
  readonly file: string;
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly labels: readonly LabelJson[];
  readonly help: string | null;
}

export interface LabelJson {
  /** Line and column count from 1, columns in code points; offsets are UTF-16, half-open. */
  readonly start: TextPosition & { readonly offset: number };
  readonly end: TextPosition & { readonly offset: number };
  readonly text: string;
  readonly primary: boolean;
}

/** Diagnostics of one source as plain objects. */
export function diagnosticsToJson(source: SourceFile, diagnostics: readonly Diagnostic[]): readonly DiagnosticJson[] {
  const index = indexLines(source);
  const place = (offset: number): LabelJson["start"] => ({ ...positionOf(index, offset), offset });
  const label = ({ span, text, primary }: Label): LabelJson => ({
    start: place(span.start),
    end: place(span.end),
    text,
    primary,
  });
  return diagnostics.map(({ code, severity, message, labels, help }) => ({
    file: source.name,
    code,
    severity,
    message,
    labels: labels.map(label),
    help,
  }));
}
