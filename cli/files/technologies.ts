import { readdirSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";
import {
  type Diagnostic,
  listed,
  nearest,
  plainDiagnostic,
  type SourceFile,
  type Spec,
  settingSpan,
} from "../../dsl/index.ts";
import { readTechnology, type Technology } from "../../physics/index.ts";
import type { ManifestTechnology } from "../../toolchain/index.ts";
import { shipped } from "../shipped.ts";
import { displayName, readText, specBytes } from "./read.ts";

/** A technology that was looked for. */
export interface TechnologyReading {
  /** Null where there is none, or anything in it is wrong. */
  readonly technology: Technology | null;
  /** The text that the diagnostics point into: that of the technology, or that of the spec which names it. */
  readonly source: SourceFile | null;
  readonly diagnostics: readonly Diagnostic[];
}

const ending = ".yaml";

/** The technologies beside the program, by name. */
export function shippedTechnologies(): readonly string[] {
  const files = readdirSync(folder()).filter((file) => file.endsWith(ending));
  return files.map((file) => file.slice(0, -ending.length)).sort();
}

function folder(): string {
  return shipped("technologies/");
}

/** A technology as the command line names it: one that is shipped, or a file. */
export async function namedTechnology(name: string): Promise<TechnologyReading> {
  return isPath(name) ? await fileTechnology(name) : await shippedTechnology(name);
}

/** The technology of a spec, relative to the spec at `specPath`, or null. Errors are reported at the name in the spec. */
export async function technologyOf(
  spec: Spec,
  specPath: string,
  specSource: SourceFile | null,
): Promise<TechnologyReading | null> {
  const { technology: name } = spec;
  if (name === null) return null;
  const beside = specPath === "-" || isAbsolute(name);
  const reading = isPath(name)
    ? await fileTechnology(beside ? name : join(dirname(specPath), name))
    : await shippedTechnology(name);
  const span = specSource === null ? null : settingSpan(specSource, spec.name, "technology");
  if (reading.source !== null || span === null) return reading;
  const labels = [{ span, text: "named here", primary: true }];
  return { ...reading, source: specSource, diagnostics: reading.diagnostics.map((each) => ({ ...each, labels })) };
}

/** Of circuits that no spec speaks for, as specs have it. */
const usualSymbolRateBd = 25e9;

/** As the command line says, else the spec, else what the build was compiled for. */
export function symbolRateFor(
  asked: number | null,
  spec: Pick<Spec, "symbolRateBd"> | null,
  compiledWith: ManifestTechnology | null,
): number {
  return asked ?? spec?.symbolRateBd ?? compiledWith?.symbolRateBd ?? usualSymbolRateBd;
}

/** Names of technologies that are shipped have neither slash nor ending. */
function isPath(name: string): boolean {
  return /[./\\]/.test(name) || name === "-";
}

async function shippedTechnology(name: string): Promise<TechnologyReading> {
  const names = shippedTechnologies();
  if (names.includes(name)) return await fileTechnology(join(folder(), `${name}${ending}`));
  const near = nearest(name, names);
  const known = `shipped are ${listed(names)}; name your own file with its ending`;
  const help = near === null ? known : `did you mean \`${near}\`?`;
  const diagnostics = [plainDiagnostic("OPT0637", `there is no shipped technology \`${name.slice(0, 40)}\``, help)];
  return { technology: null, source: null, diagnostics };
}

async function fileTechnology(path: string): Promise<TechnologyReading> {
  const { value, diagnostics } = await readText(path, specBytes);
  if (value === null) return { technology: null, source: null, diagnostics };
  const source = { name: displayName(path), text: value.text };
  const read = readTechnology(source);
  return { technology: read.value, source, diagnostics: read.diagnostics };
}
