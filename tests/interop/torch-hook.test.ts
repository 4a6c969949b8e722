import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { optinc, program, root } from "../cli/run.ts";
import { answerOf } from "./exports.ts";

interface Verdict {
  readonly torch: string;
  /** Loss of every step, mean over the ranks. */
  readonly plain: readonly number[];
  readonly hook: readonly number[];
  readonly buckets: number;
  readonly elements: number;
  readonly calls: number;
  /** Elements that reached the ranks unalike: of the circuit as designed, of the chip with phase errors and of the chip sample. */
  readonly unalike: readonly number[];
  readonly wrong: readonly string[];
  readonly modes: readonly Readonly<Record<"buckets" | "early" | "wrong" | "local", number> & { refusal: string }>[];
  /** PyTorch 2.3 and later. */
  readonly scaled?: readonly Readonly<Record<"moved" | "scales" | "alike", unknown>>[];
  readonly shards: readonly {
    readonly wrong: number;
    readonly calls: number;
    /** Whether FullyShardedDataParallel runs on CPUs: PyTorch 2 and later. */
    readonly fsdp: boolean;
    readonly refusal: string;
    readonly losses: readonly number[];
  }[];
  /** Of a convex problem from its optimum, by circuit and by what the workers do about rounding. */
  readonly gaps: Readonly<Record<string, number>>;
}

const chip = ["--chip", "7", "--phase-sigma", "0.2"];
const sample = ["--chip-sample", "6", "--technology", "foundry-si"];
const words = ["--option", "index=words"];
const small = { workers: 2, bits: 6, block: 100, types: ["f32", "f16", "bf16"] };
const types = ["f32", "f16", "bf16"];
/** Without types they are run in one process, and not over gloo. */
const proved = { workers: 4, bits: 8, block: 256, types: [] as string[], chip: [], options: [] };
const jobs = [
  { ...proved, name: "mean-4x8", types, network: "" },
  { ...proved, name: "even-4x8", network: "rounding half-even" },
  { ...proved, name: "none-4x8", types: ["f32", "f16"], network: "rounding none" },
  { ...proved, name: "mean-4x16", types, bits: 16, network: "" },
  { ...proved, name: "floor-3x7", workers: 3, bits: 7, network: "rounding floor; unsigned" },
  { ...proved, name: "none-3x6", workers: 3, bits: 6, network: "rounding none" },
  { ...proved, name: "even-2x1", workers: 2, bits: 1, network: "rounding half-even" },
  { ...proved, name: "mean-64x8", workers: 64, network: "" },
  { ...proved, name: "tree-64x8", workers: 64, network: "topology cascade 4 x 4 x 4" },
  {
    ...small,
    name: "chip-2x6",
    network: "",
    chip,
    options: [...words, "--option", "chip=7", "--option", "phase-sigma=0.2"],
  },
  {
    ...small,
    name: "sample-2x6",
    network: "network constructed { neuron relu }",
    chip: sample,
    options: [...words, ...sample],
  },
] as const;

function prepare(folder: string): void {
  const run = (words: readonly string[], input = ""): void => {
    const { code, err } = optinc([...words, "-q"], { input });
    expect([code, err]).toEqual([0, ""]);
  };
  const made = jobs.map(({ options, ...job }) => {
    const [build, exported] = [join(folder, `${job.name}-build`), join(folder, `${job.name}-hook`)];
    const spec = `aggregate ${job.name} { workers ${job.workers}; precision ${job.bits} bits; ${job.network} }\n`;
    run(["compile", "-", "-o", build], spec);
    mkdirSync(exported);
    run(["export", build, "--to", "torch-hook", "-o", exported, ...options]);
    const module = readdirSync(exported).find((name) => name.endsWith(".py"))!;
    return { ...job, build, module: join(exported, module), optinc: [process.execPath, program] };
  });
  writeFileSync(join(folder, "jobs.json"), JSON.stringify(made));
}

it("trains with PyTorch in four processes; hook, optinc aggregate and the definition agree bit for bit", async () => {
  const verdict = await answerOf<Verdict>("torch_hook", prepare);
  if (verdict === null) return;
  expect(verdict.wrong).toEqual([]);
  expect(verdict).toMatchObject({ buckets: 3, elements: 3 * 4547, calls: 14 });
  expect(verdict.unalike.slice(0, 3)).toEqual([0, 0, 0]);
  expect(verdict.unalike.slice(3)).toHaveLength(2);
  for (const unalike of verdict.unalike.slice(3)) expect(unalike).toBeGreaterThan(0);
  for (const found of verdict.modes) {
    // Futures of all buckets but the last are open when the hook returns, and a step without synchronisation calls no hook.
    expect(found).toMatchObject({ early: 0, wrong: 0, local: 0 });
    expect(found.buckets).toBeGreaterThan(1);
    expect(found.refusal).toMatch(/^residuals of worker \d of 5, not of worker \d of 4/);
  }
  // The step with an overflow at one rank is skipped by all of them, and the scale halves.
  for (const found of verdict.scaled ?? []) {
    expect(found).toEqual({ moved: [true, false, true], scales: [1024, 512, 512], alike: true });
  }
  for (const { wrong, calls, fsdp, refusal, losses } of verdict.shards) {
    // Two tensors in each of 3 steps, and two flat parameters in each of 30.
    expect([wrong, calls]).toEqual([0, fsdp ? 67 : 7]);
    expect(refusal).toMatch(/^residuals of \d+ gradients, not of 4/);
    expect(verdict.scaled !== undefined || !fsdp).toBe(true);
    if (fsdp) expect(losses.at(-1)!).toBeLessThan(losses[0]! * 0.8);
  }
  // What the unit rounds away no worker can feed back; with the exact sum error feedback reaches the optimum.
  expect(verdict.gaps["none-4x8, feedback"]).toBeLessThan(1e-9);
  for (const circuit of ["mean-4x8", "even-4x8"]) expect(verdict.gaps[`${circuit}, feedback`]).toBeGreaterThan(1e-8);
  expect(verdict.gaps["none-4x8, nearest"]).toBeGreaterThan(1e-8);
  const [plain, hook] = [verdict.plain, verdict.hook].map((losses) => ({
    first: losses[0]!,
    last: losses.slice(-10).reduce((sum, loss) => sum + loss, 0) / 10,
  }));
  // The first loss is of the same parameters and data; then words take the place of floats.
  expect(hook!.first).toBe(plain!.first);
  expect(hook!.last).not.toBe(plain!.last);
  for (const { first, last } of [plain!, hook!]) expect(last).toBeLessThan(first / 4);
  const curve = (losses: readonly number[]) => [0, 20, 40, 80, 119].map((step) => losses[step]!.toFixed(4)).join(" ");
  console.log(
    `torch ${verdict.torch}: loss after 0, 20, 40, 80, 119 steps: all-reduce ${curve(verdict.plain)}, hook ${curve(verdict.hook)}`,
  );
});

it("the script of the real training exports its hooks, trains, leaves out what is done, and prints its table", () => {
  const python = join(root, ".interop/torch/bin/python");
  if (!existsSync(python)) {
    console.log("not run: real training: no torch; run tests/interop/run.sh");
    if (process.env["CI"] === "true") throw new Error("the real training was not run");
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), "optinc-training-"));
  try {
    const script = (...words: readonly string[]): string =>
      execFileSync(python, [join(root, "examples/real-training/train.py"), ...words], {
        cwd: folder,
        encoding: "utf8",
        stdio: ["ignore", "pipe", "pipe"],
      });
    script("hooks", "--optinc", `${process.execPath} ${program}`);
    const few = ["--model", "transformer", "--steps", "2", "--modules", join(root, "node_modules"), "--seeds", "1"];
    script("run", ...few, "--ways", "float,exact-8");
    script("run", ...few, "--ways", "float,exact-8,ring-4");
    const rows = readFileSync(join(folder, "results.jsonl"), "utf8").trim().split("\n");
    expect(rows.map((row) => JSON.parse(row).way)).toEqual(["float", "exact-8", "ring-4"]);
    for (const row of rows) expect(JSON.parse(row).figure).toBeGreaterThan(1);
    expect(script("table", "results.jsonl")).toContain("| float | 1 |");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
