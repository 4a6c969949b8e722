import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { DiagnosticSeverity, type Diagnostic as ProtocolDiagnostic } from "vscode-languageserver";
import type { TextDocument } from "vscode-languageserver-textdocument";
import {
  counted,
  type Diagnostic,
  parseSpecs,
  type Severity,
  type SourceFile,
  type Spec,
  settingSpan,
} from "../../dsl/index.ts";
import { targetNames } from "../../netlist/index.ts";
import { technologyOf } from "../files/technologies.ts";
import { rangeOf } from "./positions.ts";

/** What is wrong in one text, and the specs where nothing is. */
export interface Found {
  readonly diagnostics: readonly Diagnostic[];
  readonly specs: readonly Spec[];
}

export function sourceOf(document: TextDocument): SourceFile {
  return { name: document.uri, text: document.getText() };
}

export function problemsIn(document: TextDocument): Found {
  const { value, diagnostics } = parseSpecs(sourceOf(document), { emitTargets: targetNames });
  return { diagnostics, specs: value ?? [] };
}

/** The file behind a document; null for one that is in no file system, such as one that was never saved. */
export function pathOf(uri: string): string | null {
  try {
    return fileURLToPath(uri);
  } catch {
    return null;
  }
}

/** Problems of technologies, by folder and name; read once until `forget`. */
export interface TechnologyMemory {
  readonly problems: (document: TextDocument, specs: readonly Spec[]) => Promise<readonly Diagnostic[]>;
  readonly forget: () => void;
}

export function rememberTechnologies(): TechnologyMemory {
  const known = new Map<string, Promise<string | null>>();
  const ask = async (path: string, spec: Spec): Promise<string | null> => {
    const found = await technologyOf(spec, path, null);
    const errors = found?.diagnostics.filter(({ severity }) => severity === "error") ?? [];
    const [first] = errors;
    if (first === undefined) return null;
    const where = found?.source?.name;
    const more = errors.length === 1 ? "" : ` (${counted(errors.length, "error")})`;
    return `${where === undefined ? "" : `${where}: `}${first.message}${more}${first.help === null ? "" : `\n${first.help}`}`;
  };
  return {
    forget: () => known.clear(),
    async problems(document, specs) {
      const path = pathOf(document.uri);
      const found: Diagnostic[] = [];
      const source = sourceOf(document);
      for (const spec of specs) {
        const { technology } = spec;
        if (technology === null || path === null) continue;
        const key = `${dirname(path)}\0${technology}`;
        const asked = known.get(key) ?? ask(path, spec);
        known.set(key, asked);
        const message = await asked;
        const span = message === null ? null : settingSpan(source, spec.name, "technology");
        if (message === null || span === null) continue;
        const labels = [{ span, text: "", primary: true }];
        found.push({ code: "OPT0637", severity: "error", message, labels, help: null });
      }
      return found;
    },
  };
}

const severities: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  note: DiagnosticSeverity.Information,
};

/** A diagnostic as the protocol has it: the help on a line of its own, other places as related ones. */
export function protocolDiagnostic(document: TextDocument, diagnostic: Diagnostic): ProtocolDiagnostic {
  const { code, severity, message, labels, help } = diagnostic;
  const primary = labels.find((label) => label.primary) ?? labels[0];
  const others = labels.filter((label) => label !== primary);
  const label = primary === undefined || primary.text === "" ? "" : `: ${primary.text}`;
  return {
    range: rangeOf(document, primary?.span ?? { start: 0, end: 0 }),
    severity: severities[severity],
    code,
    source: "optinc",
    message: `${message}${label}${help === null ? "" : `\nhelp: ${help}`}`,
    ...(others.length === 0
      ? {}
      : {
          relatedInformation: others.map(({ span, text }) => ({
            location: { uri: document.uri, range: rangeOf(document, span) },
            message: text,
          })),
        }),
  };
}
