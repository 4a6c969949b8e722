import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { hashes, optinc, optincProcess, pair, root, scratch, spec, startOptinc } from "./run.ts";

describe("optinc init", () => {
  const workflow = ".github/workflows/optinc.yml";

  test("writes a spec that compiles and the example workflow", () => {
    const cwd = scratch();
    const run = optinc(["init", "first"], { cwd });
    expect(run).toEqual({
      code: 0,
      out: "",
      err: `wrote first.optinc\nwrote ${workflow}\nnow: optinc compile first.optinc\n`,
    });
    expect(readFileSync(join(cwd, workflow), "utf8")).toBe(readFileSync(join(root, "examples/ci/optinc.yml"), "utf8"));
    expect(optinc(["fmt", "--check", "first.optinc"], { cwd }).code).toBe(0);
    expect(optinc(["check", "first.optinc"], { cwd }).out).toBe("first.optinc: 1 aggregate, no problems\n");
    expect(optinc(["compile", "first.optinc", "-o", "b", "--chips", "0"], { cwd }).out).toMatch(/^first -> b\n/);
  });

  test("never overwrites: both files or none", () => {
    const cwd = scratch();
    mkdirSync(join(cwd, ".github/workflows"), { recursive: true });
    writeFileSync(join(cwd, workflow), "mine");
    const refused = optinc(["init"], { cwd });
    expect(refused).toMatchObject({ code: 1, err: expect.stringContaining("OPT0672") });
    expect(existsSync(join(cwd, "mean-4x8.optinc"))).toBe(false);
    expect(optinc(["init", "--no-workflow", "-q"], { cwd })).toEqual({ code: 0, out: "", err: "" });
    const before = hashes(join(cwd, ".github/workflows"));
    expect(optinc(["init", "--no-workflow"], { cwd }).code).toBe(1);
    expect(hashes(join(cwd, ".github/workflows"))).toEqual(before);
  });

  test("refuses what is no name, and a name that would be a path or a statement", () => {
    const cwd = scratch();
    for (const name of [
      "4x",
      "a/b",
      "../a",
      "",
      "a b",
      "x { workers 2; precision 2 } aggregate y",
      "__proto__",
      "$&",
      "a".repeat(65),
    ]) {
      expect(optinc(["init", name], { cwd }), name).toMatchObject({ code: 1, err: expect.stringContaining("OPT0214") });
    }
    expect(existsSync(join(cwd, ".github"))).toBe(false);
  });
});

describe("optinc play", () => {
  const play = (cwd: string, input: string, ...more: string[]): ReturnType<typeof optinc> =>
    optinc(["play", "pair.optinc", ...more], { cwd, input });

  function place(): string {
    const cwd = scratch();
    writeFileSync(join(cwd, "pair.optinc"), pair);
    return cwd;
  }

  test("says the levels that go in, the light that comes out and the word", () => {
    expect(play(place(), "# a remark\n1 -2\n\n")).toEqual({
      code: 0,
      err: "",
      out: "  worker 0    1  levels 3\n  worker 1   -2  levels 0\n  neurons    digit0 saturated 0.4, digit0 dark 1.4  (grid steps from deciding otherwise)\n  light      2  (levels at the receivers of worker 0)\n  word       0  (-1 / 2 = -0.5, half-up: right)\n",
    });
  });

  test("says the mean of wide words to its fraction", () => {
    const input = "aggregate wide { workers 2; precision 16 bits }\n";
    const cwd = place();
    writeFileSync(join(cwd, "wide.optinc"), input);
    const run = optinc(["play", "wide.optinc"], { cwd, input: "-30001 -30002\n" });
    expect(run.out).toContain("(-60003 / 2 = -30001.5, half-up: right)");
  });

  test("plays any words right, and the same ones for the same seed", () => {
    const cwd = place();
    const { out, code } = play(cwd, "random\n".repeat(20), "--seed", "3");
    expect(code).toBe(0);
    expect(out.match(/half-up: right/g)).toHaveLength(20);
    expect(play(cwd, "random\n".repeat(20), "--seed", "3").out).toBe(out);
    expect(play(cwd, "random\n".repeat(20), "--seed", "4").out).not.toBe(out);
    expect(play(cwd, "1 1\nquit\n1 0\n").out.match(/word/g)).toHaveLength(1);
  });

  test("says what no word is, goes on, and ends with 1", () => {
    for (const bad of ["2 1", "1", "1 1 1", "a b", "0.5 1", "1e0 1", "9999999999999999999 1", "\u001b[2J 1"]) {
      const run = play(place(), `${bad}\n1,1\n`);
      expect(run, bad).toMatchObject({ code: 1, err: expect.stringContaining("error[OPT0673]") });
      expect(run.err).not.toContain("\u001b[2J");
      expect(run.out).toContain("  word       1  (2 / 2 = 1, half-up: right)\n");
    }
  });

  test("takes a build, shows what a circuit with another phase does, and refuses a build that was changed, as verify does", () => {
    const cwd = place();
    optinc(["compile", "pair.optinc", "-o", "b", "--chips", "0", "-q"], { cwd });
    expect(optinc(["play", "b"], { cwd, input: "1 1\n" })).toMatchObject({
      code: 0,
      out: expect.stringContaining("word       1  ("),
    });
    const circuit = join(cwd, "b/circuit.json");
    const levels = readFileSync(circuit, "utf8").replace(
      /"levelsPerField": (-?[\d.e+-]+)/g,
      (_, value) => `"levelsPerField": ${Number(value) / 3}`,
    );
    writeFileSync(join(cwd, "odd.json"), levels);
    expect(optinc(["play", "odd.json"], { cwd, input: "1 1\n" }).out).toMatch(/half-up: WRONG, 1 is right\)/);
    writeFileSync(circuit, levels);
    expect(optinc(["play", "b"], { cwd, input: "1 1\n" })).toMatchObject({
      code: 1,
      out: "",
      err: expect.stringContaining("OPT0615"),
    });
    expect(optincProcess(["play", "-"], { cwd }).code).toBe(2);
  });
});

describe("optinc compile --watch", () => {
  test.each(["SIGINT", "SIGTERM"] as const)(
    "compiles again when the spec changes, shows errors and waits on, and ends on %s",
    async (signal) => {
      const cwd = scratch();
      const write = (text: string): void => {
        // As editors do it: another file takes the name.
        writeFileSync(join(cwd, "next"), text);
        renameSync(join(cwd, "next"), join(cwd, "a.optinc"));
      };
      write(spec("a", "workers 2", "precision 2 bits"));
      const child = startOptinc(["compile", "a.optinc", "-o", "b", "--chips", "0", "--watch"], { cwd });
      let out = "";
      let err = "";
      child.stdout!.on("data", (chunk) => {
        out += chunk;
      });
      child.stderr!.on("data", (chunk) => {
        err += chunk;
      });
      const ended = new Promise((resolve) => child.on("exit", (code, by) => resolve([code, by])));
      const until = async (holds: () => boolean): Promise<void> => {
        while (!holds()) {
          if (child.exitCode !== null) throw new Error(`ended: ${out}${err}`);
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
      };
      const waits = (times: number): boolean => (err.match(/watching a.optinc\n/g) ?? []).length === times;
      await until(() => waits(1));
      expect(out).toContain("workers     2\n");
      write(spec("a", "workers 3", "precision 2 bits"));
      await until(() => waits(2));
      expect(out).toContain("workers     3\n");
      write("aggregate a {\n  wrokers 3\n}\n");
      await until(() => waits(3));
      expect(err).toContain("did you mean `workers`?");
      write(spec("a", "workers 4", "precision 2 bits"));
      await until(() => waits(4));
      expect(out).toContain("workers     4\n");
      child.kill(signal);
      expect(await ended).toEqual([signal === "SIGINT" ? 130 : 143, null]);
      expect(err.match(/a.optinc changed\n/g)).toHaveLength(3);
    },
  );

  test("takes no standard input", () => {
    expect(optinc(["compile", "-", "--watch"]).code).toBe(2);
  });
});

test.each([
  ["train-sim", "--csv"],
  ["train-sim", "--svg"],
  ["yield", "--csv"],
  ["yield", "--svg"],
  ["verify", "--junit"],
  ["verify", "--sarif"],
  ["budget", "--waterfall"],
  ["budget", "--margins"],
])("%s %s - is refused: neither a file of that name nor nothing is written", (command, option) => {
  const cwd = scratch();
  const { code, out, err } = optinc([command, "absent", option, "-"], { cwd });
  expect([code, out]).toEqual([2, ""]);
  expect(err).toContain("It takes the name of a file; standard output is for the report.");
});
