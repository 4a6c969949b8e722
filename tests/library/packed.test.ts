import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { root } from "../cli/run.ts";

const page = readFileSync(join(root, "docs/library.md"), "utf8");

/** What stands between ```LANGUAGE and ``` on the page. */
function block(language: string): string {
  const text = page.split(`\n\`\`\`${language}\n`)[1]?.split("\n```")[0];
  if (text === undefined) throw new Error(`docs/library.md has no block of ${language || "output"}`);
  return `${text}\n`;
}

const npm = (cwd: string, ...words: string[]): string =>
  execFileSync("npm", [...words, "--silent", "--no-audit", "--no-fund"], { cwd, encoding: "utf8" });

/** An empty project beside what a release holds, and the names in that; dist/ is built before the tests. */
let project = "";
let files: readonly string[] = [];

beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), "optinc-user-"));
  const packed = npm(root, "pack", "--json", "--ignore-scripts", "--pack-destination", project);
  files = JSON.parse(packed)[0].files.map(({ path }: { path: string }) => path);
  return () => rmSync(project, { recursive: true, force: true });
});

test("the package holds what is used, with source maps, and nothing that measures or tests", () => {
  const about: Record<"exports" | "bin" | "dependencies", Record<string, string>> = JSON.parse(
    readFileSync(join(root, "package.json"), "utf8"),
  );
  expect(files.filter((file) => /(^|\/)(bench|fuzz|reproduce|tests)\//.test(file))).toEqual([]);
  expect(files).toEqual(expect.arrayContaining(["LICENSE", "README.md", "CHANGELOG.md", "examples/mean-4x8.optinc"]));
  for (const path of Object.values(about.exports)) {
    const file = path.replace("./", "");
    expect(files, file).toEqual(expect.arrayContaining([file, file.replace(/\.js$/, ".d.ts"), `${file}.map`]));
  }
  expect(files).toEqual(expect.arrayContaining(Object.values(about.bin)));
  const parts = files.filter((file) => /^dist\/program\/parts\/.*\.cjs$/.test(file));
  expect(parts.length).toBeGreaterThan(50);
  expect(files).toEqual(
    expect.arrayContaining(
      parts.filter((file) => !file.endsWith("/rolldown-runtime.cjs")).map((file) => `${file}.map`),
    ),
  );
  // The bundle holds their code.
  expect(files).toContain("dist/program/LICENSES.txt");
  const licences = readFileSync(join(root, "dist/program/LICENSES.txt"), "utf8");
  for (const name of Object.keys(about.dependencies))
    expect(licences).toMatch(new RegExp(`^${name} [0-9.]+: .+$`, "m"));
  // What V8 made of them is for one release of it, and the modules of the command line are in the bundle.
  expect(files.filter((file) => /^dist\/(program\/code-|cli\/)/.test(file))).toEqual([]);
});

test("the example of docs/library.md compiles strictly and runs from the packed tarball, in an empty project", () => {
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
  checksAnExample();
  // As after an installation with scripts.
  const program = join(project, "node_modules/optinc/dist/program");
  execFileSync(process.execPath, [join(program, "compile.cjs")]);
  expect(readdirSync(program).filter((name) => name.startsWith("code-"))).toHaveLength(1);
  checksAnExample();
});

/** With the program of the package; examples and technologies are found beside it. */
function checksAnExample(): void {
  const example = join(project, "node_modules/optinc/examples/mean-4x8.optinc");
  const program = join(project, "node_modules/.bin/optinc");
  expect(execFileSync(program, ["check", example], { encoding: "utf8" })).toBe(
    `${example}: 1 aggregate, no problems\n`,
  );
}
