import { plainDiagnostic } from "../../dsl/index.ts";
import { type Technology, withoutNeurons } from "../../physics/index.ts";
import type { CircuitSource } from "../files/circuit-reading.ts";
import { otherTechnology } from "../files/compiled-technology.ts";
import { namedTechnology, shippedTechnologies, type TechnologyReading, technologyOf } from "../files/technologies.ts";
import { reportDiagnostics } from "../text/diagnostics.ts";
import type { Terminal } from "../text/terminal.ts";
import type { AskedCircuits } from "./asked-circuits.ts";

type Asking = { readonly technology: string | null; readonly path: string };

/** That of the command line, else of the spec, else a shipped one that the build names; null without any. */
export async function namedAnywhere(
  { technology, path }: Asking,
  source: AskedCircuits["source"],
  { spec, compiledWith }: Pick<CircuitSource, "spec" | "compiledWith">,
): Promise<TechnologyReading | null> {
  if (technology !== null) return await namedTechnology(technology);
  const named = spec === null ? null : await technologyOf(spec.spec, path, source);
  if (named !== null || compiledWith === null) return named;
  return shippedTechnologies().includes(compiledWith.name) ? await namedTechnology(compiledWith.name) : null;
}

/** The same; OPT0644 where there is none. */
export async function askedTechnology(
  asking: Asking,
  { source }: AskedCircuits,
  circuit: CircuitSource,
): Promise<TechnologyReading> {
  const help = "`--technology foundry-si`; `optinc technology list` lists the shipped ones";
  const nothing = [plainDiagnostic("OPT0644", "no technology is named", help)];
  return (await namedAnywhere(asking, source, circuit)) ?? { technology: null, source: null, diagnostics: nothing };
}

/** The same where the circuit can be built in it; null where not, and everything is said. */
export async function fittingTechnology(
  terminal: Terminal,
  command: Asking,
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
