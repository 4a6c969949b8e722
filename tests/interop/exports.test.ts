import { afterAll, describe, expect, it } from "vitest";
import type { Circuit, TargetOptions } from "../../netlist/index.ts";
import { specOf } from "../compiler/specs.ts";
import { layerCircuit } from "../netlist/subjects.ts";
import { circuitIn } from "../physics/specs.ts";
import { circuits, judgedBy } from "./exports.ts";

const report: string[] = [];
afterAll(() => {
  console.log(report.join("\n"));
});

/**
 * SAX evaluates every composite MZI by itself, which takes minutes for a layer of 64 modes; the flat form takes it. gdsfactory
 * gets the same layer of 16 modes, and of 64 modes one of the two meshes, which are laid out alike.
 */
function subjectsFor(format: string, options: TargetOptions): readonly Circuit[] {
  if (options["form"] !== "nested" && format !== "gdsfactory") return circuits;
  const small = [...circuits.slice(0, -1), layerCircuit(16)];
  return format === "gdsfactory" ? [...small, layerCircuit(64, ["left"])] : small;
}

/** Circuits whose devices, crossings and waveguides lose what a technology says. */
const lossy: readonly Circuit[] = [
  circuitIn("foundry-si", specOf(4, 8, 4)),
  circuitIn("best-published", specOf(3, 4, 4)),
];

describe.concurrent("transfer matrices of lossy circuits in the tools that read the files", () => {
  const cases: readonly (readonly [format: string, script: string, options: TargetOptions])[] = [
    ["sax", "sax", { form: "nested" }],
    ["sax", "sax", { form: "flat" }],
    ["touchstone", "touchstone", { version: "1" }],
    ["touchstone", "touchstone", { version: "2" }],
  ];
  it.each(cases)(
    "%s in %s %o",
    async (format, script, options) => {
      const verdicts = await judgedBy(script, format, options, lossy);
      if (verdicts === null) return;
      expect(verdicts.length).toBeGreaterThan(20);
      for (const { file, error } of verdicts) expect(error, file).toBeLessThan(1e-9);
      const worst = Math.max(...verdicts.map((it) => it.error));
      report.push(
        `${format} with losses: ${verdicts.length} files in ${verdicts[0]!.tool}, largest error ${worst.toExponential(1)}`,
      );
    },
    900_000,
  );
});

describe.concurrent("transfer matrices in the tools that read the files", () => {
  const cases: readonly (readonly [format: string, script: string, options: TargetOptions])[] = [
    ["sax", "sax", { form: "nested" }],
    ["sax", "sax", { form: "flat" }],
    ["touchstone", "touchstone", { version: "1" }],
    ["touchstone", "touchstone", { version: "2" }],
    ["lumerical-dat", "lumerical_dat", {}],
    ["perceval", "perceval", {}],
    ["gdsfactory", "gdsfactory", {}],
    ["lumerical", "spi", {}],
  ];
  it.each(cases)(
    "%s in %s %o",
    async (format, script, options) => {
      const verdicts = await judgedBy(script, format, options, subjectsFor(format, options));
      if (verdicts === null) {
        return;
      }
      expect(verdicts.length).toBeGreaterThanOrEqual(circuits.length);
      for (const { file, error } of verdicts) {
        expect(error, file).toBeLessThan(1e-9);
      }
      const worst = Math.max(...verdicts.map((it) => it.error));
      report.push(
        `${format}: ${verdicts.length} files in ${verdicts[0]!.tool}, largest error ${worst.toExponential(1)}`,
      );
    },
    900_000,
  );
});
