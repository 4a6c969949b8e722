import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import {
  blockMatrix,
  type Circuit,
  drawChip,
  extentOf,
  findTarget,
  layoutOf,
  linearBlocks,
  serializeCircuit,
  subjectOf,
  usualFigures,
} from "../../netlist/index.ts";
import { usualLayers } from "../../netlist/layout/rules.ts";
import { bringupPythonTarget } from "../../physics/index.ts";
import { specOf } from "../compiler/specs.ts";
import { emitText } from "../netlist/emit-text.ts";
import { layerCircuit, pinningCircuit, unitaryCircuit } from "../netlist/subjects.ts";
import { circuitIn } from "../physics/specs.ts";
import { cutCircuit } from "./cut-circuit.ts";
import { answerOf } from "./exports.ts";

/** What tests/interop/python/chip.py found in the GDS of one chip. */
interface ChipVerdict {
  readonly file: string;
  readonly findings: readonly string[];
  readonly cells: number;
  /** Largest error of a field against simulate(). */
  readonly error: number | null;
  readonly mutations: Readonly<Record<string, readonly string[]>>;
  /** For each design rule: the rules that are found broken where that one alone is. */
  readonly rules: Readonly<Record<string, readonly string[]>>;
  /** From edge to edge, um. */
  readonly size: readonly [width: number, height: number];
  /** Of CPU, from the script to the fields. */
  readonly seconds: number;
}

const report: string[] = [];
afterAll(() => {
  console.log(report.join("\n"));
});

/** Chips drawn by gdsfactory from our script, and read back from their GDS. */
async function chips(
  circuits: readonly Circuit[],
  mutations: "none" | "meshes" | "neurons",
  counted: object | null = null,
): Promise<readonly ChipVerdict[] | null> {
  return await answerOf<readonly ChipVerdict[]>("chip", (folder) => {
    const jobs = circuits.map((circuit) => {
      const file = `${circuit.name}.py`;
      writeFileSync(join(folder, file), emitText(findTarget("gdsfactory")!, circuit, { chip: "whole" }));
      writeFileSync(join(folder, `${circuit.name}.json`), [...serializeCircuit(circuit)].join(""));
      const cut = cutCircuit(circuit);
      const block = linearBlocks(subjectOf(cut.circuit, { kind: "circuit" }))[0]!;
      const { re, im, cols } = blockMatrix(block);
      // only rows and columns that light has
      const rows = block.outputs.map((port) => block.modes[port]!);
      const wanted = cut.outputs.map((mode) => rows.indexOf(mode));
      const columns = cut.inputs.map((mode) => block.modes.indexOf(mode));
      const pick = (from: Float64Array): number[] =>
        wanted.flatMap((row) => columns.map((column) => from[row * cols + column]!));
      return {
        file,
        circuit: `${circuit.name}.json`,
        layers: usualLayers,
        radii: { waveguide: 5, carrier: 20 },
        mutations,
        counted,
        crowded: findTarget("gdsfactory")!
          .check(subjectOf(circuit, { kind: "circuit" }), { chip: "whole" })
          .some(({ code }) => code === "OPT0453"),
        bringup: circuit.name === "mean-4x8" ? emitText(bringupPythonTarget, circuit) : "",
        inputs: cut.inputs,
        outputs: cut.outputs,
        re: pick(re),
        im: pick(im),
      };
    });
    writeFileSync(join(folder, "jobs.json"), JSON.stringify(jobs));
  });
}

function expectClean(verdicts: readonly ChipVerdict[]): void {
  for (const { file, findings, error, cells, seconds } of verdicts) {
    expect(findings, file).toEqual([]);
    expect(error, file).toBeLessThan(1e-9);
    report.push(
      `${file}: ${cells} cells, fields within ${error!.toExponential(1)}, ${seconds.toFixed(0)} s of CPU to draw, read and check`,
    );
  }
}

describe.sequential("whole chips from their GDS alone", () => {
  it("of a foundry's silicon and of small meshes: light, metal, rules and fields are the circuit's", async () => {
    const circuits = [
      circuitIn("foundry-si", specOf(2, 2, 4)),
      { ...circuitIn("foundry-si", { ...specOf(3, 4, 4), portOrder: "by-worker" }), name: "by-worker" },
      circuitIn("foundry-si", specOf(4, 8, 4, "half-up", true, 0.4, { kind: "single" }, "saturating")),
    ];
    // every lane as long as circuit.json says; figures of foundry-si, by hand
    const verdicts = await chips(circuits, "none", { mzi: 2 * (40 + 62), phase: 62, crossing: 15 });
    expectClean(verdicts ?? []);
    for (const [i, { size }] of (verdicts ?? []).entries()) {
      const { widthUm, heightUm } = extentOf(drawChip(circuits[i]!, layoutOf(usualFigures).rules));
      expect(Math.max(Math.abs(size[0] - widthUm), Math.abs(size[1] - heightUm))).toBeLessThan(0.01);
    }
    const unplaced = await chips([pinningCircuit()], "none");
    if (unplaced !== null) expectClean(unplaced);
  }, 900_000);

  it("a layer of 32 modes as training leaves it: both meshes and the attenuators between", async () => {
    const verdicts = await chips([layerCircuit(32)], "none");
    if (verdicts === null) return;
    expectClean(verdicts);
    // 2 x 496 MZIs of two couplers and two heaters, and 32 attenuators
    expect(verdicts[0]!.cells).toBeGreaterThan(4 * (2 * 496 + 32));
    expect(verdicts[0]!.seconds).toBeLessThan(180);
  }, 900_000);

  it("finds what is moved, cut, joined, exchanged, misnamed, too near, too narrow, too tight and too little enclosed", async () => {
    const verdicts = await chips([unitaryCircuit(3)], "meshes");
    const others = await chips([circuitIn("foundry-si", specOf(2, 2, 4))], "neurons");
    if (verdicts === null || others === null) return;
    expectClean([...verdicts, ...others]);
    const { mutations, rules } = verdicts[0]!;
    expect(Object.keys(mutations)).toHaveLength(12);
    expect(Object.keys(others[0]!.mutations)).toHaveLength(6);
    for (const [name, found] of Object.entries({ ...mutations, ...others[0]!.mutations }))
      expect(found, name).toHaveLength(1);
    // widths and spaces of seven layers, two cuts in two layers each, two radii: a change that breaks one rule breaks no other
    expect(Object.keys(rules)).toHaveLength(2 * 7 + 2 * 2 + 2);
    for (const [name, found] of Object.entries(rules)) expect(found, name).toEqual([name]);
  }, 900_000);
});
