import { createHash } from "node:crypto";
import { type Diagnostic, plainDiagnostic, type SourceFile } from "../../dsl/index.ts";
import type { Technology } from "../../physics/index.ts";
import type { CircuitSource } from "./circuit-reading.ts";
import type { ManifestTechnology } from "./manifest.ts";

/** How a manifest names a technology: as it names itself, with the hash of its text. */
export function manifestTechnology({ name }: Technology, { text }: SourceFile): ManifestTechnology {
  return { name, sha256: createHash("sha256").update(text).digest("hex") };
}

/**
 * A warning where the build says that it was compiled with another technology than the one that figures are asked for; none where it
 * says nothing. What a build says of itself decides no figure: those follow from the losses of the circuit's own devices.
 */
export function otherTechnology(
  { name, compiledWith }: CircuitSource,
  technology: Technology,
  source: SourceFile | null,
): readonly Diagnostic[] {
  if (compiledWith === null || source === null) return [];
  const asked = manifestTechnology(technology, source);
  if (asked.sha256 === compiledWith.sha256) return [];
  const compiled = compiledWith.name;
  const message =
    compiled === asked.name
      ? `${name} was compiled with ${compiled}, whose file has changed since`
      : `${name} was compiled for ${compiled}, and the figures are for ${asked.name}`;
  const help = `its devices compensate the losses of that ${compiled}; compile with \`technology "${asked.name}"\` for figures of a real chip`;
  return [plainDiagnostic("OPT0648", message, help, "warning")];
}
