import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { optinc, pair, program, root, scratch } from "./run.ts";

test("a reader that leaves early ends the output, not the work", () => {
  const cwd = scratch();
  const shell = `"${process.execPath}" "${program}" explain | head -c 10; echo "code \${PIPESTATUS[0]}"`;
  const list = spawnSync("bash", ["-c", shell], { cwd, encoding: "utf8" });
  expect(list.stdout).toBe("OPT0101  tcode 0\n");
  expect(list.stderr).toBe("");
  const compile = `"${process.execPath}" "${program}" compile - --chips 0 | true; echo "code \${PIPESTATUS[0]}"`;
  const run = spawnSync("bash", ["-c", compile], { cwd, input: pair, encoding: "utf8" });
  expect(run.stdout).toBe("code 0\n");
  expect(run.stderr).toBe("");
  expect(JSON.parse(readFileSync(join(cwd, "build/pair/summary.json"), "utf8")).name).toBe("pair");
});

test("an internal error is one line with exit code 4; the stack only on request", () => {
  // A module that throws stands for a bug of ours.
  const broken = join(root, "tests/cli/broken.mjs");
  const options = (env: Record<string, string>): Parameters<typeof spawnSync>[2] => ({
    encoding: "utf8",
    env: { PATH: process.env["PATH"] ?? "", ...env },
    input: "",
  });
  const args = ["--import", broken, program, "check", "-"];
  const run = spawnSync(process.execPath, args, options({}));
  expect(run.status).toBe(4);
  expect(run.stderr).toMatch(/^internal error: a bug \(.*please report it.*\)\n$/);
  const debug = spawnSync(process.execPath, args, options({ OPTINC_DEBUG: "1" }));
  expect(debug.status).toBe(4);
  expect(debug.stderr).toContain("    at ");
});

test("an unreadable standard input is no crash", () => {
  const closed = spawnSync("bash", ["-c", `"${process.execPath}" "${program}" check - < /`], { encoding: "utf8" });
  expect(closed.status).toBe(1);
  expect(closed.stderr).toContain("error[OPT0603]: <stdin> is a directory");
  expect(optinc(["check", "-"], { input: "" }).code).toBe(1);
});
