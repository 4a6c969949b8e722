import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** What a script in the built tool prints as JSON; the tests' own loader resolves packages in another way than Node. */
function printed(script: string): unknown {
  const run = spawnSync(process.execPath, ["--input-type=module", "-e", script], { cwd: root, encoding: "utf8" });
  expect(run.stderr).toBe("");
  return JSON.parse(run.stdout);
}

test("Chevrotain comes from its bundle, a private file that dsl/text/chevrotain.ts names", () => {
  const found = printed(`
    const { chevrotainUrl } = await import("./dist/dsl/text/chevrotain.js");
    let names = [];
    try { names = Object.keys(await import(chevrotainUrl())); } catch (error) { names = String(error); }
    console.log(JSON.stringify({ url: chevrotainUrl(), names }));
  `) as { url: string; names: readonly string[] };
  const broken =
    `dsl/text/chevrotain.ts looks for ${found.url}, which cannot be imported or lacks something. The tool still works, by ` +
    "the package's entry, but every start is 200 ms slower: name the bundle of this version of Chevrotain there.";
  expect(found.names, broken).toEqual(expect.arrayContaining(["createToken", "CstParser", "Lexer"]));
});

test("the version whose private file is named is the one that is installed", () => {
  const { dependencies } = JSON.parse(readFileSync(`${root}package.json`, "utf8"));
  const installed = JSON.parse(readFileSync(`${root}node_modules/chevrotain/package.json`, "utf8")).version;
  expect(dependencies.chevrotain, "pin the exact version: a newer one may have moved the bundle").toBe(installed);
});

test("the tool loads the bundle and not the several hundred modules behind the entry", () => {
  const loaded = printed(`
    const { chevrotainUrl } = await import("./dist/dsl/text/chevrotain.js");
    const bundle = await import(chevrotainUrl());
    const used = await import("./dist/dsl/text/chevrotain.js");
    console.log(JSON.stringify(used.Lexer === bundle.Lexer && used.CstParser === bundle.CstParser));
  `);
  expect(loaded).toBe(true);
});
