import { type Diagnostic, plainDiagnostic, type SourceFile } from "../../dsl/index.ts";
import type { Technology } from "../../physics/index.ts";
import type { CircuitSource } from "./circuit-reading.ts";
import { sha256 } from "./pack.ts";

/**
 * A warning where the build names another technology than the figures use. A build that names no technology gets no warning.
 * The figures follow from the losses of the circuit's own devices. Of the manifest only the symbol rate enters, which stands beside them.
 */
export function otherTechnology(
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
