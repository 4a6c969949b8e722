import { type Finding, failure } from "../check/finding.ts";
import type { Circuit } from "../circuit/circuit.ts";
import type { Simulator } from "../simulation/simulator.ts";

/** Which part of a circuit is exported; indices into `sections` and their `meshes`. */
export type Scope =
  | { readonly kind: "circuit" }
  | { readonly kind: "layer"; readonly section: number }
  | { readonly kind: "mesh"; readonly section: number; readonly mesh: number };

/** A fabricated chip in the place of the circuit as designed. The module knows no physics: who does makes the simulator. */
export interface ExportedChip {
  /** Which one, in a few words. */
  readonly about: string;
  readonly simulator: Simulator;
}

/** The circuit at some frequency of the light. */
export interface SpectrumPoint {
  readonly frequencyHz: number;
  readonly simulator: Simulator;
}

/** How the devices of a circuit answer to the wavelength, in base units; by docs/explanation/physics.md. */
export interface DispersedCircuit {
  /** At which the phases were set. */
  readonly wavelengthM: number;
  readonly groupIndex: number;
  readonly dispersion: number;
  /** Of a coupler's field angle, and of the phase between its outputs. */
  readonly couplerAngle: number;
  readonly couplerPhase: number;
  /** The circuit with the phases that heaters and fixed couplers make, in (-pi, pi]. Its meshes begin with those of the circuit. */
  readonly built: Circuit;
}

/** What a target prints. */
export interface Subject {
  readonly circuit: Circuit;
  readonly scope: Scope;
  /** How its files are called, without what the target appends: letters, digits, `.`, `_`, `-`. */
  readonly stem: string;
  /** Null: the circuit as designed. Only formats of `holdsFunction` are given one. */
  readonly chip: ExportedChip | null;
  /** Of formats of scattering matrices; null: the same at every frequency. */
  readonly spectrum: readonly SpectrumPoint[] | null;
  /** Of models by wavelength; null: the same at every wavelength. */
  readonly dispersion: DispersedCircuit | null;
}

export function subjectOf(
  circuit: Circuit,
  scope: Scope,
  { chip = null, spectrum = null, dispersion = null }: Partial<Pick<Subject, "chip" | "spectrum" | "dispersion">> = {},
): Subject {
  const words = [circuit.name];
  if (scope.kind !== "circuit") {
    words.push(circuit.sections[scope.section]!.name);
  }
  if (scope.kind === "mesh") {
    words.push(circuit.sections[scope.section]!.meshes[scope.mesh]!.name);
  }
  return { circuit, scope, stem: words.map(fileWord).join("."), chip, spectrum, dispersion };
}

/** That a target has no part of a circuit; `what` it holds is of the whole. */
export function partFindings({ scope }: Pick<Subject, "scope">, target: string, what: string): readonly Finding[] {
  if (scope.kind === "circuit") return [];
  return [failure("OPT0437", "", `${target} holds ${what} of a whole circuit, not of a part`, "leave --scope out")];
}

/** Part of a file name, on any file system. */
export function fileWord(name: string): string {
  const word = name.replace(/[^A-Za-z0-9._-]+/g, "_").replace(/^[.-]+/, "");
  return word === "" ? "circuit" : word;
}

/**
 * Reads `circuit`, `layer:2` (the second layer of the network), `layer:NAME` (a section of any kind), `mesh:NAME` or
 * `mesh:SECTION/NAME`. The finding lists what there is.
 */
export function parseScope(
  circuit: Circuit,
  text: string,
): { readonly scope: Scope | null; readonly findings: readonly Finding[] } {
  if (text === "circuit") {
    return { scope: { kind: "circuit" }, findings: [] };
  }
  const [, kind, name] = /^(layer|mesh):(.+)$/s.exec(text) ?? [];
  if (kind === undefined || name === undefined) {
    return missing(
      `\`${text}\` is not a scope`,
      "scopes are `circuit`, `layer:2` or `layer:NAME`, `mesh:NAME` or `mesh:LAYER/NAME`",
    );
  }
  return kind === "layer" ? layerScope(circuit, name) : meshScope(circuit, name);
}

type ParsedScope = ReturnType<typeof parseScope>;

function layerScope(circuit: Circuit, name: string): ParsedScope {
  const layers = [...circuit.sections.keys()].filter((s) => circuit.sections[s]!.kind === "layer");
  const byName = [...circuit.sections.keys()].filter((s) => circuit.sections[s]!.name === name);
  const section = byName.length === 1 ? byName[0] : /^\d+$/.test(name) ? layers[Number(name) - 1] : undefined;
  if (section !== undefined) {
    return { scope: { kind: "layer", section }, findings: [] };
  }
  const known = circuit.sections.map((it) => it.name).join(", ");
  return missing(
    byName.length > 1 ? `several sections are called \`${name}\`` : `${circuit.name} has no layer \`${name}\``,
    `its layers are 1..${layers.length}; its sections ${shortened(known)}`,
  );
}

function meshScope(circuit: Circuit, name: string): ParsedScope {
  const found: Scope[] = [];
  const known: string[] = [];
  circuit.sections.forEach((section, s) => {
    section.meshes.forEach((mesh, m) => {
      const full = `${section.name}/${mesh.name}`;
      known.push(full);
      if (name === mesh.name || name === full) {
        found.push({ kind: "mesh", section: s, mesh: m });
      }
    });
  });
  if (found.length === 1) {
    return { scope: found[0]!, findings: [] };
  }
  return missing(
    found.length > 1 ? `${found.length} meshes are called \`${name}\`` : `${circuit.name} has no mesh \`${name}\``,
    `its meshes are ${shortened(known.join(", "))}`,
  );
}

function missing(message: string, help: string): ParsedScope {
  return { scope: null, findings: [failure("OPT0435", "", message, help)] };
}

function shortened(list: string): string {
  return list.length <= 400 ? list : `${list.slice(0, list.lastIndexOf(",", 400))}, ...`;
}
