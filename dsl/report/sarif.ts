import type { CodePages, Diagnostic, Fix, Label, SourceFile, Span } from "./diagnostic.ts";
import { indexLines, type LineIndex, positionOf } from "./source.ts";

/** What one source was found to have. */
export interface SourceFindings {
  readonly source: SourceFile;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * A SARIF 2.1.0 log: one run, a rule for every code that was found, one result per diagnostic. `pages` are all codes that the
 * results may carry; `version` is that of the tool.
 */
export function buildSarif(
  version: string,
  findings: readonly SourceFindings[],
  pages: CodePages,
): { readonly $schema: string; readonly version: string; readonly runs: readonly object[] } {
  const found = new Set(findings.flatMap(({ diagnostics }) => diagnostics.map(({ code }) => code)));
  const used = Object.entries(pages).filter(([code]) => found.has(code));
  const ruleIndex = new Map(used.map(([code], index) => [code, index]));
  const results = findings.flatMap(({ source, diagnostics }) => {
    const index = indexLines(source);
    return diagnostics.map((diagnostic) => resultOf(diagnostic, source, index, ruleIndex));
  });
  const rules = used.map(([code, { what, why, write }]) => ({
    id: code,
    shortDescription: { text: what },
    fullDescription: { text: `${why} ${write}` },
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
): object {
  const { code, severity, message, labels, help, fixes = [] } = diagnostic;
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
    ...(fixes.length === 0 ? {} : { fixes: fixes.map((fix) => fixOf(fix, source, index)) }),
  };
}

function fixOf({ title, edits }: Fix, source: SourceFile, index: LineIndex): object {
  const replacements = edits.map(({ span, text }) => ({
    deletedRegion: regionOf(span, index),
    insertedContent: { text },
  }));
  return { description: { text: title }, artifactChanges: [{ artifactLocation: artifactOf(source), replacements }] };
}

function locationOf(label: Label | null, source: SourceFile, index: LineIndex): object {
  const artifactLocation = artifactOf(source);
  if (label === null) return { physicalLocation: { artifactLocation } };
  return { physicalLocation: { artifactLocation, region: regionOf(label.span, index) } };
}

/** A relative reference: backslashes and blanks of a path are not allowed in it. */
function artifactOf({ name }: SourceFile): object {
  return { uri: name.replaceAll("\\", "/").split("/").map(encodeURIComponent).join("/") };
}

/** Lines and columns count from 1, the end is the first column behind it. */
function regionOf(span: Span, index: LineIndex): object {
  const start = positionOf(index, span.start);
  const end = positionOf(index, span.end);
  return { startLine: start.line, startColumn: start.column, endLine: end.line, endColumn: end.column };
}
