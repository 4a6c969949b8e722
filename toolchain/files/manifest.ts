import type { TriedDesign } from "../design/search.ts";

/** manifest.json: what a build directory holds and what it was made from. */
export interface Manifest {
  readonly format: "optinc.build";
  readonly version: 1;
  readonly tool: { readonly name: "optinc"; readonly version: string };
  /** What wrote the directory: `compile`, `export sax`, `schedule chakra`. Another command replaces it only with --force. */
  readonly command: string;
  /** Of a schedule, the name of the algorithm. */
  readonly aggregate: string;
  /** The spec file without its directory, and the hash of its bytes. */
  readonly spec: { readonly name: string; readonly sha256: string };
  /** Whose losses the circuit compensates; left out where the spec names none. */
  readonly technology?: ManifestTechnology;
  /** The file of the fabricated chip that the circuit was made for, without its directory; left out where it was made for none. */
  readonly measured?: { readonly name: string; readonly sha256: string };
  /** Of the simulated chips behind the robustness figures and of sampled words; training has a seed of its own. */
  readonly seed: number;
  readonly network: ManifestNetwork;
  /** What the compiler chose; left out where the spec left nothing to it. */
  readonly design?: ManifestDesign;
  readonly targets: readonly { readonly name: string; readonly options: Readonly<Record<string, string>> }[];
  /** Every file of the directory but this one. */
  readonly files: readonly FileEntry[];
}

/** A technology as it names itself; `sha256` is that of its text. */
export interface ManifestTechnology {
  readonly name: string;
  readonly sha256: string;
  /** That the circuit was compiled for; left out by builds of before. */
  readonly symbolRateBd?: number;
}

/** `chosen` as it is written in a spec; `keepsAll` false: it misses a requirement; `tried` of `designs` were measured. */
export interface ManifestDesign {
  readonly prefer: string;
  readonly chosen: readonly string[];
  /** Of both left out by builds of before. */
  readonly chosenCost?: DesignCost;
  readonly keepsAll: boolean;
  readonly tried: number;
  readonly designs: number;
  /** The settings of the next best that keeps all; left out where none was found, and by builds of before. */
  readonly runnerUp?: readonly string[];
  readonly runnerUpCost?: DesignCost;
}

/** `preferred`: of what `prefer` names, in its base unit, a yield as its negative; null where it has none. */
export type DesignCost = Pick<TriedDesign, "mzis" | "neurons" | "launchPowerW" | "preferred">;

/** What determines the weights: `sha256` is that of the weights file, or of task, settings and code of the training. */
export type ManifestNetwork =
  | { readonly kind: "constructed" }
  | { readonly kind: "trained"; readonly seed: number; readonly sha256: string }
  | { readonly kind: "imported"; readonly weights: string; readonly sha256: string }
  /** Schedules need none. */
  | { readonly kind: "none" };

export interface FileEntry {
  readonly name: string;
  readonly sha256: string;
  readonly bytes: number;
}

/** Fields that every manifest has alike. */
export type ManifestHead = "format" | "version" | "tool";

export const manifestName = "manifest.json";

/** The text of manifest.json. `version` is that of optinc. */
export function printManifest(version: string, parts: Omit<Manifest, ManifestHead>): string {
  const manifest: Manifest = { format: "optinc.build", version: 1, tool: { name: "optinc", version }, ...parts };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}
