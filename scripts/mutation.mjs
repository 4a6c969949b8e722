// Mutation scores, file by file: `npm run mutation -- verify/composition.ts ...` (without names: every file of the table).
// Stryker is large and not needed for anything else, so it is installed by hand:
//   npm install --no-save @stryker-mutator/core@9.6.1 @stryker-mutator/vitest-runner@9.6.1
// A file's mutants are tried on the tests that are meant to notice them and on nothing else.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const proofTests = ["tests/verify/mutation.test.ts", "tests/verify/hostile-proof.test.ts", "tests/verify/cascade.test.ts"];
const planTests = ["tests/compiler/constructed.test.ts", "tests/compiler/cascade.test.ts"];

/** Mutated file -> its tests. */
const slices = {
  "verify/composition.ts": proofTests,
  "verify/proof.ts": proofTests,
  "verify/states.ts": proofTests,
  "verify/sources.ts": proofTests,
  "verify/reference.ts": ["tests/verify/reference.test.ts"],
  "verify/npy.ts": ["tests/verify/npy.test.ts"],
  "verify/quantize.ts": ["tests/verify/quantize.test.ts"],
  "compiler/aggregation/aggregation.ts": planTests,
  "compiler/aggregation/builder.ts": planTests,
  "compiler/aggregation/quotient.ts": planTests,
  "compiler/aggregation/cascade.ts": planTests,
  "netlist/formats/index-file.ts": ["tests/netlist/readers.test.ts"],
  "netlist/formats/sax/reader.ts": ["tests/netlist/readers.test.ts"],
  "netlist/formats/blackbird/reader.ts": ["tests/netlist/readers.test.ts"],
  "netlist/check/check.ts": ["tests/netlist/check.test.ts"],
  "netlist/check/light.ts": ["tests/netlist/check.test.ts"],
  "netlist/check/claims.ts": ["tests/netlist/check.test.ts"],
};

const asked = process.argv.slice(2);
const unknown = asked.filter((file) => !(file in slices));
if (unknown.length > 0) {
  process.stderr.write(`no slice ${unknown.join(", ")}; there are ${Object.keys(slices).join(", ")}\n`);
  process.exit(2);
}
const stryker = join(root, "node_modules/@stryker-mutator/core/bin/stryker.js");
if (!existsSync(stryker)) {
  process.stderr.write("Stryker is not installed: npm install --no-save @stryker-mutator/core@9.6.1 @stryker-mutator/vitest-runner@9.6.1\n");
  process.exit(2);
}
const folder = join(root, "build/mutation");
mkdirSync(folder, { recursive: true });
for (const file of asked.length > 0 ? asked : Object.keys(slices)) {
  const name = file.replaceAll("/", "-").replace(/\.ts$/, "");
  const vitest = join(folder, `${name}.vitest.config.mjs`);
  writeFileSync(vitest, `export default { root: process.cwd(), test: { include: ${JSON.stringify(slices[file])}, testTimeout: 600000 } };\n`);
  const config = join(folder, `${name}.json`);
  const report = join(folder, `${name}.report.json`);
  const settings = {
    mutate: [file],
    testRunner: "vitest",
    vitest: { configFile: `build/mutation/${name}.vitest.config.mjs`, related: false },
    concurrency: 1,
    coverageAnalysis: "perTest",
    ignoreStatic: true,
    timeoutMS: 60_000,
    reporters: ["json"],
    jsonReporter: { fileName: report },
    tempDirName: "build/mutation/sandbox",
    ignorePatterns: ["dist", "docs", "bench", "examples"],
    plugins: ["@stryker-mutator/vitest-runner"],
    allowEmpty: true,
    checkers: [],
    disableTypeChecks: false,
  };
  writeFileSync(config, JSON.stringify(settings));
  const run = spawnSync(process.execPath, [stryker, "run", config], { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
  if (run.status !== 0 && !existsSync(report)) {
    process.stdout.write(`${file}: no report\n`);
    process.exitCode = 1;
    continue;
  }
  const mutants = JSON.parse(readFileSync(report, "utf8")).files[file].mutants;
  const killed = mutants.filter(({ status }) => status === "Killed" || status === "Timeout").length;
  const alive = mutants.filter(({ status }) => status === "Survived" || status === "NoCoverage");
  process.stdout.write(`${file}: ${killed} of ${killed + alive.length} killed, ${((100 * killed) / Math.max(1, killed + alive.length)).toFixed(1)} %\n`);
  for (const { location, mutatorName, replacement, status } of alive) {
    const what = (replacement ?? "").replaceAll(/\s+/g, " ").slice(0, 80);
    process.stdout.write(`  ${file}:${location.start.line}:${location.start.column} ${mutatorName} -> ${what} (${status})\n`);
  }
}
