import { describe, expect, it } from "vitest";
import { readWords, simulate } from "../../../netlist/index.ts";
import { tinyCircuit } from "../build.ts";
import { spiceText } from "../spice-text.ts";
import { outputError, sectionError } from "./compare.ts";
import { runNetlist, runVectors } from "./spice.ts";

const text = (circuit: ReturnType<typeof tinyCircuit>, save: string = "outputs") => spiceText(circuit, { save });
const allPairs = Array.from({ length: 16 }, (_, i) => [i >> 2, i & 3]);

describe("SPICE in ngspice (WebAssembly)", () => {
  it("gives the fields, receivers and levels of simulate() on every vector of a small circuit", async () => {
    const circuit = tinyCircuit();
    const spice = await runVectors(text(circuit, "sections"), circuit, allPairs);
    expect(outputError(circuit, allPairs, spice)).toBeLessThan(1e-9);
    const inside = sectionError(circuit, allPairs, spice);
    expect(inside.error).toBeLessThan(1e-9);
    expect(inside.fields).toBe(20);
    const fields = simulate(circuit, Uint8Array.from(allPairs.flat()));
    const words = readWords(circuit, fields);
    circuit.outputs.forEach((port, o) => {
      allPairs.forEach((_, v) => {
        const field = fields.re[2 * v + o]! * port.levelsPerField;
        expect(spice.values.get(`rx_w${port.worker}_s0`)![v]).toBeCloseTo(field, 9);
        expect(spice.values.get(`level_w${port.worker}_s0`)![v]).toBe(words[2 * v + port.worker]);
      });
    });
    expect(new Set(words).size).toBeGreaterThan(2);
  });

  it("takes the input from the documented parameters in a plain .op", async () => {
    const circuit = tinyCircuit();
    const netlist = text(circuit)
      .replace(/^\.param w0_s0=0$/m, ".param w0_s0=3")
      .replace(/^\.param w1_s0=0$/m, ".param w1_s0=2");
    const spice = await runNetlist(netlist, "Operating Point");
    expect(outputError(circuit, [[3, 2]], spice)).toBeLessThan(1e-9);
  });

  it("notices a phase that differs", async () => {
    const circuit = tinyCircuit();
    const moved = text(circuit).replace("theta_d1=2.8 ", "theta_d1=2.8001 ");
    const spice = await runVectors(moved, circuit, allPairs);
    expect(outputError(circuit, allPairs, spice)).toBeGreaterThan(1e-6);
  });

  it("turns a netlist that ngspice rejects into an error", async () => {
    const broken = text(tinyCircuit()).replace(/^(X_s0 .*) s0_p$/m, "$1 nothing_of_that_name");
    await expect(runNetlist(broken, "Operating Point")).rejects.toThrow(/ngspice/);
  });
});
