import { afterAll, describe, expect, it } from "vitest";
import type { Circuit } from "../../netlist/index.ts";
import { specOf } from "../compiler/specs.ts";
import { layerCircuit } from "../netlist/subjects.ts";
import { circuitIn } from "../physics/specs.ts";
import { circuits, judgedBy, type Written } from "./exports.ts";

const report: string[] = [];
afterAll(() => {
  console.log(report.join("\n"));
});

/** gdsfactory places a part in a time that grows with those placed before; the two meshes of a layer are laid out alike. */
const drawn: readonly Circuit[] = [...circuits.slice(0, -1), layerCircuit(16), layerCircuit(32, ["left"])];

/** Circuits whose devices, crossings and waveguides lose what a technology says. */
const lossy: readonly Circuit[] = [
  circuitIn("foundry-si", specOf(4, 8, 4)),
  circuitIn("best-published", specOf(3, 4, 4)),
];

describe.concurrent("transfer matrices in the tools that read the files", () => {
  const cases: readonly (readonly [format: string, script: string, forms: readonly Written[]])[] = [
    ["gdsfactory", "gdsfactory", [{ options: {}, circuits: drawn }]],
    [
      "sax",
      "sax",
      [
        { options: {}, circuits },
        { options: {}, circuits: lossy },
      ],
    ],
    [
      "touchstone",
      "touchstone",
      ["1", "2"].flatMap((version) => [
        { options: { version }, circuits },
        { options: { version }, circuits: lossy },
      ]),
    ],
    ["lumerical-dat", "lumerical_dat", [{ options: {}, circuits }]],
    ["perceval", "perceval", [{ options: {}, circuits }]],
    ["lumerical", "spi", [{ options: {}, circuits }]],
  ];
  it.each(cases)(
    "%s in %s",
    async (format, script, forms) => {
      const found = await judgedBy(script, format, forms);
      for (const [f, verdicts] of (found ?? []).entries()) {
        const { options, circuits: of } = forms[f]!;
        expect(verdicts.length).toBeGreaterThanOrEqual(of === lossy ? 21 : circuits.length);
        for (const { file, error } of verdicts) expect(error, file).toBeLessThan(1e-9);
        const worst = Math.max(...verdicts.map((it) => it.error));
        const named = `${format}${of === lossy ? " with losses" : ""} ${JSON.stringify(options)}`;
        report.push(
          `${named}: ${verdicts.length} files in ${verdicts[0]!.tool}, largest error ${worst.toExponential(1)}`,
        );
      }
    },
    900_000,
  );
});
