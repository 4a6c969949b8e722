import { plainDiagnostic } from "../../dsl/index.ts";
import { type Technology, withoutNeurons } from "../../physics/index.ts";
import type { CircuitSource } from "../files/circuit-reading.ts";
import { otherTechnology } from "../files/compiled-technology.ts";
import { namedTechnology, type TechnologyReading, technologyOf } from "../files/technologies.ts";
import { reportDiagnostics } from "../text/diagnostics.ts";
import type { Terminal } from "../text/terminal.ts";
import type { AskedCircuits } from "./asked-circuits.ts";

/** That of the command line, else of the spec; OPT0644 where neither names one. */
export async function askedTechnology(
  { technology, path }: { readonly technology: string | null; readonly path: string },
  { source }: AskedCircuits,
  { spec, compiledWith }: CircuitSource,
): Promise<TechnologyReading> {
  if (technology !== null) return await namedTechnology(technology);
  const named = spec === null ? null : await technologyOf(spec.spec, path, source);
  if (named !== null) return named;
  const help =
    compiledWith === null
      ? "`--technology foundry-si`; `optinc technology list` lists the shipped ones"
      : `\`--technology ${compiledWith.name}\`, as its manifest says; \`optinc technology list\` lists the shipped ones`;
  return { technology: null, source: null, diagnostics: [plainDiagnostic("OPT0644", "no technology is named", help)] };
}

/** The same where the circuit can be built in it; null where not, and everything is said. */
export async function fittingTechnology(
  terminal: Terminal,
  command: { readonly technology: string | null; readonly path: string },
  asked: AskedCircuits,
  source: CircuitSource,
): Promise<Technology | null> {
  return fitting(terminal, await askedTechnology(command, asked, source), source);
}

/** What was found of a technology is said; null where there is none, or the circuit's neurons are not in it. */
export function fitting(terminal: Terminal, found: TechnologyReading, source: CircuitSource): Technology | null {
  const { technology } = found;
  reportDiagnostics(terminal, found.source, found.diagnostics);
  if (technology === null) return null;
  const foreign = withoutNeurons(source.circuit, technology);
  reportDiagnostics(terminal, null, foreign === null ? otherTechnology(source, technology, found.source) : [foreign]);
  return foreign === null ? technology : null;
}
