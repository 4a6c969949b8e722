import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from "node:worker_threads";
import { expect, onTestFinished } from "vitest";

export const root: string = join(dirname(fileURLToPath(import.meta.url)), "../..");
/** The program under test; another build can be named, for instance while dist/ is being worked on. */
export const program: string = process.env["OPTINC_TEST_PROGRAM"] ?? join(root, "dist/program/optinc.js");

/** Where the modules of the command line are, for tests that use one by itself; ends with a slash. */
export const modules: string = pathToFileURL(join(root, "dist/cli/")).href;

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

const limitMs = 100_000;

/**
 * Runs the program to its end without a terminal; only PATH, HOME and what is given are in its environment. It runs in a process
 * that ran it before and has its modules loaded: starting one for every command would take most of the time of the tests.
 */
export function optinc(args: readonly string[], options: RunOptions = {}): Run {
  const { cwd = root, input = "", env } = options;
  const { port, bell } = resident(env?.["NODE_OPTIONS"] ?? "");
  Atomics.store(bell, 0, 0);
  port.postMessage({ args, cwd, input, env: environment(env) });
  Atomics.wait(bell, 0, 0, 2 * limitMs);
  const answer = receiveMessageOnPort(port)?.message;
  if (answer === undefined) throw new Error(`no answer to optinc ${args.join(" ")}`);
  return answer;
}

/** The same in a process of its own: for what hangs on how a process starts or ends. */
export function optincProcess(args: readonly string[], options: RunOptions = {}): Run {
  const run = spawnSync(process.execPath, [program, ...args], {
    cwd: options.cwd ?? root,
    input: options.input ?? "",
    env: environment(options.env),
    encoding: "utf8",
    timeout: limitMs,
    maxBuffer: 2 ** 28,
  });
  return { code: run.status, out: run.stdout, err: run.stderr };
}

interface Resident {
  readonly port: MessagePort;
  /** 1 when the answer is there. */
  readonly bell: Int32Array;
}

/** By the options that Node starts with; all else of a request is its own. */
const residents = new Map<string, Resident>();

function resident(nodeOptions: string): Resident {
  const known = residents.get(nodeOptions);
  if (known !== undefined) return known;
  const { port1: port, port2 } = new MessageChannel();
  const bell = new Int32Array(new SharedArrayBuffer(4));
  const env = environment(nodeOptions === "" ? {} : { NODE_OPTIONS: nodeOptions });
  const thread = new Worker(new URL("bridge.mjs", import.meta.url), {
    workerData: { port: port2, bell, program, env, limitMs },
    transferList: [port2],
  });
  thread.unref();
  port.unref();
  const made = { port, bell };
  residents.set(nodeOptions, made);
  return made;
}

/** Expects the exit code of a run, and words on its stderr. */
export function expectEnd(run: Pick<Run, "code" | "err">, code: number, said: string): void {
  expect(run).toMatchObject({ code, err: expect.stringContaining(said) });
}

/** Starts the program and leaves it running. */
export function startOptinc(args: readonly string[], options: RunOptions = {}): ChildProcess {
  return spawn(process.execPath, [program, ...args], {
    cwd: options.cwd ?? root,
    env: environment(options.env),
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** Lines of progress come after seconds: on this clock, which is forty times as fast, the work need not take them. */
const hasty = "data:text/javascript,const%20now=performance.now.bind(performance);performance.now=()=>40*now()";

/** Sends a signal to the program once its lines of progress say what `when` looks for, and waits for its end. */
export async function interrupted(
  args: readonly string[],
  signal: NodeJS.Signals,
  options: RunOptions & { readonly when?: RegExp } = {},
): Promise<Run> {
  const env = { ...options.env, NODE_OPTIONS: `--import ${hasty}` };
  const child = startOptinc(args, { ...options, env });
  const run = { code: -1 as number | null, out: "", err: "" };
  child.stdout!.on("data", (piece: Buffer) => {
    run.out += piece.toString();
  });
  let sent = false;
  child.stderr!.on("data", (piece: Buffer) => {
    run.err += piece.toString();
    if (!sent && (options.when ?? /./).test(run.err)) sent = child.kill(signal);
  });
  [run.code] = await once(child, "close");
  return run;
}

function environment(extra: RunOptions["env"]): Record<string, string> {
  const { PATH = "", HOME = "/" } = process.env;
  // Node would keep code in the caches that tests look into.
  return { PATH, HOME, NODE_DISABLE_COMPILE_CACHE: "1", ...extra };
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

/** A scratch directory with a spec and its build `b`. */
export function built(): { cwd: string; run: (...args: string[]) => Run } {
  const cwd = scratch();
  const run = (...args: string[]): Run => optinc(args, { cwd });
  writeFileSync(join(cwd, "pair.optinc"), pair);
  expect(run("compile", "pair.optinc", "-o", "b", "-q", "--chips", "0").code).toBe(0);
  return { cwd, run };
}
