import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Command, Option } from "commander";
import { describe, expect, test } from "vitest";
import { everyCommand } from "../../cli/shell/command-tree.ts";
import { completionScript, shells } from "../../cli/shell/completion-scripts.ts";
import { manualPage } from "../../cli/shell/manual-page.ts";
import { optinc, root, scratch } from "./run.ts";

/** What bash completes of a command line whose last word is being typed. */
function completedBy(script: string, line: string): readonly string[] {
  const cwd = scratch();
  writeFileSync(join(cwd, "optinc.bash"), script);
  writeFileSync(join(cwd, "a.optinc"), "");
  const words = line.split(" ").map((word) => `'${word.replaceAll("'", "'\\''")}'`);
  const run = spawnSync(
    "bash",
    [
      "--norc",
      "-c",
      `set -u; source ./optinc.bash; COMP_WORDS=(${words.join(" ")}); COMP_CWORD=${words.length - 1}
_optinc; printf '%s\\n' "\${COMPREPLY[@]-}"`,
    ],
    { cwd, encoding: "utf8", env: { PATH: process.env["PATH"] ?? "" } },
  );
  expect(run.stderr).toBe("");
  return run.stdout.split("\n").filter((word) => word !== "");
}

const bash = optinc(["completions", "bash"]).out;

/** Commands as the help lists them. */
function listed(...path: string[]): readonly string[] {
  const { out } = optinc([...path, "--help"]);
  return [...out.matchAll(/^ {2}([a-z-]+)[ \n]/gm)].map(([, name]) => name!);
}

describe("optinc completions bash, in bash", () => {
  test("completes every command that the help lists", () => {
    const commands = listed();
    expect(commands.length).toBeGreaterThan(12);
    expect([...completedBy(bash, "optinc ")].sort()).toEqual([...commands].sort());
    expect(completedBy(bash, "optinc comp")).toEqual(commands.filter((name) => name.startsWith("comp")));
    expect(completedBy(bash, "optinc technology ")).toEqual(listed("technology").filter((name) => name !== "help"));
  });

  test("completes every option that the help of a command lists, and no other", () => {
    for (const path of ["compile", "verify", "diff", "technology show", "completions"]) {
      const { out } = optinc([...path.split(" "), "--help"]);
      const options = [...out.matchAll(/^ {2}(?:(-\w), )?(--[a-z-]+)/gm)].flatMap(([, short, long]) => [
        long!,
        ...(short ? [short] : []),
      ]);
      expect(options.length).toBeGreaterThan(0);
      expect([...completedBy(bash, `optinc ${path} -`)].sort(), path).toEqual([...options].sort());
    }
  });

  test("completes values that there are to choose from, and leaves others to files", () => {
    expect(completedBy(bash, "optinc check a.optinc --format ")).toEqual(["human", "json", "sarif"]);
    expect(completedBy(bash, "optinc check --format s")).toEqual(["sarif"]);
    expect(completedBy(bash, "optinc cache ")).toEqual(["list", "clear", "path", "remove"]);
    expect(completedBy(bash, "optinc completions z")).toEqual(["zsh"]);
    expect(completedBy(bash, "optinc compile ")).toEqual([]);
    expect(completedBy(bash, "optinc compile -o ")).toEqual([]);
    // A file may be called as a command.
    expect(completedBy(bash, "optinc check verify --format j")).toEqual(["json"]);
  });
});

describe("what shells and the manual are told", () => {
  const odd = new Command("optinc").version("1");
  odd
    .command("item")
    .description("quotes ' and \\ and \"\n.TH and `x`")
    .argument("<a>", "a: 'b'")
    .addOption(new Option("--of <what>", "colons: too").choices(["ab", "cd"]))
    .action(() => {});

  test("odd words break no script", () => {
    const script = completionScript("bash", odd);
    expect(completedBy(script, "optinc it")).toEqual(["item"]);
    expect(completedBy(script, "optinc item --o")).toEqual(["--of"]);
    expect(completedBy(script, "optinc item --of ")).toEqual(["ab", "cd"]);
    for (const shell of shells) expect(completionScript(shell, odd)).toContain("item");
  });

  test("the manual has a section for every command, and every option in it", () => {
    const page = optinc(["manual"]).out;
    expect(readFileSync(join(root, "dist/optinc.1"), "utf8")).toBe(page);
    const { out } = optinc(["verify", "--help"]);
    for (const [, long] of out.matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)/gm)) {
      expect(page).toContain(long!.replaceAll("-", "\\-"));
    }
    for (const name of listed().filter((each) => !["help", "technology"].includes(each))) {
      expect(page).toContain(`.SS "optinc ${name.replaceAll("-", "\\-")} `);
    }
    expect(page).toContain('.SS "optinc technology show ');
    const lines = manualPage(odd, "1").split("\n");
    expect(lines.filter((line) => line.startsWith(".TH"))).toHaveLength(1);
  });

  test("nothing of the program is left out", () => {
    expect(everyCommand(odd).map(({ path }) => path)).toEqual(["", "item"]);
  });

  test("a shell that is not known is a mistake of usage", () => {
    expect(optinc(["completions", "tcsh"]).code).toBe(2);
  });
});
