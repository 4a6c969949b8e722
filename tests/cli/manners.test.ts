import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { expectEnd, hashes, optinc, root, scratch, spec, startOptinc } from "./run.ts";

describe("optinc init", () => {
  const workflow = ".github/workflows/optinc.yml";

  test("writes a spec that compiles, and the example workflow where asked", () => {
    const cwd = scratch();
    expect(optinc(["init", "alone"], { cwd })).toEqual({
      code: 0,
      out: "",
      err: "wrote alone.optinc\nnext: optinc compile alone.optinc\n",
    });
    expect(readdirSync(cwd)).toEqual(["alone.optinc"]);
    const run = optinc(["init", "first", "--workflow"], { cwd });
    expect(run).toEqual({
      code: 0,
      out: "",
      err: `wrote first.optinc\nwrote ${workflow}\nnext: optinc compile first.optinc\n`,
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
    const refused = optinc(["init", "--workflow"], { cwd });
    expect(refused).toMatchObject({ code: 1, err: expect.stringContaining("OPT0672") });
    expect(existsSync(join(cwd, "mean-4x8.optinc"))).toBe(false);
    expect(optinc(["init", "-q"], { cwd })).toEqual({ code: 0, out: "", err: "" });
    const before = hashes(join(cwd, ".github/workflows"));
    expect(optinc(["init"], { cwd }).code).toBe(1);
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
      expectEnd(optinc(["init", name, "--workflow"], { cwd }), 1, "OPT0214");
    }
    expect(existsSync(join(cwd, ".github"))).toBe(false);
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
      expect(out).toContain("of the mean of 2 workers;");
      write(spec("a", "workers 3", "precision 2 bits"));
      await until(() => waits(2));
      expect(out).toContain("of the mean of 3 workers;");
      write("aggregate a {\n  wrokers 3\n}\n");
      await until(() => waits(3));
      expect(err).toContain("did you mean `workers`?");
      write(spec("a", "workers 4", "precision 2 bits"));
      await until(() => waits(4));
      expect(out).toContain("of the mean of 4 workers;");
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
  ["verify", "--proof-log"],
  ["budget", "--waterfall"],
  ["budget", "--margins"],
  ["budget", "--eye"],
])("%s %s - is refused: neither a file of that name nor nothing is written", (command, option) => {
  const cwd = scratch();
  const { code, out, err } = optinc([command, "absent", option, "-"], { cwd });
  expect([code, out]).toEqual([2, ""]);
  expect(err).toContain("It takes the name of a file; standard output is for the report.");
});
