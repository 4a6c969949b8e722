// Who imports whom: read from the sources, for the picture of the modules and for the tests of its arrows.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { parseAst } from "rolldown/parseAst";

export const root = join(dirname(fileURLToPath(import.meta.url)), "../..");

/** The modules, a folder each: every one imports only earlier ones. */
export const modules = ["dsl", "formats", "netlist", "collectives", "compiler", "proof", "verify", "physics", "toolchain", "training-sim", "report", "workbench", "cli", "dev"];

/**
 * All TypeScript files under a folder of the repository, by their paths from its root, in order. What is generated, and the
 * kernels' own language, are left out.
 */
export function sourcesIn(folder) {
  const files = readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => relative(root, join(entry.parentPath ?? entry.path, entry.name)).replaceAll("\\", "/"));
  return files.filter((file) => !/^(compiler|netlist)\/(.*\/)?(assembly|generated)\//.test(file)).sort();
}

const trees = new Map();

/** Text and syntax tree (ESTree with types) of a file, parsed once. */
export function parse(file) {
  if (!trees.has(file)) {
    const text = readFileSync(join(root, file), "utf8");
    trees.set(file, { text, tree: parseAst(text, { lang: "ts" }) });
  }
  return trees.get(file);
}

/** Every node of a tree, from the outside in. */
export function* nodesIn(tree) {
  if (typeof tree !== "object" || tree === null) return;
  if (typeof tree.type === "string") yield tree;
  for (const part of Object.values(tree)) yield* nodesIn(part);
}

/** Files of this repository that a file names: imports, exports from and import(); with `types` those of types alone too. */
export function importsOf(file, types = true) {
  const found = new Set();
  for (const { type, source, importKind, exportKind } of nodesIn(parse(file).tree)) {
    if (!/^(Import|Export|TSImport)/.test(type) || !source?.value?.startsWith(".")) continue;
    if (!types && (type.startsWith("TS") || importKind === "type" || exportKind === "type")) continue;
    found.add(posix.normalize(posix.join(posix.dirname(file), source.value)));
  }
  return [...found].sort();
}

/** A file with all that it imports at run time, and what those import, in order. */
export function importedFrom(entry) {
  const found = new Set([entry]);
  for (const file of found) for (const next of importsOf(file, false)) found.add(next);
  return [...found].sort();
}

/** Every file of the modules and what it imports of them. */
export function readImports(folders = modules) {
  return new Map(folders.flatMap(sourcesIn).map((file) => [file, importsOf(file)]));
}

/** The same arrows between folders: `depth` names of the path at most, the file's own name excluded. */
export function foldersOf(imports, depth) {
  const folder = (file) => file.split("/").slice(0, -1).slice(0, depth).join("/");
  const graph = new Map();
  for (const [file, targets] of imports) {
    const from = folder(file);
    const known = graph.get(from) ?? graph.set(from, []).get(from);
    for (const target of targets) {
      const to = folder(target);
      if (to !== from && !known.includes(to)) known.push(to);
    }
  }
  return graph;
}
