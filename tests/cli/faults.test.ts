import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parseCsv } from "../../formats/index.ts";
import { expectEnd, optinc, optincProcess, scratch } from "./run.ts";

const spec = "aggregate pair { workers 2; precision 2 bits; network constructed { neuron saturating } }\n";
const faults = (...args: string[]) => optinc(["faults", "-", ...args], { input: spec });

test("optinc faults prints a row a kind, and writes one a fault as CSV and JSON", () => {
  const [csv, json] = ["faults.csv", "faults.json"].map((name) => join(scratch(), name)) as [string, string];
  const { code, out } = faults("--csv", csv, "--json", json);
  expect(code).toBe(0);
  expect(out).toMatch(/^pair: of \d+ single faults \d+ make words wrong, \d+ of these are seen, \d+ repaired\n/);
  expect(out).toMatch(/^ {2}worker without light +2 +2 +[\d.]+ to [\d.]+ % +2 +0 +0 +0 +2$/m);
  expect(out).toMatch(/wrong and unseen: worker-late:w0, worker-late:w1; /);
  const [head, ...rows] = parseCsv(readFileSync(csv, "utf8"));
  expect(head!.slice(0, 5)).toEqual(["fault", "words", "wrong", "proved", "seen_by"]);
  const report = JSON.parse(readFileSync(json, "utf8"));
  expect(report).toMatchObject({ format: "optinc.faults", circuit: "pair", chip: 0, seed: 1, words: 16, all: true });
  expect(report.findings.map((it: { fault: string }) => it.fault)).toEqual(rows.map(([name]) => name));
  const dark = rows.find(([name]) => name === "worker-dark:w1")!;
  // a word of 0 to 3 that is taken for 0, in a mean that is rounded up
  expect(dark.slice(1, 5)).toEqual(["16", "10", "0", "readings"]);
  expect(dark.slice(6, 8)[1]).toContain("w1_s0=3");
  writeFileSync(csv, "mine");
  expect(faults("--csv", csv).code).toBe(1);
  expect(faults("--json", "-").out).toBe(`${JSON.stringify(report, null, 2)}\n`);
});

test("optinc faults says availability by a technology, and what of it is assumed or not given", () => {
  const { out } = faults("--technology", "foundry-si");
  expect(out).toMatch(/^ {2}availability 99\.\d+ %: a fault that makes words wrong each \d+ days, [\d.]+ % of them/m);
  expect(out).toMatch(/^ {2}assumed: .*photodiode-failures.*repair-time/m);
  expect(faults("--technology", "ideal").out).toContain(
    "availability: not computed, the technology ideal does not give `retrim-time`",
  );
});

test("optinc faults refuses chips that are wrong before, and circuits without a bring-up", () => {
  expect(faults("--phase", "1").err).toMatch(/OPT0828.*chip 0 has wrong words after its bring-up/);
  expectEnd(optinc(["faults", "-"], { input: spec.replace("saturating", "relu") }), 1, "OPT0823");
});

test("a served chip has the fault that is named", () => {
  const serve = (fault: string) => optincProcess(["bringup", "-", "--serve", "--fault", fault], { input: spec });
  expect(serve("worker-drak:w1").err).toMatch(/OPT0826.*did you mean `worker-dark:w1`/s);
});
