import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { entryPath, listEntries, readEntry } from "../../cli/files/cache-entries.ts";
import { seededRandom } from "../../netlist/index.ts";
import { expectWhole, optincCut, unfinished, writerCut } from "../cli/power-cut.ts";
import { hashes, optinc, optincProcess, scratch, spec } from "../cli/run.ts";

const quiet = ["-q", "--chips", "0"];

test("compile, killed at 50 moments: the old build or the new, and the next compile works", async () => {
  const cwd = scratch();
  writeFileSync(join(cwd, "small.optinc"), spec("mean", "workers 4", "precision 8 bits"));
  writeFileSync(join(cwd, "large.optinc"), spec("mean", "workers 16", "precision 16 bits"));
  const compile = (file: string): string[] => ["compile", file, "-o", "b", ...quiet];
  expect(optinc(compile("large.optinc"), { cwd }).code).toBe(0);
  const large = hashes(join(cwd, "b"));
  const started = performance.now();
  expect(optincProcess(compile("small.optinc"), { cwd }).code).toBe(0);
  const longMs = 2 * (performance.now() - started);
  const small = hashes(join(cwd, "b"));
  const next = seededRandom(2);
  for (let i = 0; i < 50; i++) {
    await optincCut(compile(i % 2 === 0 ? "large.optinc" : "small.optinc"), cwd, longMs * next());
    expectWhole(cwd, "b");
    if (existsSync(join(cwd, "b"))) expect([small, large]).toContainEqual(hashes(join(cwd, "b")));
  }
  expect(optinc(compile("small.optinc"), { cwd }).code).toBe(0);
  expect(hashes(join(cwd, "b"))).toEqual(small);
  expect(readdirSync(cwd).sort()).toEqual(["b", "large.optinc", "small.optinc"]);
});

test("train, killed at 30 moments and resumed: the network of one that was not", async () => {
  const cwd = scratch();
  const network = "network trained { batch 64; hidden 8; approximate all; steps 6000; cycles 1 }";
  writeFileSync(join(cwd, "s.optinc"), spec("small", "workers 2", "precision 4 bits", network));
  const env = { OPTINC_CACHE: join(cwd, "cache") };
  const compile = ["compile", "s.optinc", "--checkpoint-every", "0", ...quiet];
  const started = performance.now();
  const whole = optincProcess([...compile, "-o", "whole", "--no-cache"], { cwd });
  const longMs = performance.now() - started;
  const next = seededRandom(3);
  for (let i = 0; i < 30; i++) {
    await optincCut([...compile, "--resume", "-o", "b"], cwd, longMs * next());
    for (const { path, kind, about } of listEntries(join(cwd, "cache"))) {
      if (kind !== "temporary") expect([path, about]).toEqual([path, expect.any(String)]);
    }
    // a network that is done would be taken from the cache
    if (i % 5 === 4) optinc(["cache", "clear"], { cwd, env });
  }
  expect(optinc([...compile, "--resume", "-o", "b"], { cwd, env }).code).toBe(whole.code);
  expect(hashes(join(cwd, "b"))).toEqual(hashes(join(cwd, "whole")));
  expect(unfinished(join(cwd, "cache"))).toEqual([]);
  expect(readdirSync(cwd).sort()).toEqual(["b", "cache", "s.optinc", "whole"]);
});

test("writes of builds and of the cache, killed at 100 are whole", async () => {
  const cwd = scratch();
  const next = seededRandom(4);
  for (let i = 0; i < 100; i++) {
    await writerCut(cwd, 100 * next());
    expectWhole(cwd, "b");
    expect(readEntry(entryPath(join(cwd, "cache"), "network", "0".repeat(64))).kind).toBe("found");
  }
});
