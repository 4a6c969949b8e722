import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { npyBytes } from "../../formats/index.ts";
import { checkCircuit, seededRandom } from "../../netlist/index.ts";
import { makeAggregator, prepareCircuit } from "../../training-sim/index.ts";
import { options } from "../training-sim/small.ts";
import { expectEnd, optinc, spec } from "./run.ts";

const at = mkdtempSync(join(tmpdir(), "optinc-feedback-"));
const [workers, length, block] = [3, 700, 64];
/** More than are in memory together. */
const long = 2 ** 15 + 100;
const specs = {
  rounded: spec("rounded", "workers 3", "precision 6 bits"),
  exact: spec("exact", "workers 3", "precision 6 bits", "rounding none"),
  sign: spec("sign", "workers 3", "precision 1 bits"),
  wide: spec("wide", "workers 3", "precision 16 bits"),
};

beforeAll(() => {
  for (const [name, input] of Object.entries(specs)) {
    expect(optinc(["compile", "-", "-o", join(at, name), "--chips", "0", "-q"], { input }).code).toBe(0);
  }
});
afterAll(() => rmSync(at, { recursive: true }));

const run = (...words: readonly string[]) =>
  optinc(["aggregate", ...words, "--block", `${block}`, "-q", "--force"], { cwd: at });

const npy = (shape: readonly number[], data: Float32Array): Uint8Array =>
  npyBytes({ descr: "<f4", shape, bytes: new Uint8Array(data.buffer) });

function put(name: string, shape: readonly number[], data: Float32Array): void {
  writeFileSync(join(at, name), npy(shape, data));
}

const bytesOf = (name: string): Buffer => readFileSync(join(at, name));

function random(seed: number, elements = length): Float32Array {
  const next = seededRandom(seed);
  return Float32Array.from({ length: workers * elements }, () => (next() - 0.5) * 10 ** (4 * next() - 2));
}

test.each(Object.keys(specs))(
  "%s: words drawn by a seed and residuals between files are those of a training, bit for bit",
  (name) => {
    const { circuit } = checkCircuit(JSON.parse(bytesOf(`${name}/circuit.json`).toString()));
    const settings = { ...options({ hasFeedback: true, isStochastic: true }), blockSize: block, seed: 9, chip: null };
    const training = makeAggregator("circuit", prepareCircuit(circuit!), settings);
    const elements = name === "exact" ? long : length;
    for (let step = 0; step < 3; step++) {
      const data = random(step, elements);
      put("in.npy", [workers, elements], data);
      const wanted = Float32Array.from(training.aggregate({ workers, length: elements, data })[0]!);
      const before = step === 0 ? [] : ["--residuals", `left-${step - 1}.npy`];
      const drawn = ["--dither", "9", "--tensor", `${step}`, "--write-residuals", `left-${step}.npy`, "--threads", "2"];
      expect(run(name, "in.npy", "-o", "out.npy", ...drawn, ...before)).toMatchObject({ code: 0, err: "" });
      expect(bytesOf("out.npy").equals(npy([elements], wanted)), `step ${step}`).toBe(true);
    }
  },
);

test("workers that miss steps of a training: the words, residuals and rescaling of --absent, bit for bit", () => {
  const { circuit } = checkCircuit(JSON.parse(bytesOf("rounded/circuit.json").toString()));
  const settings = { ...options({ hasFeedback: true, isStochastic: true, absent: 0.4 }), blockSize: block, seed: 6 };
  const [training, who] = (["circuit", "float"] as const).map((run) =>
    makeAggregator(run, prepareCircuit(circuit!), { ...settings, chip: null }),
  );
  const counts = [0, 0, 0];
  for (let step = 0; step < 6; step++) {
    const data = random(step);
    const wanted = Float32Array.from(training!.aggregate({ workers, length, data })[0]!);
    // Runs of a seed miss the same workers: the mean of those present of 1, 2 and 4 says who they are.
    const [mean] = who!.aggregate({ workers, length: 1, data: Float32Array.of(1, 2, 4) })[0]!;
    const present = [[0], [1], [2], [0, 1], [0, 2], [1, 2], [0, 1, 2]].filter(
      (of) => Math.abs(of.reduce((sum, worker) => sum + 2 ** worker, 0) / of.length - mean!) < 1e-12,
    );
    expect(present).toHaveLength(1);
    const absent = [0, 1, 2].filter((worker) => !present[0]!.includes(worker));
    counts[absent.length]!++;
    const rows = present[0]!.map((worker) => data.subarray(worker * length, (worker + 1) * length));
    for (const [i, row] of rows.entries()) put(`there-${i}.npy`, [length], row.slice());
    const files = rows.map((_, i) => `there-${i}.npy`);
    const before = step === 0 ? [] : ["--residuals", `held-${step - 1}.npy`];
    const drawn = ["--dither", "6", "--tensor", `${step}`, "--write-residuals", `held-${step}.npy`];
    const missing = absent.length === 0 ? [] : ["--absent", absent.join()];
    if (rows.length === 1) put("there-0.npy", [1, length], rows[0]!.slice());
    const made = run("rounded", ...files, "-o", "there.npy", ...drawn, ...before, ...missing);
    expect(made).toMatchObject({ code: 0, err: "" });
    const out = bytesOf("there.npy").subarray(-4 * length);
    expect(out.equals(new Uint8Array(wanted.buffer)), `step ${step}`).toBe(true);
  }
  expect(counts.filter((count) => count > 0).length).toBeGreaterThan(1);
});

test("an absent worker keeps its residual, and neutral words are never drawn", () => {
  const residuals = random(5).map((value) => value / 100);
  put("before.npy", [workers, length], residuals);
  put(
    "two.npy",
    [2, length],
    random(6)
      .subarray(0, 2 * length)
      .slice(),
  );
  const absent = ["--absent", "1", "--residuals", "before.npy", "--write-residuals", "after.npy"];
  const made = run("exact", "two.npy", "-o", "two-out.npy", ...absent, "--dither", "3", "--json", "report.json");
  expect(made).toMatchObject({ code: 0, err: "" });
  const after = new Float32Array(Uint8Array.from(bytesOf("after.npy").subarray(-4 * workers * length)).buffer);
  expect([...after.subarray(length, 2 * length)]).toEqual([...residuals.subarray(length, 2 * length)]);
  const report = JSON.parse(bytesOf("report.json").toString());
  // A drawn word is up to a step off, where the nearest one is half a step off.
  expect(report.absence.mostSteps).toBe(1);
  expect(report.maximumSteps).toBeLessThan(1);
  expect(report.maximumSteps).toBeGreaterThan(0.5);
  expect(report).toMatchObject({ dither: { seed: 3, tensor: 0 }, hasFeedback: true });
});

test("a block that is not finite leaves the residual as it was", () => {
  const data = random(7);
  data[length + 70] = Number.POSITIVE_INFINITY;
  put("lost.npy", [workers, length], data);
  const residuals = random(8).map((value) => value / 100);
  put("before.npy", [workers, length], residuals);
  const words = ["--residuals", "before.npy", "--write-residuals", "after.npy"];
  expectEnd(run("rounded", "lost.npy", "-o", "lost-out.npy", ...words), 0, "OPT0508");
  const after = new Float32Array(Uint8Array.from(bytesOf("after.npy").subarray(-4 * workers * length)).buffer);
  const same = [...after].map((value, i) => value === residuals[i]);
  for (let worker = 0; worker < workers; worker++) {
    expect(same.slice(worker * length + 64, worker * length + 128)).not.toContain(false);
    expect(same.slice(worker * length + 128, worker * length + 192)).toContain(false);
  }
});

test("refuses residuals of other workers, types and numbers, and writes nothing", () => {
  put("in.npy", [workers, length], random(1));
  put("four.npy", [4, length], new Float32Array(4 * length));
  put("long.npy", [workers, length + 1], new Float32Array(workers * (length + 1)));
  put("nan.npy", [workers, length], new Float32Array(workers * length).fill(Number.NaN, 900, 901));
  writeFileSync(join(at, "double.npy"), npyBytes({ descr: "<f8", shape: [1], bytes: new Uint8Array(8) }));
  writeFileSync(join(at, "short.npy"), npy([workers, length], new Float32Array(4)));
  for (const [file, code, text] of [
    ["four.npy", "OPT0513", "four.npy: the file holds 4 x 700 numbers of type <f4; residuals are 3 x 700 of type <f4"],
    ["long.npy", "OPT0513", "long.npy: "],
    ["double.npy", "OPT0513", "double.npy: "],
    ["nan.npy", "OPT0513", "nan.npy: the residual of worker 1 is not finite at element 200"],
    ["short.npy", "OPT0507", "short.npy"],
    ["no.npy", "OPT0601", "no.npy"],
  ] as const) {
    const refused = run("rounded", "in.npy", "-o", "n.npy", "--residuals", file, "--write-residuals", "m.npy");
    expect([refused.code, refused.err]).toEqual([1, expect.stringContaining(code)]);
    expect(refused.err).toContain(text);
    expect(refused.err).not.toContain("    at ");
  }
  const both = ["--residuals", "four.npy", "--write-residuals", "four.npy"];
  expect(run("rounded", "in.npy", "-o", "n.npy", ...both).err).toContain("OPT0611");
  // Without --force a file of someone else's stays, and then the mean is not written either.
  writeFileSync(join(at, "mine.txt"), "mine");
  const kept = optinc(["aggregate", "rounded", "in.npy", "-o", "n.npy", "--write-residuals", "mine.txt"], { cwd: at });
  expect(kept).toMatchObject({ code: 1, err: expect.stringContaining("OPT0627") });
  expect(run("rounded", "in.npy", "-o", "n.npy", "--tensor", "1").code).toBe(2);
  expect([existsSync(join(at, "n.npy")), existsSync(join(at, "m.npy"))]).toEqual([false, false]);
});

test("refuses workers that miss steps where words have no neutral one", () => {
  writeFileSync(join(at, "sign.optinc"), `${specs.sign}\ntraining t { absent 5 % }\n`);
  const { code, err } = optinc(["train-sim", "sign.optinc"], { cwd: at });
  expect([code, err]).toEqual([1, expect.stringContaining("error[OPT0512]: words of one bit have no neutral word")]);
});
