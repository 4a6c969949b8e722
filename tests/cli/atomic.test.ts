import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type BuildRequest, writeBuild } from "../../cli/files/build-directory.ts";
import { every } from "../rounds.ts";
import { hashes, modules, optinc, pair, scratch, spec, startOptinc } from "./run.ts";

/** Resolves when `ready` holds; polls closely, as the moments in question are short. */
async function until(ready: () => boolean): Promise<void> {
  for (let i = 0; i < 60_000; i++) {
    if (ready()) return;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  throw new Error("it never happened");
}

function temporaries(directory: string): string[] {
  return readdirSync(directory).filter((name) => name.includes(".tmp-"));
}

/** Files of a build that are not as its manifest says. */
function damage(build: string): string[] {
  const manifest = JSON.parse(readFileSync(join(build, "manifest.json"), "utf8"));
  const real = hashes(build);
  return manifest.files
    .filter((file: { name: string; sha256: string }) => real[file.name] !== file.sha256)
    .map((file: { name: string }) => file.name);
}

const mine = { inputs: [], made: { command: "x", aggregate: "x" }, force: false };

const manifest: BuildRequest["manifest"] = (files) => ({
  spec: { name: "x", sha256: "" },
  seed: 1,
  network: { kind: "constructed" },
  targets: [],
  files,
});

for (const signal of every(2, ["SIGTERM", "SIGINT", "SIGKILL"] as const)) {
  test(`${signal} while a large build is written leaves the old build or the new one`, async () => {
    const cwd = scratch();
    writeFileSync(join(cwd, "pair.optinc"), pair);
    writeFileSync(join(cwd, "large.optinc"), spec("pair", "workers 64", "precision 32 bits"));
    expect(optinc(["compile", "pair.optinc", "-o", "b", "-q", "--chips", "0"], { cwd }).code).toBe(0);
    const old = hashes(join(cwd, "b"));
    const child = startOptinc(["compile", "large.optinc", "-o", "b", "-q", "--chips", "0"], { cwd });
    const ended = once(child, "exit");
    // A temporary with files in it: an empty one is the trial before the work.
    const writing = (): boolean => temporaries(cwd).some((name) => existsSync(join(cwd, name, "circuit.json")));
    await until(() => writing() || child.exitCode !== null);
    child.kill(signal);
    await ended;
    expect(damage(join(cwd, "b"))).toEqual([]);
    if (signal !== "SIGKILL") expect(temporaries(cwd)).toEqual([]);
    // Whatever was left over does not keep the next compile from working.
    expect(optinc(["compile", "pair.optinc", "-o", "b", "-q", "--chips", "0"], { cwd }).code).toBe(0);
    expect(hashes(join(cwd, "b"))).toEqual(old);
  });
}

test("SIGINT ends a long write at once, as a signal, and removes what was written", async () => {
  const cwd = scratch();
  // 4 GB in pieces, so that the write is certainly still going on.
  const script = `
    import { writeBuild } from "${modules}files/build-directory.js";
    function* endless() { const piece = "x".repeat(2 ** 16); for (let i = 0; i < 65536; i++) yield piece; }
    await writeBuild({ directory: "b", inputs: [], made: { command: "x", aggregate: "x" }, force: false, manifest: (files) => ({ files }),
      artifacts: [{ name: "large", content: endless() }] });`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], { cwd, stdio: "ignore" });
  const ended = once(child, "exit");
  await until(() => {
    const [name] = temporaries(cwd);
    return name !== undefined && existsSync(join(cwd, name, "large")) && statSync(join(cwd, name, "large")).size > 0;
  });
  child.kill("SIGINT");
  const [code, signal] = await ended;
  expect({ code, signal }).toEqual({ code: null, signal: "SIGINT" });
  expect(readdirSync(cwd)).toEqual([]);
});

test("a full disk in the middle is a diagnostic and leaves the old build", async () => {
  const directory = join(scratch(), "b");
  const request = { directory, ...mine, manifest };
  const first = await writeBuild({ ...request, artifacts: [{ name: "a", content: ["old"] }] });
  expect(first.kind).toBe("written");
  function* full(): Generator<string> {
    yield "new";
    throw Object.assign(new Error("no space"), { code: "ENOSPC", syscall: "write" });
  }
  const second = await writeBuild({ ...request, artifacts: [{ name: "a", content: full() }] });
  expect(second).toMatchObject({ kind: "refused", diagnostic: { code: "OPT0606" } });
  expect(readFileSync(join(directory, "a"), "utf8")).toBe("old");
  expect(readdirSync(join(directory, ".."))).toEqual(["b"]);
});

test("text and bytes are written in their order, and hashed", async () => {
  const directory = join(scratch(), "b");
  const long = "é".repeat(300_000);
  const content = ["a", new Uint8Array([0, 255]), "b", "c", new Uint8Array([1]), long, "", "end"];
  const result = await writeBuild({
    directory,
    ...mine,
    artifacts: [{ name: "mixed", content }],
    manifest,
  });
  const expected = Buffer.concat(content.map((piece) => Buffer.from(piece as string)));
  expect(readFileSync(join(directory, "mixed")).equals(expected)).toBe(true);
  expect(result).toMatchObject({ files: [{ name: "mixed", bytes: expected.length }, { name: "manifest.json" }] });
  expect(damage(directory)).toEqual([]);
});

test("a bug in an emitter is thrown on and removes the temporary", async () => {
  const parent = scratch();
  function* broken(): Generator<string> {
    yield "half";
    throw new TypeError("a bug");
  }
  const build = writeBuild({
    directory: join(parent, "b"),
    ...mine,
    artifacts: [{ name: "a", content: broken() }],
    manifest: () => {
      throw new Error("never asked");
    },
  });
  await expect(build).rejects.toThrow("a bug");
  expect(readdirSync(parent)).toEqual([]);
});

test("a directory that appears while we write is not replaced", async () => {
  const directory = join(scratch(), "b");
  function* slow(): Generator<string> {
    mkdirSync(directory);
    writeFileSync(join(directory, "foreign"), "mine");
    yield "new";
  }
  const result = await writeBuild({
    directory,
    ...mine,
    artifacts: [{ name: "a", content: slow() }],
    manifest,
  });
  expect(result).toMatchObject({ kind: "refused", diagnostic: { code: "OPT0604" } });
  expect(readdirSync(directory)).toEqual(["foreign"]);
});

test("two compiles at once into one directory both end well", async () => {
  const cwd = scratch();
  writeFileSync(join(cwd, "pair.optinc"), pair);
  const runs = [1, 2, 3].map(() => startOptinc(["compile", "pair.optinc", "-o", "b", "-q", "--chips", "0"], { cwd }));
  const codes = await Promise.all(runs.map(async (child) => (await once(child, "exit"))[0]));
  expect(codes).toEqual([0, 0, 0]);
  expect(damage(join(cwd, "b"))).toEqual([]);
  expect(readdirSync(cwd).sort()).toEqual(["b", "pair.optinc"]);
});

test("files of a build are as readable as any other file", () => {
  const cwd = scratch();
  expect(optinc(["compile", "-", "-o", "b", "-q", "--chips", "0"], { cwd, input: pair }).code).toBe(0);
  mkdirSync(join(cwd, "plain"));
  writeFileSync(join(cwd, "plain/file"), "");
  expect(statSync(join(cwd, "b")).mode).toBe(statSync(join(cwd, "plain")).mode);
  expect(statSync(join(cwd, "b/circuit.json")).mode).toBe(statSync(join(cwd, "plain/file")).mode);
});
