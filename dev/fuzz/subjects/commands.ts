import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { targets } from "../../../netlist/index.ts";
import { writeNpy } from "../../../verify/index.ts";
import { type FuzzSubject, type Input, inFolder } from "../material/case.ts";
import { checkout, circuits, exported, importedSpec, weightsJson } from "../material/corpus.ts";
import { mutateJson, mutateText, oddText, rearrangement } from "../material/mutate.ts";
import { buildFiles } from "./builds.ts";

/** Seconds of computing, and of waiting, after which a command hangs. */
const MOST_CPU_S = 10;
const MOST_WALL_S = 120;
const MOST_BYTES = 2 ** 30;

/** Command lines as processes, in a folder of their own with files to work on; at times one of the files is changed. */
export function commandSubject(): FuzzSubject {
  const files = workingFiles();
  const changed = Object.entries(files).flatMap(([name, text]) => {
    if (typeof text !== "string") return [];
    const change = name.endsWith(".json") ? mutateJson(JSON.parse(text)) : mutateText([text]);
    return [change.map((now) => ({ ...files, [name]: now }))];
  });
  const line = fc.oneof(...commandLines.map(wordsOf));
  return {
    name: "command",
    weight: 3,
    inputs: fc.record({
      files: fc.oneof({ weight: 7, arbitrary: fc.constant(files) }, { weight: 3, arbitrary: fc.oneof(...changed) }),
      args: fc.oneof({ weight: 1, arbitrary: line }, { weight: 3, arbitrary: line.chain(mutateWords) }),
    }),
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

const specs = ["pair.optinc", "two.optinc", "pair.yaml", "imported.optinc", "cluster.optinc", "training.optinc"];

/** Words that stand for one of a list. */
const lists: Readonly<Record<string, readonly string[]>> = {
  SPEC: specs,
  SOURCE: ["build", "build/circuit.json", "pair.optinc", "imported.optinc", "two.optinc"],
  TARGET: targets.map((target) => target.name),
};

/** `a|b` is one of them, `[...]` is left out at times. */
const commandLines = [
  "check SPEC SPEC --format human|json|sarif",
  "compile SPEC -o out --chips 2 [--json] [-q] [--aggregate a] [--no-cache]",
  "verify SOURCE [--inputs exhaustive|proof|sampled] [--samples 50] [--gradients g.npy] [--block 2] [--phase-sigma 0.01 --chips 3] [--json -] [--json r.json] [--junit r.xml] [--seed 4]",
  "verify --netlist pair.sp|sax/b.sax-index.json --as spice [--json -]",
  "export SOURCE --to TARGET [-o out] [-o -] [--scope circuit|layer:1|layer:P|mesh:x|layer:-1|mesh:a/b] [--option wl=on] [--aggregate a] [--force]",
  "compare [cluster.optinc] [--workers 4,8|2..64|16] [--size 1e3] [--dtype fp16] [--algorithms ring,wrht] [--format table|csv|json|svg] [--execute-up-to 8] [-o t.txt]",
  "schedule ring|wrht|optinc|optinc-cascade|tree|h-ring --workers 2|7|16 [--wavelengths 4] [--size 64] [--export chakra|astra-sim] [-o out] [--spec cluster.optinc]",
  "explain OPT0203|OPT0101|opt0401|OPT9999",
  "cache list|path|clear",
  "train-sim SPEC [--steps 2] [--seeds 1] [--training t] [--json -]",
  "--help|--version|compil|verify|export",
];

function wordsOf(line: string): fc.Arbitrary<string[]> {
  const parts = line.match(/\[[^\]]*\]|\S+/g)!.map((part) => {
    if (part.startsWith("[")) return fc.option(wordsOf(part.slice(1, -1)), { nil: [], freq: 1 });
    return fc.constantFrom(...(lists[part] ?? part.split("|"))).map((word) => [word]);
  });
  return fc.tuple(...parts).map((words) => words.flat());
}

const flags = "--json -o --force --aggregate --inputs --samples --help --scope --workers --seed -- -".split(" ");
const numbers = "0 -1 1.5 1e400 NaN 0x10 1e12 99999999999999999999 1e-3 +1 1_000".split(" ");
const places = "build sax nowhere /dev/null /dev/full /proc/x".split(" ");

/** The words with one moved, replaced, changed or added. */
function mutateWords(words: readonly string[]): fc.Arbitrary<string[]> {
  const flag = fc.constantFrom(...flags);
  const number = fc.constantFrom(...numbers);
  const value = fc.oneof(number, fc.constantFrom(...specs, ...places));
  const at = fc.nat(words.length - 1);
  const added = fc.oneof(fc.tuple(flag), fc.tuple(flag, value));
  return fc
    .oneof(
      rearrangement(1).map((change) => change(words)),
      fc.tuple(at, fc.oneof(number, oddText)).map(([i, word]) => words.with(i, word)),
      fc.tuple(at, added).map(([i, more]) => words.toSpliced(i + 1, 0, ...more)),
      at.chain((i) => mutateText([words[i]!]).map((word) => words.with(i, word))),
    )
    .map((changed) => changed.filter((word) => !word.includes("\0")).map(harmless));
}

/** Paths from the root on are left out but for those that nobody can write: a command is asked to replace what it names. */
function harmless(word: string): string {
  const path = word.slice(word.indexOf("=") + 1);
  return /^\/(dev\/null|dev\/full|proc\/x)?$|^[^/]|^$/.test(path) && path !== "/" ? word : "rooted";
}

async function runCommand({ files, args }: Input): Promise<void> {
  // Deep enough that names with .. in them stay inside.
  const deep = Object.entries(files).map(([name, content]) => [`a/b/c/d/${name}`, content]);
  await inFolder(Object.fromEntries(deep), async (root) => {
    mkdirSync(join(root, "home"));
    const { status, signal, stderr } = ended(root, args);
    const line = `optinc ${args.join(" ")}`.slice(0, 120);
    if (status === TOO_LARGE) throw new Error(`takes more than 1 GiB: ${line}`);
    if (signal !== null) throw new Error(`ended by ${signal}, perhaps as it hangs: ${line}`);
    if (status === null || status > 3) throw new Error(`exit ${status}: ${lastLine(stderr)}: ${line}`);
    if (/^\s+at .+:\d+:\d+\)?$/m.test(stderr)) throw new Error(`a stack trace: ${line}`);
    // The newline and the colours are from optinc; anything else that steers a terminal came from the input.
    if (/(?![\n\t])\p{Cc}/u.test(stderr)) throw new Error(`control characters on the terminal: ${line}`);
  });
}

/** The exit code of a process that took more memory than it may. */
const TOO_LARGE = 99;

/** The command under limits: the shell's of computing, and one of memory that the process looks at when it ends. */
function ended(root: string, args: readonly string[]): SpawnSyncReturns<string> {
  const look = `process.on("exit", () => process.resourceUsage().maxRSS * 1024 > ${MOST_BYTES} && (process.exitCode = ${TOO_LARGE}))`;
  const program = ["--max-old-space-size=1024", "--import", `data:text/javascript,${encodeURIComponent(look)}`];
  const words = [process.execPath, ...program, join(checkout, "dist/program/optinc.js"), ...args];
  const env = {
    PATH: process.env["PATH"] ?? "",
    HOME: join(root, "home"),
    OPTINC_CACHE: join(root, "cache"),
    TMPDIR: root,
  };
  return spawnSync("sh", ["-c", `ulimit -t ${MOST_CPU_S}; exec "$0" "$@"`, ...words], {
    cwd: join(root, "a/b/c/d"),
    env,
    stdio: ["ignore", "ignore", "pipe"],
    encoding: "utf8",
    timeout: MOST_WALL_S * 1000,
    killSignal: "SIGKILL",
    maxBuffer: 2 ** 26,
  });
}

function lastLine(text: string): string {
  return text.trimEnd().split("\n").at(-1)?.slice(0, 160) ?? "";
}
