import type { CodePage, Diagnostic, Label, Severity, SourceFile } from "./diagnostic.ts";
import { indexLines, type LineIndex, positionOf } from "./source.ts";

/** What one source was found to have. */
export interface SourceFindings {
  readonly source: SourceFile;
  readonly diagnostics: readonly Diagnostic[];
}

/** A SARIF 2.1.0 log: one run, a rule per code page, one result per diagnostic. */
export interface SarifLog {
  readonly $schema: string;
  readonly version: "2.1.0";
  readonly runs: readonly SarifRun[];
}

export interface SarifRun {
  readonly tool: {
    readonly driver: { readonly name: string; readonly version: string; readonly rules: readonly SarifRule[] };
  };
  readonly columnKind: "unicodeCodePoints";
  readonly results: readonly SarifResult[];
}

export interface SarifRule {
  readonly id: string;
  readonly shortDescription: { readonly text: string };
  readonly fullDescription: { readonly text: string };
}

export interface SarifResult {
  readonly ruleId: string;
  readonly ruleIndex?: number;
  readonly level: Severity;
  readonly message: { readonly text: string };
  readonly locations: readonly SarifLocation[];
  readonly relatedLocations?: readonly SarifLocation[];
}

export interface SarifLocation {
  readonly physicalLocation: {
    readonly artifactLocation: { readonly uri: string };
    readonly region?: {
      readonly startLine: number;
      readonly startColumn: number;
      readonly endLine: number;
      readonly endColumn: number;
    };
  };
  readonly message?: { readonly text: string };
}

/** `pages` are all codes that the results may carry; `version` is that of the tool. */
export function buildSarif(version: string, findings: readonly SourceFindings[], pages: readonly CodePage[]): SarifLog {
  const ruleIndex = new Map(pages.map((page, index) => [page.code, index]));
  const results = findings.flatMap(({ source, diagnostics }) => {
    const index = indexLines(source);
    return diagnostics.map((diagnostic) => resultOf(diagnostic, source, index, ruleIndex));
  });
  const rules = pages.map(({ code, title, explanation }) => ({
    id: code,
    shortDescription: { text: title },
    fullDescription: { text: explanation },
  }));
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [{ tool: { driver: { name: "optinc", version, rules } }, columnKind: "unicodeCodePoints", results }],
  };
}

function resultOf(
  diagnostic: Diagnostic,
  source: SourceFile,
  index: LineIndex,
  ruleIndex: ReadonlyMap<string, number>,
): SarifResult {
  const { code, severity, message, labels, help } = diagnostic;
  const primary = labels.find((label) => label.primary) ?? labels[0];
  const related = labels.filter((label) => label !== primary);
  const rule = ruleIndex.get(code);
  return {
    ruleId: code,
    ...(rule === undefined ? {} : { ruleIndex: rule }),
    level: severity,
    message: { text: help === null ? message : `${message}; ${help}` },
    locations: [locationOf(primary ?? null, source, index)],
    ...(related.length === 0
      ? {}
      : {
          relatedLocations: related.map((label) => ({
            ...locationOf(label, source, index),
            message: { text: label.text },
          })),
        }),
  };
}

function locationOf(label: Label | null, source: SourceFile, index: LineIndex): SarifLocation {
  // A relative reference: backslashes and blanks of a path are not allowed in it.
  const uri = source.name.replaceAll("\\", "/").split("/").map(encodeURIComponent).join("/");
  if (label === null) return { physicalLocation: { artifactLocation: { uri } } };
  const start = positionOf(index, label.span.start);
  const end = positionOf(index, label.span.end);
  return {
    physicalLocation: {
      artifactLocation: { uri },
      region: { startLine: start.line, startColumn: start.column, endLine: end.line, endColumn: end.column },
    },
  };
}
