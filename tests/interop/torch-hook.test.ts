import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { optinc, program } from "../cli/run.ts";
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
}

const chip = ["--chip", "7", "--phase-sigma", "0.2"];
const sample = ["--chip-sample", "6", "--technology", "foundry-si"];
const words = ["--option", "index=words"];
const small = { workers: 2, bits: 6, block: 100 };
const jobs = [
  { name: "mean-4x8", workers: 4, bits: 8, block: 256, network: "", chip: [], options: [] },
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
  expect(verdict).toMatchObject({ buckets: 3, elements: 3 * 4547, calls: 9 });
  const [designed, ...made] = verdict.unalike;
  expect(designed).toBe(0);
  expect(made).toHaveLength(2);
  for (const unalike of made) expect(unalike).toBeGreaterThan(0);
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
