import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { npyHeader } from "../../formats/index.ts";
import { checkCircuit, chipCircuit, chipsOf, compileSimulation, seededRandom } from "../../netlist/index.ts";
import { planMonteCarlo, readingOf, readTechnology, technologyErrors } from "../../physics/index.ts";
import { fromFloat64, type NumberType, toFloat32, wordFunction } from "../../training-sim/index.ts";
import { dequantize, finish, quantizeBlocks, readNpyHeader, referenceWords } from "../../verify/index.ts";
import { expectEnd, interrupted, optinc, root, scratch, spec } from "./run.ts";

const folder = mkdtempSync(join(tmpdir(), "optinc-aggregate-"));
const build = join(folder, "build");
const wide = join(folder, "wide");
let at = "";

beforeAll(() => {
  const specs = [
    [build, spec("mean", "workers 3", "precision 6 bits")],
    [wide, spec("wide", "workers 2", "precision 16 bits")],
  ] as const;
  for (const [out, text] of specs) {
    expect(optinc(["compile", "-", "-o", out, "--chips", "0", "-q"], { input: text }).code).toBe(0);
  }
});
beforeEach(() => {
  at = scratch();
});
afterAll(() => rmSync(folder, { recursive: true }));

const descr = { f32: "<f4", f16: "<f2", bf16: "|V2" } as const;

/** Writes numbers as a .npy file, and gives them as they are then. */
function put(name: string, shape: readonly number[], type: NumberType, values: ArrayLike<number>): Float32Array {
  const bytes = fromFloat64(Float64Array.from(values), type);
  writeFileSync(join(at, name), Buffer.concat([npyHeader(descr[type], shape), bytes]));
  return toFloat32(bytes, type);
}

function read(name: string, type: NumberType): { readonly shape: readonly number[]; readonly values: number[] } {
  const bytes = readFileSync(join(at, name));
  const { value } = readNpyHeader(bytes, name);
  expect(value?.descr).toBe(descr[type]);
  return { shape: value!.shape, values: [...toFloat32(Uint8Array.from(bytes.subarray(value!.dataStart)), type)] };
}

function random(count: number, seed: number): number[] {
  const next = seededRandom(seed);
  return Array.from({ length: count }, () => (next() - 0.5) * 10 ** (4 * next() - 2));
}

const circuitAt = (path: string) => checkCircuit(JSON.parse(readFileSync(join(path, "circuit.json"), "utf8"))).circuit!;

/** What the workers have to receive, as `verify` works it out. */
function means(path: string, data: Float32Array, block: number, type: NumberType): number[] {
  const { aggregate } = circuitAt(path);
  const { workers } = aggregate;
  const quantized = quantizeBlocks({ workers, length: data.length / workers, data }, aggregate, block);
  return [...toFloat32(fromFloat64(dequantize(referenceWords(quantized.words, aggregate), quantized), type), type)];
}

describe("optinc aggregate", () => {
  test("names no element where no gradient is off: zeros, and the least denormals alike", () => {
    for (const value of [0, 2 ** -149]) {
      put("same.npy", [3, 1], "f32", [value, value, value]);
      const words = ["aggregate", build, "same.npy", "-o", "mean.npy", "--force"];
      expect(optinc(words, { cwd: at }).out).toMatch(/error {4}none/);
      expect(JSON.parse(optinc([...words, "--json", "-"], { cwd: at }).out)).toMatchObject({ worstElement: null });
      const { out } = optinc(["verify", build, "--gradients", "same.npy", "--json", "-"], { cwd: at });
      expect(out).toMatch(/"worstElement": null/);
    }
  });

  test.each(["f32", "f16", "bf16"] as const)("writes the means of rows of %s, in the shape of one worker", (type) => {
    const data = put("in.npy", [3, 7, 101], type, random(3 * 707, 1));
    const dtype = type === "bf16" ? ["--dtype", "bf16"] : [];
    const run = optinc(["aggregate", build, "in.npy", "-o", "out.npy", "--block", "50", ...dtype], { cwd: at });
    expect([run.code, run.err]).toEqual([0, "wrote out.npy\n"]);
    expect(run.out).toContain("0 of 707 are not the mean of the words");
    expect(read("out.npy", type)).toEqual({ shape: [7, 101], values: means(build, data, 50, type) });
  });

  test("takes a file a worker, and any number of threads", () => {
    const length = 2 ** 20 + 77;
    const values = random(3 * length, 2);
    const rows = [0, 1, 2].map((w) => put(`${w}.npy`, [length], "f32", values.slice(w * length, (w + 1) * length)));
    const files = ["0.npy", "1.npy", "2.npy"];
    const reports = ["1", "3"].map((threads) => {
      const run = optinc(["aggregate", build, ...files, "-o", `o${threads}.npy`, "--threads", threads, "--json", "-"], {
        cwd: at,
      });
      expect(run.code).toBe(0);
      return run.out;
    });
    expect(reports[1]).toBe(reports[0]);
    expect(readFileSync(join(at, "o3.npy")).equals(readFileSync(join(at, "o1.npy")))).toBe(true);
    const data = new Float32Array(3 * length);
    for (const [w, row] of rows.entries()) data.set(row, w * length);
    const wanted = Float32Array.from(means(build, data, 256, "f32"));
    expect(Float32Array.from(read("o1.npy", "f32").values).every((value, i) => value === wanted[i])).toBe(true);
    const report = JSON.parse(reports[0]!);
    expect(report).toMatchObject({ format: "optinc.aggregation", length, wrong: 0, unalike: 0, block: 256 });
    expect(report.maximumSteps).toBeGreaterThan(report.rmsSteps);
    expect(report.maximumSteps).toBeLessThanOrEqual(1 + 1e-9);
  });

  test("drives the devices where there is no table", () => {
    const data = put("in.npy", [2, 60], "f32", random(120, 3));
    const run = optinc(["aggregate", wide, "in.npy", "-o", "out.npy"], { cwd: at });
    expect(run.code).toBe(0);
    expect(run.out).toContain("through  every device");
    expect(read("out.npy", "f32").values).toEqual(means(wide, data, 256, "f32"));
  });

  test("writes what every worker receives of a chip", () => {
    const data = put("in.npy", [3, 500], "f32", random(1500, 4));
    const chip = ["--chip", "1", "--phase-sigma", "0.4"];
    const run = optinc(["aggregate", build, "in.npy", "-o", "out.npy", ...chip], { cwd: at });
    expect(run.code).toBe(0);
    const circuit = circuitAt(build);
    const quantized = quantizeBlocks({ workers: 3, length: 500, data }, circuit.aggregate, 256);
    const received = wordFunction(
      chipsOf(chipCircuit(compileSimulation(circuit)), { kind: "phases", sigmaRad: 0.4 }, 1)(0),
    ).aggregate(quantized.words);
    const rows = received.map((row) => [...Float32Array.from(dequantize(row, quantized))]);
    expect(read("out.npy", "f32")).toEqual({ shape: [3, 500], values: rows.flat() });
    expect(new Set(rows.map((row) => row.join())).size).toBeGreaterThan(1);
    expect(run.out).not.toContain(" 0 of 500 are not the mean");
    expect(run.out).toMatch(/; [1-9]\d* reach the workers unalike/);
  });

  test("writes what every worker receives of a chip of a technology, which `optinc yield` numbers", () => {
    const data = put("in.npy", [3, 500], "f32", random(1500, 4));
    const drawn = ["--chip-sample", "4", "--technology", "foundry-si", "--seed", "2"];
    const run = optinc(["aggregate", build, "in.npy", "-o", "out.npy", "--json", "r.json", ...drawn], { cwd: at });
    expect(run).toMatchObject({ code: 0, out: expect.stringContaining("  chip     4 of foundry-si, seed 2\n") });
    const circuit = circuitAt(build);
    const file = join(root, "technologies/foundry-si.yaml");
    const technology = readTechnology({ name: file, text: readFileSync(file, "utf8") }).value!;
    const { errors, pitch } = technologyErrors(readingOf(technology));
    const chip4 = chipsOf(finish(planMonteCarlo(circuit, 2)), { kind: "technology", errors, pitch }, 2)(4);
    const quantized = quantizeBlocks({ workers: 3, length: 500, data }, circuit.aggregate, 256);
    const rows = wordFunction(chip4)
      .aggregate(quantized.words)
      .map((row) => [...Float32Array.from(dequantize(row, quantized))]);
    expect(read("out.npy", "f32")).toEqual({ shape: [3, 500], values: rows.flat() });
    const { chip } = JSON.parse(readFileSync(join(at, "r.json"), "utf8"));
    expect(chip).toEqual({ chipSample: 4, seed: 2, technology: "foundry-si" });
    expect(optinc(["aggregate", build, "in.npy", "-o", "o2.npy", "--chip-sample", "4"], { cwd: at }).err).toContain(
      "OPT0644",
    );
    for (const words of [
      ["--chip-sample", "4", "--chip", "1", "--phase-sigma", "1"],
      ["--technology", "foundry-si"],
      ["--seed", "2"],
      ["--chip-sample", "-1"],
    ]) {
      expect(optinc(["aggregate", build, "in.npy", "-o", "o2.npy", ...words], { cwd: at }).code).toBe(2);
    }
  });

  test.each(["f32", "f16", "bf16"] as const)(
    "makes blocks of %s NaN where a gradient is not finite, and warns (OPT0508)",
    (type) => {
      const values = random(3 * 600, 3);
      const clean = put("clean.npy", [3, 600], type, values);
      expect(optinc(["aggregate", build, "clean.npy", "-o", "clean-out.npy", "--dtype", type], { cwd: at }).code).toBe(
        0,
      );
      values[600 + 300] = Number.NaN;
      put("in.npy", [3, 600], type, values);
      // Through a table, and through the devices of a chip without errors to speak of.
      for (const chip of [[], ["--chip", "1", "--phase-sigma", "1e-12"]]) {
        const run = optinc(["aggregate", build, "in.npy", "-o", "out.npy", "--dtype", type, "--force", ...chip], {
          cwd: at,
        });
        expect([run.code, run.err]).toEqual([
          0,
          expect.stringContaining("warning[OPT0508]: in.npy[1, 300]: the gradient of worker 1"),
        ]);
        expect(run.err).toContain("1 block with such gradients became NaN");
        const wanted = read("clean-out.npy", type).values.map((value, i) => (i >= 256 && i < 512 ? Number.NaN : value));
        expect(read("out.npy", type).values.slice(0, 600)).toEqual(wanted);
      }
      expect(clean).toHaveLength(1800);
    },
  );

  test("says what is wrong with its input, and writes nothing", () => {
    const four = [1, 2, 3, 4, 5, 6];
    put("ok.npy", [3, 2], "f32", four);
    put("two.npy", [2, 3], "f32", four);
    put("flat.npy", [6], "f32", four);
    put("brain.npy", [3, 2], "bf16", four);
    put("half.npy", [3, 2], "f16", four);
    put("one.npy", [2], "f32", [1, 2]);
    put("none.npy", [3, 0], "f32", []);
    writeFileSync(join(at, "short.npy"), readFileSync(join(at, "ok.npy")).subarray(0, -1));
    writeFileSync(join(at, "text.npy"), "numbers");
    const bad = readFileSync(join(at, "ok.npy"));
    bad.writeFloatLE(Number.NaN, bad.length - 4);
    writeFileSync(join(at, "nan.npy"), bad);
    writeFileSync(join(at, "there.npy"), "mine");
    put("bare.npy", [3], "f32", [1, 2, 3]);
    const cases: readonly (readonly [code: string, ...words: string[]])[] = [
      ["OPT0509", "two.npy"],
      ["OPT0509", "flat.npy"],
      ["OPT0509", "bare.npy"],
      ["OPT0510", "-"],
      ["OPT0511", "brain.npy"],
      ["OPT0511", "half.npy", "--dtype", "f32"],
      ["OPT0511", "ok.npy", "--dtype", "bf16"],
      ["OPT0510", "one.npy", "one.npy"],
      ["OPT0510", "one.npy", "one.npy", "flat.npy"],
      ["OPT0510", "ok.npy", "half.npy", "ok.npy"],
      ["OPT0506", "none.npy"],
      ["OPT0507", "short.npy"],
      ["OPT0501", "text.npy"],
      ["OPT0601", "absent.npy"],
      ["OPT0611", "ok.npy", "-o", "ok.npy"],
      ["OPT0627", "ok.npy", "-o", "there.npy"],
      ["OPT0640", "ok.npy", "-o", "-"],
    ];
    for (const [code, ...words] of cases) {
      const out = words.includes("-o") ? [] : ["-o", "out.npy"];
      const run = optinc(["aggregate", build, ...words, ...out], { cwd: at });
      expect([run.code, run.out, run.err.includes(`error[${code}]`) ? code : run.err]).toEqual([1, "", code]);
    }
    const helpOf = (...words: string[]): string =>
      optinc(["aggregate", build, ...words, "-o", "out.npy"], { cwd: at })
        .err.split("help: ")[1]!
        .trimEnd();
    expect(helpOf("bare.npy")).toBe("with one gradient a worker, write array.reshape(3, 1)");
    expect(helpOf("ok.npy", "--dtype", "bf16")).toBe("leave `--dtype` out: the file says its type");
    expect(readdirSync(at).filter((name) => name.includes("out.npy"))).toEqual([]);
    expect(readFileSync(join(at, "there.npy"), "utf8")).toBe("mine");
    for (const words of [
      ["--chip", "1"],
      ["--phase-sigma", "0.1"],
      ["--block", "0"],
      ["--dtype", "f64"],
    ]) {
      expect(optinc(["aggregate", build, "ok.npy", "-o", "out.npy", ...words], { cwd: at }).code).toBe(2);
    }
  });

  test("leaves nothing behind where a signal ends it, and the old file as it was", async () => {
    put("in.npy", [2, 2_000_000], "f32", random(4_000_000, 5));
    put("old.npy", [1], "f32", [1]);
    const old = readFileSync(join(at, "old.npy"));
    // Two tasks of a thread. A chip is slow: every tuple of words is simulated, and these are all different.
    const words = ["in.npy", "-o", "old.npy", "--force", "--chip", "1", "--phase-sigma", "0.01", "--threads", "1"];
    expect(await interrupted(["aggregate", wide, ...words], "SIGTERM", { cwd: at })).toMatchObject({ code: 143 });
    expect(readFileSync(join(at, "old.npy"))).toEqual(old);
    expect(readdirSync(at).filter((name) => name.startsWith("."))).toEqual([]);
    expect(existsSync(join(at, "in.npy"))).toBe(true);
  });
});

describe("optinc aggregate without some workers", () => {
  const length = 700;
  const data = random(3 * length, 5);
  const mean = (workers: readonly number[], of: ArrayLike<number>, divisor: number): number[] =>
    Array.from({ length }, (_, i) => workers.reduce((sum, worker) => sum + of[worker * length + i]!, 0) / divisor);
  /** Steps of the block of each element, as the words of those that are present have them. */
  const steps = (values: Float32Array): number[] =>
    Array.from({ length }, (_, i) => {
      const start = Math.floor(i / 64) * 64;
      const block = [0, 1].flatMap((w) => [
        ...values.subarray(w * length + start, Math.min(w * length + start + 64, (w + 1) * length)),
      ]);
      return 2 ** Math.ceil(Math.log2(Math.max(...block.map(Math.abs)))) / 31;
    });
  const run = (...words: string[]) =>
    optinc(["aggregate", build, "two.npy", "-o", "mean.npy", "--block", "64", "--force", ...words], { cwd: at });

  test.each([
    ["rescaled", 2, 0.5 + 0.5 * 1.5],
    ["neutral", 3, 1],
  ] as const)("%s: the result lies within its proved bound of a mean over %i", (standIn, divisor, most) => {
    const values = put("two.npy", [2, length], "f32", data.slice(0, 2 * length));
    const { code, out } = run("--absent", "1", "--stand-in", standIn, "--json", "-");
    expect(code).toBe(0);
    const report = JSON.parse(out);
    expect(report.absence).toMatchObject({ workers: [1], standIn, mostSteps: most });
    const wanted = mean([0, 1], values, divisor);
    const step = steps(values);
    const errors = read("mean.npy", "f32").values.map((value, i) => Math.abs(value - wanted[i]!) / step[i]!);
    // The file's own rounding apart, the report's largest error is the largest here, and below what is proved.
    expect(report.maximumSteps).toBeCloseTo(Math.max(...errors), 3);
    expect(report.maximumSteps).toBeLessThan(most);
    expect(report.maximumSteps).toBeGreaterThan(0.6 * most);
    expect(run("--absent", "1", "--stand-in", standIn).out).toContain("absent   1: the neutral word stands in");
  });

  test("field: one worker of three with three times the field is alone in the mean, as its words are", () => {
    const values = put("two.npy", [length], "f32", data.slice(0, length));
    expect(run("--absent", "0,2", "--stand-in", "field").code).toBe(0);
    const repeated = Float32Array.from([...values, ...values, ...values]);
    expect(read("mean.npy", "f32").values).toEqual(means(build, repeated, 64, "f32"));
  });

  test("goes through every device as through the table", () => {
    put("two.npy", [2, length], "f32", data.slice(0, 2 * length));
    expect(run("--absent", "2").code).toBe(0);
    const { values } = read("mean.npy", "f32");
    expect(run("--absent", "2", "--chip", "1", "--phase-sigma", "1e-9").code).toBe(0);
    expect(read("mean.npy", "f32").values).toEqual([...values, ...values, ...values]);
  });

  test("refuses workers that there are not, and writes nothing", () => {
    put("two.npy", [2, length], "f32", data.slice(0, 2 * length));
    for (const words of [["3"], ["0,1,2"], ["0", "--stand-in", "field"]]) {
      expectEnd(run("--absent", ...words), 1, "error[OPT0512]");
    }
    put("two.npy", [3, length], "f32", data);
    expect(run("--absent", "1").err).toContain("OPT0509");
    for (const words of [
      ["--absent", "x"],
      ["--stand-in", "field"],
    ])
      expect(run(...words).code).toBe(2);
    expect(existsSync(join(at, "mean.npy"))).toBe(false);
  });
});
