import { appendFileSync, cpSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { codeHash, graphHash } from "../../cli/files/engine-version.ts";
import { moduleGraph } from "../../cli/files/module-graph.ts";
import { root, scratch } from "./run.ts";

const built = join(root, "dist");

describe.each([
  ["training", "compiler/network/training/index"],
  ["verification", "verify/index"],
])("the version of the %s's code", (_, entry) => {
  test.each([
    ["sources", root, ".ts"],
    ["built modules", built, ".js"],
  ])("changes with each of the %s that it imports", (_, from, ending) => {
    const graph = moduleGraph(from, [`${entry}${ending}`]);
    const { modules } = graph;
    const copy = scratch();
    cpSync(join(root, "package.json"), join(copy, "package.json"));
    for (const module of modules) {
      mkdirSync(dirname(join(copy, module)), { recursive: true });
      cpSync(join(from, module), join(copy, module));
    }
    expect(graphHash(copy, graph)).toBe(codeHash(copy, `${entry}${ending}`));
    const seen = new Set([graphHash(copy, graph)]);
    for (const module of modules) {
      appendFileSync(join(copy, module), "// changed\n");
      seen.add(graphHash(copy, graph));
    }
    // What was changed imports what it did.
    expect(seen).toContain(codeHash(copy, `${entry}${ending}`));
    expect(seen.size).toBe(modules.length + 1);
  });
});

describe("what a training imports", () => {
  test("is the same in the sources and as built, apart from modules of types alone", () => {
    const entry = "compiler/network/training/index";
    const sources = moduleGraph(root, [`${entry}.ts`]).modules.map((module) => module.slice(0, -3));
    expect(moduleGraph(built, [`${entry}.js`]).modules.map((module) => module.slice(0, -3))).toEqual(sources);
  });

  test("holds the arithmetic, the random numbers and the WebAssembly kernels, and no other room", () => {
    const { modules } = moduleGraph(root, ["compiler/network/training/index.ts"]);
    for (const part of ["plan-aggregation", "builder", "quotient", "cascade", "aggregation"]) {
      expect(modules).toContain(`compiler/aggregation/${part}.ts`);
    }
    expect(modules).toContain("compiler/kernels/generated/kernels.ts");
    expect(modules).toContain("netlist/simulation/random.ts");
    const rest = modules.filter((module) => !/^compiler\/(aggregation|kernels|network)\//.test(module));
    expect(rest).toEqual(["netlist/simulation/random.ts"]);
  });
});

test("imports of every form are followed, types and Node's modules are not", () => {
  const cwd = scratch();
  const files: Record<string, string> = {
    "a.ts": [
      'import "./b.ts";',
      "import {",
      "  type One,",
      "  two,",
      '} from "./c/d.ts";',
      'import type { Three } from "./absent.ts";',
      'import { readFileSync } from "node:fs";',
      'import { Matrix } from "ml-matrix";',
      'import deep from "@scope/package/deep";',
      'export * from "./e.ts";',
      'export { one } from "./f.ts";',
      'const word = "from"; const later = () => import("./g.ts");',
      "export const from = () => `from './nothing.ts'`;",
    ].join("\n"),
    "b.ts": "",
    "c/d.ts": 'import * as e from "../e.ts";',
    "e.ts": 'import { a } from "./a.ts";',
    "f.ts": "",
    "g.ts": "",
  };
  mkdirSync(join(cwd, "c"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, name), text);
  expect(moduleGraph(cwd, ["a.ts"])).toEqual({
    modules: ["a.ts", "b.ts", "c/d.ts", "e.ts", "f.ts", "g.ts"],
    packages: ["@scope/package", "ml-matrix"],
  });
});

test("the version of a package counts", () => {
  const cwd = scratch();
  writeFileSync(join(cwd, "a.ts"), 'import { Matrix } from "ml-matrix";\n');
  const versions = ["1.0.0", "1.0.1"].map((version) => {
    writeFileSync(join(cwd, "package.json"), JSON.stringify({ dependencies: { "ml-matrix": version } }));
    return codeHash(cwd, "a.ts");
  });
  expect(new Set(versions).size).toBe(2);
});
