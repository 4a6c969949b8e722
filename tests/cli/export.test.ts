import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { expectEnd, optinc, root, scratch } from "./run.ts";

const example = join(root, "examples/mean-4x8.optinc");

function built(): string {
  const cwd = scratch();
  expect(optinc(["compile", example, "--chips", "0", "-q", "-o", "b"], { cwd }).code).toBe(0);
  return cwd;
}

describe("optinc export", () => {
  test("writes one file, or a directory with an index, and verify reads SPICE back", () => {
    const cwd = built();
    expect(optinc(["export", "b", "--to", "spice", "--option", "testbench=inside", "-o", "a.sp"], { cwd }).code).toBe(
      0,
    );
    expect(optinc(["export", "b", "--to", "sax", "-o", "sax"], { cwd }).code).toBe(0);
    expect(readdirSync(join(cwd, "sax"))).toContain("mean-4x8.sax-index.json");
    const spice = optinc(["verify", "--netlist", "a.sp", "--as", "spice"], { cwd });
    expect(spice.out).toContain("28 561");
    expect(spice.code).toBe(0);
    const named = optinc(["export", "b", "--to", "spice", "-o", "c.sp"], { cwd });
    expectEnd(named, 1, "error[OPT0640]: spice makes 2 files of mean-4x8, and c.sp is the name of one");
    expect(existsSync(join(cwd, "c.sp"))).toBe(false);
    expect(optinc(["export", "b", "--to", "spice", "-o", "spice"], { cwd }).code).toBe(0);
    expect(readdirSync(join(cwd, "spice")).sort()).toEqual(["manifest.json", "mean-4x8.sp", "mean-4x8.test.sp"]);
    expect(optinc(["verify", "spice/mean-4x8.test.sp", "--inputs", "proof"], { cwd }).err).toContain("OPT0634");
    expect(optinc(["verify", "spice/mean-4x8.test.sp"], { cwd }).out).toContain("28 561");
    expectEnd(optinc(["verify", "spice/mean-4x8.sp"], { cwd }), 1, "NAME.test.sp");
    const advised = /`verify it with|`(--netlist .* --as spice)`/.exec(optinc(["verify", "spice"], { cwd }).err)?.[1];
    expect(advised).toBe("--netlist spice/mean-4x8.test.sp --as spice");
    // an edited netlist fails
    const text = readFileSync(join(cwd, "a.sp"), "utf8");
    writeFileSync(join(cwd, "edited.sp"), text.replace(/ saturating gain=[\d.]+ /, " saturating gain=0.1 "));
    expect(optinc(["verify", "--netlist", "edited.sp", "--as", "spice"], { cwd }).code).toBe(3);
    const cut = text.slice(0, text.length / 2);
    writeFileSync(join(cwd, "cut.sp"), cut);
    expectEnd(optinc(["verify", "--netlist", "cut.sp", "--as", "spice"], { cwd }), 1, "OPT0440");
  });

  test("takes scopes and options, and prints to standard output", () => {
    const cwd = built();
    const run = optinc(["export", "b", "--to", "phases", "--scope", "layer:2", "--option", "bits=8", "-o", "-"], {
      cwd,
    });
    expect(run.out).toMatch(/^layer,mesh,column,modes,kind,theta_rad,phi_rad,theta_code,phi_code\n/);
    expect(run.out.trimEnd().split("\n").slice(1)).toSatisfy((rows: string[]) =>
      rows.every((row) => /^\d+ layer2,/.test(row)),
    );
    expect(optinc(["export", "b", "--to", "phases", "--option", "bits=99"], { cwd }).err).toContain("OPT0433");
    expect(optinc(["export", "b", "--to", "phases", "--scope", "layer:99"], { cwd }).err).toContain("OPT0435");
    expect(optinc(["export", "b", "--to", "verilog"], { cwd })).toMatchObject({ code: 1 });
    expect(optinc(["export", "b"], { cwd }).code).toBe(2);
    expect(optinc(["verify", "--netlist", "x"], { cwd }).code).toBe(2);
    expect(optinc(["export", "--list"], { cwd }).out).toMatch(/^gdsfactory: /m);
    expect(readdirSync(cwd)).toEqual(["b"]);
  });

  test("takes a target of a third party", () => {
    const cwd = built();
    writeFileSync(
      join(cwd, "count.js"),
      `export const count = { name: "count", summary: "s", carries: "c", limits: "l", options: [], check: () => [],
        emit: ({ circuit, stem }) => [{ name: stem + ".count", content: [circuit.modes + "\\n"] }] };\n`,
    );
    expect(optinc(["export", "b", "--to", "./count.js", "-o", "-"], { cwd }).out).toMatch(/^\d+\n$/);
    writeFileSync(join(cwd, "none.js"), "export const nothing = 1;\n");
    expect(optinc(["export", "b", "--to", "./none.js"], { cwd }).err).toContain("OPT0641");
  });

  test("emits the same formats at compile time", () => {
    const cwd = scratch();
    const text = readFileSync(example, "utf8").replace(/emit .*/, "emit spice, phases, sax, gdsfactory");
    expect(text).toContain("gdsfactory");
    writeFileSync(join(cwd, "m.optinc"), text);
    expect(optinc(["compile", "m.optinc", "--chips", "0", "-q", "-o", "b"], { cwd }).code).toBe(0);
    const names = readdirSync(join(cwd, "b"));
    expect(names).toContain("mean-4x8.sax-index.json");
    expect(names.filter((name) => name.endsWith(".pic.yml")).length).toBeGreaterThan(10);
  });
});

describe("optinc export --to spice --option delays=on", () => {
  const spec = 'aggregate pair { workers 2; precision 2 bits; technology "foundry-si"; symbol-rate 10 GBd }\n';
  const options = ["--to", "spice", "--option", "analysis=tran", "--option", "delays=on", "--option", "words=5"];

  test("prints the delays of the technology, the words and what has to be read of them", () => {
    const cwd = scratch();
    const print = (...more: string[]) => optinc(["export", "-", ...options, "-o", "d", ...more], { input: spec, cwd });
    expect(print()).toMatchObject({ code: 0 });
    const bench = readFileSync(join(cwd, "d/pair.test.sp"), "utf8");
    expect(bench).toContain("* Inputs are waveforms, 1e-10 s a slot.");
    expect(bench.match(/^\* {3}slot \d: \d, \d; reads \d$/gm)).toHaveLength(5);
    const circuit = readFileSync(join(cwd, "d/pair.sp"), "utf8");
    expect(circuit).toMatch(/ saturating_late gain=\S+ threshold=\S+\n\+ range=\S+ td=8e-11$/m);
    expect(circuit).toMatch(/ mzi_late [^X]* td=2\.92\d+e-12$/m);
    expect(print("--option", "bandwidth=on", "--force").code).toBe(0);
    const slow = readFileSync(join(cwd, "d/pair.sp"), "utf8");
    expect(slow).toMatch(/ range=\S+ td=6.15\d+e-11$/m);
    expect(slow).toContain("detected a c fd=20000000000 fa=32000000000 fz=20000000000");
    // a receiver is built for the symbol rate
    expect(readFileSync(join(cwd, "d/pair.test.sp"), "utf8")).toContain("detected fa=20000000000 fz=20000000000");
    // another technology and another rate
    expect(print("--technology", "best-published", "--symbol-rate", "25 GBd", "--force").code).toBe(0);
    expect(readFileSync(join(cwd, "d/pair.test.sp"), "utf8")).toContain("* Inputs are waveforms, 4e-11 s a slot.");
    expect(readFileSync(join(cwd, "d/pair.sp"), "utf8")).toMatch(
      / saturating_late gain=\S+ threshold=\S+\n\+ range=\S+ td=4e-11$/m,
    );
    // what stands still is what is verified
    expect(optinc(["verify", "d/pair.test.sp"], { cwd })).toMatchObject({
      code: 1,
      err: expect.stringMatching(
        /error\[OPT0440\].*`\.tran .* is not read: a waveform is not read: export with analysis=op/,
      ),
    });
    writeFileSync(join(cwd, "d/pair.test.sp"), bench.replace(/^\.tran .*$/m, ".op").replace(/ PWL\(.*\)$/gm, " 0"));
    expectEnd(optinc(["verify", "d/pair.test.sp"], { cwd }), 1, "error[OPT0440]");
  });

  test.each([
    [["--option", "delays=on"], "are about a waveform"],
    [["--option", "words=9"], "are about a waveform"],
    [["--option", "analysis=tran", "--option", "delays=on"], "nothing says how long light takes"],
    [["--option", "analysis=tran", "--option", "words=9", "--scope", "layer:1"], "has no inputs to send words into"],
    [[...options.slice(2), "--technology", "ideal"], "does not say how long light takes"],
    [["--option", "bandwidth=on"], "`delays` is off"],
    [[...options.slice(2), "--technology", "foundry-si", "--option", "bandwidth=0,1,1,1,0,0,0"], "a bandwidth is 0"],
    [
      [...options.slice(2), "--technology", "foundry-si", "--option", "bandwidth=1,1,1,1,0,1,1"],
      "and a neuron 8e-11 s",
    ],
    [[...options.slice(2), "--technology", "gone.yaml"], "gone.yaml does not exist"],
  ])("%j is refused", (more, message) => {
    const cwd = scratch();
    const plain = "aggregate pair { workers 2; precision 2 bits }\n";
    expectEnd(optinc(["export", "-", "--to", "spice", ...more, "-o", "d"], { input: plain, cwd }), 1, message);
    expect(existsSync(join(cwd, "d"))).toBe(false);
  });
});
