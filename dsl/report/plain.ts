import type { Diagnostic, Severity } from "./diagnostic.ts";

/** A diagnostic about something that is not spec text: no place to underline, the path stands in the message. */
export function plainDiagnostic(
  code: string,
  message: string,
  help: string | null = null,
  severity: Severity = "error",
): Diagnostic {
  return { code, severity, message, labels: [], help };
}

/** Lines of `-->` for findings of modules that name places in words. */
export interface PlacedFinding {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly where: string;
  readonly help: string | null;
}

export function placed(finding: PlacedFinding, file: string | null): Diagnostic {
  const where = [file, finding.where].filter((part) => part !== null && part !== "").join(": ");
  const message = where === "" ? finding.message : `${where}: ${finding.message}`;
  return plainDiagnostic(finding.code, message, finding.help, finding.severity);
}
