import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

export const root: string = join(dirname(fileURLToPath(import.meta.url)), "../..");
/** The program under test; another build can be named, for instance while dist/ is being worked on. */
export const program: string = process.env["OPTINC_TEST_PROGRAM"] ?? join(root, "dist/cli/main.js");

export interface Run {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs the program to its end without a terminal; only PATH, HOME and what is given are in its environment. */
export function optinc(args: readonly string[], options: RunOptions = {}): Run {
  const run = spawnSync(process.execPath, [program, ...args], {
    cwd: options.cwd ?? root,
    input: options.input ?? "",
    env: environment(options.env),
    encoding: "utf8",
    timeout: 100_000,
    maxBuffer: 2 ** 28,
  });
  return { code: run.status, out: run.stdout, err: run.stderr };
}

/** Starts the program and leaves it running. */
export function startOptinc(args: readonly string[], options: RunOptions = {}): ChildProcess {
  return spawn(process.execPath, [program, ...args], {
    cwd: options.cwd ?? root,
    env: environment(options.env),
    stdio: ["ignore", "pipe", "pipe"],
  });
}

function environment(extra: RunOptions["env"]): Record<string, string> {
  return { PATH: process.env["PATH"] ?? "", HOME: process.env["HOME"] ?? "/", ...extra };
}

/** An empty directory that is gone after the test. */
export function scratch(): string {
  const directory = mkdtempSync(join(tmpdir(), "optinc-cli-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** Hash of every file of a directory, by name. */
export function hashes(directory: string): Record<string, string> {
  const names = readdirSync(directory).sort();
  return Object.fromEntries(
    names.map((name) => [
      name,
      createHash("sha256")
        .update(readFileSync(join(directory, name)))
        .digest("hex"),
    ]),
  );
}

/** A small spec; settings as lines. */
export function spec(name: string, ...settings: string[]): string {
  return `aggregate ${name} {\n${settings.map((line) => `  ${line}\n`).join("")}}\n`;
}

export const pair: string = spec("pair", "workers 2", "precision 2 bits");
