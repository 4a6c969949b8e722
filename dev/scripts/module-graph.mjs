// Prints the modules and their imports as a Mermaid diagram, which docs/architecture.md holds (`npm run docs`).
import { foldersOf, modules, readImports } from "./imports.mjs";

const graph = new Map([...foldersOf(readImports(), 1)].map(([from, targets]) => [from, targets.filter((to) => modules.includes(to))]));

/** All that a module imports, directly or through others. */
const reached = (module) => new Set(graph.get(module).flatMap((next) => [next, ...reached(next)]));

const arrows = modules.flatMap((from) => {
  const through = new Set(graph.get(from).flatMap((next) => [...reached(next)]));
  return graph.get(from).filter((to) => !through.has(to)).map((to) => `  ${from} --> ${to}`);
});
console.log(["```mermaid", "flowchart TD", ...arrows.sort(), "```"].join("\n"));
