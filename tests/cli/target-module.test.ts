import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { moduleDiagnostic, readTarget } from "../../cli/files/target-module.ts";
import type { Diagnostic } from "../../dsl/index.ts";
import { compile, exportCircuit, parseSpecs } from "../../toolchain/index.ts";
import { optinc, optincProcess, pair, scratch } from "./run.ts";

const head = 'export const t = { name: "t", summary: "s", carries: "c", limits: "l", options: [],';

/** Modules that do wrong, and what is said of them. */
const faults: readonly (readonly [string, string])[] = [
  [`${head} check: () => { throw new Error("no\\nmore") }, emit: () => [] };`, "check failed: no"],
  [`${head} check: async () => [], emit: () => [] };`, "check returned a promise instead of an array of findings"],
  [`${head} check: () => undefined, emit: () => [] };`, "check returned undefined"],
  [`${head} check: () => [{ code: 7 }], emit: () => [] };`, "check returned an array of something else"],
  [`${head} check: () => [], emit: () => { throw "a text" } };`, "emit failed: a string"],
  [`${head} check: () => [], emit: async () => [{ name: "a", content: [] }] };`, "emit returned a promise"],
  [`${head} check: () => [], emit: () => [] };`, "emit returned an empty array"],
  [`${head} check: () => [], emit: () => [{ name: "a", content: 3 }] };`, "emit returned an array of something else"],
  [`${head} check: () => [], emit: () => [{ name: "a.t", content: [3] }] };`, "the content of a.t holds a number"],
  [
    `${head} check: () => [], emit: () => [{ name: "a.t", content: (function* () { yield "x"; null.x; })() }] };`,
    "emit failed: ",
  ],
  [
    `${head} check: () => [], emit: () => [1, 2].map((i) => ({ name: "a" + i, content: [{}] })) };`,
    "the content of a1 holds a object",
  ],
];

test("a format module that fails is named, and what it threw", async () => {
  const cwd = scratch();
  const specs = parseSpecs({ name: "pair.optinc", text: pair }).value!;
  const { value: compiled } = await compile(specs[0]!, { chips: 0 });
  for (const [i, [text, said]] of faults.entries()) {
    const path = join(cwd, `m${i}.mjs`);
    writeFileSync(path, text);
    const { value: target } = await readTarget(path);
    const all = (): unknown => exportCircuit(compiled!.circuit, target!).value?.map(({ content }) => [...content]);
    expect(diagnosticOf(all)).toMatchObject({ code: "OPT0642", message: expect.stringContaining(`${path}: ${said}`) });
  }
});

function diagnosticOf(work: () => unknown): Diagnostic | null {
  try {
    work();
    return null;
  } catch (error) {
    return moduleDiagnostic(error);
  }
}

test("a fault of a format module is exit code 1, and nothing is written", () => {
  const cwd = scratch();
  writeFileSync(join(cwd, "m.mjs"), faults[9]![0]);
  writeFileSync(join(cwd, "pair.optinc"), pair);
  const { code, err } = optinc(["export", "pair.optinc", "--to", "./m.mjs", "-o", "x.t"], { cwd });
  expect(err).toContain("error[OPT0642]: ./m.mjs: emit failed");
  expect(err).toContain("this is a fault of the module");
  expect(code).toBe(1);
  expect(readdirSync(cwd).sort()).toEqual(["m.mjs", "pair.optinc"]);
});

test("a module that does not load, or never ends loading, is refused", () => {
  const cwd = scratch();
  writeFileSync(join(cwd, "syntax.mjs"), "export const");
  writeFileSync(join(cwd, "waits.mjs"), "await new Promise(() => {});");
  writeFileSync(join(cwd, "half.mjs"), `${head.replace("[]", "[{}]")} check: () => [], emit: () => [] };`);
  for (const [name, said] of [
    ["syntax", "does not load: "],
    ["waits", "it never finishes loading"],
    ["half", "exports 0 targets"],
  ] as const) {
    const { code, err } = optincProcess(["export", "none", "--to", `./${name}.mjs`], { cwd });
    expect(err).toContain("error[OPT0641]");
    expect(err).toContain(said);
    expect(code).toBe(1);
  }
});

test("files of a module lie where they were asked for", () => {
  const cwd = scratch();
  writeFileSync(join(cwd, "pair.optinc"), pair);
  writeFileSync(join(cwd, "out.mjs"), `${head} check: () => [], emit: () => [{ name: "../evil", content: ["x"] }] };`);
  const { code, err } = optinc(["export", "pair.optinc", "--to", "./out.mjs"], { cwd });
  expect(err).toContain("error[OPT0629]: `../evil` cannot be the name of a file");
  expect(code).toBe(1);
});
