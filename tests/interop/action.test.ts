import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { program, root, scratch, spec } from "../cli/run.ts";
import { type ActionRun, runAction } from "./runner.ts";

/** A repository with a first commit, and the files of a change on top of it. */
function repository(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): { cwd: string; base: string } {
  const cwd = scratch();
  const git = (...words: string[]): string =>
    execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "init.defaultBranch=main", ...words], {
      cwd,
      encoding: "utf8",
    }).trim();
  const put = (files: Readonly<Record<string, string>>): void => {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(cwd, name)), { recursive: true });
      writeFileSync(join(cwd, name), text);
    }
  };
  git("init", "--quiet");
  put(before);
  git("add", "-A");
  git("commit", "--quiet", "-m", "before");
  const base = git("rev-parse", "HEAD");
  put(after);
  git("add", "-A");
  git("commit", "--quiet", "--allow-empty", "-m", "after");
  return { cwd, base };
}

const pair = spec("pair", "workers   2", "precision 2 bits");
const wide = spec("pair", "workers   3", "precision 2 bits");
const two = `${spec("one", "workers   2", "precision 1 bits")}\n${spec("two", "workers   4", "precision 1 bits")}`;
const command = `${process.execPath} ${program}`;

/** The steps of action.yml one by one, as a runner runs them; this is not GitHub's runner. */
function run(
  files: { readonly cwd: string; readonly base: string },
  inputs: Readonly<Record<string, string>> = {},
): ActionRun & { kinds: object } {
  const event = { "pull_request.base.sha": files.base };
  const done = runAction(
    root,
    { command, ...inputs },
    { cwd: files.cwd, temporary: join(scratch(), "with blank"), event },
  );
  return {
    ...done,
    kinds: Object.fromEntries(done.outcomes.map(({ name, kind, code }) => [name, code === 0 ? kind : code])),
  };
}

describe("action.yml, its steps run one by one", () => {
  test("a change that holds: everything is written, and the comparison is in the summary", () => {
    const files = repository(
      { "specs/pair.optinc": pair, "two.optinc": two },
      { "specs/pair.optinc": wide, "new.optinc": pair },
    );
    const { kinds, outcomes, summary, outputs } = run(files, { format: "true" });
    expect(kinds).toEqual({
      "Install optinc": "skipped",
      Prepare: "success",
      Check: "success",
      Compile: "success",
      Verify: "success",
      "Write pages": "success",
      "Compare with the base": "success",
      "Keep what was found": "foreign",
    });
    const found = readdirSync(outputs["directory"]!).sort();
    expect(found).toEqual(
      [
        ...["base-builds", "builds", "check.sarif", "difference.md"],
        ...["new.optinc", "specs%2Fpair.optinc", "two.optinc"].flatMap((name) => [
          `junit-${name}.xml`,
          `verify-${name}.json`,
        ]),
        ...["difference-specs%2Fpair.optinc.json", "difference-two.optinc.json"],
        ...[
          "report-new.optinc.html",
          "report-specs%2Fpair.optinc.html",
          "report-two.optinc-one.html",
          "report-two.optinc-two.html",
        ],
      ].sort(),
    );
    const read = (name: string): string => readFileSync(join(outputs["directory"]!, name), "utf8");
    expect(JSON.parse(read("check.sarif")).runs[0].results).toEqual([]);
    expect(read("junit-two.optinc.xml").match(/<testsuite /g)).toHaveLength(2);
    expect(summary).toBe(read("difference.md"));
    expect(summary).toMatch(/### `specs\/pair.optinc`\n\n### pair\n\n\| figure \| before \| after \| change \|/);
    expect(summary).toMatch(/\| MZIs \| \d+ \| \d+ \| \*\*\+\d+ /);
    expect(summary).toMatch(/### `new.optinc`\n\nNew\.\n/);
    expect(outcomes.at(-1)).toMatchObject({
      output: "actions/upload-artifact@v4",
      with: { name: "optinc", path: outputs["directory"] },
    });
    // The worktree of the base is gone again.
    expect(existsSync(join(outputs["directory"]!, "base"))).toBe(false);
  });

  test("a requirement that is missed ends with 3, and what was found is kept", () => {
    const missed = spec("pair", "workers   2", "precision 2 bits", "require { mzis <= 1 }");
    const { kinds, summary } = run(repository({ "pair.optinc": pair }, { "pair.optinc": missed }));
    expect(kinds).toMatchObject({ Check: "success", Compile: 3, Verify: "skipped", "Keep what was found": "foreign" });
    expect(summary).toBe("");
  });

  test("a spec that is wrong is in the SARIF file, and one that is untidy in the list", () => {
    const wrong = run(repository({ "a.optinc": pair }, { "a.optinc": pair.replace("workers", "wrokers") }));
    expect(wrong.kinds).toMatchObject({ Check: 1, Compile: "skipped", "Compare with the base": "skipped" });
    const { outputs } = wrong;
    const sarif = JSON.parse(readFileSync(join(outputs["directory"]!, "check.sarif"), "utf8"));
    expect(sarif.runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri).toBe("a.optinc");
    const untidy = repository({ "a.optinc": "aggregate a { workers 2\nprecision 2 bits }\n" }, {});
    expect(run(untidy).kinds).toMatchObject({ Check: "success" });
    const { kinds, outcomes } = run(untidy, { format: "true" });
    expect(kinds).toMatchObject({ Check: 1 });
    expect(outcomes.find(({ name }) => name === "Check")!.output).toContain("a.optinc\n");
  });

  test("without a base nothing is compared, and without specs it says so", () => {
    const files = repository({ "a.optinc": pair }, {});
    expect(run(files, { base: "none" }).kinds).toMatchObject({ "Compare with the base": "skipped", Verify: "success" });
    const push = run({ ...files, base: "" });
    expect(push.outcomes.find(({ name }) => name === "Compare with the base")!.output).toContain(
      "no base to compare with",
    );
    const shallow = run({ ...files, base: "0123456789012345678901234567890123456789" });
    expect(shallow.kinds).toMatchObject({ Verify: "success", "Compare with the base": 1 });
    expect(shallow.outcomes.find(({ name }) => name === "Compare with the base")!.output).toContain("fetch-depth: 0");
    const none = run(files, { specs: "none/*.optinc" });
    expect(none.kinds).toMatchObject({ Check: 1 });
    expect(none.outcomes[2]!.output).toContain("::error::no spec matches none/*.optinc");
  });

  test("the example workflow gives it what it takes", () => {
    const workflow = parse(readFileSync(join(root, "examples/ci/optinc.yml"), "utf8"));
    const steps: readonly { uses: string; with: Record<string, string> }[] = workflow.jobs.circuits.steps;
    const ours = steps.find(({ uses }) => uses.startsWith("optinc/optinc@"))!;
    expect(steps.map(({ uses }) => uses)).toEqual([
      "actions/checkout@v4",
      "actions/setup-node@v4",
      "optinc/optinc@v0.1.0",
    ]);
    const { kinds } = run(repository({ "deep/in/a.optinc": pair }, {}), ours.with);
    expect(kinds).toMatchObject({ Verify: "success", "Compare with the base": "success" });
  });
});
