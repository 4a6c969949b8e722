import { describe, expect, it } from "vitest";
import { emitText, simulate, spiceTarget } from "../../netlist/index.ts";
import { outputError, sectionError } from "../differential/compare.ts";
import { compiledMean, randomVectors } from "../differential/compiled.ts";
import { sweepNetlist } from "../differential/sweep.ts";
import { tinyCircuit } from "../netlist/build.ts";
import { readRaw, runCommand, runNative } from "./ngspice.ts";

describe("SPICE in the machine's ngspice", () => {
  it.each([
    ["a hand-built pair", tinyCircuit(), 16],
    ["mean-4x8", compiledMean(4, 8, 4), 200],
    ["mean-16x8", compiledMean(16, 8, 4), 50],
    ["an odd mean-3x5 at 8 levels", compiledMean(3, 5, 8), 50],
  ] as const)("gives the fields of simulate() on %s", (_, circuit, count) => {
    const vectors = randomVectors(circuit, count, 7);
    const text = emitText(spiceTarget, circuit, { save: "sections" });
    const spice = runNative(sweepNetlist(text, circuit, vectors));
    expect(outputError(circuit, vectors, spice)).toBeLessThan(1e-9);
    const inside = sectionError(circuit, vectors, spice);
    expect(inside.error).toBeLessThan(1e-9);
    expect(inside.fields).toBeGreaterThan(circuit.outputs.length);
  });

  it("runs the file as it is printed: a plain .op of mean-64x32, whose P and T are too wide for a subcircuit", () => {
    const circuit = compiledMean(64, 32, 4);
    const [, bright] = randomVectors(circuit, 2, 1);
    const text = emitText(spiceTarget, circuit, {});
    const lit = text.replace(/^\.param w\d+_s(\d+)=0$/gm, (line) => line.replace(/0$/, "3"));
    const spice = runNative(lit);
    expect(outputError(circuit, [bright!], spice)).toBeLessThan(1e-9);
  });

  it("notices a phase that differs", () => {
    const circuit = tinyCircuit();
    const vectors = randomVectors(circuit, 4, 1);
    const moved = emitText(spiceTarget, circuit, {}).replace("theta=2.8 ", "theta=2.8001 ");
    expect(outputError(circuit, vectors, runNative(sweepNetlist(moved, circuit, vectors)))).toBeGreaterThan(1e-6);
  });

  it("turns a netlist that ngspice rejects into an error", () => {
    expect(() => runNative("* nothing\nX1 a b no_such_part\n.op\n.end\n")).toThrow(/ngspice/);
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

  it("each command runs: one prints every node that is named, one writes those that are saved", () => {
    const text = emitText(spiceTarget, circuit);
    expect(commandsIn(text)).toEqual(["ngspice -b FILE", "ngspice -b -r OUT.raw FILE"]);
    const nodes = nodesIn(text);
    expect(nodes).toEqual(
      expect.arrayContaining(["w0_s0_re", "w0_s0_im", "ref_rail_re", "out_w1_s0_im", "level_w1_s0"]),
    );
    const [printing, writing] = commandsIn(text);
    const { printed } = runCommand(text, printing!);
    for (const node of [...nodes, "s2_m0_re", "s2_m0_im"]) {
      expect(printed, node).toMatch(new RegExp(`^\\s*${node}\\s+-?\\d`, "m"));
    }
    const saved = [...readRaw(runCommand(text, writing!).raw!).values.keys()];
    expect(saved.sort()).toEqual(nodes.filter((node) => /^(out|rx|level)_/.test(node)).sort());
  });

  it("a node that is added to a .save line is written too", () => {
    const more = emitText(spiceTarget, circuit).replace(".save v(", ".save v(ref_rail_re) v(s2_m0_re) v(");
    const { values } = runNative(more);
    expect(values.get("ref_rail_re")![0]).toBe(2.5);
    expect(values.has("s2_m0_re")).toBe(true);
  });

  it("the fields between sections are saved where it says so", () => {
    const text = emitText(spiceTarget, circuit, { save: "sections" });
    expect(headOf(text)).toContain("Saved are the outputs and the fields between sections");
    expect(runNative(text).values.has("s0_m0_re")).toBe(true);
  });

  it("altering a source in volts is the same as setting its parameter", () => {
    const text = emitText(spiceTarget, circuit);
    const altered = text.replace(/^\.end$/m, ".control\nalter v_w1_s0_re = 2.7\nop\nprint v(rx_w0_s0)\n.endc\n.end");
    const { printed } = runCommand(altered, "ngspice -b FILE");
    const set = runNative(text.replace(".param w1_s0=0", ".param w1_s0=3")).values.get("rx_w0_s0")![0]!;
    expect(Number(/^v\(rx_w0_s0\) = (\S+)$/m.exec(printed)?.[1])).toBeCloseTo(set, 5);
  });

  it("a waveform runs by its one command, a slot a nanosecond, and not without -r", () => {
    const text = emitText(spiceTarget, circuit, { analysis: "tran" });
    const [writing, ...others] = commandsIn(text);
    expect([writing, others]).toEqual(["ngspice -b -r OUT.raw FILE", []]);
    expect(() => runCommand(text, "ngspice -b FILE")).toThrow(/no simulations run/);
    const { values } = readRaw(runCommand(text, writing!).raw!);
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
      expect(rx[at]).toBeCloseTo(re[slot * ports]! * circuit.outputs[0]!.levelsPerField, 6);
    });
  });
});
