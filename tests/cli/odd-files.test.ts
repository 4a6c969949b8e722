import { spawnSync } from "node:child_process";
import { truncateSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { built, expectEnd } from "./run.ts";

const compile = ["compile", "pair.optinc", "-o", "b", "-q", "--chips", "0"] as const;
/** Larger than a string and a buffer of Node; a hole, which takes no space. */
const huge = 5 * 2 ** 30;

test("a manifest of gigabytes, or one that is a pipe, is none of ours", () => {
  for (const oddity of ["huge", "pipe"]) {
    const { cwd, run } = built();
    const manifest = join(cwd, "b/manifest.json");
    if (oddity === "huge") truncateSync(manifest, huge);
    else expect(spawnSync("sh", ["-c", `rm ${manifest} && mkfifo ${manifest}`]).status).toBe(0);
    const again = run(...compile);
    expectEnd(again, 1, "error[OPT0604]: b exists and is not an optinc build");
    const verified = run("verify", "b");
    expectEnd(verified, 1, "error[OPT0614]: b has ");
    const exported = run("export", "b", "--to", "sax", "-o", "sax");
    expectEnd(exported, 0, "warning[OPT0614]: b has ");
  }
});

test("a file that grew to gigabytes is a changed file, to all commands", () => {
  const { cwd, run } = built();
  truncateSync(join(cwd, "b/phases.csv"), huge);
  const again = run(...compile);
  expectEnd(again, 1, "error[OPT0605]: b was changed after it was written: phases.csv");
  const verified = run("verify", "b");
  expect(verified.err).toMatch(/^error\[OPT0615\]: b\/phases\.csv differs from manifest\.json$/m);
  expect(verified.code).toBe(1);
});
