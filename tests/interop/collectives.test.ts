import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { serveJobs } from "../../collectives/index.ts";
import { seededRandom } from "../../netlist/index.ts";
import { optinc } from "../cli/run.ts";
import { answerOf } from "./exports.ts";

interface Figure {
  readonly figure: string;
  readonly product: number;
  readonly reference: number;
}

type Job = Readonly<Record<string, unknown>>;

/** What the program prints, which must be nothing but data. */
function printed(...args: string[]): string {
  const { code, out, err } = optinc(args);
  expect([code, err]).toEqual([0, ""]);
  return out;
}

/** A network file for ASTRA-sim and what `compare` says of the same ring, with additions that cost nothing. */
function astraJobs(folder: string): readonly Job[] {
  return [4, 16].map((workers) => {
    const spec = join(folder, `ring-${workers}.optinc`);
    const elements = 1 << 20;
    writeFileSync(spec, `cluster c { workers ${workers}; reduction 1000 Tb/s; parameters ${elements} }\n`);
    const directory = join(folder, `astra-${workers}`);
    const { code } = optinc([
      ...["schedule", "ring", "--workers", `${workers}`, "--spec", spec, "--size", `${elements}`],
      ...["--export", "astra-sim", "-o", directory],
    ]);
    expect(code).toBe(0);
    const [row] = JSON.parse(printed("compare", spec, "--algorithms", "ring", "--format", "json")).rows;
    const { totalS, reductionS } = row.outcome.timing;
    const file = `astra-${workers}.yml`;
    writeFileSync(join(folder, file), readFileSync(join(directory, "network.yml"), "utf8"));
    const of = { workers, bytes: 4 * elements, rate: 100e9, latency: 2e-6, ringS: totalS - reductionS };
    return { kind: "astra", file, ...of };
  });
}

function wrhtJobs(): readonly Job[] {
  const cases = [35, 36, 63, 100, 1024].flatMap((workers) =>
    [1, 2, 3, 6, 64].map((wavelengths) => [workers, wavelengths]),
  );
  return cases.map(([workers, wavelengths]) => {
    const text = printed("schedule", "wrht", "--workers", `${workers}`, "--wavelengths", `${wavelengths}`);
    expect(text).toContain("no fault");
    const steps = text.match(/^step \d+$/gm)!.length + Number(/^and (\d+) more step/m.exec(text)?.[1] ?? 0);
    return { kind: "wrht", workers, wavelengths, steps };
  });
}

/** Every algorithm with a closed formula, with the defaults that the page names. */
function compareJobs(folder: string): readonly Job[] {
  return ["", "group-rate 3.6 Tb/s; "].map((text, i) => {
    const spec = join(folder, `cluster-${i}.optinc`);
    // Chunks of whole elements, as the formulas have it.
    const elements = 2 ** 16 * 15;
    writeFileSync(spec, `cluster c { workers 8; dtype bf16; ${text}parameters ${elements} }\n`);
    const file = `compare-${i}.json`;
    writeFileSync(join(folder, file), printed("compare", spec, "--workers", "4,6,8,16,32,64,256", "--format", "json"));
    const rates = { rate: 100e9, group_rate: i === 0 ? 100e9 : 3.6e12, reduction: 4e12 };
    const losses = { coupling_db: 1, passing_db: 0.02 };
    return { kind: "compare", file, ...losses, cluster: { bits: 16, latency: 2e-6, hop: 300e-9, group: 8, ...rates } };
  });
}

/** The halves of all-reduces, for sharded training. */
function halfJobs(folder: string): readonly Job[] {
  const spec = join(folder, "halves.optinc");
  writeFileSync(spec, `cluster c { workers 8; dtype bf16; parameters ${2 ** 16 * 15} }\n`);
  return ["reduce-scatter", "all-gather"].map((collective) => {
    const file = `${collective}.json`;
    const args = ["compare", spec, "--collective", collective, "--workers", "4,6,16,64", "--format", "json"];
    writeFileSync(join(folder, file), printed(...args, "--algorithms", "ring,halving-doubling"));
    return { kind: "halves", collective, file, cluster: { bits: 16, latency: 2e-6, rate: 100e9, reduction: 4e12 } };
  });
}

/** A circuit in its technology, at a word error rate that it does not keep. */
function photonicJobs(folder: string): readonly Job[] {
  const circuit = "examples/mean-4x8-foundry.optinc";
  const spec = join(folder, "photonic.optinc");
  writeFileSync(spec, `cluster c { workers 4; dtype bf16; rate 400 Gb/s; parameters ${2 ** 20 * 15} }\n`);
  const run = optinc([
    ...["compare", spec, "--circuit", circuit, "--chip-samples", "0", "--workers", "4,16,64", "--format", "json"],
    ...["--algorithms", "optinc,optinc-cascade"],
  ]);
  expect(run.code).toBe(0);
  writeFileSync(join(folder, "photonic.json"), run.out);
  const { budgets } = JSON.parse(printed("budget", circuit, "--json", "-q"));
  const latencyS = budgets[0].budget.figures.latency.value;
  const cluster = { latency: 2e-6, rate: 400e9, hop: 300e-9, reduction: 4e12, group: 8, group_rate: 400e9 };
  return [{ kind: "photonic", file: "photonic.json", latencyS, cluster }];
}

/** Every algorithm on the same words; a unit of eight, so that cascades are in it, and a word error rate that repeats frames. */
function equalJobs(folder: string): readonly Job[] {
  return ["1e-12", "1e-7"].map((errors, i) => {
    const spec = join(folder, `equal-${i}.optinc`);
    const text = `rate 400 Gb/s; group-rate 3.6 Tb/s; dtype bf16; optinc { unit 8; precision 8 }; round { word-error-rate ${errors} }`;
    writeFileSync(spec, `cluster c { workers 8; ${text}; parameters ${2 ** 16 * 15} }\n`);
    const names =
      "ring,recursive-doubling,halving-doubling,hierarchical-ring,nccl-ring,nccl-tree,tree,sharp,switchml,optinc,optinc-cascade,optinc-framed,hierarchical-sharp,hierarchical-switchml,hierarchical-optinc";
    const args = ["compare", spec, "--words", "equal", "--workers", "4,6,8,16,64", "--format", "json"];
    writeFileSync(join(folder, `equal-${i}.json`), printed(...args, "--algorithms", names));
    const rates = { rate: 400e9, group_rate: 3.6e12, reduction: 4e12 };
    const cluster = { latency: 2e-6, hop: 300e-9, group: 8, unit: 8, word_errors: Number(errors), ...rates };
    return { kind: "equal", file: `equal-${i}.json`, cluster };
  });
}

/** Rounds with late workers, losses, wrong frames and a timer that some workers miss. */
function roundJobs(folder: string): readonly Job[] {
  const spec = join(folder, "rounds.optinc");
  const round = "round { word-error-rate 3e-6; resend 50 us; timeout 250 us }";
  writeFileSync(spec, `cluster c { workers 8; dtype bf16; ${round}; parameters ${2 ** 16 * 2} }\n`);
  const args = ["compare", spec, "--rounds", "20000", "--skew", "0s,50us", "--drop", "0,0.1%", "--format", "json"];
  writeFileSync(join(folder, "rounds.json"), printed(...args, "--algorithms", "ring,switchml,optinc-framed"));
  const cluster = { bits: 16, latency: 2e-6, hop: 300e-9, rate: 100e9, reduction: 4e12 };
  return [{ kind: "rounds", file: "rounds.json", cluster, resend: 50e-6, timeout: 250e-6, errors: 3e-6 }];
}

/** Whole iterations of a model whose layers the reference has from its published shape. */
function iterationJobs(folder: string): readonly Job[] {
  const spec = join(folder, "iteration.optinc");
  const models = "models llama2-7b, resnet50, resnet50-cifar100, vgg16, vgg19";
  writeFileSync(spec, `cluster c { workers 8; dtype bf16; ${models}; iteration { batch 4 } }\n`);
  return [[], ["--sharded"]].map((more, i) => {
    const file = `iteration-${i}.json`;
    const args = ["compare", spec, "--iterations", ...more, "--workers", "8,64", "--format", "json"];
    writeFileSync(join(folder, file), printed(...args, "--algorithms", "ring,tree,nccl-ring"));
    const rates = { rate: 100e9, group_rate: 100e9, reduction: 4e12 };
    const cluster = { bits: 16, latency: 2e-6, hop: 300e-9, group: 8, ...rates };
    return { kind: "iteration", file, batch: 4, cluster };
  });
}

/** Pipelines on two trees; sizes that the chunks of the first case divide. */
function treeJobs(folder: string): readonly Job[] {
  const cases = [
    { chunks: 64, elements: 2 ** 14 * 15, latency: "2 us" },
    { chunks: null, elements: 999_983, latency: "20 us" },
  ];
  return cases.map(({ chunks, elements, latency }, i) => {
    const spec = join(folder, `trees-${i}.optinc`);
    const pipeline = chunks === null ? "" : `chunks ${chunks}; `;
    writeFileSync(spec, `cluster c { workers 8; latency ${latency}; ${pipeline}parameters ${elements} }\n`);
    const file = `trees-${i}.json`;
    const args = ["--algorithms", "double-binary-tree", "--workers", "3,8,13,64,257", "--format", "json"];
    writeFileSync(join(folder, file), printed("compare", spec, ...args));
    const cluster = { bits: 32, hop: 300e-9, latency: Number.parseFloat(latency) * 1e-6, rate: 100e9, reduction: 4e12 };
    return { kind: "trees", file, chunks, cluster };
  });
}

/** Leaves and spines, with every setting of theirs. */
function fatTreeJobs(folder: string): readonly Job[] {
  const cases = [
    ["", { rack: 32, seed: 1, seeds: 8 }],
    ["rack 4; oversubscription 2; seeds 3; seed 7; ", { rack: 4, oversubscription: 2, seed: 7, seeds: 3 }],
    [
      "rack 8; placement scattered; channels 3; seeds 4; ",
      { rack: 8, scattered: true, channels: 3, seed: 1, seeds: 4 },
    ],
    [
      "rack 8; placement scattered; routing adaptive; seeds 4; ",
      { rack: 8, scattered: true, adaptive: true, seed: 1, seeds: 4 },
    ],
  ] as const;
  return cases.map(([text, network], i) => {
    const spec = join(folder, `fat-tree-${i}.optinc`);
    writeFileSync(spec, `cluster c { workers 8; parameters ${2 ** 10 * 15}; fat-tree { ${text}} }\n`);
    const file = `fat-tree-${i}.json`;
    const args = ["--algorithms", "fat-tree,fat-tree-halving-doubling", "--workers", "8,12,64,128", "--format", "json"];
    writeFileSync(join(folder, file), printed("compare", spec, ...args));
    return {
      kind: "fat-trees",
      file,
      network,
      cluster: { bits: 32, latency: 2e-6, hop: 300e-9, rate: 100e9, reduction: 4e12 },
    };
  });
}

/** Four jobs whose times are whole seconds, in every second case on units that fail, and what became of them. */
function serviceJobs(): readonly Job[] {
  return Array.from({ length: 400 }, (_, seed) => {
    const random = seededRandom(seed + 1);
    const whole = (least: number, most: number): number => least + Math.floor(random() * (most - least + 1));
    const units = whole(1, 4);
    const arrivals = Array.from({ length: 4 }, () => whole(0, 12)).sort((a, b) => a - b);
    const courses = arrivals.map(() => {
      const holds = { units: whole(1, units), holdS: whole(1, 6), pieceS: whole(1, 3) };
      return { rounds: whole(1, 4), ownS: whole(1, 5), ...holds };
    });
    // Of each unit, one after the other; then it lives on.
    const lifetimes = Array.from({ length: seed % 2 === 0 ? 0 : units }, () => [whole(1, 12), whole(1, 12)]);
    const [heaterS, repairS] = [whole(0, 2), whole(1, 6)];
    const lives = lifetimes.map((times) => times.values());
    const failures = { lifetimeS: (unit: number) => lives[unit]!.next().value ?? Number.POSITIVE_INFINITY, repairS };
    const jobs = arrivals.map((arrivesS) => ({ arrivesS, workers: 2, iterations: 1 }));
    const courseOf = (job: (typeof jobs)[number]) => courses[jobs.indexOf(job)]!;
    const served = serveJobs(jobs, units, heaterS, courseOf, lives.length === 0 ? null : failures);
    const found = { ...served, endS: [...served.endS], waitedS: [...served.waitedS] };
    return { kind: "service", seed, arrivals, courses, units, heaterS, lifetimes, repairS, found };
  });
}

it("collectives take what a reference in Python works out of docs/explanation/collectives.md and the tools' rules", async () => {
  const figures = await answerOf<readonly Figure[]>("collectives_reference", (folder) => {
    writeFileSync(
      join(folder, "jobs.json"),
      JSON.stringify([
        ...astraJobs(folder),
        ...wrhtJobs(),
        ...compareJobs(folder),
        ...photonicJobs(folder),
        ...equalJobs(folder),
        ...roundJobs(folder),
        ...iterationJobs(folder),
        ...halfJobs(folder),
        ...treeJobs(folder),
        ...fatTreeJobs(folder),
        ...serviceJobs(),
      ]),
    );
  });
  if (figures === null) return;
  const within = (figure: string): number =>
    figure.startsWith("equal words") ? 1e-9 : figure.startsWith("rounds") ? 0.04 : 1e-6;
  const apart = figures.filter(
    ({ figure, product, reference }) => Math.abs(product - reference) > within(figure) * Math.abs(reference),
  );
  expect(apart).toEqual([]);
  for (const figure of [
    ...["ASTRA-sim message of 4", "ASTRA-sim ring of 16", "WRHT steps of 35 on 3"],
    ...["reduce-scatter of halving-doubling on 16", "all-gather of ring on 6"],
    ...["nccl-ring on 256: 983040", "nvls on 8: 983040", "h-ring on 64: 983040", "switchml on 32: 983040"],
    ...[
      "iteration of llama2-7b with ring on 64",
      "overlapped resnet50 with nccl-ring on 8",
      "sharded vgg19 with tree on 8",
      "overlapped sharded resnet50-cifar100 with ring on 64",
      "double trees of 257 in 64",
      "steps of double trees of 64, chunks None",
      "energy of sharp on 64",
      "hierarchical-switchml on 64: 983040",
      "rounds of ring, skew 5e-05, drop 0.001: p99",
      ...["hierarchical-optinc on 64", "optinc-framed on 16", "exponents of ring on 6"].map(
        (it) => `equal words: ${it}`,
      ),
    ],
  ]) {
    expect(figures.map((it) => it.figure)).toContain(figure);
  }
  for (const [kind, more] of Object.entries({ waited: 0, programmed: 4, interrupted: 0 })) {
    const some = figures.filter(({ figure, product }) => figure.startsWith(`served ${kind}`) && product > more);
    expect(some.length, kind).toBeGreaterThan(100);
  }
  console.log(`collectives: ${figures.length} figures agree with the reference within 1e-6`);
});
