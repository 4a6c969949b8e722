import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { optinc, program, root, scratch } from "./run.ts";

const spec = "aggregate pair {\n  workers 2\n  precision 2 bits\n}\n";

describe("optinc --help", () => {
  test("lists the commands by topic, a line each", () => {
    const { out } = optinc(["--help"]);
    const topics = [...out.matchAll(/^([A-Z][a-z]+):$/gm)].map(([, topic]) => topic);
    expect(topics).toEqual(["Options", "Make", "Check", "Chip", "Systems", "Look", "Help"]);
    const lines = out.slice(out.indexOf("Make:"), out.indexOf("Exit codes:")).split("\n");
    const commands = lines.filter((line) => line !== "" && !line.endsWith(":"));
    expect(commands.length).toBeGreaterThan(20);
    for (const line of commands) expect(line).toMatch(/^ {2}[a-z]\S*( \[\w+\])? +\S.*$/);
    for (const line of commands) expect(line.length).toBeLessThanOrEqual(80);
  });
});

describe("values of options", () => {
  test("an empty one is a mistake of usage", () => {
    const run = optinc(["compile", "-", "-o", ""], { input: spec });
    expect([run.code, run.err.split("\n")[0]]).toEqual([2, "error: -o, --out <dir> is empty"]);
  });

  test("a second place to write to is too; of other options the last value counts", () => {
    const twice = optinc(["compile", "-", "-o", "a", "-o", "b"], { input: spec });
    expect([twice.code, twice.err.split("\n")[0]]).toEqual([2, "error: -o, --out <dir> is given twice"]);
    expect(optinc(["verify", "-", "--seed", "1", "--seed", "2"], { input: spec }).code).not.toBe(2);
    const two = ["--option", "chip=whole", "--option", "delays=on"];
    expect(optinc(["export", "-", "--to", "sax", ...two, "-o", "-"], { input: spec }).code).not.toBe(2);
  });

  test("the merge of a study has its own", () => {
    const merge = ["study", "merge", "gone.optinc", "r", "-o", "a", "-o", "b"];
    expect(optinc(merge).err).toMatch(/is given twice/);
  });
});

describe("what is said", () => {
  test("of JSON on standard input that is no circuit", () => {
    const { code, err } = optinc(["verify", "-"], { input: "{}\n" });
    expect(code).toBe(1);
    expect(err).toMatch(/circuit/);
    expect(err).not.toMatch(/OPT0106/);
  });

  test.runIf(process.platform === "linux")("where the system refuses memory", () => {
    const words = [process.execPath, program, "compile", "examples/imported/mean-2x4.optinc", "-o", scratch()];
    const limited = ["-c", 'ulimit -v 4000000; "$0" "$@"', ...words];
    const run = spawnSync("bash", limited, { cwd: root, encoding: "utf8" });
    expect(run.stderr).toMatch(/error\[OPT0686\]: there is not enough memory/);
    expect(run.status).toBe(1);
  });
});

describe("names of dev/scripts/action.sh", () => {
  test("are another for every spec", () => {
    const cwd = scratch();
    for (const folder of ["a", "out"]) mkdirSync(join(cwd, folder));
    const specs = ["a/b.optinc", "a__b.optinc", "a%2Fb.optinc", "x.optinc", "x.yaml", "-q.optinc"];
    const yaml = "aggregate pair:\n  workers: 2\n  precision: 2 bits\n";
    for (const name of specs) writeFileSync(join(cwd, name), name.endsWith(".yaml") ? yaml : spec);
    const env = {
      PATH: process.env["PATH"] ?? "",
      OPTINC_PROGRAM: program,
      OPTINC_SPECS: specs.join("\n"),
      OPTINC_DIRECTORY: join(cwd, "out"),
    };
    for (const step of ["check", "compile"]) {
      const run = spawnSync("bash", [join(root, "dev/scripts/action.sh"), step], { cwd, env, encoding: "utf8" });
      expect([run.status, run.stderr], step).toEqual([0, ""]);
    }
    expect(readdirSync(join(cwd, "out/builds"))).toHaveLength(specs.length);
  });
});
