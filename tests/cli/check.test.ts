import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { allCodes } from "../../cli/commands/explain.ts";
import { ioDiagnostic } from "../../cli/text/findings.ts";
import { version } from "../../cli/version.ts";
import { expectEnd, optinc, optincProcess, pair, root, scratch } from "./run.ts";

const wrong = "aggregate bad {\n  workers 4\n  precision 8 bits\n  levles 4\n}\n";

describe("optinc check", () => {
  test("is content with every example", () => {
    const names = "mean-4x8 mean-8x8 mean-16x8 mean-4x16 mean-3x8 mean-4x8-foundry required-8x8 cascade-16x8".split(
      " ",
    );
    const files = [...names.map((name) => `examples/${name}.optinc`), "examples/mean-4x8.yaml"];
    const run = optinc(["check", ...files]);
    expect(run).toEqual({ code: 0, err: "", out: files.map((file) => `${file}: 1 aggregate, no problems\n`).join("") });
  });

  test("counts clusters where a file holds nothing else", () => {
    expect(optinc(["check", "examples/cluster-1024.optinc"]).out).toBe(
      "examples/cluster-1024.optinc: 1 cluster, no problems\n",
    );
  });

  test("reports every file, goes on after a bad one, and exits 1", () => {
    const cwd = scratch();
    writeFileSync(join(cwd, "bad.optinc"), wrong);
    writeFileSync(join(cwd, "good.optinc"), pair);
    const run = optinc(["check", "bad.optinc", "missing.optinc", "good.optinc"], { cwd });
    expectEnd(run, 1, "--> bad.optinc:4:3");
    expect(run.err).toContain("did you mean `levels`?");
    expect(run.err).toContain("error[OPT0601]: missing.optinc does not exist");
    expect(run.out).toBe("good.optinc: 1 aggregate, no problems\n");
  });

  test("prints JSON and SARIF to stdout, nothing to stderr", () => {
    const json = optinc(["check", "-", "--format", "json"], { input: wrong });
    expect(json.code).toBe(1);
    expect(json.err).toBe("");
    const [finding] = JSON.parse(json.out);
    expect(finding).toMatchObject({ file: "<stdin>", severity: "error" });
    expect(finding.labels[0].start).toMatchObject({ line: 4, column: 3 });
    const sarif = JSON.parse(optinc(["check", "-", "--format", "sarif"], { input: wrong }).out);
    expect(sarif.version).toBe("2.1.0");
    expect(sarif.runs[0].tool.driver.version).toBe(version);
    expect(sarif.runs[0].results[0].ruleId).toBe(finding.code);
    expect(JSON.parse(optinc(["check", "-", "--format", "json"], { input: pair }).out)).toEqual([]);
  });
});

describe("optinc check --fix", () => {
  const mistakes = "aggregate bad {\r\n  workers = 4\r\n  precision 8 bits\r\n  levles 4 # c\r\n  signed no\r\n}\r\n";
  const mended = "aggregate bad {\r\n  workers 4\r\n  precision 8 bits\r\n  levels 4 # c\r\n  unsigned\r\n}\r\n";
  const changes = [
    "2:10: Remove the sign (OPT0101)",
    "4:3: Replace by levels (OPT0205)",
    "5:3: Write unsigned (OPT0211)",
  ];

  test("makes what is safe, says what, and keeps the file's mode", () => {
    const cwd = scratch();
    const path = join(cwd, "bad.optinc");
    writeFileSync(path, mistakes, { mode: 0o640 });
    const run = optinc(["check", "--fix", "bad.optinc"], { cwd });
    expect(run).toEqual({
      code: 0,
      out: "bad.optinc: 1 aggregate, no problems\n",
      err: changes.map((change) => `bad.optinc:${change}\n`).join(""),
    });
    expect(readFileSync(path, "utf8")).toBe(mended);
    expect(statSync(path).mode & 0o777).toBe(0o640);
    expect(readdirSync(cwd)).toEqual(["bad.optinc"]);
  });

  test("leaves what a person decides, and reports it in the text as it now is", () => {
    const cwd = scratch();
    const path = join(cwd, "bad.yaml");
    writeFileSync(path, "aggregate bad:\n  levles: 4\n  precision: 8 bits\n");
    const run = optinc(["check", "bad.yaml", "--fix", "--format", "json"], { cwd });
    expect(run.code).toBe(1);
    expect(run.err).toBe("");
    expect(JSON.parse(run.out).map(({ code }: { code: string }) => code)).toEqual(["OPT0205"]);
    writeFileSync(path, "aggregate bad:\n  levles: 4\n  workers: 4\n  precison: 8 bits\n  emit: [spice, spice, gdz]\n");
    const second = optinc(["check", "bad.yaml", "--fix"], { cwd });
    expectEnd(second, 1, "error[OPT0216]: unknown target `gdz`");
    expect(second.err).toContain("--> bad.yaml:5:17");
    expect(readFileSync(path, "utf8")).toBe(
      "aggregate bad:\n  levels: 4\n  workers: 4\n  precision: 8 bits\n  emit: [spice, gdz]\n",
    );
  });

  test("does not touch a file that needs nothing", () => {
    const cwd = scratch();
    const path = join(cwd, "good.optinc");
    writeFileSync(path, pair, { mode: 0o444 });
    const before = statSync(path);
    expect(optinc(["check", "--fix", "good.optinc"], { cwd }).code).toBe(0);
    expect(statSync(path).ino).toBe(before.ino);
    expect(statSync(path).mtimeMs).toBe(before.mtimeMs);
  });

  test("prints the text of standard input, and refuses to print findings with it", () => {
    const run = optinc(["check", "--fix", "-"], { input: mistakes });
    expect(run.code).toBe(0);
    expect(run.out).toBe(mended);
    expect(run.err).toBe(
      `${changes.map((change) => `<stdin>:${change}\n`).join("")}<stdin>: 1 aggregate, no problems\n`,
    );
    const json = optinc(["check", "--fix", "-", "--format", "json"], { input: mistakes });
    expectEnd(json, 2, "--fix - prints the spec, not findings: leave --format json out");
    expect(json.out).toBe("");
  });

  test("refuses what is no file, and goes on", () => {
    const cwd = scratch();
    mkdirSync(join(cwd, "d.optinc"));
    writeFileSync(join(cwd, "bytes.optinc"), Buffer.from([0xff, 0xfe]));
    writeFileSync(join(cwd, "bad.optinc"), mistakes);
    const run = optinc(["check", "--fix", "d.optinc", "none.optinc", "/dev/null", "bytes.optinc", "bad.optinc"], {
      cwd,
    });
    expect(run.code).toBe(1);
    for (const code of ["OPT0603", "OPT0601", "OPT0608", "OPT0610"]) expect(run.err).toContain(`error[${code}]`);
    expect(run.out).toBe("bad.optinc: 1 aggregate, no problems\n");
    expect(readFileSync(join(cwd, "bad.optinc"), "utf8")).toBe(mended);
  });
});

describe("SARIF of optinc check", () => {
  test("has the rules of its results and no other, and the fixes", () => {
    const { out } = optinc(["check", "-", "--format", "sarif"], { input: wrong });
    expect(out.split("\n").length).toBeLessThan(120);
    const [run] = JSON.parse(out).runs;
    expect(run.tool.driver.rules.map(({ id }: { id: string }) => id)).toEqual(["OPT0205"]);
    const [result] = run.results;
    expect(result.ruleIndex).toBe(0);
    const { artifactLocation } = result.locations[0].physicalLocation;
    const deletedRegion = { startLine: 4, startColumn: 3, endLine: 4, endColumn: 9 };
    const replacements = [{ deletedRegion, insertedContent: { text: "levels" } }];
    expect(result.fixes).toEqual([
      { description: { text: "Replace by levels" }, artifactChanges: [{ artifactLocation, replacements }] },
    ]);
  });
});

/** Root may read every file; what is left is one of the kernel's that can only be written. */
function unreadable(): string {
  if (process.getuid?.() === 0) return "/proc/sys/vm/compact_memory";
  const path = join(scratch(), "secret.optinc");
  writeFileSync(path, pair, { mode: 0 });
  return path;
}

describe("files that cannot be read", () => {
  test("a missing one, a directory, a path through a file", () => {
    const cwd = scratch();
    mkdirSync(join(cwd, "d.optinc"));
    writeFileSync(join(cwd, "f"), "");
    for (const [path, code] of [
      ["nothing.optinc", "OPT0601"],
      ["d.optinc", "OPT0603"],
      ["f/x.optinc", "OPT0607"],
      [`${"x".repeat(300)}.optinc`, "OPT0629"],
    ] as const) {
      const run = optinc(["check", path], { cwd });
      expect(run.code).toBe(1);
      expect(run.err).toMatch(new RegExp(`^error\\[${code}\\]: `));
      expect(run.err).not.toContain("    at ");
    }
  });

  test("one without permission", () => {
    expect(ioDiagnostic(Object.assign(new Error(), { code: "EACCES", syscall: "open" }), "read", "x").code).toBe(
      "OPT0602",
    );
    const path = unreadable();
    expectEnd(optinc(["check", path]), 1, `error[OPT0602]: no permission for ${path}`);
  });

  test("one without end", () => {
    expectEnd(optinc(["check", "/dev/zero"]), 1, "error[OPT0609]: /dev/zero is larger than 16 MiB");
  });

  test("one that is not UTF-8", () => {
    const path = join(scratch(), "latin.optinc");
    writeFileSync(path, Buffer.from("# caf\xe9\n", "latin1"));
    expect(optinc(["check", path]).err).toContain("error[OPT0610]");
  });

  test("a byte order mark is no error", () => {
    expect(optinc(["check", "-"], { input: `\ufeff${pair}` }).code).toBe(0);
  });
});

describe("optinc explain", () => {
  test("has a page for each code, each code once, in sentences of at most 15 words", () => {
    const pages = Object.entries(allCodes());
    const tables = readdirSync(root, { recursive: true, encoding: "utf8" })
      .filter((file) => /^(?!node_modules|dist).*codes(\.ts$|[/\\].*\.ts$)/.test(file))
      .flatMap((file) => [...readFileSync(join(root, file), "utf8").matchAll(/^ {2}(OPT\d{4}): \{$/gm)])
      .map(([, code]) => code!);
    expect(tables.sort()).toEqual(pages.map(([code]) => code));
    const long = pages.flatMap(([code, { what, why, write }]) => {
      expect(what, code).toMatch(/^(?![A-Z][a-z]).*[^.]$/);
      expect(`${why} ${write}`, code).toMatch(/\. .*\.$/);
      return [what, ...why.split(/(?<=[.:]) /), ...write.split(/(?<=[.:]) /)]
        .filter((sentence) => sentence.replace(/`[^`]*`/g, "x").split(/\s+/).length > 15)
        .map((sentence) => `${code}: ${sentence}`);
    });
    expect(long).toEqual([]);
  });

  test("prints a page by its code in any spelling, and the list without one", () => {
    const run = optinc(["explain", "OPT0203"]);
    expect(run.code).toBe(0);
    expect(run.out).toMatch(/^OPT0203: /);
    expect(run.out).toContain("Right:");
    expect(optinc(["explain", "203"]).out).toBe(run.out);
    expect(optinc(["explain", "opt0203"]).out).toBe(run.out);
    const list = optinc(["explain"]).out;
    for (const [code, { what }] of Object.entries(allCodes())) expect(list).toContain(`${code}  ${what}\n`);
  });

  test("an unknown code is a usage error with the nearest one", () => {
    expectEnd(optinc(["explain", "OPT06O4"]), 2, "did you mean OPT0604?");
  });

  test("has a page for every code in the sources, and no page without one", () => {
    const sources = readdirSync(root, { recursive: true, encoding: "utf8" })
      .filter((file) => /^(?!node_modules|dist|tests|docs|site|dev).*\.ts$/.test(file) && !file.includes("codes"))
      .map((file) => readFileSync(join(root, file), "utf8"));
    const reported = new Set(sources.flatMap((text) => text.match(/OPT\d{4}/g) ?? []));
    expect([...reported].sort()).toEqual(Object.keys(allCodes()));
  });
});

describe("usage", () => {
  test("the version is the package's", () => {
    const { version: packaged } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    expect(optinc(["--version"])).toEqual({ code: 0, out: `${packaged}\n`, err: "" });
  });

  test("help goes to stdout and lists commands and exit codes", () => {
    const run = optinc(["--help"]);
    expect(run.code).toBe(0);
    for (const word of ["compile", "check", "explain", "verify", "3 verification failed"])
      expect(run.out).toContain(word);
  });

  test("mistakes on the command line exit 2 and name what is near", () => {
    for (const [args, message] of [
      [[], "Usage: optinc"],
      [["complie", "x"], "(Did you mean compile?)"],
      [["compile", "x", "--jsno"], "(Did you mean --json?)"],
      [["compile"], "missing required argument 'spec'"],
      [["compile", "x", "--seed", "-1"], "whole number"],
      [["compile", "x", "--seed", "1.5"], "whole number"],
      [["check", "x", "--format", "xml"], "Allowed choices are human, json, sarif"],
      [["verify", "x", "--phase-sigma", "0"], "positive number"],
      [["verify", "x", "--inputs", "proof", "--samples", "10"], "--samples does not go with --inputs proof"],
    ] as const) {
      const run = optinc(args);
      expectEnd(run, 2, message);
      expect(run.out).toBe("");
    }
  });
});

describe("colours", () => {
  const begin = "\u001b[";

  test("none without a terminal, some when forced, none when forbidden", () => {
    expect(optinc(["check", "-"], { input: wrong }).err).not.toContain(begin);
    const forced = optincProcess(["check", "-"], { input: wrong, env: { FORCE_COLOR: "1" } }).err;
    expect(forced).toContain(begin);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: this is how colours begin
    expect(forced.replace(/\u001b\[\d+m/g, "")).toBe(optinc(["check", "-"], { input: wrong }).err);
    const both = optincProcess(["check", "-"], { input: wrong, env: { FORCE_COLOR: "0", NO_COLOR: "1" } }).err;
    expect(both).not.toContain(begin);
  });
});
