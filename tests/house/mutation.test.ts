import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { root, sourcesIn } from "../../dev/scripts/imports.mjs";
import { leftOut, scope, slices } from "../../dev/scripts/mutation/slices.mjs";

it("every source that decides a verdict is mutated, or says why not (dev/scripts/mutation/slices.mjs)", () => {
  const sources = scope.flatMap((it) => (statSync(join(root, it)).isDirectory() ? sourcesIn(it) : [it]));
  expect([...Object.keys(slices), ...Object.keys(leftOut)].sort()).toEqual([...new Set(sources)].sort());
});

it("the tests that are to notice mutants exist", () => {
  const tests = Object.values(slices).flat();
  expect(tests.filter((file) => !existsSync(join(root, file)))).toEqual([]);
  for (const [file, own] of Object.entries(slices)) expect(own.length, file).toBeGreaterThan(0);
});
