import { afterAll, describe, expect, it } from "vitest";
import type { TargetOptions } from "../../netlist/index.ts";
import { layerCircuit } from "../netlist/subjects.ts";
import { circuits, judgedBy } from "./exports.ts";

const report: string[] = [];
afterAll(() => {
  console.log(report.join("\n"));
});

describe("transfer matrices in the tools that read the files", () => {
  const cases: readonly (readonly [format: string, script: string, options: TargetOptions])[] = [
    ["sax", "sax", { form: "nested" }],
    ["sax", "sax", { form: "flat" }],
    ["kfnetlist", "kfnetlist", {}],
    ["touchstone", "touchstone", { version: "1" }],
    ["touchstone", "touchstone", { version: "2" }],
    ["lumerical-dat", "lumerical_dat", {}],
    ["perceval", "perceval", {}],
    ["blackbird", "blackbird", {}],
    ["gdsfactory", "gdsfactory", {}],
    ["lumerical", "spi", {}],
  ];
  it.each(cases)(
    "%s in %s %o",
    (format, script, options) => {
      // SAX evaluates every composite MZI by itself, which takes minutes for a layer of 64 modes; the flat form takes it
      const chosen = options["form"] === "nested" ? [...circuits.slice(0, -1), layerCircuit(16)] : circuits;
      const verdicts = judgedBy(script, format, options, chosen);
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
