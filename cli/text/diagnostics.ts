import { type Diagnostic, type RenderOptions, type Role, renderDiagnostics, type SourceFile } from "../../dsl/index.ts";
import { type ExitCode, exitCode } from "../exit.ts";
import type { Terminal } from "./terminal.ts";

/** Prints diagnostics to stderr; `source` is the text that their labels point into, null when none has any. */
export function reportDiagnostics(
  terminal: Terminal,
  source: SourceFile | null,
  diagnostics: readonly Diagnostic[],
): void {
  if (diagnostics.length === 0) return;
  const text = renderDiagnostics(source ?? { name: "", text: "" }, diagnostics, painting(terminal));
  terminal.err(text);
}

/** The end of a command that cannot go on. */
export function refuse(terminal: Terminal, ...diagnostics: readonly Diagnostic[]): ExitCode {
  reportDiagnostics(terminal, null, diagnostics);
  return exitCode.invalidInput;
}

export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((diagnostic) => diagnostic.severity === "error");
}

function painting({ paintErr }: Terminal): RenderOptions {
  const styles: Record<Role, (text: string) => string> = {
    error: paintErr.red.bold,
    warning: paintErr.yellow.bold,
    note: paintErr.cyan.bold,
    message: paintErr.bold,
    gutter: paintErr.blue,
    primary: paintErr.red,
    secondary: paintErr.blue,
    help: paintErr.cyan,
  };
  return { paint: (role, text) => styles[role](text) };
}
