import { readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

/** The modules that run when others are imported. */
export interface ModuleGraph {
  /** Paths relative to the root with / between folders, in the order of their names; entries included. */
  readonly modules: readonly string[];
  /** Names of npm packages, in their order; Node's own modules are left out. */
  readonly packages: readonly string[];
}

/**
 * import and export statements with a source, and import() of a text; not `import type`, which is nothing at run time.
 * Works on TypeScript and on what tsc makes of it, whose statements each begin a line.
 */
const importing =
  /^(?:import|export)\s+(?!type\s)(?:[\w*\s{},$]*?\sfrom\s*)?["']([^"'\n]+)["']|\bimport\(\s*["']([^"'\n]+)["']\s*\)/gm;

/** Follows the imports of the entries, paths relative to `root`. Throws where a module cannot be read. */
export function moduleGraph(root: string, entries: readonly string[]): ModuleGraph {
  const modules = new Set<string>();
  const packages = new Set<string>();
  const waiting = [...entries];
  for (let module = waiting.pop(); module !== undefined; module = waiting.pop()) {
    if (modules.has(module)) continue;
    modules.add(module);
    const path = join(root, module);
    for (const [, statement, call] of readFileSync(path, "utf8").matchAll(importing)) {
      const source = (statement ?? call)!;
      if (source.startsWith(".")) waiting.push(relative(root, join(dirname(path), source)).replaceAll("\\", "/"));
      else if (!source.startsWith("node:")) packages.add(packageOf(source));
    }
  }
  return { modules: [...modules].sort(), packages: [...packages].sort() };
}

/** `a` of `a/b`, `@a/b` of `@a/b/c`. */
function packageOf(source: string): string {
  return source
    .split("/")
    .slice(0, source.startsWith("@") ? 2 : 1)
    .join("/");
}
