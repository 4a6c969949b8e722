import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import { expect, test } from "vitest";
import { openCache } from "../../cli/files/cache-entries.ts";
import { clearLeftovers, makeDirectories, temporaryBeside } from "../../cli/files/temporary.ts";
import { replaceFile } from "../../cli/files/write.ts";
import { hashes, modules, optinc, pair, scratch } from "./run.ts";

/** A process that makes something unfinished beside `path`, prints its name and lives on. */
async function maker(path: string, kind: "tmp" | "old"): Promise<{ child: ChildProcess; made: string }> {
  const script = `
    import { writeFileSync } from "node:fs";
    import { temporaryBeside } from "${modules}files/temporary.js";
    const made = temporaryBeside(${JSON.stringify(path)}, "${kind}");
    writeFileSync(made, "half");
    console.log(made);
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script]);
  const [text] = await once(child.stdout, "data");
  return { child, made: String(text).trim() };
}

async function killed({ child }: { child: ChildProcess }): Promise<void> {
  const ended = once(child, "exit");
  child.kill("SIGKILL");
  await ended;
}

test("what a killed process left is cleared by the next write there, what a live one works on is not", async () => {
  const folder = scratch();
  const path = join(folder, "report.json");
  const [dead, alive] = [await maker(path, "tmp"), await maker(path, "tmp")];
  const other = await maker(join(folder, "other.json"), "tmp");
  await killed(dead);
  await killed(other);
  writeFileSync(join(folder, ".report.json.tmp-mine"), "made by hand");
  await replaceFile(path, ["whole"]);
  const expected = [alive.made, other.made, ".report.json.tmp-mine", path].map((name) => basename(name));
  expect(readdirSync(folder).sort()).toEqual(expected.sort());
  await killed(alive);
  clearLeftovers(path);
  expect(existsSync(alive.made)).toBe(false);
});

test("a process number that another process has now owns nothing", () => {
  const folder = scratch();
  const path = join(folder, "a");
  const mine = temporaryBeside(path, "tmp");
  const [place, pid, start, random] = mine.slice(mine.lastIndexOf("-") + 1).split(".");
  const earlier = join(folder, `.a.tmp-${place}.${pid}.${start}1.${random}`);
  const elsewhere = join(folder, `.a.tmp-00000000.${pid}.${start}.${random}`);
  for (const made of [mine, earlier, elsewhere]) writeFileSync(made, "");
  clearLeftovers(path);
  expect(readdirSync(folder).sort()).toEqual([mine, elsewhere].map((name) => basename(name)).sort());
  // nothing is known of processes elsewhere but that they write
  const daysAgo = Date.now() / 1000 - 2 * 24 * 3600;
  utimesSync(elsewhere, daysAgo, daysAgo);
  clearLeftovers(path);
  expect(readdirSync(folder)).toEqual([basename(mine)]);
});

test("a build that was moved away and not replaced gets its name back, and no temporary stays", async () => {
  const cwd = scratch();
  const compile = ["compile", "-", "-o", "b", "-q", "--chips", "0"];
  expect(optinc(compile, { cwd, input: pair }).code).toBe(0);
  const built = hashes(join(cwd, "b"));
  const [old, fresh] = [await maker(join(cwd, "b"), "old"), await maker(join(cwd, "b"), "tmp")];
  await killed(old);
  await killed(fresh);
  for (const { made } of [old, fresh]) rmSync(made);
  // as a kill between the two renames leaves it
  renameSync(join(cwd, "b"), old.made);
  mkdirSync(fresh.made);
  clearLeftovers(join(cwd, "b"));
  expect(readdirSync(cwd)).toEqual(["b"]);
  expect(hashes(join(cwd, "b"))).toEqual(built);
  // as a kill behind them does
  cpSync(join(cwd, "b"), old.made, { recursive: true });
  clearLeftovers(join(cwd, "b"));
  expect(readdirSync(cwd)).toEqual(["b"]);
  // the next compile does it by itself
  renameSync(join(cwd, "b"), old.made);
  expect(optinc(compile, { cwd, input: pair }).code).toBe(0);
  expect(readdirSync(cwd)).toEqual(["b"]);
});

test("long names have room for a temporary beside them", async () => {
  const folder = scratch();
  const names = ["x".repeat(255), "é".repeat(127)];
  for (const name of names) await replaceFile(join(folder, name), ["content"]);
  expect(readdirSync(folder).sort()).toEqual(names.sort());
});

test("the cache clears what was left in it", async () => {
  const folder = scratch();
  const entry = join(folder, `${"0".repeat(64)}.network`);
  const dead = await maker(entry, "tmp");
  await killed(dead);
  expect(openCache(folder)).toEqual({ value: folder, diagnostics: [] });
  expect(readdirSync(folder)).toEqual([]);
});

test("`cache clear` removes the code that Node keeps too, and nothing else in its place", () => {
  const cwd = scratch();
  const at = (...path: string[]): string => join(cwd, "cache", "code", ...path);
  const [kept, linked] = ["v22.23.3-x64-9ac5647c-0", "v24.21.0-arm64-964aae3f-0"];
  for (const folder of [kept, "src", "v22.23.3"]) mkdirSync(at(folder), { recursive: true });
  writeFileSync(at(kept, "03235807"), "0123456789");
  for (const mine of ["src/main.c", "v22.23.3/notes", "v20.1.0-x64-9ac5647c-0"])
    writeFileSync(at(mine), "made by hand");
  symlinkSync(at("src"), at(linked));
  const env = { OPTINC_CACHE: join(cwd, "cache"), NODE_DISABLE_COMPILE_CACHE: "1" };
  const listed = optinc(["cache", "list"], { cwd, env });
  expect(listed.out).toMatch(/^v22\.23\.3-x64 {2}code +10 B .* compiled code, kept by Node\n$/);
  expect(optinc(["cache", "clear"], { cwd, env }).out).toMatch(/^removed 1 entry, 10 B, from /);
  expect(readdirSync(at()).sort()).toEqual(["src", "v20.1.0-x64-9ac5647c-0", "v22.23.3", linked].sort());
  expect(readFileSync(at("src/main.c"), "utf8")).toBe("made by hand");
});

test("directories are made with their parents, and refused where there can be none", () => {
  const folder = scratch();
  makeDirectories(join(folder, "a/b/c"));
  expect(statSync(join(folder, "a/b/c")).isDirectory()).toBe(true);
  makeDirectories(join(folder, "a"));
  writeFileSync(join(folder, "file"), "");
  expect(() => makeDirectories(join(folder, "file"))).toThrow("EEXIST");
  expect(() => makeDirectories(join(folder, "file/a/b"))).toThrow("ENOTDIR");
  expect(() => makeDirectories("/proc/optinc/a/b")).toThrow("ENOENT");
  expect(readFileSync(join(folder, "file"), "utf8")).toBe("");
});

test("a cache below /proc is a warning, and a compile without one", () => {
  const cwd = scratch();
  const text =
    "aggregate a { workers 2; precision 2 bits; network trained { hidden 16; approximate none; steps 2; cycles 1 } }\n";
  const run = optinc(["compile", "-", "-o", "b", "-q", "--chips", "0"], {
    cwd,
    input: text,
    env: { OPTINC_CACHE: "/proc/x/y" },
  });
  expect(run.err).toContain("OPTINC_CACHE names another directory");
  expect(run.code).not.toBe(4);
  expect(existsSync(join(cwd, "b/circuit.json"))).toBe(true);
});
