import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { hashes, modules, startOptinc } from "./run.ts";

/** Runs the program and kills it after so many milliseconds, unless it ended before. */
export async function optincCut(args: readonly string[], cwd: string, afterMs: number): Promise<void> {
  const child = startOptinc(args, { cwd, env: { OPTINC_CACHE: join(cwd, "cache") } });
  const ended = once(child, "exit");
  const timer = setTimeout(() => child.kill("SIGKILL"), afterMs);
  await ended;
  clearTimeout(timer);
}

/**
 * A process that does nothing but write, over and over: a build `b` of growing versions, and entries of a cache. It is killed
 * so many milliseconds behind its first write, which lies in the middle of some other one.
 */
export async function writerCut(cwd: string, afterMs: number): Promise<void> {
  const script = `
    import { writeBuild } from "${modules}files/build-directory.js";
    import { entryPath, openCache, writeEntry } from "${modules}files/cache-entries.js";
    import { pack } from "${modules}files/pack.js";
    const cache = openCache("cache").value;
    for (let version = 0; ; version++) {
      const text = String(version % 10).repeat(200_000);
      const result = await writeBuild({ directory: "b", inputs: [], made: { command: "x", aggregate: "x" }, force: false,
        artifacts: [1, 2, 3].map((i) => ({ name: "file" + i, content: [text] })),
        manifest: (files) => ({ spec: { name: "x", sha256: "" }, seed: version, network: { kind: "none" }, targets: [], files }) });
      if (result.kind !== "written") throw new Error(result.diagnostic.message);
      const failed = writeEntry(entryPath(cache, "network", "0".repeat(64)), pack({ about: text, version }));
      if (failed !== null) throw new Error(failed.message);
      if (version === 0) console.log("writing");
    }`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], { cwd });
  let complaint = "";
  child.stderr.on("data", (data: Buffer) => {
    complaint += data.toString();
  });
  const ended = once(child, "exit");
  await Promise.race([once(child.stdout, "data"), ended]);
  await new Promise((resolve) => setTimeout(resolve, afterMs));
  child.kill("SIGKILL");
  await ended;
  expect(complaint).toBe("");
}

/** Unfinished things in a directory. */
export function unfinished(directory: string): string[] {
  return existsSync(directory) ? readdirSync(directory).filter((name) => /\.(tmp|old)-/.test(name)) : [];
}

/** Expects a whole build under the name, or between two renames beside it, where the next run restores it. */
export function expectWhole(cwd: string, name: string): void {
  const aside = readdirSync(cwd).filter((entry) => entry.startsWith(`.${name}.old-`));
  const present = existsSync(join(cwd, name));
  expect(present || aside.length === 1).toBe(true);
  for (const build of [...(present ? [name] : []), ...aside]) {
    const manifest = JSON.parse(readFileSync(join(cwd, build, "manifest.json"), "utf8"));
    const { "manifest.json": _, ...real } = hashes(join(cwd, build));
    const listed = manifest.files.map((file: { name: string; sha256: string }) => [file.name, file.sha256]);
    expect(real).toEqual(Object.fromEntries(listed));
  }
}
