import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));
/** Of this program's modules: .js, and .ts where the sources run as they are. */
const ending = extname(fileURLToPath(import.meta.url));

const known = new Map<string, string>();

/**
 * A hash of the code that decides what a training gives, kernels included: what is found in the cache is what this very
 * code would train again. No number has to be raised by hand.
 */
export function engineVersion(): string {
  return codeHash([
    "compiler/aggregation/aggregation",
    "compiler/kernels/",
    "compiler/network/approximation",
    "compiler/network/mlp",
    "compiler/network/training/",
  ]);
}

/** The same for what decides the result of a verification. */
export function checkingVersion(): string {
  return codeHash(["collectives/", "netlist/", "verify/"]);
}

/** Folders end in /, modules have no ending. */
function codeHash(parts: readonly string[]): string {
  const name = parts.join(" ");
  const found = known.get(name);
  if (found !== undefined) return found;
  const hash = createHash("sha256");
  for (const module of parts.flatMap((part) => (part.endsWith("/") ? modulesIn(part) : [part]))) {
    hash.update(`${module}\n`).update(readFileSync(join(root, `${module}${ending}`)));
  }
  const version = hash.digest("hex");
  known.set(name, version);
  return version;
}

function modulesIn(folder: string): string[] {
  const entries = readdirSync(join(root, folder), { withFileTypes: true });
  return entries
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      // AssemblyScript, which becomes part of generated/.
      if (entry.isDirectory()) return entry.name === "assembly" ? [] : modulesIn(`${folder}${entry.name}/`);
      const ours = entry.name.endsWith(ending) && !entry.name.endsWith(`.d${ending}`);
      return ours ? [`${folder}${entry.name.slice(0, -ending.length)}`] : [];
    });
}
