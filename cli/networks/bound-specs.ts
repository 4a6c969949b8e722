import type { BoundSpec } from "../files/circuit-reading.ts";
import { readSpecs } from "../files/specs.ts";
import { technologyOf } from "../files/technologies.ts";
import { hasErrors, reportDiagnostics } from "../text/diagnostics.ts";
import type { Terminal } from "../text/terminal.ts";

export {
  buildableText,
  builtChecks,
  missesOf,
  phaseQuestion,
  requirementSteps,
  specBudgetSteps,
  yieldSteps,
} from "../../physics/index.ts";

/** The aggregates of a spec that circuits are held to, with what they are built of; what is wrong with it is said. */
export async function readBindings(terminal: Terminal, path: string): Promise<readonly BoundSpec[] | "unreadable"> {
  const { source, specs, diagnostics } = await readSpecs(path);
  reportDiagnostics(terminal, source, diagnostics);
  if (specs === null || hasErrors(diagnostics)) return "unreadable";
  const bindings: BoundSpec[] = [];
  for (const spec of specs) {
    const found = await technologyOf(spec, path, source);
    reportDiagnostics(terminal, found?.source ?? null, found?.diagnostics ?? []);
    if (hasErrors(found?.diagnostics ?? [])) return "unreadable";
    bindings.push({ file: path, spec, source, technology: found?.technology ?? null });
  }
  return bindings;
}
