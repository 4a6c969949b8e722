import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root, scratch } from "../cli/run.ts";

const page = readFileSync(join(root, "docs/library.md"), "utf8");

/** What stands between ```LANGUAGE and ``` on the page. */
function block(language: string): string {
  const text = page.split(`\n\`\`\`${language}\n`)[1]?.split("\n```")[0];
  if (text === undefined) throw new Error(`docs/library.md has no block of ${language || "output"}`);
  return `${text}\n`;
}

const npm = (cwd: string, ...words: string[]): string =>
  execFileSync("npm", [...words, "--silent", "--no-audit", "--no-fund"], { cwd, encoding: "utf8" });

test("the example of docs/library.md compiles strictly and runs from the packed tarball, in an empty project", () => {
  const project = join(scratch(), "user");
  mkdirSync(project);
  // What a release holds; dist/ is built before the tests.
  npm(root, "pack", "--ignore-scripts", "--pack-destination", project);
  const [tarball] = readdirSync(project);
  writeFileSync(join(project, "package.json"), JSON.stringify({ type: "module", private: true }));
  npm(project, "install", "--prefer-offline", "--ignore-scripts", `./${tarball}`);
  writeFileSync(join(project, "main.ts"), block("ts"));
  const compilerOptions = {
    module: "NodeNext",
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    target: "ES2023",
    types: ["node"],
    typeRoots: [join(root, "node_modules/@types")],
  };
  writeFileSync(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["main.ts"] }));
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  // Prints what does not compile.
  const types = (): string => execFileSync(process.execPath, [tsc, "-p", project], { cwd: project, encoding: "utf8" });
  expect(types()).toBe("");
  const printed = execFileSync(process.execPath, ["main.js"], { cwd: project, encoding: "utf8" });
  expect(printed).toBe(page.split("It prints\n\n```\n")[1]!.split("```")[0]);
  expect(readdirSync(project).filter((name) => name.startsWith("mean-4x8"))).toHaveLength(1);
});
