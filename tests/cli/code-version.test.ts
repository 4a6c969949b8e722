import { appendFileSync, cpSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { codeHash, resultModules } from "../../dev/scripts/code-hash.mjs";
import { importedFrom } from "../../dev/scripts/imports.mjs";
import { program, root, scratch } from "./run.ts";

test("the built program has the hash of the sources that it was built from", () => {
  const folder = dirname(program);
  const chunks = readdirSync(folder).filter((name) => name.endsWith(".js"));
  const hash = codeHash(root);
  expect(chunks.filter((name) => readFileSync(join(folder, name), "utf8").includes(hash))).toHaveLength(1);
});

test.each([
  ["a training", ["compiler/network/training/index.ts"]],
  ["a verification", ["verify/index.ts"]],
  ["a row of a study", ["toolchain/study/measure.ts"]],
  ["a run of train-sim", ["training-sim/index.ts", "physics/index.ts"]],
])("the hash covers every module that gives %s", (_, entries) => {
  const modules = entries.flatMap(importedFrom).map((file) => file.split("/")[0]!);
  expect(modules.filter((module) => !resultModules.includes(module))).toEqual([]);
});

test("the hash changes with text and name of every source, with generated ones, and with versions of packages", () => {
  const copy = scratch();
  cpSync(join(root, "package.json"), join(copy, "package.json"));
  for (const module of resultModules) {
    mkdirSync(join(copy, module, "generated"), { recursive: true });
    for (const file of ["a.ts", "generated/b.ts"]) writeFileSync(join(copy, module, file), "");
  }
  const seen = [codeHash(copy)];
  expect(codeHash(copy)).toBe(seen[0]);
  for (const module of resultModules) {
    appendFileSync(join(copy, module, "a.ts"), "// changed\n");
    seen.push(codeHash(copy));
    appendFileSync(join(copy, module, "generated/b.ts"), "// changed\n");
    seen.push(codeHash(copy));
    renameSync(join(copy, module, "a.ts"), join(copy, module, "c.ts"));
    seen.push(codeHash(copy));
  }
  const about = JSON.parse(readFileSync(join(copy, "package.json"), "utf8"));
  about.dependencies["ml-matrix"] = "0.0.0";
  writeFileSync(join(copy, "package.json"), JSON.stringify(about));
  seen.push(codeHash(copy));
  expect(new Set(seen).size).toBe(seen.length);
});
