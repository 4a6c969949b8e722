// Who imports whom: read from the sources, for the picture of the house and for the tests that hold its arrows.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix, relative } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

export const root = join(dirname(fileURLToPath(import.meta.url)), "..");

/** Folders of the house: each one is a room, from those that know nobody to those that know all. */
export const rooms = ["dsl", "netlist", "collectives", "compiler", "verify", "physics", "toolchain", "training-sim", "report", "cli", "fuzz", "reproduce", "bench"];

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

/** The syntax tree of a file, parsed once. */
export function parse(file) {
  if (!trees.has(file)) {
    trees.set(file, ts.createSourceFile(file, readFileSync(join(root, file), "utf8"), ts.ScriptTarget.ES2023, true));
  }
  return trees.get(file);
}

/** Files of this repository that a file names: imports, exports from, import types and import(); type-only ones too. */
export function importsOf(file) {
  const found = new Set();
  const add = (node) => {
    if (node !== undefined && ts.isStringLiteralLike(node) && node.text.startsWith(".")) {
      found.add(posix.normalize(posix.join(posix.dirname(file), node.text)));
    }
  };
  const visit = (node) => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) add(node.moduleSpecifier);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal);
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) add(node.arguments[0]);
    ts.forEachChild(node, visit);
  };
  visit(parse(file));
  return [...found].sort();
}

/** Every file of the rooms and what it imports of them. */
export function readImports(folders = rooms) {
  return new Map(folders.flatMap(sourcesIn).map((file) => [file, importsOf(file)]));
}

/** The groups of more than one node that reach each other, each in the order of its names: no circle means none. */
export function circlesOf(graph) {
  const index = new Map();
  const low = new Map();
  const stack = [];
  const circles = [];
  const visit = (node) => {
    index.set(node, index.size);
    low.set(node, index.get(node));
    stack.push(node);
    for (const next of graph.get(node) ?? []) {
      if (!index.has(next)) {
        visit(next);
        low.set(node, Math.min(low.get(node), low.get(next)));
      } else if (stack.includes(next)) low.set(node, Math.min(low.get(node), index.get(next)));
    }
    if (low.get(node) !== index.get(node)) return;
    const members = stack.splice(stack.indexOf(node));
    if (members.length > 1 || (graph.get(node) ?? []).includes(node)) circles.push(members.sort());
  };
  for (const node of graph.keys()) if (!index.has(node)) visit(node);
  return circles.sort((a, b) => (a[0] < b[0] ? -1 : 1));
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
