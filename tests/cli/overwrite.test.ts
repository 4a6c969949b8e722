import { lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { writeBuild } from "../../cli/files/build-directory.ts";
import { fileName } from "../../cli/files/names.ts";
import { checkOutputs, writeOutput } from "../../cli/files/output.ts";
import { built, expectEnd, hashes, pair, type Run, scratch, spec } from "./run.ts";

const rules = { force: false, inputs: [] };
const foreign = "error[OPT0627]";

test("a directory is replaced by the same command for the same aggregate, by others with --force", () => {
  const { cwd, run } = built();
  const before = hashes(join(cwd, "b"));
  // the source itself is never replaced
  for (const force of [[], ["--force"]]) {
    expect(run("export", "b", "--to", "sax", "-o", "b", ...force).err).toContain("error[OPT0611]: b holds b, which");
  }
  expect(run("compile", "-", "-o", "b").code).toBe(1);
  writeFileSync(join(cwd, "other.optinc"), spec("other", "workers 2", "precision 2 bits"));
  const other = run("compile", "other.optinc", "-o", "b", "-q");
  expectEnd(other, 1, "error[OPT0626]: b holds `compile of pair`, not `compile of other`");
  const schedule = ["schedule", "ring", "--workers", "4", "--export", "chakra", "-o"];
  expect(run(...schedule, "b").err).toContain("OPT0626");
  expect(hashes(join(cwd, "b"))).toEqual(before);

  expect(run("export", "b", "--to", "sax", "-o", "sax").err).toMatch(/^wrote sax: \d+ files\n/m);
  expect(run("export", "b", "--to", "sax", "-o", "sax", "-q").code).toBe(0);
  expect(run("export", "b", "--to", "gdsfactory", "-o", "sax", "-q").err).toContain("OPT0626");
  expect(run("export", "b", "--to", "gdsfactory", "-o", "sax", "-q", "--force").code).toBe(0);

  expect(run(...schedule, "traces").err).toBe("wrote traces: 5 files\n");
  expect(run(...schedule, "traces").code).toBe(0);
  writeFileSync(join(cwd, "traces/mine"), "by hand");
  expect(run(...schedule, "traces").err).toContain("OPT0605");
  expect(run(...schedule, "traces", "--force").code).toBe(0);
  expect(run("compile", "other.optinc", "-o", "b", "-q", "--force", "--chips", "0").code).toBe(0);
});

test("a build that was changed by hand is not replaced", () => {
  const { cwd, run } = built();
  writeFileSync(join(cwd, "b/circuit.json"), "{}");
  const again = ["compile", "pair.optinc", "-o", "b", "-q", "--chips", "0"];
  expect(run(...again).err).toContain("error[OPT0605]: b was changed after it was written: circuit.json");
  expect(readFileSync(join(cwd, "b/circuit.json"), "utf8")).toBe("{}");
  expect(run(...again, "--force").code).toBe(0);
  // nor does any command put files into it
  for (const args of [
    ["verify", "b", "-q", "--json", "b/new.json"],
    ["export", "b", "--to", "phases", "-o", "b"],
    ["export", "b", "--to", "sax", "-o", "b/sax"],
  ]) {
    const { code, err } = run(...args);
    expect([code, err]).toEqual([1, expect.stringContaining("error[OPT0605]")]);
  }
  expect(run(...again).code).toBe(0);
});

test("a report replaces a former one of its kind only", () => {
  const { cwd, run } = built();
  const before = hashes(join(cwd, "b"));
  expect(run("verify", "b", "-q", "--json", "b/circuit.json").err).toContain("error[OPT0605]");
  expect(run("verify", "b", "-q", "--json", "pair.optinc").err).toContain(foreign);
  expect(run("verify", "pair.optinc", "-q", "--json", "pair.optinc", "--force").err).toContain("OPT0611");
  expect(hashes(join(cwd, "b"))).toEqual(before);
  const files = ["--json", "r.json", "--junit", "r.xml"];
  expect(run("verify", "b", ...files).err).toBe("wrote r.json\nwrote r.xml\n");
  expect(run("verify", "b", "-q", ...files)).toMatchObject({ code: 0, err: "" });
  const crossed = run("verify", "b", "-q", "--json", "r.xml", "--junit", "r.json");
  expect(crossed.err.match(/OPT0627/g)).toHaveLength(2);
  expect(run("verify", "b", "-q", "--json", "r.xml", "--force").code).toBe(0);
  expect(run("verify", "b", "-q", "--json", "new", "--junit", "./new").err).toContain("error[OPT0629]");
});

test("results of compare and schedule replace those of their kind", () => {
  const { cwd, run } = built();
  for (const format of ["table", "svg"]) {
    const args = ["compare", "--format", format, "--algorithms", "ring", "--execute-up-to", "4", "-o", `c.${format}`];
    expect(run(...args, "--workers", "4")).toMatchObject({ code: 0, err: `wrote c.${format}\n` });
    expect(run(...args, "--workers", "8").code).toBe(0);
    expect(run(...args.slice(0, -1), "pair.optinc").err).toContain(foreign);
  }
  expect(run("schedule", "ring", "--workers", "4", "-o", "l").err).toBe("wrote l\n");
  expect(run("schedule", "ring", "--workers", "6", "-o", "l").code).toBe(0);
  const exported = ["schedule", "ring", "--format", "json", "-o", "s.json", "--workers"];
  expect(run(...exported, "4").code).toBe(0);
  expect(run(...exported, "4").code).toBe(0);
  writeFileSync(join(cwd, "s.json"), '{"format": "mine", "name": "ring"}');
  expect(run(...exported, "4").err).toContain(foreign);
});

test("an export replaces one of the same circuit in the same format only", () => {
  const { cwd, run } = built();
  const to = (format: string, out: string, ...more: string[]): Run =>
    run("export", "b", "--to", format, "--scope", "layer:1", "-o", out, "-q", ...more);
  for (const format of ["spice", "phases", "perceval"]) {
    expect(to(format, `x.${format}`).code).toBe(0);
    expect(to(format, `x.${format}`)).toMatchObject({ code: 0 });
  }
  expect(to("spice", "x.phases").err).toContain(foreign);
  expect(to("phases", "pair.optinc").err).toContain(foreign);
  expect(readFileSync(join(cwd, "pair.optinc"), "utf8")).toBe(pair);
  expect(to("phases", "x.spice", "--force").code).toBe(0);
  writeFileSync(join(cwd, "empty.csv"), "");
  expect(to("phases", "empty.csv").code).toBe(0);
  // a file without an ending gets the format's, which says its number of ports
  expect(run("export", "b", "--to", "touchstone", "--scope", "layer:1", "-o", "layer").err).toMatch(
    /^wrote layer\.s\d+p$/m,
  );
});

test("links stay, and those that lead nowhere are left alone", () => {
  const { cwd, run } = built();
  symlinkSync("nowhere/file", join(cwd, "dangling"));
  symlinkSync("there.json", join(cwd, "link"));
  writeFileSync(join(cwd, "there.json"), "");
  expect(run("verify", "b", "-q", "--json", "dangling").err).toContain("error[OPT0628]");
  expect(run("compile", "pair.optinc", "-o", "dangling").err).toContain("error[OPT0628]");
  expect(lstatSync(join(cwd, "dangling")).isSymbolicLink()).toBe(true);
  expect(run("verify", "b", "-q", "--json", "link").code).toBe(0);
  expect(lstatSync(join(cwd, "link")).isSymbolicLink()).toBe(true);
  expect(readFileSync(join(cwd, "there.json"), "utf8")).toContain("optinc.verification");
});

test("paths are tried before the work", () => {
  const { cwd, run } = built();
  mkdirSync(join(cwd, "d"));
  for (const [path, found] of [
    ["d", "OPT0603"],
    ["missing/x.json", "OPT0601"],
    ["pair.optinc/x.json", "OPT0607"],
    ["x".repeat(300), "OPT0629"],
    ["/proc/x.json", "OPT0601"],
  ] as const) {
    // nothing was read yet: the circuit is not there
    const { code, err } = run("verify", "nothing", "--json", path);
    expect([code, err]).toEqual([1, expect.stringContaining(`error[${found}]`)]);
    expect(err).not.toContain("nothing does not exist");
  }
  for (const path of ["x".repeat(300), "/proc/x/y", "pair.optinc/b"]) {
    expect(run("compile", "pair.optinc", "-o", path)).toMatchObject({ code: 1, out: "" });
  }
  expect(readdirSync(cwd).sort()).toEqual(["b", "d", "pair.optinc"]);
});

test("a NUL in a path is a diagnostic", async () => {
  const output = { path: "a\0b", beginning: /^x/ };
  expect(checkOutputs([output], rules)).toMatchObject([{ code: "OPT0629" }]);
  expect(await writeOutput(output, ["x"], rules)).toMatchObject({ code: "OPT0629" });
});

test("names out of files never lead out of the directory", async () => {
  const names = [
    "../../evil",
    "/abs/evil",
    "..",
    ".",
    "",
    "a\\b",
    "a\0b",
    "\u001b[31mred",
    "\u202Eevil",
    "x".repeat(300),
  ];
  for (const name of names) {
    expect(fileName(name)).toMatch(/^[^/\\\p{Cc}\p{Cf}]+$/u);
    expect([".", ".."]).not.toContain(fileName(name));
    expect(Buffer.byteLength(fileName(name))).toBeLessThanOrEqual(200);
  }
  expect(["mean-4x8", "mean-4x8.sp", "Ünïcode", "a b", "..."].map(fileName)).toEqual([
    "mean-4x8",
    "mean-4x8.sp",
    "Ünïcode",
    "a b",
    "...",
  ]);
  const cwd = scratch();
  for (const name of ["../evil", "/abs/evil", "manifest.json"]) {
    const result = await writeBuild({
      directory: join(cwd, "b"),
      inputs: [],
      made: { command: "x", aggregate: "x" },
      force: false,
      artifacts: [{ name, content: ["evil"] }],
      manifest: () => {
        throw new Error("never asked");
      },
    });
    expect(result).toMatchObject({ kind: "refused", diagnostic: { code: "OPT0629" } });
  }
  expect(readdirSync(cwd)).toEqual([]);
});
