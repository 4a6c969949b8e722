import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { targets } from "../../../netlist/index.ts";
import { writeNpy } from "../../../verify/index.ts";
import type { FuzzSubject, Input } from "../material/case.ts";
import { checkout, circuits, exported, importedSpec, weightsJson } from "../material/corpus.ts";
import type { Dice } from "../material/dice.ts";
import { mutateJson, mutateText, oddText } from "../material/mutate.ts";
import { buildFiles } from "./builds.ts";

/** Seconds of computing, and of waiting, after which a command hangs. */
const MOST_CPU_S = 10;
const MOST_WALL_S = 120;
const MOST_BYTES = 2 ** 30;

/** Command lines as processes, in a directory of their own with files to work on. */
export function commandSubject(): FuzzSubject {
  const files = workingFiles();
  return {
    name: "command",
    weight: 0.03,
    make: (dice) => {
      const given: Record<string, string | Uint8Array> = { ...files };
      if (dice.chance(0.3)) {
        const name = dice.pick(Object.keys(files).filter((each) => typeof files[each] === "string"));
        const text = files[name] as string;
        given[name] = name.endsWith(".json") ? mutateJson(JSON.parse(text), dice) : mutateText(text, dice);
      }
      const words = dice.pick(commandLines)(dice);
      return { files: given, args: dice.chance(0.75) ? mutateWords(words, dice) : words };
    },
    run: runCommand,
  };
}

function workingFiles(): Record<string, string | Uint8Array> {
  const circuit = circuits()[1]!;
  const build = Object.entries(buildFiles()).map(([name, text]) => [`build/${name}`, text]);
  const sax = Object.entries(exported(circuit, "sax")).map(([name, text]) => [`sax/${name}`, text]);
  return {
    "pair.optinc": "aggregate pair {\n  workers 2\n  precision 2 bits\n}\n",
    "two.optinc":
      "aggregate a {\n  workers 2\n  precision 1 bits\n}\naggregate b {\n  workers 3\n  precision 2 bits\n}\n",
    "pair.yaml": "aggregate pair:\n  workers: 2\n  precision: 2 bits\n",
    "imported.optinc": importedSpec,
    "w.json": weightsJson,
    "cluster.optinc": "cluster c {\n  workers 16\n  optical { wavelengths 8 }\n}\n",
    "training.optinc":
      "aggregate pair {\n  workers 2\n  precision 2 bits\n}\ntraining t {\n  model mlp { hidden 4 }\n  steps 2\n}\n",
    "pair.sp": Object.values(exported(circuit, "spice", { testbench: "inside" }))[0]!,
    "g.npy": writeNpy({ workers: 2, length: 3, data: Float32Array.of(1, -1, 0.5, 0.25, 2, 0) }),
    ...Object.fromEntries([...build, ...sax]),
  };
}

const specs = [
  "pair.optinc",
  "two.optinc",
  "pair.yaml",
  "imported.optinc",
  "cluster.optinc",
  "training.optinc",
] as const;
const sources = ["build", "build/circuit.json", "pair.optinc", "imported.optinc", "two.optinc"] as const;

const commandLines: readonly ((dice: Dice) => string[])[] = [
  (dice) => ["check", dice.pick(specs), dice.pick(specs), "--format", dice.pick(["human", "json", "sarif"])],
  (dice) => ["compile", dice.pick(specs), "-o", "out", "--chips", "2", ...some(dice, ["--json"], ["-q"], ["--aggregate", "a"], ["--no-cache"])],
  (dice) => ["verify", dice.pick(sources), ...some(dice, ["--inputs", dice.pick(["exhaustive", "proof", "sampled"])], ["--samples", "50"],
    ["--gradients", "g.npy"], ["--block", "2"], ["--phase-sigma", "0.01", "--chips", "3"], ["--json", "-"], ["--json", "r.json"], ["--junit", "r.xml"],
    ["--through", dice.pick(["devices", "composed"])], ["--seed", "4"])],
  (dice) => ["verify", "--netlist", ...dice.pick([["pair.sp", "--as", "spice"], ["sax/b.sax-index.json", "--as", "spice"]]),
    ...some(dice, ["--json", "-"])],
  (dice) => ["export", dice.pick(sources), "--to", dice.pick(targets.map((target) => target.name)), ...some(dice, ["-o", "out"],
    ["-o", "-"], ["--scope", dice.pick(["circuit", "layer:1", "layer:P", "mesh:x", "layer:-1", "mesh:a/b"])], ["--option", "form=flat"], ["--aggregate", "a"], ["--force"])],
  (dice) => ["compare", ...some(dice, ["cluster.optinc"], ["--workers", dice.pick(["4,8", "2..64", "16"])], ["--size", "1e3"], ["--dtype", "fp16"],
    ["--algorithms", "ring,wrht"], ["--format", dice.pick(["table", "csv", "json", "svg"])], ["--execute-up-to", "8"], ["-o", "t.txt"])],
  (dice) => ["schedule", dice.pick(["ring", "wrht", "optinc", "optinc-cascade", "tree", "h-ring"]), "--workers", dice.pick(["2", "7", "16"]),
    ...some(dice, ["--wavelengths", "4"], ["--size", "64"], ["--export", dice.pick(["chakra", "astra-sim"])], ["-o", "out"], ["--spec", "cluster.optinc"])],
  (dice) => ["explain", dice.pick(["OPT0203", "OPT0101", "opt0401", "OPT9999", ""])],
  (dice) => ["cache", dice.pick(["list", "path", "clear"])],
  (dice) => ["train-sim", dice.pick(specs), ...some(dice, ["--steps", "2"], ["--seeds", "1"], ["--training", "t"], ["--json", "-"])],
  (dice) => [dice.pick(["", "--help", "--version", "compil", "verify", "export"])],
]; // biome-ignore format: a table

function some(dice: Dice, ...choices: readonly (readonly string[])[]): string[] {
  return choices.filter(() => dice.chance(0.25)).flat();
}

function mutateWords(words: readonly string[], dice: Dice): string[] {
  const out = [...words];
  const at = dice.below(out.length);
  const flags = [
    "--json",
    "-o",
    "--force",
    "--aggregate",
    "--inputs",
    "--samples",
    "--help",
    "--scope",
    "--workers",
    "--seed",
    "--",
    "-",
  ];
  const numbers = [
    "0",
    "-1",
    "1.5",
    "1e400",
    "NaN",
    "0x10",
    "1e12",
    "99999999999999999999",
    " ",
    "1e-3",
    "+1",
    "1_000",
  ];
  switch (dice.below(7)) {
    case 0:
      out.splice(at, 1);
      break;
    case 1:
      out.splice(at, 0, out[at]!);
      break;
    case 2:
      out[at] = oddText(dice);
      break;
    case 3:
      out[at] = dice.pick(numbers);
      break;
    case 4:
      out.splice(at + 1, 0, dice.pick(flags));
      break;
    case 5:
      out[at] = mutateText(out[at]!, dice);
      break;
    default:
      out.splice(
        at + 1,
        0,
        dice.pick(flags),
        dice.pick([...numbers, ...specs, "build", "sax", "nowhere", "/dev/null", "/dev/full", "/proc/x"]),
      );
  }
  return out.filter((word) => !word.includes("\0")).map(harmless);
}

/** Paths from the root on are left out but for those that nobody can write: a command is asked to replace what it names. */
function harmless(word: string): string {
  const path = word.slice(word.indexOf("=") + 1);
  return /^\/(dev\/null|dev\/full|proc\/x)?$|^[^/]|^$/.test(path) && path !== "/" ? word : "rooted";
}

async function runCommand({ files, args }: Input): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), "optinc-fuzz-"));
  // Deep enough that names with .. in them stay inside.
  const directory = join(root, "a/b/c/d");
  try {
    mkdirSync(join(directory, "build"), { recursive: true });
    mkdirSync(join(directory, "sax"));
    mkdirSync(join(root, "home"));
    for (const [name, content] of Object.entries(files)) writeFileSync(join(directory, name), content);
    const child = spawn(
      process.execPath,
      ["--max-old-space-size=1024", join(checkout, "dist/program/optinc.js"), ...args],
      {
        cwd: directory,
        env: {
          PATH: process.env["PATH"] ?? "",
          HOME: join(root, "home"),
          OPTINC_CACHE: join(root, "cache"),
          TMPDIR: root,
        },
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    const { code, signal, err, excess } = await ended(child);
    const line = `optinc ${args.join(" ")}`.slice(0, 120);
    if (excess !== null) throw new Error(`${excess}: ${line}`);
    if (signal !== null) throw new Error(`ended by ${signal}: ${line}`);
    if (code === null || code > 3) throw new Error(`exit ${code}: ${lastLine(err)}: ${line}`);
    if (/^\s+at .+:\d+:\d+\)?$/m.test(err)) throw new Error(`a stack trace: ${line}`);
    // The newline and the colours are from optinc; anything else that steers a terminal came from the input.
    if (/(?![\n\t])\p{Cc}/u.test(err)) throw new Error(`control characters on the terminal: ${line}`);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly err: string;
  /** What it took too much of; null when it kept to the limits. */
  readonly excess: string | null;
}

function ended(child: ChildProcess): Promise<Ended> {
  return new Promise((resolve, reject) => {
    let err = "";
    let excess: string | null = null;
    const started = performance.now();
    child.stderr?.on("data", (piece: Buffer) => {
      if (err.length < 2 ** 20) err += piece.toString("utf8");
    });
    child.stdout?.resume();
    const watch = setInterval(() => {
      const { cpuS, bytes } = usage(child.pid!);
      const wallS = (performance.now() - started) / 1000;
      if (cpuS > MOST_CPU_S || wallS > MOST_WALL_S)
        excess = `hangs after ${cpuS > MOST_CPU_S ? `${MOST_CPU_S} s of computing` : `${MOST_WALL_S} s`}`;
      else if (bytes > MOST_BYTES) excess = "takes more than 1 GiB";
      if (excess !== null) child.kill("SIGKILL");
    }, 100);
    child.on("error", (error) => {
      clearInterval(watch);
      reject(error);
    });
    child.on("close", (code, signal) => {
      clearInterval(watch);
      resolve({ code, signal, err, excess });
    });
  });
}

/** Of a process of Linux; elsewhere the wall clock alone counts. */
function usage(pid: number): { cpuS: number; bytes: number } {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const peak = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return { cpuS: (Number(fields[11]) + Number(fields[12])) / 100, bytes: Number(peak ?? 0) * 1024 };
  } catch {
    return { cpuS: 0, bytes: 0 };
  }
}

function lastLine(text: string): string {
  return text.trimEnd().split("\n").at(-1)?.slice(0, 160) ?? "";
}
