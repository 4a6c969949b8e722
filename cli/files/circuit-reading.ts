import type { Diagnostic, SourceFile, Spec } from "../../dsl/index.ts";
import type { Circuit } from "../../netlist/index.ts";
import type { Technology } from "../../physics/index.ts";
import type { ManifestTechnology } from "../../toolchain/index.ts";
import type { ExitCode } from "../exit.ts";
import type { BuildFiles } from "../text/verify-report.ts";

/** A circuit as it was read back from JSON text, and what speaks for it. */
export interface CircuitSource {
  /** Where it came from, as the user would type it. */
  readonly name: string;
  readonly circuit: Circuit;
  /** The spec that the circuit was compiled from just now; null when the circuit came alone. */
  readonly spec: BoundSpec | null;
  /** Of a build directory: how its files compare with its manifest. Null for everything else. */
  readonly build: BuildFiles | null;
  /** The technology that a build says it was compiled with, unchecked; null where none is said. */
  readonly compiledWith: ManifestTechnology | null;
  /** The table of its training, unchecked; null where there was none. */
  readonly curves: string | null;
}

/** Of which nothing but its text speaks. */
export function circuitAlone(name: string, circuit: Circuit): CircuitSource {
  return { name, circuit, spec: null, build: null, compiledWith: null, curves: null };
}

/** An aggregate that the user, and not a file beside the circuit, says the circuit is. */
export interface BoundSpec {
  /** The file as the user named it. */
  readonly file: string;
  readonly spec: Spec;
  /** The text of the file. */
  readonly source: SourceFile | null;
  /** What the spec names; null where it names none. */
  readonly technology: Technology | null;
}

/** The aggregate of this name, or the only one; null where there is none. */
export function boundTo(bound: readonly BoundSpec[], name: string): BoundSpec | null {
  return (bound.length === 1 ? bound[0] : bound.find(({ spec }) => spec.name === name)) ?? null;
}

export interface CircuitReading {
  readonly circuits: readonly CircuitSource[] | null;
  /** The spec text that diagnostics point into, if any. */
  readonly source: SourceFile | null;
  readonly diagnostics: readonly Diagnostic[];
  /** Of a network that could not be had, where the provider has said why; null otherwise. */
  readonly failed: ExitCode | null;
}

/** Whether the ending of a file's name says that it is a SPICE netlist. */
export function isSpiceName(path: string): boolean {
  return /\.(sp|cir|spice)$/i.test(path);
}
