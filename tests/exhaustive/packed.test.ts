import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { root } from "../cli/run.ts";

const page = readFileSync(join(root, "docs/reference/library.md"), "utf8");

/** What stands between ```LANGUAGE and ``` on the page. */
function block(language: string): string {
  const text = page.split(`\n\`\`\`${language}\n`)[1]?.split("\n```")[0];
  if (text === undefined) throw new Error(`docs/reference/library.md has no block of ${language || "output"}`);
  return `${text}\n`;
}

const textOf = (file: string): string => readFileSync(join(root, file), "utf8");

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
  expect(files.filter((file) => /(^|\/)(dev|bench|fuzz|reproduce|tests)\//.test(file))).toEqual([]);
  expect(files).toEqual(expect.arrayContaining(["LICENSE", "README.md", "CHANGELOG.md", "examples/mean-4x8.optinc"]));
  for (const path of Object.values(about.exports)) {
    const file = path.replace("./", "");
    expect(files, file).toEqual(expect.arrayContaining([file, file.replace(/\.js$/, ".d.ts"), `${file}.map`]));
  }
  expect(files).toEqual(expect.arrayContaining(Object.values(about.bin)));
  const chunks = files.filter((file) => /^dist\/program\/.*\.js$/.test(file));
  expect(chunks.length).toBeGreaterThan(50);
  // Chunks that only pass on what others export, and the bundler's own, come from no source.
  const passing = /^(?:(?:import|export)[^;]*;)+\s*$/;
  const own = chunks.filter((file) => !file.includes("/rolldown-runtime-") && !passing.test(textOf(file)));
  expect(files).toEqual(expect.arrayContaining(own.map((file) => `${file}.map`)));
  // The bundle holds their code.
  expect(files).toContain("dist/program/LICENSES.txt");
  const licences = textOf("dist/program/LICENSES.txt");
  for (const name of Object.keys(about.dependencies))
    expect(licences).toMatch(new RegExp(`^${name} [0-9.]+: .+$`, "m"));
  // Its modules are in the bundle.
  expect(files.filter((file) => file.startsWith("dist/cli/"))).toEqual([]);
  const { scripts }: { scripts: Record<string, string> } = JSON.parse(textOf("package.json"));
  expect(Object.keys(scripts).filter((name) => /^(pre|post)?install$/.test(name))).toEqual([]);
});

test("the example of docs/reference/library.md compiles strictly and runs from the packed tarball, in an empty project", () => {
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
  commandsRun();
});

/** With the program of the package; examples, technologies and the page's script are found beside it. */
function commandsRun(): void {
  const example = join(project, "node_modules/optinc/examples/mean-4x8.optinc");
  const program = join(project, "node_modules/.bin/optinc");
  const optinc = (...words: string[]): string => execFileSync(program, words, { cwd: project, encoding: "utf8" });
  expect(optinc("check", example)).toBe(`${example}: 1 aggregate, no problems\n`);
  optinc("compile", example, "-o", "built", "--chips", "0");
  expect(optinc("verify", "built")).toContain("checked on all 28 561 words");
  expect(optinc("yield", "built", "--technology", "foundry-si", "--chip-samples", "4", "--threads", "2")).toContain(
    "chips",
  );
  optinc("report", "built", "-o", "page.html");
  expect(readFileSync(join(project, "page.html"), "utf8")).toContain("</html>");
}
