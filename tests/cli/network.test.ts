import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { expectEnd, hashes, optinc, pair, type Run, root, scratch, spec } from "./run.ts";

const example = join(root, "examples/imported/mean-2x4.optinc");
const weights = join(root, "examples/imported/mlp.safetensors");

/** Runs with a cache of its own. */
function run(cwd: string, ...args: string[]): Run {
  return optinc(args, { cwd, env: { OPTINC_CACHE: join(cwd, "cache") } });
}

/** A spec that imports `file` for two workers' 4-bit words. */
function importing(file: string, ...settings: string[]): string {
  const network = `network imported { weights "${file}"; ${settings.join("; ")} }`;
  return spec("imported", "workers 2", "precision 4 bits", network, "emit phases");
}

describe("network imported", () => {
  test("compiles and verifies the example, without a claim of a proof", () => {
    const cwd = scratch();
    const compiled = run(cwd, "compile", example, "-o", "b", "--chips", "10");
    expect(compiled.err).toBe("");
    expect(compiled.code).toBe(0);
    expect(compiled.out).toMatch(/exact +pass +checked on all 49 words through the devices: every one is right\n/);
    expect(compiled.out).toMatch(/network +imported from mlp\.safetensors \(SHA-256 [0-9a-f]{12}\), 2-48-48-48-2\n/);
    expect(compiled.out).not.toContain("proved");
    const summary = JSON.parse(readFileSync(join(cwd, "b/summary.json"), "utf8"));
    expect(summary.proof).toBeNull();
    expect(summary.accuracy).toMatchObject({ mode: "exhaustive", vectors: 49, wrong: 0 });
    const { perceptron, imported } = summary.network;
    expect(perceptron.widths).toEqual([2, 48, 48, 48, 2]);
    // the product of the layers' scales is what the receivers make up for
    expect(perceptron.scaleProduct / summary.light.receiverLevelsPerField).toBeCloseTo(1, 12);
    const svd = perceptron.layers.reduce((sum: number, layer: { mzisSvd: number }) => sum + layer.mzisSvd, 0);
    expect(svd).toBe(summary.devices.mzisOnn);
    const manifest = JSON.parse(readFileSync(join(cwd, "b/manifest.json"), "utf8"));
    expect(manifest.network).toEqual({ kind: "imported", weights: "mlp.safetensors", sha256: imported.sha256 });
    const verified = run(cwd, "verify", "b");
    expect(verified.code).toBe(0);
    expect(verified.out).toContain("checked on all 49 words through the devices: every one is right");
  });

  test("weights lie beside the spec, not in the working directory, and builds do not tell where", () => {
    const cwd = scratch();
    mkdirSync(join(cwd, "deep"));
    copyFileSync(weights, join(cwd, "deep/w.safetensors"));
    writeFileSync(join(cwd, "deep/s.optinc"), importing("w.safetensors"));
    expect(run(cwd, "compile", "deep/s.optinc", "-o", "a", "--chips", "0", "-q").code).toBe(0);
    expect(run(join(cwd, "deep"), "compile", "s.optinc", "-o", "b", "--chips", "0", "-q").code).toBe(0);
    expect(hashes(join(cwd, "deep/b"))).toEqual(hashes(join(cwd, "a")));
    expect(run(cwd, "verify", "deep/s.optinc", "-q").code).toBe(0);
    const missing = run(cwd, "verify", "gone.optinc");
    expect(missing.err).toContain("error[OPT0601]");
  });

  test("a wrong network is written with its errors, and the exit code is 3", () => {
    const cwd = scratch();
    copyFileSync(weights, join(cwd, "w.safetensors"));
    writeFileSync(join(cwd, "s.optinc"), importing("w.safetensors", "approximate all"));
    const compiled = run(cwd, "compile", "s.optinc", "-o", "b", "--chips", "0");
    expect(compiled.code).toBe(3);
    expect(compiled.err).toMatch(
      /error\[OPT0620\]: imported is right on [\d.]+ % of all 49 words, below the target of 100 %/,
    );
    expect(compiled.out).toMatch(/exact +FAIL +accuracy [\d.]+ % on all 49 words through the devices: \d+ wrong\n/);
    expect(compiled.out).toMatch(/errors +[+-]\d+ \(\d+ %\).* of the wrong words\n/);
    expect(compiled.out).toMatch(/replaced by diag\(d\) U: `/);
    const { accuracy } = JSON.parse(readFileSync(join(cwd, "b/summary.json"), "utf8"));
    const counted = accuracy.errors.reduce((sum: number, error: { count: number }) => sum + error.count, 0);
    expect(counted).toBe(accuracy.wrong);
    expect(accuracy.wrong).toBeGreaterThan(0);
    const verified = run(cwd, "verify", "b");
    expect(verified.code).toBe(3);
    expect(verified.out).toContain(`on all 49 words through the devices: ${accuracy.wrong} wrong`);
    expect(verified.out).toMatch(/errors +[+-]\d+ \(/);
    const said = `imported is right on`;
    const exported = run(cwd, "export", "b", "--to", "spice", "-o", "b-spice");
    expect(exported).toMatchObject({ code: 3, err: expect.stringContaining(`error[OPT0620]: ${said}`) });
    expect(exported.err).toContain("b-spice");
    expect(readdirSync(cwd).filter((name) => name.startsWith("b-spice"))).toHaveLength(1);
    const enough = `${1 - accuracy.wrong / 49}`;
    for (const command of ["verify b", "export b --to spice -o b-enough", "export s.optinc --to spice -o s-enough"]) {
      expect(run(cwd, ...command.split(" "), "--target", enough)).toMatchObject({
        code: 0,
        err: expect.not.stringContaining("OPT0620"),
      });
      expect(run(cwd, ...command.split(" "), "--target", "1", "--force").code).toBe(3);
    }
    const anew = run(cwd, "export", "s.optinc", "--to", "spice", "-o", "s-spice");
    expect(anew).toMatchObject({ code: 3, err: expect.stringContaining(`error[OPT0620]: ${said}`) });
    const proof = run(cwd, "verify", "b", "--inputs", "proof");
    expect(proof).toMatchObject({ code: 1, out: "", err: expect.stringContaining("error[OPT0634]") });
  });

  test("--target is for networks that can be wrong, in exports as in verifications", () => {
    const cwd = scratch();
    for (const command of [["verify"], ["export", "--to", "spice", "-o", "x.sp"]] as const) {
      expectEnd(optinc([...command, "-", "--target", "0.5"], { cwd, input: pair }), 1, "error[OPT0633]");
    }
    expect(existsSync(join(cwd, "x.sp"))).toBe(false);
  });

  test("files that are missing, cut, of another kind or of another shape are diagnostics", () => {
    const cwd = scratch();
    const whole = readFileSync(weights);
    const cases: [string, Uint8Array | string | null, string][] = [
      ["gone.safetensors", null, "OPT0601"],
      ["cut.safetensors", whole.subarray(0, whole.length - 40), "OPT0301"],
      ["empty.npz", "", "OPT0301"],
      ["text.json", "weights", "OPT0301"],
      ["odd.json", '{"0.weight": [[1, 2], [3, 4]]}', "OPT0304"],
      ["narrow.json", '{"0.weight": [[1, 2]], "0.bias": [0]}', "OPT0308"],
      [
        "tanh.json",
        '{"__metadata__": {"activation": "tanh"}, "0.weight": [[1, 2], [3, 4]], "0.bias": [0, 0]}',
        "OPT0307",
      ],
    ];
    for (const [file, content, code] of cases) {
      if (content !== null) writeFileSync(join(cwd, file), content);
      writeFileSync(join(cwd, "s.optinc"), importing(file));
      const compiled = run(cwd, "compile", "s.optinc");
      expect([file, compiled.code]).toEqual([file, 1]);
      expect(compiled.err).toContain(`error[${code}]`);
      expect(compiled.err).toContain(file);
      expect(compiled.err).not.toMatch(/\n +at /);
    }
    expect(run(cwd, "explain", "OPT0308").out).toContain("does not fit the aggregation");
  });
});
