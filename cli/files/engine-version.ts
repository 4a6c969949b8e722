import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type ModuleGraph, moduleGraph } from "./module-graph.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
/** Of this program's modules: .js, and .ts where the sources run as they are. */
const ending = extname(fileURLToPath(import.meta.url));

/** Versions that the bundle of the program brings along; it is made of the very modules that they were taken of. */
declare const builtVersions: readonly (readonly [string, string])[] | undefined;

const known = new Map<string, string>(typeof builtVersions === "undefined" ? [] : builtVersions);

/**
 * A hash of the code that decides what a training gives: every module that the training imports, kernels included. What is
 * found in the cache is what this very code would train again; no number has to be raised by hand.
 */
export function engineVersion(): string {
  return versionOf("compiler/network/training/index");
}

/** The same for what decides the result of a verification. */
export function checkingVersion(): string {
  return versionOf("verify/index");
}

/** The same for what decides a row of a study. */
export function studyVersion(): string {
  return versionOf("toolchain/study/measure");
}

/** The same for what decides a run of `train-sim`: the training, and the dies that it goes through. */
export function trainSimVersion(): string {
  return `${versionOf("training-sim/index")}${versionOf("physics/index")}`;
}

function versionOf(entry: string): string {
  const found = known.get(entry);
  if (found !== undefined) return found;
  const version = codeHash(root, `${entry}${ending}`);
  known.set(entry, version);
  return version;
}

/** Hash of a module, relative to `root`, of all that it imports, and of the versions of the packages among that. */
export function codeHash(root: string, entry: string): string {
  return graphHash(root, moduleGraph(root, [entry]));
}

/** The same of modules and packages that were found before. */
export function graphHash(root: string, { modules, packages }: ModuleGraph): string {
  const hash = createHash("sha256");
  for (const module of modules) hash.update(`${module}\n`).update(readFileSync(join(root, module)));
  if (packages.length > 0) {
    const pinned = pinnedVersions(root);
    for (const name of packages) hash.update(`${name}@${pinned[name] ?? ""}\n`);
  }
  return hash.digest("hex");
}

/** The versions that package.json pins: beside the sources, above the built modules. */
function pinnedVersions(root: string): Readonly<Record<string, string>> {
  const beside = join(root, "package.json");
  const path = existsSync(beside) ? beside : join(root, "..", "package.json");
  const { dependencies } = JSON.parse(readFileSync(path, "utf8")) as { dependencies?: Record<string, string> };
  return dependencies ?? {};
}
