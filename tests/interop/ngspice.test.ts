import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { seededRandom, simulate, spiceTarget, subjectOf } from "../../netlist/index.ts";
import { specOf } from "../compiler/specs.ts";
import { tinyCircuit } from "../netlist/build.ts";
import { withRandomSaturation } from "../netlist/saturated.ts";
import { outputError, sectionError } from "../netlist/spice/compare.ts";
import { compiledMean, randomVectors } from "../netlist/spice/compiled.ts";
import { sweepNetlist } from "../netlist/spice/sweep.ts";
import { spiceText } from "../netlist/spice-text.ts";
import { circuitIn } from "../physics/specs.ts";
import { readRaw, runCommand, runFiles, runNative } from "./ngspice.ts";

describe("SPICE in the machine's ngspice", () => {
  it.each([
    [
      "mean-4x8 with neurons that saturate somewhere",
      withRandomSaturation(compiledMean(4, 8, 4), seededRandom(2)),
      100,
    ],
    ["mean-16x8", compiledMean(16, 8, 4), 50],
    ["mean-4x8 with the losses of foundry-si", circuitIn("foundry-si", specOf(4, 8, 4)), 100],
    ["mean-8x8 with the losses of best-published", circuitIn("best-published", specOf(8, 8, 4)), 50],
    ["an odd mean-3x5 at 8 levels", compiledMean(3, 5, 8), 50],
  ] as const)("gives the fields of simulate() on %s", (_, circuit, count) => {
    const vectors = randomVectors(circuit, count, 7);
    const text = spiceText(circuit, { save: "sections" });
    const spice = runNative(sweepNetlist(text, circuit, vectors));
    expect(outputError(circuit, vectors, spice)).toBeLessThan(1e-9);
    const inside = sectionError(circuit, vectors, spice);
    expect(inside.error).toBeLessThan(1e-9);
    expect(inside.fields).toBeGreaterThan(circuit.outputs.length);
  });

  it("runs the file as it is printed: a plain .op of mean-64x32, whose P and T are too wide for a subcircuit", () => {
    const circuit = compiledMean(64, 32, 4);
    const [, bright] = randomVectors(circuit, 2, 1);
    const text = spiceText(circuit, {});
    const lit = text.replace(/^\.param w\d+_s(\d+)=0$/gm, (line) => line.replace(/0$/, "3"));
    const spice = runNative(lit);
    expect(outputError(circuit, [bright!], spice)).toBeLessThan(1e-9);
  });
});

describe("what the header of a SPICE file says", () => {
  const circuit = tinyCircuit();
  const headOf = (text: string) => text.slice(0, text.search(/^[^*]/m));
  const commandsIn = (text: string) =>
    [...headOf(text).matchAll(/^\* {3}(ngspice(?: \S+)*?)(?= {2}|$)/gm)].map(([, command]) => command!);
  /** Nodes that the header names: X_re, _im, and rx_ and level_. */
  const nodesIn = (text: string) =>
    [...headOf(text).matchAll(/^\* {3}((?:\w+_re, _im)(?:, \w+)*) {3}"/gm)].flatMap(([, list]) =>
      list!.split(", ").flatMap((word, i, all) => (word === "_im" ? [all[i - 1]!.replace(/_re$/, "_im")] : [word])),
    );

  it.each([{}, { analysis: "tran" }])(
    "each command runs: one prints tens of lines, one writes what is named %o",
    (options) => {
      const mean = compiledMean(4, 8, 4);
      for (const [it, text] of [circuit, mean].map((each) => [each, spiceText(each, options)] as const)) {
        const [printing, writing, ...others] = commandsIn(text);
        expect([printing, writing, others]).toEqual(["ngspice -b FILE", "ngspice -b -r OUT.raw FILE", []]);
        const { printed } = runCommand(text, printing!);
        expect(printed.split("\n").length).toBeLessThan(60);
        expect([...printed.matchAll(/level_w\d+_s\d+\)? +?=? *\d/g)].length).toBeGreaterThanOrEqual(it.outputs.length);
        const nodes = nodesIn(text);
        expect(nodes).toEqual(expect.arrayContaining(["w0_s0_re", "w0_s0_im", "out_w1_s0_im", "level_w1_s0"]));
        expect(nodes.filter((node) => node.startsWith("ref_")).length).toBeGreaterThan(0);
        const saved = [...readRaw(runCommand(text, writing!).raw!).values.keys()].filter((node) => node !== "time");
        expect(saved.sort()).toEqual(nodes.sort());
      }
    },
  );

  it("a node that is added to a .save line is written too", () => {
    const more = spiceText(circuit).replace(".save v(", ".save v(x_dut.s2_m0_re) v(");
    expect(runNative(more).values.has("x_dut.s2_m0_re")).toBe(true);
  });

  it("prints what the receivers get", () => {
    const { printed } = runCommand(spiceText(circuit).replace("w1_s0=0", "w1_s0=3"), "ngspice -b FILE");
    const { re, ports } = simulate(circuit, Uint8Array.of(0, 3));
    circuit.outputs.forEach((port, o) => {
      const rx = Number(new RegExp(`^v.rx_w${port.worker}_s0. = (.*)$`, "m").exec(printed)?.[1]);
      expect(rx).toBeCloseTo(re[o % ports]! * port.levelsPerField, 5);
    });
  });

  it("the fields between sections are saved where it says so", () => {
    const text = spiceText(circuit, { save: "sections" });
    expect(headOf(text)).toContain("Saved is what this header names, and the fields between sections");
    expect(runNative(text).values.has("x_dut.s0_m0_re")).toBe(true);
  });

  const controlled = (text: string, commands: readonly string[]): string =>
    text.replace(/^\.control\n[\s\S]*?^\.endc$/m, [".control", ...commands, "quit", ".endc"].join("\n"));
  const rxOf = (printed: string): number[] =>
    [...printed.matchAll(/^v\(rx_w0_s0\) = (\S+)$/gm)].map(([, value]) => Number(value));

  it("altering a source in volts is the same as setting its parameter", () => {
    const text = spiceText(circuit);
    const altered = controlled(text, ["alter v_w1_s0_re = 2.7", "op", "print v(rx_w0_s0)"]);
    const set = runNative(text.replace(".param w1_s0=0", ".param w1_s0=3")).values.get("rx_w0_s0")![0]!;
    expect(rxOf(runCommand(altered, "ngspice -b FILE").printed)[0]).toBeCloseTo(set, 5);
  });

  it("altering a phase and resetting is the same as another phase, first or second of its line, also of one file", () => {
    for (const [name, part] of [
      ["nested", "s2_m2_u"],
      ["flat", "circuit_tiny_pair"],
    ] as const) {
      const text = spiceText(circuit, { hierarchy: name });
      const prefix = name === "nested" ? "" : "s2_m2_";
      for (const phase of ["theta", "phi"]) {
        const commands = [0.4, 2.2].flatMap((rad) => [
          `alterparam ${part} ${phase}_${prefix}d1 = ${rad}`,
          "reset",
          "op",
          "print v(rx_w0_s0)",
        ]);
        const printed = rxOf(runCommand(controlled(text, commands), "ngspice -b FILE").printed);
        const set = [0.4, 2.2].map((rad) => {
          const old = phase === "theta" ? "theta_D=2.8" : "phi_D=0.1";
          const [before, after] = [old, old.replace(/=.*/, `=${rad}`)].map((it) => it.replace("D", `${prefix}d1`));
          const at = text.indexOf(`theta_${prefix}d1=2.8`);
          const changed = text.slice(0, at) + text.slice(at).replace(before!, after!);
          expect(changed).not.toBe(text);
          return runNative(changed).values.get("rx_w0_s0")![0]!;
        });
        expect(printed.length).toBe(2);
        expect(Math.abs(set[0]! - set[1]!)).toBeGreaterThan(1e-3);
        for (const [i, value] of printed.entries()) expect(value).toBeCloseTo(set[i]!, 5);
      }
    }
  });

  it("a waveform has a slot a nanosecond, and prints what the first worker gets in each", () => {
    const text = spiceText(circuit, { analysis: "tran" });
    const [printing, writing] = commandsIn(text);
    const { values } = readRaw(runCommand(text, writing!).raw!);
    const { printed } = runCommand(text, printing!);
    const time = values.get("time")!;
    const slots = [
      [0, 0],
      [3, 3],
      [3, 0],
      [0, 3],
    ];
    const rx = values.get("rx_w0_s0")!;
    const { re, ports } = simulate(circuit, Uint8Array.from(slots.flat()));
    slots.forEach((_, slot) => {
      const at = time.findIndex((t) => t >= (slot + 0.5) * 1e-9);
      const level = re[slot * ports]! * circuit.outputs[0]!.levelsPerField;
      expect(rx[at]).toBeCloseTo(level, 6);
      const said = new RegExp(`^slot${slot}_level_w0_s0 += (.*)$`, "m").exec(printed)?.[1];
      expect(Number(said)).toBe(Math.max(0, Math.min(3, Math.floor(level + 0.5))));
    });
  });
});

describe("a circuit and its testbench in two files", () => {
  const mean = compiledMean(2, 2, 4);
  const files = Object.fromEntries(
    spiceTarget
      .emit(subjectOf({ ...mean, name: "pair" }, { kind: "circuit" }), {})
      .map(({ name, content }) => [name, [...content].join("")]),
  );

  it("runs from any directory", () => {
    const run = (command: string): string => runFiles(inside("build", files), command);
    const expected = /^v\(level_w1_s0\) = 0\.000000e\+00$/m;
    expect(run("ngspice -b build/pair.test.sp")).toMatch(expected);
    expect(runFiles(files, "ngspice -b pair.test.sp")).toMatch(expected);
  });

  it("as does a testbench of one's own: what the document shows", () => {
    const page = readFileSync(new URL("../../docs/reference/targets/spice.md", import.meta.url), "utf8");
    const [bench, ...controls] = [...page.matchAll(/^```spice\n([\s\S]*?)^```$/gm)].map(([, text]) => text!);
    const shown = [...page.matchAll(/^```\n((?:level = .*\n)+)```$/gm)].map(([, text]) => text!);
    expect([controls.length, shown.length]).toEqual([2, 2]);
    const [sweep, noise] = controls.map((control) => bench!.replace(/^\.control\n[\s\S]*^\.endc\n/m, () => control));
    const run = (text: string): string =>
      runFiles(inside("pair", { ...files, "bench.sp": text }), "ngspice -b pair/bench.sp");
    const levels = (printed: string): string => (printed.match(/^level = .*\n/gm) ?? []).join("");
    expect(levels(run(bench!))).toBe(shown[0]);
    expect(levels(run(sweep!))).toBe(shown[1]);
    const printed = run(noise!);
    const [lowest, highest] = ["lowest", "highest"].map((name) =>
      Number(new RegExp(`^${name} += +(\\S+)`, "m").exec(printed)?.[1]),
    );
    expect(lowest).toBeGreaterThan(1.78);
    expect(lowest).toBeLessThan(1.88);
    expect(highest).toBeGreaterThan(1.94);
    expect(highest).toBeLessThan(2.04);
  });
});

it.each(["nested", "flat"])("two circuits in one deck compute what they do alone: prefixes, %s", (hierarchy) => {
  const deck = ["* two circuits", ".options itl1=2000 reltol=1e-9 vntol=1e-12 abstol=1e-12", ".op"];
  const expected = new Map<string, number>();
  for (const [circuit, symbols, prefix] of [
    [compiledMean(2, 2, 4), Uint8Array.of(3, 1), "a"],
    [withRandomSaturation(compiledMean(2, 4, 4), seededRandom(3)), Uint8Array.of(2, 1, 3, 3), "b"],
  ] as const) {
    const subject = subjectOf({ ...circuit, name: "mean" }, { kind: "circuit" });
    deck.push([...spiceTarget.emit(subject, { prefix, hierarchy })[1]!.content].join(""));
    const ports = circuit.inputs.map((port, p) => {
      const level = port.kind === "worker" ? symbols[(port.worker * symbols.length) / 2 + port.symbol]! : 1;
      deck.push(`V${prefix}${p} ${prefix}${p} 0 ${level * (port.kind === "worker" ? port.fieldPerLevel : port.field)}`);
      return `${prefix}${p} 0`;
    });
    const ends = circuit.outputs.map((_, o) => `${prefix}r${o} ${prefix}i${o}`);
    deck.push(`X${prefix} ${[...ports, ...ends].join(" ")} circuit_${prefix}_mean`);
    const { re } = simulate(circuit, symbols);
    for (const o of ends.keys()) expected.set(`${prefix}r${o}`, re[o]!);
  }
  deck.push(...[...expected.keys()].map((node) => `.save v(${node})`), ".end\n");
  const { values } = runNative(deck.join("\n"));
  expect(expected.size).toBe(6);
  for (const [node, field] of expected) expect(values.get(node)![0]).toBeCloseTo(field, 9);
});

function inside(folder: string, files: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([name, text]) => [`${folder}/${name}`, text]));
}
