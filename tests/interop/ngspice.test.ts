import { describe, expect, it } from "vitest";
import { emitText, spiceTarget } from "../../netlist/index.ts";
import { outputError, sectionError } from "../differential/compare.ts";
import { compiledMean, randomVectors } from "../differential/compiled.ts";
import { sweepNetlist } from "../differential/sweep.ts";
import { tinyCircuit } from "../netlist/build.ts";
import { runNative } from "./ngspice.ts";

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
