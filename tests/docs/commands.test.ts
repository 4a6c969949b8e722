import { spawnSync } from "node:child_process";
import { expect, it } from "vitest";
import { root } from "../cli/run.ts";

it("the pages hold what their commands print (`npm run docs` writes them; the long ones are left out here)", () => {
  const run = spawnSync(process.execPath, ["scripts/docs.mjs", "--check"], { cwd: root, encoding: "utf8" });
  expect(run.stderr).toBe("");
  expect(run.status).toBe(0);
  expect(run.stdout).toMatch(/^[1-9]\d* commands, 0 of them/);
});
