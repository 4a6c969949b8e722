import { spawnSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { cacheDirectory } from "../../cli/files/cache-directory.ts";
import { harmless, rewriteLine } from "../../cli/text/terminal.ts";
import { plainDiagnostic, renderDiagnostics } from "../../dsl/index.ts";
import { optinc, optincProcess, program, scratch } from "./run.ts";

const esc = "\u001b";

test("colours, line ends and tabs reach a terminal, and no other control", () => {
  expect(harmless(`${esc}[1mname${esc}[22m\tvalue\n`)).toBe(`${esc}[1mname${esc}[22m\tvalue\n`);
  for (const [name, shown] of [
    [`${esc}]0;title\u0007`, "␛]0;title␇"],
    [`${esc}[2J${esc}[H`, "␛[2J␛[H"],
    [`${esc}[8mhidden`, "␛[8mhidden"],
    ["verified\rFAILED", "verified␍FAILED"],
    [`x${rewriteLine}verified`, "x␍␛[Kverified"],
    ["\u009b31mred\u007f", "\uFFFD31mred␡"],
    ["\u202Edesrever\u2066", "\uFFFDdesrever\uFFFD"],
    ["a\0b\u2028c", "a␀b\uFFFDc"],
  ] as const) {
    expect(harmless(name)).toBe(shown);
  }
  // a line that is rewritten stays one
  expect(harmless(`${rewriteLine}train x\n${esc}[2J`)).toBe(`${rewriteLine}train x␊␛[2J`);
  expect(harmless(rewriteLine)).toBe(rewriteLine);
});

test("no text of a diagnostic forges a line", () => {
  const text = renderDiagnostics({ name: "a\nb", text: `x ${esc}[2J` }, [
    plainDiagnostic("OPT0601", `a\nerror[OPT0001]: forged ${esc}[2J`, `help\n${esc}]0;t\u0007`),
    { ...plainDiagnostic("OPT0601", "m"), labels: [{ span: { start: 0, end: 1 }, text: "l\nl", primary: true }] },
  ]);
  expect(text).toContain("error[OPT0601]: a␊error[OPT0001]: forged ␛[2J\n");
  expect(text).toContain("help: help␊␛]0;t␇\n");
  expect(text).toContain("a␊b:1:1");
  expect(text).toContain("^ l␊l\n");
  expect(text).not.toContain(esc);
});

test("names out of files and of the command line are shown, not obeyed", () => {
  const cwd = scratch();
  const name = `${esc}]0;evil\u0007.optinc`;
  const missing = optincProcess(["check", name], { cwd, env: { FORCE_COLOR: "1" } });
  expect(missing.err).toContain("␛]0;evil␇.optinc does not exist");
  expect(missing.err).not.toContain("\u0007");
  writeFileSync(join(cwd, "c.json"), JSON.stringify({ format: "optinc.circuit", version: 1, name }));
  expect(optinc(["export", "c.json", "--to", "sax"], { cwd }).err).not.toContain(esc);
});

test("output that is lost on a full disk is said in one line, with exit code 1", () => {
  if (!existsSync("/dev/full")) return;
  for (const words of ["explain", "--help", "compare --format json --algorithms ring"]) {
    const shell = `"${process.execPath}" "${program}" ${words} > /dev/full; echo "code $?" >&2`;
    const { stderr } = spawnSync("bash", ["-c", shell], { encoding: "utf8" });
    expect(stderr).toBe(
      "error[OPT0606]: no space left for <stdout>\n   = help: free some, or write elsewhere\ncode 1\n",
    );
  }
  // nowhere is left to say it
  const mute = `"${process.execPath}" "${program}" explain > /dev/full 2>&1; echo "code $?"`;
  expect(spawnSync("bash", ["-c", mute], { encoding: "utf8" }).stdout).toBe("code 1\n");
});

test("the cache lies below a home, never below the working directory", () => {
  for (const HOME of ["", "relative"]) {
    const out = optinc(["cache", "path"], { env: { HOME } }).out;
    expect(out).toMatch(/^\//);
  }
  expect(cacheDirectory({ OPTINC_CACHE: "", XDG_CACHE_HOME: "/c" })).toBe("/c/optinc");
});

test("help names what there is to choose from", () => {
  for (const [command, names] of [
    ["compare", "Algorithms: ring, "],
    ["schedule", "Algorithms: ring, "],
    ["export", "Formats: spice, "],
  ] as const) {
    expect(optinc([command, "--help"]).out).toContain(names);
  }
});
