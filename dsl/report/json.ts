import type { Diagnostic, SourceFile } from "./diagnostic.ts";
import { indexLines, positionOf } from "./source.ts";

/**
 * Diagnostics of one source as plain objects with their places resolved, for `--format json`. Line and column count from 1,
 * columns in code points; offsets are UTF-16, half-open.
 */
export function diagnosticsToJson(source: SourceFile, diagnostics: readonly Diagnostic[]): readonly object[] {
  const index = indexLines(source);
  const place = (offset: number): object => ({ ...positionOf(index, offset), offset });
  return diagnostics.map(({ code, severity, message, labels, help }) => ({
    file: source.name,
    code,
    severity,
    message,
    labels: labels.map(({ span, text, primary }) => ({
      start: place(span.start),
      end: place(span.end),
      text,
      primary,
    })),
    help,
  }));
}
