// Mutation testing by Stryker: `npm run mutation -- proof/composition.ts verify ...`, sources or folders of them.
//   --tests FILE   a test that is to notice the mutants; may be repeated (without it: the tests of the sources' top folders)
// docs/contributing/mutation.md says how to read what it prints, and how Stryker is installed.
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { root } from "./imports.mjs";

const { values, positionals } = parseArgs({ allowPositionals: true, options: { tests: { type: "string", multiple: true } } });
const unknown = [...positionals, ...(values.tests ?? [])].filter((path) => !existsSync(join(root, path)));
if (positionals.length === 0 || unknown.length > 0) {
  process.stderr.write(unknown.length > 0 ? `there is no ${unknown.join(", ")}\n` : "name sources or folders, such as proof\n");
  process.exit(2);
}

const folder = join(root, "build/mutation");
const configFile = join(folder, "vitest.config.mjs");
const include = values.tests ?? positionals.map((path) => `tests/${path.split("/")[0]}/**/*.test.ts`);
mkdirSync(folder, { recursive: true });
writeFileSync(configFile, `export default { test: { include: ${JSON.stringify(include)}, isolate: false, testTimeout: 300_000 } };\n`);

const require = createRequire(join(folder, "package.json"));
const { Stryker } = await import(pathToFileURL(require.resolve("@stryker-mutator/core")).href);
await new Stryker({
  mutate: positionals.map((path) => (path.endsWith(".ts") ? path : `${path}/**/*.ts`)),
  testRunner: "vitest",
  plugins: [require.resolve("@stryker-mutator/vitest-runner")],
  vitest: { configFile },
  reporters: ["clear-text"],
  concurrency: 1,
  tempDirName: join(folder, "sandbox"),
  ignorePatterns: ["build", "site"],
  // TypeScript 7 has no functions that rewrite it.
  tsconfigFile: "none",
}).runMutationTest();
