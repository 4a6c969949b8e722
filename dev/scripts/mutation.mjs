// Mutation testing: `npm run mutation -- verify/composition.ts proof ...`, sources or folders of them.
//   --sample N     of a file with more mutants try N of them, drawn with a seed
//   --tests FILE   a test that is to notice them; may be repeated (without it: the tests of the source's top folder)
// docs/contributing/mutation.md says how to read what it prints. The mutators are Stryker's; they are needed for nothing else and are installed by hand:
//   npm install --prefix build/mutation @stryker-mutator/instrumenter@9.6.1
// Stryker's own runner starts Vitest for every mutant; dev/scripts/mutation/runner.mjs tries them where the tests stand.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { root, sourcesIn } from "./imports.mjs";
import { mutantsOf, tryMutants } from "./mutation/score.mjs";

const SEED = 8;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { sample: { type: "string" }, tests: { type: "string", multiple: true } },
});
const unknown = [...positionals, ...(options.tests ?? [])].filter((path) => !existsSync(join(root, path)));
if (positionals.length === 0 || unknown.length > 0) {
  process.stderr.write(unknown.length > 0 ? `there is no ${unknown.join(", ")}\n` : "name sources or folders, such as proof\n");
  process.exit(2);
}
const limit = options.sample === undefined ? Number.POSITIVE_INFINITY : Number(options.sample);
if (!(limit >= 1)) {
  process.stderr.write("--sample takes a number of mutants\n");
  process.exit(2);
}

for (const file of positionals.flatMap((path) => (statSync(join(root, path)).isDirectory() ? sourcesIn(path) : [path]))) {
  try {
    const { mutants, tried, alive } = await measure(file);
    const of = tried < mutants ? `a sample of ${tried} of ${mutants}` : `${tried}`;
    const share = (Math.floor((1000 * (tried - alive.length)) / Math.max(1, tried)) / 10).toFixed(1);
    process.stdout.write(`${file}: ${tried - alive.length} of ${of} noticed, ${share} %\n`);
    for (const { line, column, kind, was, becomes, reached } of alive) {
      process.stdout.write(`  ${file}:${line}:${column} ${kind} \`${was}\` -> \`${becomes}\`${reached ? "" : " (no test comes here)"}\n`);
    }
  } catch (error) {
    process.stdout.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}

/** The tests of a source: those named, else all of its top folder. The runner tries a mutant on those that reach it. */
function testsOf(file) {
  const folder = `tests/${file.split("/")[0]}`;
  const all = () => readdirSync(join(root, folder), { recursive: true }).filter((name) => name.endsWith(".test.ts"));
  return options.tests ?? all().map((name) => `${folder}/${name}`);
}

async function measure(file) {
  const { code, mutants } = await mutantsOf(file);
  const chosen = drawn(mutants, limit);
  const { outcomes, broken } = await tryMutants(
    file,
    testsOf(file),
    code,
    chosen.map(({ id }) => id),
  );
  if (broken.length > 0) throw new Error(`${file}: tests that fail after mutants were tried say nothing:\n  ${broken.join("\n  ")}`);
  const alive = chosen.filter(({ id }) => !["killed", "hung"].includes(outcomes.get(id).state));
  return {
    mutants: mutants.length,
    tried: chosen.length,
    alive: alive.map(({ id, ...mutant }) => ({ ...mutant, reached: outcomes.get(id).state !== "unreached" })),
  };
}

/** So many of the mutants, the same ones each time, in their order. */
function drawn(mutants, count) {
  if (mutants.length <= count) return mutants;
  const rank = new Map(mutants.map((it) => [it, createHash("sha256").update(`${SEED} ${it.line} ${it.column} ${it.kind} ${it.becomes}`).digest("hex")]));
  const first = new Set([...mutants].sort((a, b) => (rank.get(a) < rank.get(b) ? -1 : 1)).slice(0, count));
  return mutants.filter((it) => first.has(it));
}
