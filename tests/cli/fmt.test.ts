import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { replaceText } from "../../cli/commands/fmt.ts";
import { optinc, optincProcess, root, scratch } from "./run.ts";

const untidy = "# mine\naggregate pair { # two\n      workers 2;precision   2bits\n\n\n}\n";
const tidy = "# mine\naggregate pair { # two\n  workers   2\n  precision 2 bits\n}\n".replace("{ #", "{  #");

function place(files: Readonly<Record<string, string>>): { cwd: string; read: (name: string) => string } {
  const cwd = scratch();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, name), text);
  return { cwd, read: (name) => readFileSync(join(cwd, name), "utf8") };
}

describe("optinc fmt", () => {
  test("lays files out in place, says which, and leaves tidy ones alone", () => {
    const { cwd, read } = place({ "a.optinc": untidy, "b.optinc": tidy });
    const written = statSync(join(cwd, "b.optinc")).ino;
    expect(optinc(["fmt", "a.optinc", "b.optinc"], { cwd })).toEqual({ code: 0, out: "", err: "wrote a.optinc\n" });
    expect([read("a.optinc"), read("b.optinc")]).toEqual([tidy, tidy]);
    expect(statSync(join(cwd, "b.optinc")).ino).toBe(written);
    expect(optinc(["fmt", "a.optinc", "b.optinc"], { cwd })).toEqual({ code: 0, out: "", err: "" });
    expect(readdirSync(cwd).sort()).toEqual(["a.optinc", "b.optinc"]);
  });

  test("--check writes nothing, lists what is untidy and exits 1", () => {
    const { cwd, read } = place({ "a.optinc": untidy, "b.optinc": tidy });
    const run = optinc(["fmt", "--check", "a.optinc", "b.optinc"], { cwd });
    expect(run).toEqual({ code: 1, out: "a.optinc\n", err: "" });
    expect(read("a.optinc")).toBe(untidy);
    expect(optinc(["fmt", "--check", "b.optinc"], { cwd })).toEqual({ code: 0, out: "", err: "" });
  });

  test("formats standard input to standard output", () => {
    expect(optinc(["fmt", "-"], { input: untidy })).toEqual({ code: 0, out: tidy, err: "" });
    expect(optinc(["fmt", "-", "--check"], { input: untidy })).toEqual({ code: 1, out: "<stdin>\n", err: "" });
  });

  test("refuses text that has no block of the language; a file of comments has none yet", () => {
    const run = optinc(["fmt", "-"], { input: "hello world\n" });
    expect([run.code, run.out]).toEqual([1, ""]);
    expect(run.err).toMatch(/OPT0670.*<stdin> has no block of the spec language/);
    expect(optinc(["fmt", "-"], { input: "# later\n" })).toEqual({ code: 0, out: "# later\n", err: "" });
  });

  test("every example of the repository is tidy", () => {
    const examples = readdirSync(join(root, "examples")).filter((name) => name.endsWith(".optinc"));
    const run = optinc(["fmt", "--check", ...examples.map((name) => `examples/${name}`)]);
    expect(run).toEqual({ code: 0, out: "", err: "" });
  });

  test("what cannot be read is reported and left as it is; the others are laid out", () => {
    const broken = "aggregate a {\n  workers = 4\n}\n";
    const { cwd, read } = place({
      "broken.optinc": broken,
      "a.optinc": untidy,
      "s.yaml": "? ",
    });
    mkdirSync(join(cwd, "folder"));
    const run = optinc(["fmt", "broken.optinc", "gone.optinc", "s.yaml", "folder", "/dev/null", "a.optinc"], { cwd });
    expect(run.code).toBe(1);
    expect(run.err.match(/error\[OPT\d{4}\]/g)).toEqual(
      ["OPT0101", "OPT0601", "OPT0670", "OPT0603", "OPT0608"].map((code) => `error[${code}]`),
    );
    expect(run.err).toContain("--> broken.optinc:2:11");
    expect([read("broken.optinc"), read("a.optinc")]).toEqual([broken, tidy]);
  });

  test("what a setting means is not asked: an unknown one is laid out as well", () => {
    expect(optinc(["fmt", "-"], { input: "x_ {\nunknown 1\n}" }).out).toBe("x_ {\n  unknown 1\n}\n");
  });

  test("a file keeps its mode, and a link what it points to", () => {
    const { cwd, read } = place({ "a.optinc": untidy });
    chmodSync(join(cwd, "a.optinc"), 0o640);
    symlinkSync("a.optinc", join(cwd, "link.optinc"));
    expect(optinc(["fmt", "link.optinc", "-q"], { cwd })).toEqual({ code: 0, out: "", err: "" });
    expect(read("a.optinc")).toBe(tidy);
    expect(statSync(join(cwd, "a.optinc")).mode & 0o777).toBe(0o640);
    expect(readdirSync(cwd).sort()).toEqual(["a.optinc", "link.optinc"]);
  });

  test("OPT0671: a file that somebody wrote meanwhile stays as it is", async () => {
    const { cwd, read } = place({ "a.optinc": untidy });
    const path = join(cwd, "a.optinc");
    const problem = await replaceText(path, Buffer.from("what was read before"), tidy);
    expect(problem?.code).toBe("OPT0671");
    expect(read("a.optinc")).toBe(untidy);
    expect(readdirSync(cwd)).toEqual(["a.optinc"]);
  });

  test("needs a file", () => {
    expect(optincProcess(["fmt"]).code).toBe(2);
  });
});
