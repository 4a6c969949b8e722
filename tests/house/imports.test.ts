import { describe, expect, it } from "vitest";
import { foldersOf, type Graph, modules, readImports } from "../../dev/scripts/imports.mjs";

const imports = readImports();
const module = (file: string): string => file.split("/")[0]!;

const below = "dsl formats netlist collectives compiler verify physics toolchain training-sim report workbench".split(
  " ",
);

/** What a module may import, itself apart. Everything else is an arrow against the direction. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  dsl: [],
  formats: [],
  netlist: ["formats"],
  collectives: ["dsl", "formats"],
  compiler: ["dsl", "formats", "netlist"],
  proof: ["netlist"],
  verify: ["dsl", "formats", "netlist", "collectives", "proof"],
  physics: ["dsl", "formats", "netlist", "verify"],
  "training-sim": ["dsl", "formats", "netlist", "collectives", "verify"],
  toolchain: ["dsl", "formats", "netlist", "compiler", "verify", "physics"],
  report: ["dsl", "formats", "netlist", "collectives", "verify", "physics"],
  workbench: ["dsl", "formats", "netlist", "verify", "physics", "toolchain", "report"],
  cli: below,
  dev: [...below, "cli", "tests"],
};

/** Entries of a module besides index.ts and codes.ts (pages that `explain` prints alone), each with why. Benches and fuzzers may import anything. */
const doors: Readonly<Record<string, string>> = {
  "report/client/dom.ts": "has a DOM, which index.ts has not: for scripts of pages",
  "report/client/downloads.ts": "the same",
  "compiler/network/training/index.ts":
    "the training engine starts worker threads and WebAssembly: loaded by those that train",
  "netlist/simulation/random.ts":
    "all that training imports is hashed into the cache's keys and computes the same everywhere: the rest of netlist is not to",
};

/** What does not hold yet; a line goes when its owner is done, and none is added. */
const pending: Readonly<Record<"circles" | "folderCircles" | "sideEntrances" | "names", readonly string[]>> = {
  circles: [],
  folderCircles: [],
  sideEntrances: [],
  names: [],
};

describe("the arrows of the house, types included", () => {
  it("no file reaches itself", () => {
    expect(circular(imports).filter(notIn(pending.circles))).toEqual([]);
  });

  it("no folder of a module reaches itself; a module's index and its program stand above its folders", () => {
    const inside = new Map([...imports].filter(([file]) => !/(^|\/)(index|main|program)\.ts$/.test(file)));
    expect(circular(foldersOf(inside, 2)).filter(notIn(pending.folderCircles))).toEqual([]);
  });

  it("every module imports those below it only", () => {
    expect(Object.keys(mayImport).sort()).toEqual([...modules].sort());
    expect(
      arrows(imports, (from, to) => module(from) !== module(to) && !mayImport[module(from)]!.includes(module(to))),
    ).toEqual([]);
  });

  it("benches and reproductions import no command line and no tests", () => {
    const measures = (from: string): boolean => /^dev\/(bench|reproduce)\//.test(from);
    expect(arrows(imports, (from, to) => measures(from) && ["cli", "tests"].includes(module(to)))).toEqual([]);
  });

  it("a module is entered through its index.ts", () => {
    const beside = (from: string, to: string): boolean =>
      module(from) !== module(to) &&
      !/^dev\/(bench|fuzz)\//.test(from) &&
      to !== `${module(to)}/index.ts` &&
      doors[to] === undefined &&
      to !== `${module(to)}/codes.ts`;
    expect(arrows(imports, beside).filter(notIn(pending.sideEntrances))).toEqual([]);
  });

  it("every import names a file of the house", () => {
    expect(
      arrows(imports, (_, to) => !imports.has(to) && !/^(compiler|netlist)\/.*\/generated\/|^tests\/|\.json$/.test(to)),
    ).toEqual([]);
  });
});

/** Files of these names play the same part wherever they stand. */
const parts = ["index.ts", "codes.ts", "reader.ts", "writer.ts", "plan.ts", "tables.ts"];
/** One subject has a file in each of these: of the language its diagnostics, rows and meaning; of a command what it takes and what it does. */
const subjects = /^(dsl\/(codes|language|meaning)|cli\/arguments)\//;
/** Measuring and comparing are named after what they measure. */
const measuring = "dev";

it("no two sibling folders have a file of one name, unless it plays the same part in each", () => {
  const named = new Map<string, string[]>();
  for (const file of imports.keys()) {
    const path = file.split("/");
    const name = path.pop()!;
    if (parts.includes(name) || subjects.test(file) || module(file) === measuring) continue;
    const key = `${path.slice(0, -1).join("/")}: ${name}`;
    named.set(key, [...(named.get(key) ?? []), file]);
  }
  const twins = [...named.values()].filter((files) => files.length > 1);
  expect(twins.map(listed).filter(notIn(pending.names))).toEqual([]);
});

/** Nodes that reach themselves. */
function circular(graph: Graph): string[] {
  return [...graph.keys()].filter((start) => {
    const reached = new Set(graph.get(start));
    for (const node of reached) for (const next of graph.get(node) ?? []) reached.add(next);
    return reached.has(start);
  });
}

function arrows(graph: Graph, wanted: (from: string, to: string) => boolean): string[] {
  return [...graph].flatMap(([from, targets]) =>
    targets.filter((to) => wanted(from, to)).map((to) => `${from} -> ${to}`),
  );
}

function listed(files: readonly string[]): string {
  return [...files].sort().join(", ");
}

function notIn(known: readonly string[]): (found: string) => boolean {
  return (found) => !known.includes(found);
}
