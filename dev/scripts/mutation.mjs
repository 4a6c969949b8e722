// Mutation testing: `npm run mutation -- verify/composition.ts ...` (without names: every file of dev/scripts/mutation/slices.mjs).
//   --sample N   of a file with more mutants try N of them, drawn with a seed
// docs/contributing/mutation.md says how to read what it prints. The mutators are Stryker's; they are needed for nothing else and are installed by hand:
//   npm install --prefix build/mutation @stryker-mutator/instrumenter@9.6.1
// Stryker's own runner starts Vitest for every mutant; dev/scripts/mutation/runner.mjs tries them where the tests stand.
import { createHash } from "node:crypto";
import { parseArgs } from "node:util";
import { mutantsOf, tryMutants } from "./mutation/score.mjs";
import { slices } from "./mutation/slices.mjs";

const SEED = 8;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { sample: { type: "string" } },
});
const unknown = positionals.filter((file) => !(file in slices));
if (unknown.length > 0) {
  process.stderr.write(`no slice ${unknown.join(", ")}; there are ${Object.keys(slices).join(", ")}\n`);
  process.exit(2);
}
const limit = options.sample === undefined ? Number.POSITIVE_INFINITY : Number(options.sample);
if (!(limit >= 1)) {
  process.stderr.write("--sample takes a number of mutants\n");
  process.exit(2);
}

for (const file of positionals.length > 0 ? positionals : Object.keys(slices)) {
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

async function measure(file) {
  const { code, mutants } = await mutantsOf(file);
  const chosen = drawn(mutants, limit);
  const { outcomes, broken } = await tryMutants(
    file,
    slices[file],
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
