import { type Diagnostic, plainDiagnostic, type SourceFile } from "../../dsl/index.ts";
import { type Technology, withoutNeurons } from "../../physics/index.ts";
import type { CircuitSource } from "../files/circuit-reading.ts";
import { sha256 } from "../files/pack.ts";
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

/**
 * A warning where the build names another technology than the figures use. A build that names no technology gets no warning.
 * The figures follow from the losses of the circuit's own devices. Of the manifest only the symbol rate enters, which stands beside them.
 */
function otherTechnology(
  { name, compiledWith }: CircuitSource,
  technology: Technology,
  source: SourceFile | null,
): readonly Diagnostic[] {
  if (compiledWith === null || source === null) return [];
  if (sha256(source.text) === compiledWith.sha256) return [];
  const compiled = compiledWith.name;
  const message =
    compiled === technology.name
      ? `${name} was compiled with ${compiled}, whose file has changed since`
      : `${name} was compiled for ${compiled}, and the figures are for ${technology.name}`;
  const help = `its devices compensate the losses of that ${compiled}; compile with \`technology "${technology.name}"\` for figures of a real chip`;
  return [plainDiagnostic("OPT0648", message, help, "warning")];
}
