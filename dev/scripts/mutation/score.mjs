// Mutates one file (with Stryker's mutators) and tries its mutants on the tests of its slice, in a process of its own.
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const folder = join(root, "build/mutation");

/** Longer without a word, and a process is given up; its mutant counts as noticed. */
const SILENCE_MS = 90_000;

/** Mutants of a file, in the order of the text, and the text with a switch for each. */
export async function mutantsOf(file) {
  const require = createRequire(join(folder, "package.json"));
  const { Instrumenter } = await import(pathToFileURL(require.resolve("@stryker-mutator/instrumenter")).href);
  const silent = { debug() {}, info() {}, warn() {}, isDebugEnabled: () => false };
  const text = readFileSync(join(root, file), "utf8");
  const options = { plugins: null, ignorers: [], excludedMutations: [], noHeader: false };
  const { files, mutants } = await new Instrumenter(silent).instrument([{ name: file, mutate: true, content: text }], options);
  const lines = text.split("\n");
  return {
    code: files[0].content,
    mutants: mutants.map(({ id, location, mutatorName, replacement }) => ({
      id,
      // Stryker counts lines from 0.
      line: location.start.line + 1,
      column: location.start.column + 1,
      kind: mutatorName,
      was: oneLine(textAt(lines, location)),
      becomes: oneLine(replacement),
      source: lines[location.start.line].trim(),
    })),
  };
}

function textAt(lines, { start, end }) {
  if (start.line === end.line) return lines[start.line].slice(start.column, end.column);
  return [lines[start.line].slice(start.column), ...lines.slice(start.line + 1, end.line), lines[end.line].slice(0, end.column)].join("\n");
}

function oneLine(text) {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return line.length > 60 ? `${line.slice(0, 57)}...` : line;
}

/** What became of every mutant that was chosen: `killed`, `hung`, `lived` or `unreached`. */
export async function tryMutants(file, tests, code, chosen) {
  const place = join(folder, file.replaceAll("/", "-").replace(/\.ts$/, ""));
  rmSync(place, { recursive: true, force: true });
  mkdirSync(place, { recursive: true });
  const log = join(place, "log.jsonl");
  const plan = join(place, "plan.json");
  writeFileSync(join(place, "mutated.ts"), code);
  writeFileSync(plan, JSON.stringify({ log, tests, chosen }));
  const config = join(place, "vitest.config.mjs");
  writeFileSync(
    config,
    `import { readFileSync } from "node:fs";
const mutated = ${JSON.stringify(join(root, file))};
export default {
  root: ${JSON.stringify(root)},
  plugins: [{ name: "mutants", enforce: "pre", load: (id) => (id.split("?")[0] === mutated ? readFileSync(${JSON.stringify(join(place, "mutated.ts"))}, "utf8") : null) }],
  test: {
    include: ${JSON.stringify(tests)},
    runner: ${JSON.stringify(join(root, "dev/scripts/mutation/runner.mjs"))},
    pool: "forks", maxWorkers: 1, isolate: false, fileParallelism: false, testTimeout: 86400000, hookTimeout: 86400000, reporters: ["dot"],
  },
};
`,
  );
  for (let again = 0; again < 100; again += 1) {
    writeFileSync(log, "", { flag: "a" });
    const size = statSync(log).size;
    const { output, hung } = await runVitest(config, plan, log);
    const entries = entriesOf(log);
    const last = entries.at(-1);
    if (last?.kind === "end") return { outcomes: outcomesOf(entries, chosen), broken: brokenIn(entries) };
    if (last?.kind !== "begun" || statSync(log).size === size) {
      throw new Error(`${file}: the tests do not run${hung ? " to an end" : ""} as they are\n${output.slice(-3000)}`);
    }
    writeFileSync(log, `${JSON.stringify({ kind: "hung", mutant: last.mutant, test: last.test })}\n`, { flag: "a" });
  }
  throw new Error(`${file}: a hundred mutants hang`);
}

function entriesOf(log) {
  return readFileSync(log, "utf8").split("\n").filter(Boolean).map((line) => JSON.parse(line));
}

function brokenIn(entries) {
  return entries.filter(({ kind }) => kind === "broken").map(({ test, why }) => `${test}: ${why}`);
}

function outcomesOf(entries, chosen) {
  const outcomes = new Map(chosen.map((id) => [id, { state: "unreached" }]));
  for (const { kind, mutant, test, why } of entries) {
    if (!outcomes.has(mutant) || !["killed", "hung", "lived"].includes(kind)) continue;
    if (kind === "lived" && outcomes.get(mutant).state !== "unreached") continue;
    outcomes.set(mutant, { state: kind, test, why });
  }
  return outcomes;
}

function runVitest(config, plan, log) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(root, "node_modules/vitest/vitest.mjs"), "run", "--config", config], {
      cwd: root,
      detached: true,
      env: { ...process.env, OPTINC_MUTATION_PLAN: plan, NODE_OPTIONS: "--max-old-space-size=2048" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    let hung = false;
    child.stdout.on("data", (chunk) => void (output += chunk));
    child.stderr.on("data", (chunk) => void (output += chunk));
    const watch = setInterval(() => {
      if (Date.now() - statSync(log).mtimeMs < SILENCE_MS) return;
      hung = true;
      process.kill(-child.pid, "SIGKILL");
    }, 1000);
    child.on("close", () => {
      clearInterval(watch);
      resolve({ output, hung });
    });
  });
}
