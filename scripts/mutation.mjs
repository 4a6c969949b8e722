// Mutation scores: `npm run mutation -- verify/composition.ts ...` (without names: every file of scripts/mutation/slices.mjs).
//   --sample N   of a file with more mutants try N of them, drawn with a seed
//   --print      try nothing, write docs/mutation.md from what was measured before
// What was measured is kept in scripts/mutation/results.json and printed to docs/mutation.md. The mutators are Stryker's; they are
// needed for nothing else and are installed by hand:
//   npm install --prefix build/mutation @stryker-mutator/instrumenter@9.6.1
// Stryker's own runner starts Vitest anew for every mutant; scripts/mutation/runner.mjs tries them where the tests stand.
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { equivalent } from "./mutation/equivalent.mjs";
import { mutantsOf, tryMutants } from "./mutation/score.mjs";
import { leftOut, slices } from "./mutation/slices.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const kept = join(root, "scripts/mutation/results.json");
const SEED = 8;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { sample: { type: "string" }, print: { type: "boolean" } },
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

if (options.print !== true) {
  for (const file of positionals.length > 0 ? positionals : Object.keys(slices)) {
    try {
      const result = await measure(file);
      const results = readResults();
      results[file] = result;
      writeFileSync(kept, `${JSON.stringify(sorted(results), null, 1)}\n`);
      process.stdout.write(`${rowText(file, result)}\n`);
      for (const mutant of result.alive) process.stdout.write(`  ${mutantText(file, mutant)}${reasonOf(file, mutant) === null ? "" : " (equivalent)"}\n`);
    } catch (error) {
      process.stdout.write(`${error.message}\n`);
      process.exitCode = 1;
    }
  }
}
writeFileSync(join(root, "docs/mutation.md"), page(readResults()));

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
    text: hashOf(file),
    mutants: mutants.length,
    tried: chosen.length,
    killed: chosen.length - alive.length,
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

function readResults() {
  return existsSync(kept) ? JSON.parse(readFileSync(kept, "utf8")) : {};
}

function sorted(results) {
  return Object.fromEntries(Object.keys(slices).flatMap((file) => (file in results ? [[file, results[file]]] : [])));
}

function hashOf(file) {
  return createHash("sha256").update(readFileSync(join(root, file))).digest("hex").slice(0, 16);
}

/** Why a mutant that lives does what the original does; null where it does not. */
function reasonOf(file, { source, was, becomes }) {
  const own = equivalent[file] ?? [];
  return own.find((it) => it[0] === source && (it[1] === null || (it[1] === was && it[2] === becomes)))?.[3] ?? null;
}

function scoreOf(file, { tried, killed, alive }) {
  const same = alive.filter((mutant) => reasonOf(file, mutant) !== null).length;
  return { same, share: tried === same ? 1 : killed / (tried - same) };
}

function percent(share) {
  return `${(Math.floor(1000 * share) / 10).toFixed(1)} %`;
}

function rowText(file, result) {
  const { same, share } = scoreOf(file, result);
  const of = result.tried < result.mutants ? `sample of ${result.tried} of ${result.mutants}: ` : "";
  return `${file}: ${of}${result.killed} of ${result.tried} noticed, ${same} equivalent, ${percent(share)}`;
}

function mutantText(file, { line, column, kind, was, becomes, reached }) {
  return `${file}:${line}:${column} ${kind} \`${was}\` -> \`${becomes}\`${reached ? "" : " (no test comes here)"}`;
}

function page(results) {
  const files = Object.keys(slices).filter((file) => file in results);
  const sum = { tried: 0, killed: 0, same: 0 };
  const rows = files.map((file) => {
    const { text, mutants, tried, killed, alive } = results[file];
    const { same, share } = scoreOf(file, results[file]);
    sum.tried += tried;
    sum.killed += killed;
    sum.same += same;
    const count = tried < mutants ? `${tried} of ${mutants}, drawn` : `${mutants}`;
    const old = text === hashOf(file) ? "" : " (an older text)";
    return `| ${file}${old} | ${count} | ${killed} | ${alive.length - same} | ${same} | ${percent(share)} |`;
  });
  const missing = Object.keys(slices).filter((file) => !(file in results));
  const code = (text) => `\`${text.replaceAll("`", "'").replaceAll("|", "\\|").replaceAll("](", "] (")}\``; // no link
  const lists = files.flatMap((file) => {
    const lines = results[file].alive.map((mutant) => {
      const why = reasonOf(file, mutant);
      const end = why !== null ? `; equivalent: ${why}` : mutant.reached ? "" : "; no test comes here";
      return `- ${mutant.line}:${mutant.column} ${mutant.kind}: ${code(mutant.was)} becomes ${code(mutant.becomes)}${end}`;
    });
    return lines.length === 0 ? [] : ["", `### ${file}`, "", ...lines];
  });
  return [
    "# Mutation scores",
    "",
    "*Written by `npm run mutation`; `npm run mutation -- verify/proof.ts` measures one file again.*",
    "",
    "Each mutant is the program with one small change: a comparison turned, a condition held true, a block emptied, a text lost. It is",
    "noticed if a test fails or does not end. Files and tests stand in `scripts/mutation/slices.mjs`; a score is the share of the mutants noticed",
    "of those that are not equivalent, and `scripts/mutation/equivalent.mjs` says why those are.",
    "",
    "| file | mutants | noticed | alive | equivalent | score |",
    "|---|---|---|---|---|---|",
    ...rows,
    `| all | ${sum.tried} | ${sum.killed} | ${sum.tried - sum.killed - sum.same} | ${sum.same} | ${percent(sum.killed / Math.max(1, sum.tried - sum.same))} |`,
    ...(missing.length === 0 ? [] : ["", `Not measured: ${missing.join(", ")}.`]),
    "",
    "## Not mutated",
    "",
    ...Object.entries(leftOut).map(([file, why]) => `- ${file}: ${why}`),
    "",
    "## Mutants that live",
    ...lists,
    "",
  ].join("\n");
}
