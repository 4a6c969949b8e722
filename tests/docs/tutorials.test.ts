import { spawnSync } from "node:child_process";
import { cpSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { describe, expect, it } from "vitest";
import { optinc, program, root, scratch } from "../cli/run.ts";
import { allRounds } from "../rounds.ts";

const pages = ["README.md", ...readdirSync(join(root, "docs/tutorials")).map((name) => `docs/tutorials/${name}`)];

/** The commands of a page in their order: the lines of its blocks of shell. */
function commandsOf(page: string): readonly string[] {
  const blocks = [...readFileSync(join(root, page), "utf8").matchAll(/^```sh\n(.*?)^```/gms)].map(([, text]) => text!);
  return blocks.flatMap((text) => text.trimEnd().split("\n"));
}

/** What the README's two commands leave in a clone, without its `node_modules`. */
function clone(page: string): string {
  const cwd = scratch();
  cpSync(join(root, "examples"), join(cwd, "examples"), { recursive: true });
  if (page === "README.md") run(cwd, "npx optinc compile examples/mean-4x8.optinc -o build/mean-4x8");
  return cwd;
}

function run(cwd: string, command: string): void {
  expect(command).toMatch(/^npx optinc /);
  if (/^[\w ./=,:-]+$/.test(command)) {
    const { code, err } = optinc(command.split(/ +/).slice(2), { cwd });
    expect(code, `${command}\n${err}`).toBe(0);
    return;
  }
  const script = command.replace(/^npx optinc/, `"${process.execPath}" "${program}"`);
  const { status, stderr } = spawnSync("bash", ["-c", script], { cwd, encoding: "utf8" });
  expect(status, `${command}\n${stderr}`).toBe(0);
}

describe("a reader who follows the page alone", () => {
  // `npm test` leaves the second and third tutorial to test:exhaustive; most of what they print is in commands.test.
  const followed = [...pages, "docs/how-to/export.md"].filter((page) => allRounds || !/\/[23]-/.test(page));
  it.each(followed)("%s: every command works in the order in which it stands", (page) => {
    const commands = commandsOf(page);
    expect(commands.length).toBeGreaterThan(1);
    const cwd = clone(page);
    for (const command of commands) run(cwd, command);
  });

  it("there are three tutorials, and each leads to the next", () => {
    expect(pages.length).toBe(4);
    for (const [i, page] of pages.slice(1, 3).entries()) {
      const next = relative(dirname(page), pages[i + 2]!);
      expect(readFileSync(join(root, page), "utf8")).toContain(`](${next})`);
    }
  });

  it("the README has at most 120 lines, and names no command that its reader cannot run yet", () => {
    const text = readFileSync(join(root, "README.md"), "utf8");
    expect(text.trimEnd().split("\n").length).toBeLessThanOrEqual(120);
    // Commands to run stand in blocks of shell, which are run above; the two of the set-up are apart.
    const plain = [...text.matchAll(/^```\n(.*?)^```/gms)].map(([, block]) => block!.trim());
    expect(plain.filter((block) => block.startsWith("np"))).toEqual([
      "npm ci && npx optinc compile examples/mean-4x8.optinc -o build/mean-4x8",
      "npm ci && npm test",
    ]);
  });
});
