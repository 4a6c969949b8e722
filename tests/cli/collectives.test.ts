import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { algorithms } from "../../collectives/index.ts";
import { expectEnd, optinc, root, scratch } from "./run.ts";

describe("optinc compare", () => {
  it("prints a table for each model of the example and every input with its value", () => {
    const { code, out, err } = optinc(["compare", "examples/cluster-1024.optinc"]);
    expect(err).toBe("");
    expect(code).toBe(0);
    expect(out).toMatch(/^resnet50: 25 557 032 x fp32, 1024 workers$/m);
    expect(out).toMatch(/^vgg19: 143 667 240 x fp32, 1024 workers$/m);
    expect(out).toMatch(/^ {2}optinc-cascade +32 +baseline +6 +102\.2 MB +1\.000 /m);
    expect(out).toMatch(/^ {2}wrht +32 +baseline +3 .* 64 +12\.3 dB/m);
    expect(out).toMatch(/^ {2}latency +2 us$/m);
    expect(out).toMatch(/^ {2}chunks +the fastest +default$/m);
  });

  it("compares 4 to 4096 workers in a few seconds, in every format", () => {
    const cwd = scratch();
    const args = ["compare", "--workers", "4..4096", "--size", "25.6M", "--dtype", "fp16"];
    const csv = optinc([...args, "--format", "csv"], { cwd });
    expect(csv.code).toBe(0);
    expect(csv.out.trimEnd().split("\n")).toHaveLength(1 + 11 * algorithms.length);
    expect(csv.out).toMatch(/^defaults,25\.6M,25600000,fp16,4096,ring,16,8190,/m);
    const json = JSON.parse(optinc([...args, "--format", "json", "--algorithms", "ring,optinc-cascade"], { cwd }).out);
    expect(json.rows).toHaveLength(22);
    expect(json.inputs.find(({ path }: { path: string }) => path === "dtype").from).toBe("command line");
    const drawn = optinc([...args, "--format", "svg", "--algorithms", "ring,optinc-cascade", "-o", "plot.svg"], {
      cwd,
    });
    expect(drawn.code).toBe(0);
    expect(readFileSync(join(cwd, "plot.svg"), "utf8")).toMatch(/^<svg .*<\/svg>\n$/s);
  });

  it.each(["table", "csv", "json", "svg"])(
    "replaces what it wrote before as %s, whatever was compared, and nothing else",
    (format) => {
      const cwd = scratch();
      const cluster = "cluster NAME { workers 4; models resnet50; parameters 1000 }\n";
      writeFileSync(join(cwd, "one.optinc"), cluster.replace("NAME", "one"));
      writeFileSync(join(cwd, "two.optinc"), cluster.replace("NAME", "one") + cluster.replace("NAME", "two"));
      const model = "cluster one { workers 4; models resnet50 }\n";
      writeFileSync(join(cwd, "model.optinc"), model);
      const run = (...words: string[]): readonly (number | string | null)[] => {
        const { code, err } = optinc(["compare", ...words, "--algorithms", "ring", "--format", format, "-o", "out"], {
          cwd,
        });
        return [code, err];
      };
      for (const words of [
        ["one.optinc"],
        ["two.optinc"],
        ["one.optinc", "--sizes", "1k..4k"],
        ["one.optinc", "--collective", "reduce-scatter"],
        ["one.optinc", "--collective", "all-gather", "--sizes", "1k..4k"],
        ["model.optinc", "--iterations"],
        ["model.optinc", "--iterations", "--sharded"],
      ]) {
        expect(run(...words), words.join(" ")).toEqual([0, "wrote out\n"]);
      }
      writeFileSync(join(cwd, "out"), "# Notes\n");
      expect(run("one.optinc")).toEqual([1, expect.stringContaining("OPT0627")]);
    },
  );

  it("takes the photonic unit from a compiled circuit and its technology, and says what that does not keep", () => {
    const cwd = scratch();
    const spec = join(cwd, "unit.optinc");
    writeFileSync(
      spec,
      'aggregate m2 { workers 2; precision 4 bits; technology "foundry-si"; network constructed { decision-margin 0.25 }; require { mzis <= 1 } }\n',
    );
    const args = "--workers 2,4 --chip-samples 5 --algorithms optinc,optinc-cascade --symbol-rate 40GBd".split(" ");
    const { code, out } = optinc(["compare", "--circuit", spec, ...args], { cwd });
    expect(code).toBe(0);
    expect(out).toMatch(/^ {2}optinc ! +4 /m);
    expect(out).toMatch(/^ {2}optinc-cascade +3 .* 40 GBd .*% of 5 .* estimated$/m);
    expect(out).toMatch(/m2 in foundry-si FAILS its budget: 40 GBd, bandwidth allows 1\d\.\d+ GBd/);
    expect(out).toMatch(/m2 in foundry-si FAILS its budget: mzis is \d+, the spec requires <= 1/);
    expect(out).toMatch(/optinc precision +4 bits +circuit/);
    expectEnd(optinc(["compare", "--circuit", join(cwd, "none.optinc")], { cwd }), 1, "error[OPT0601]");
    writeFileSync(spec, "aggregate m2 { workers 2; precision 4 bits }\n");
    expectEnd(optinc(["compare", "--circuit", spec], { cwd }), 1, "error[OPT0644]");
    expectEnd(optinc(["compare", "--technology", "foundry-si"], { cwd }), 2, "--technology needs --circuit");
  });

  it("compares whole iterations with and without overlap, in every format", () => {
    const cwd = scratch();
    const spec = join(cwd, "c.optinc");
    writeFileSync(spec, "cluster c { workers 8; dtype bf16; models llama2-7b; iteration { batch 2 } }\n");
    const run = (...args: string[]) => optinc(["compare", spec, ...args], { cwd });
    const { code, out } = run("--iterations", "--algorithms", "ring,optinc");
    expect(code).toBe(0);
    expect(out).toContain("llama2-7b: 6 738 415 616 x bf16, 8 workers, data parallel, 2 samples a worker");
    expect(out).toMatch(/^ {2}ring +.* 1\.000 +.* 1\.000$/m);
    expect(run("--iterations", "--sharded", "--format", "csv").out).toMatch(
      /^c,llama2-7b,6738415616,bf16,8,sharded,2,/m,
    );
    expect(JSON.parse(run("--iterations", "--format", "json").out)).toMatchObject({ format: "optinc.iterations" });
    expect(run("--iterations", "--format", "svg").out).toMatch(/^<svg .*<\/svg>\n$/s);
    expectEnd(run("--iterations", "--size", "1M"), 1, "error[OPT0710]");
    expectEnd(run("--sharded"), 2, "--sharded needs --iterations");
  });

  it("compares equal words only where a precision says which", () => {
    expectEnd(optinc(["compare", "--words", "equal"]), 1, "error[OPT0711]");
    expect(optinc(["compare", "--words", "equal", "--collective", "all-gather"]).code).toBe(2);
    expect(optinc(["compare", "--words", "equal", "--iterations", "--sharded"]).code).toBe(2);
  });

  it("draws rounds of the cases that are named, and refuses cases that are none", () => {
    const args = "compare --rounds 20 --size 1M --algorithms ring,optinc-framed --format json".split(" ");
    const { code, out } = optinc([...args, "--skew", "0s,10us", "--drop", "0,0.1%"]);
    expect([code, JSON.parse(out).rows.length]).toEqual([0, 8]);
    expect(optinc([...args, "--seed", "1"]).out).toBe(optinc(args).out);
    for (const [words, text] of [
      [["--skew", "10"], "'--skew <times>' argument '10' is invalid"],
      [["--skew", "1us,11s"], "up to 10 s"],
      [["--drop", "60%"], "up to 50 %"],
      [["--drop", "x"], "'--drop <shares>' argument 'x' is invalid"],
      [["--iterations"], "--rounds draws all-reduces"],
      [["--collective", "all-gather"], "--rounds draws all-reduces"],
      [["--rounds", "0"], "from 1 on"],
    ] as const) {
      expectEnd(optinc([...args, ...words]), 2, text);
    }
    expect(optinc(["compare", "--drop", "0.1%"]).code).toBe(2);
  });

  it("sweeps sizes in bytes as nccl-tests do, with powers of 1024", () => {
    const run = (...args: string[]) => optinc(["compare", "--workers", "8", "--algorithms", "ring,tree", ...args]);
    const { code, out } = run("--sizes", "1k..1M");
    expect(code).toBe(0);
    // Eleven sizes of two algorithms; the rest are comments.
    const lines = out.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
    expect(lines).toHaveLength(22);
    expect(lines[0]).toMatch(/^1024 +256 +fp32 /);
    expect(lines[10]).toMatch(/^1048576 +262144 +fp32 /);
    expect(run("--sizes", "64KiB,1MiB", "--dtype", "bf16", "--format", "csv").out).toMatch(
      /^defaults,64 KiB,32768,bf16,/m,
    );
    expect(run("--sizes", "1k..1G", "--format", "svg").out).toMatch(/^<svg .*>buffer<.*<\/svg>\n$/s);
    expectEnd(run("--sizes", "1k", "--size", "1k"), 2, "exclude each other");
  });

  it("holds several clusters in every format", () => {
    const cwd = scratch();
    const spec = join(cwd, "two.optinc");
    writeFileSync(spec, "cluster a { workers 8 }\ncluster b { workers 16; rate 400 Gb/s }\n");
    const run = (...args: string[]) => optinc(["compare", spec, "--algorithms", "ring,tree", ...args], { cwd });
    const lines = run("--format", "csv").out.trimEnd().split("\n");
    expect(lines.map((line) => line.split(",")[0])).toEqual(["cluster", "a", "a", "b", "b"]);
    const json = JSON.parse(run("--format", "json").out);
    expect(json).toMatchObject({ format: "optinc.comparisons", version: 1 });
    expect(json.comparisons.map(({ cluster }: { cluster: string }) => cluster)).toEqual(["a", "b"]);
    const { code, out } = run("--format", "svg");
    expect(code).toBe(0);
    expect(out.match(/<svg /g)).toHaveLength(3);
    expect(out).toContain("All-reduce time on b: ");
    expect(run("--iterations", "--format", "csv").out.match(/^cluster,/gm)).toHaveLength(1);
  });

  it("is the same on a second run", () => {
    const run = () => optinc(["compare", "--workers", "6,64", "--format", "json"]).out;
    expect(run()).toBe(run());
  });

  it.each([
    [["--workers", "1"], "from 2 on"],
    [["--workers", "4..5000"], "2 to 4096 workers"],
    [["--workers", "5..7"], "No power of two"],
    [["--size", "0"], "argument '0' is invalid"],
    [["--size", "-3"], "argument '-3' is invalid"],
    [["--sizes", "1G..1k"], "1 B to 4 TiB"],
    [["--sizes", "1x"], "argument '1x' is invalid"],
    [["--sizes", "0"], "from 1 B to 4 TiB"],
    [["--dtype", "fp31"], "Allowed choices are fp32"],
    [["--algorithms", "rings"], "Did you mean `ring`?"],
  ])("refuses %j: %s", (args, text) => {
    const ended = optinc(["compare", ...args]);
    expectEnd(ended, 2, text);
    expect(ended.out).toBe("");
  });

  it("points into the file that declares an impossible cluster", () => {
    const cwd = scratch();
    writeFileSync(join(cwd, "c.optinc"), "cluster pod {\n  workers 8\n  optical { wavelengths 0 }\n}\n");
    const { code, err } = optinc(["compare", "c.optinc"], { cwd });
    expect(code).toBe(1);
    expect(err).toContain("--> c.optinc:3:25");
    expect(optinc(["compare", "none.optinc"], { cwd }).err).toContain("error[OPT0601]");
  });

  it("is what a file with a cluster alone is for", () => {
    expect(optinc(["check", "examples/cluster-1024.optinc"]).code).toBe(0);
    const compiled = optinc(["compile", "examples/cluster-1024.optinc", "-o", join(scratch(), "b")]);
    expectEnd(compiled, 1, "help: compare the clusters");
  });
});

describe("settings of a cluster that do nothing", () => {
  const unused = (settings: string, ...args: string[]) => {
    const input = `cluster c { workers 4; parameters 1e6; ${settings} }\n`;
    const { code, err } = optinc(["compare", "-", ...args], { input });
    expect(code).toBe(0);
    expect(err).not.toContain("error[");
    return [...err.matchAll(/warning\[OPT0235\]: `([^`]+)` has no effect/g)].map(([, name]) => name);
  };
  const words = "levels 4; symbol-rate 10 GBd; copies 2; block 64; exponent 8 bits";

  it("are said where elements travel as they are", () => {
    const all = ["levels", "symbol-rate", "copies", "block", "exponent"].map((name) => `optinc ${name}`);
    expect(unused(`optinc { ${words} }`)).toEqual(all);
    expect(unused(`optinc { ${words}; precision 8 bits }`)).toEqual([]);
    expect(unused(`optinc { ${words} }`, "--algorithms", "ring")).toEqual([]);
  });

  it("are said where a circuit says otherwise", () => {
    const unit = ["--circuit", join(root, "examples/mean-4x8.optinc"), "--technology", "foundry-si"];
    const few = ["--algorithms", "optinc", "--chip-samples", "0"];
    expect(unused(`optinc { ${words}; precision 8 bits; unit 4; pass 1 ns }`, ...unit, ...few).sort()).toEqual(
      ["levels", "pass", "precision", "symbol-rate", "unit"].map((name) => `optinc ${name}`),
    );
  });

  it("are said where a share of an iteration is none of what is compared", () => {
    const ring = ["--algorithms", "ring"];
    expect(unused("compute-share 24 %", ...ring)).toEqual([]);
    expect(unused("compute-share 24 %", "--collective", "all-gather", ...ring)).toEqual(["compute-share"]);
    expect(unused("models resnet50; compute-share 24 %", "--iterations", ...ring)).toEqual(["compute-share"]);
  });
});

describe("optinc schedule", () => {
  it("names the directory that is missing, not the file that it would write", () => {
    const cwd = scratch();
    for (const words of [["--format", "csv"], ["--format", "json"], []]) {
      const { code, err } = optinc(["schedule", "ring", "--workers", "4", ...words, "-o", "absent/a"], { cwd });
      expect([code, err.includes("the directory absent does not exist")], words.join(" ")).toEqual([1, true]);
    }
  });

  it("prints the steps of WRHT with their wavelengths, and what was checked", () => {
    const { code, out } = optinc(["schedule", "wrht", "--workers", "16", "--wavelengths", "4"]);
    expect(code).toBe(0);
    expect(out).toMatch(/^ {2}0 -> 4 {2}\[0, 128\) {2}reduce {2}up on wavelength 3$/m);
    expect(out).toMatch(/^step 3$/m);
    expect(out).not.toMatch(/^step 4$/m);
    expect(out).toContain("executed on integers: every worker holds the exact sum\n");
    expect(out).toContain("wavelengths: 4 of 4, no fault\n");
    expect(out).toMatch(/longest path: 8 segments, 2\.16 dB, within the budget of 30 dB/);
  });

  it("shows switches and the way through them", () => {
    expect(optinc(["schedule", "optinc", "--workers", "4"]).out).toMatch(/^ {2}3 -> switch 0 {2}\[0, 32\) {2}reduce$/m);
    expect(optinc(["schedule", "fat-tree", "--workers", "64"]).out).toMatch(
      /31 -> 32 .* by switch 0, switch \d+, switch 1/,
    );
  });

  it("prints and writes halves, for sharded training", () => {
    const cwd = scratch();
    const half = (...args: string[]) => optinc(["schedule", ...args, "--workers", "4"], { cwd });
    const [scatter, gather] = ["reduce-scatter", "all-gather"].map((it) => half("ring", "--collective", it));
    expect([scatter!.code, gather!.code]).toEqual([0, 0]);
    expect(scatter!.out).toMatch(/^ring: reduce-scatter, 4 workers, 32 elements\nstep 1\n/);
    expect(scatter!.out).not.toContain("copy");
    expect(scatter!.out).toContain("every worker has its share\n");
    expect(gather!.out).not.toContain("  reduce\n");
    expect(gather!.out).toContain("executed on integers: behind the reduce-scatter every worker holds the exact sum\n");
    for (const { out } of [scatter!, gather!]) expect(out.match(/^step \d+$/gm)).toHaveLength(3);
    const json = JSON.parse(half("ring", "--collective", "all-gather", "--format", "json").out);
    expect(json).toMatchObject({ collective: "all-gather", steps: { length: 3 } });
    expect(half("oddl", "--collective", "all-gather", "--export", "chakra", "-o", "t").err).toBe("wrote t: 5 files\n");
    expect(half("ring", "--collective", "all-gather", "--export", "astra-sim", "-o", "a").code).toBe(0);
    expect(half("sharp", "--collective", "reduce-scatter").out).toContain("every worker holds the exact sum\n");
    expect(half("sharp", "--collective", "all-gather").err).toContain(
      "error[OPT0702]: all-gather of sharp on 4 workers: nothing is added in an all-gather; see ring",
    );
    expect(half("binomial", "--collective", "reduce-scatter").err).toContain("OPT0702");
    expect(half("ring", "--collective", "gather").code).toBe(2);
  });

  it("cuts a listing that nobody would read", () => {
    const { code, out } = optinc(["schedule", "ring", "--workers", "1024"]);
    expect(code).toBe(0);
    expect(out).toMatch(/^and [\d ]+ more steps$/m);
    expect(out.length).toBeLessThan(2e6);
  });

  it("writes traces and simulator files", () => {
    const cwd = scratch();
    const schedule = (...args: string[]) => optinc(["schedule", ...args], { cwd });
    expect(schedule("wrht", "--workers", "4", "--export", "chakra", "-o", "t").err).toBe("wrote t: 5 files\n");
    const traces = [0, 1, 2, 3].map((rank) => `wrht.${rank}.et`);
    expect(readdirSync(join(cwd, "t")).sort()).toEqual(["manifest.json", ...traces]);
    expect(schedule("optinc", "--workers", "4", "--export", "chakra", "-o", "o").err).toBe("wrote o: 6 files\n");
    const json = JSON.parse(schedule("wrht", "--workers", "16", "--wavelengths", "4", "--format", "json").out);
    expect(json).toMatchObject({ format: "optinc.schedule", name: "wrht", workers: 16 });
    expect(schedule("ring", "--workers", "4", "--format", "csv", "-o", "r.csv").err).toBe("wrote r.csv\n");
    expect(readFileSync(join(cwd, "r.csv"), "utf8").trimEnd().split("\n")).toHaveLength(1 + 24);
    expect(schedule("ring", "--workers", "4", "--format", "csv", "--export", "astra-sim").code).toBe(2);
    expect(schedule("ring", "--workers", "8", "--export", "astra-sim", "-o", "a").code).toBe(0);
    expect(readFileSync(join(cwd, "a/network.yml"), "utf8")).toContain("npus_count: [ 8 ]");
    expect(statSync(join(cwd, "a/workload.7.et")).size).toBeGreaterThan(50);
  });

  it.each([
    [["ring", "--workers", "1"], 2, "'--workers <count>' argument '1'"],
    [["ring", "--workers", "4,8"], 2, "'--workers <count>' argument '4,8'"],
    [["torus", "--workers", "13"], 1, "error[OPT0702]"],
    [["optinc", "--workers", "17"], 1, "error[OPT0702]"],
    [["wrht", "--workers", "8", "--wavelengths", "0"], 2, "from 1 on"],
    [["wrht", "--workers", "8", "--wavelengths", "5000"], 2, "--wavelengths takes at most 1024"],
    [["ring", "--workers", "8", "--wavelengths", "4"], 1, "error[OPT0706]"],
    [["ring", "--workers", "8", "--size", "0"], 2, "'--size <elements>' argument '0'"],
    [["rng", "--workers", "8"], 2, "Did you mean `ring`?"],
    [["ring", "--workers", "1024", "--format", "json"], 1, "error[OPT0707]"],
    [["wrht", "--workers", "8", "--export", "astra-sim", "-o", "x"], 1, "error[OPT0707]"],
    [["ring", "--workers", "8", "--export", "chakra"], 1, "error[OPT0709]"],
  ])("refuses %j with exit code %i: %s", (args, code, text) => {
    expectEnd(optinc(["schedule", ...args], { cwd: scratch() }), code, text);
  });

  it("explains its codes", () => {
    const { out } = optinc(["explain"]);
    for (const digit of [2, 6, 7, 8, 9]) expect(out).toContain(`OPT070${digit}`);
  });
});
