import { plainDiagnostic } from "../../dsl/index.ts";
import type { CircuitSource } from "../files/circuit-reading.ts";
import { namedTechnology, type TechnologyReading, technologyOf } from "../files/technologies.ts";
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
      ? "`--technology foundry-si`; `optinc technology list` lists those that are shipped"
      : `\`--technology ${compiledWith.name}\`, which it says it was compiled with; \`optinc technology list\` lists those that are shipped`;
  return { technology: null, source: null, diagnostics: [plainDiagnostic("OPT0644", "no technology is named", help)] };
}
