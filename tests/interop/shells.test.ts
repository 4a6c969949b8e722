import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { optinc, program, scratch } from "../cli/run.ts";

function run(command: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd,
    encoding: "utf8",
    env: { ...process.env, HOME: cwd },
  });
  if (error !== undefined) throw error;
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return stdout;
}

describe("completions in the shells that they are for", () => {
  test("fish offers commands, options with what they do, and values", () => {
    const cwd = scratch();
    writeFileSync(join(cwd, "optinc.fish"), optinc(["completions", "fish"]).out);
    const complete = (line: string): string[] =>
      run("fish", ["--no-config", "-c", `source optinc.fish; complete -C '${line}'`], cwd)
        .trimEnd()
        .split("\n");
    expect(complete("optinc comp").map((each) => each.split("\t")[0])).toEqual(["compare", "compile", "completions"]);
    expect(complete("optinc technology ").map((each) => each.split("\t")[0])).toEqual(["check", "list", "show"]);
    expect(complete("optinc check --for")).toEqual(["--format\tof the findings"]);
    expect(complete("optinc check --format ")).toEqual([
      "human\tof the findings",
      "json\tof the findings",
      "sarif\tof the findings",
    ]);
  });

  test("zsh offers commands and options on TAB, in a terminal", () => {
    const cwd = scratch();
    writeFileSync(join(cwd, "_optinc"), optinc(["completions", "zsh"]).out);
    // An interactive shell in a pseudo terminal, which is typed into.
    const typed = (line: string): string =>
      run(
        "zsh",
        [
          "-f",
          "-c",
          `zmodload zsh/zpty; zpty -b shell 'TERM=dumb COLUMNS=400 zsh -f -i'
zpty -w shell 'PS1=; fpath=($PWD $fpath); autoload -U compinit; compinit -u -D; LISTMAX=10000; echo ready'
zpty -r -m shell text '*ready*ready*'
zpty -w -n shell '${line}'$'\\t'; sleep 1; zpty -w shell $'\\C-uecho do''ne'; zpty -r -m shell text '*done*'; print -r -- $text`,
        ],
        cwd,
      );
    const commands = typed("optinc comp");
    for (const name of ["compile", "compare", "completions"]) expect(commands).toContain(name);
    expect(typed("optinc check --for")).toContain("--format");
    expect(typed("optinc check --format sa")).toContain("sarif");
  });
});

test("a terminal gets colours, and none with NO_COLOR", () => {
  const cwd = scratch();
  writeFileSync(join(cwd, "a.optinc"), "aggregate a { workers 4 }\n");
  // script gives the command a pseudo terminal
  const inTerminal = (environment: string): string =>
    spawnSync(
      "script",
      [
        "-qec",
        `env -u FORCE_COLOR -u CI ${environment} TERM=xterm-256color "${process.execPath}" "${program}" check a.optinc`,
        "/dev/null",
      ],
      {
        cwd,
        encoding: "utf8",
      },
    ).stdout;
  expect(inTerminal("-u NO_COLOR")).toContain("\u001b[");
  expect(inTerminal("NO_COLOR=1")).toContain("OPT");
  expect(inTerminal("NO_COLOR=1").replaceAll("\u001b[K", "")).not.toContain("\u001b[");
});

test("man, groff and mandoc have nothing to say against the manual page", () => {
  const cwd = scratch();
  writeFileSync(join(cwd, "optinc.1"), optinc(["manual"]).out);
  const text = run("man", ["--warnings", "-E", "UTF-8", "-l", "optinc.1"], cwd);
  for (const name of ["compile", "verify", "--phase-sigma <rad>", "EXIT STATUS"]) expect(text).toContain(name);
  const lint = spawnSync("mandoc", ["-T", "lint", "-W", "warning", "optinc.1"], { cwd, encoding: "utf8" });
  // A page without a date is reproducible.
  const said = lint.stdout.split("\n").filter((line) => line !== "" && !line.includes("missing date"));
  expect(said).toEqual([]);
});
