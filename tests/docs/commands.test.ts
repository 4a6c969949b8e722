import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { optinc, root } from "../cli/run.ts";
import { allRounds } from "../rounds.ts";

/** Left to test:exhaustive: searches of designs, sweeps, and tables whose rows of four workers tests/reproduce holds to the compiler. */
const slow = [
  "reference/measurements.md",
  "tutorials/2-buildable.md",
  "explanation/physics.md",
  "explanation/bringup.md",
];
/** A process a command; below in one. */
const help = "reference/commands.md";

it("the pages hold what their commands print (`npm run docs` writes them; the long ones are left out here)", () => {
  const pages = ["../README.md", ...readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })]
    .map((page) => page.replaceAll("\\", "/"))
    .filter((page) => page.endsWith(".md") && (allRounds || ![...slow, help].includes(page)));
  const run = spawnSync(process.execPath, ["dev/scripts/docs.mjs", "--check", ...pages], {
    cwd: root,
    encoding: "utf8",
  });
  expect(run.stderr).toBe("");
  expect(run.status).toBe(0);
  expect(run.stdout).toMatch(/^[1-9]\d* commands, 0 of them/);
});

it("docs/reference/commands.md holds the help of every command", () => {
  const page = readFileSync(join(root, "docs", help), "utf8");
  const names = [...optinc(["--help"]).out.matchAll(/^ {2}([a-z]+(?:-[a-z]+)*) {2}/gm)].map(([, name]) => name!);
  expect(names.length).toBeGreaterThan(20);
  for (const name of names.filter((it) => it !== "help")) {
    expect(page).toContain(`## optinc ${name}\n\n\`\`\`\n${optinc([name, "--help"]).out.trimEnd()}\n\`\`\`\n`);
  }
});
