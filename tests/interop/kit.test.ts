import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { type Circuit, findTarget, serializeCircuit, subjectOf, type Target } from "../../netlist/index.ts";
import { specOf } from "../compiler/specs.ts";
import { compiledMean } from "../netlist/spice/compiled.ts";
import { unitaryCircuit } from "../netlist/subjects.ts";
import { circuitIn } from "../physics/specs.ts";
import { answerOf } from "./exports.ts";

/** What tests/interop/python/kit.py found in the GDS of one section. */
interface SectionVerdict {
  readonly file: string;
  readonly findings: readonly string[];
  /** Largest error of a field against circuit.json, and what differing losses of paths that interfere allow. */
  readonly error: number;
  readonly allowed: number;
  /** The error against a circuit whose angles differ by 0.3 rad. */
  readonly other: number;
  /** dB, of the path that loses least. */
  readonly loss: number;
  readonly heaters: number;
  readonly size: readonly [width: number, height: number];
  /** What is found where one thing is changed. */
  readonly changes: Readonly<Record<string, readonly string[]>>;
}

const report: string[] = [];
afterAll(() => {
  console.log(report.join("\n"));
});

type Chosen = readonly [circuit: Circuit, sections: readonly number[]];

async function sections(kit: "ubcpdk" | "cspdk", chosen: readonly Chosen[]): Promise<readonly SectionVerdict[] | null> {
  const target: Target = findTarget("gdsfactory")!;
  const prepare = (folder: string): void => {
    const jobs = chosen.flatMap(([circuit, wanted], c) => {
      const name = `${c}.circuit.json`;
      writeFileSync(join(folder, name), [...serializeCircuit(circuit)].join(""));
      return wanted.map((section, s) => {
        const subject = subjectOf(circuit, { kind: "layer", section });
        expect(target.check(subject, { kit }).filter(({ severity }) => severity === "error")).toEqual([]);
        const [file] = target.emit(subject, { kit });
        writeFileSync(join(folder, `${c}.${file!.name}`), [...file!.content].join(""));
        return { kit, file: `${c}.${file!.name}`, circuit: name, section, changes: c === 0 && s === 0 };
      });
    });
    writeFileSync(join(folder, "jobs.json"), JSON.stringify(jobs));
  };
  return await answerOf<readonly SectionVerdict[]>("kit", prepare, kit);
}

describe("sections drawn with a foundry's kit, from their GDS alone", () => {
  it.each(["ubcpdk", "cspdk"] as const)(
    "%s: rules, netlist, metal and fields are those of circuit.json, and a broken layout is found",
    async (kit) => {
      const mean = compiledMean(4, 8, 4);
      const verdicts = await sections(kit, [
        // a tap first, which is broken in every way; then P, a layer of two MZIs, and T
        [mean, [2, 0, mean.sections.findIndex(({ meshes }) => meshes.length === 2), mean.sections.length - 1]],
        // trees of three workers, whose paths pass one or two couplers
        [circuitIn("foundry-si", specOf(3, 4, 4)), [0]],
        [unitaryCircuit(3), [0]],
      ]);
      if (verdicts === null) return;
      expect(verdicts.map(({ heaters }) => heaters)).toEqual([4, 36, 6, 48, 12, 9]);
      for (const { file, findings, error, allowed, other, loss, heaters, size } of verdicts) {
        expect(findings, file).toEqual([]);
        expect(error, file).toBeLessThan(allowed);
        expect(other, file).toBeGreaterThan(allowed);
        report.push(
          `${file}: ${heaters} heaters, ${size.map((um) => (um / 1000).toFixed(2)).join(" x ")} mm, ${loss.toFixed(2)} dB; fields within ${error.toExponential(1)} of ${allowed.toExponential(1)}`,
        );
      }
      // all paths of a mean of four workers pass the same cells
      for (const { allowed } of verdicts.slice(0, 4)) expect(allowed).toBeLessThan(1e-5);
      const { changes } = verdicts[0]!;
      expect(Object.keys(changes)).toHaveLength(8 + 2 * 4);
      for (const [name, found] of Object.entries(changes)) {
        const what = name.split(":")[0]!;
        expect(found.filter((finding) => finding.startsWith(what)).length, `${name}: ${found}`).toBeGreaterThan(0);
      }
    },
    900_000,
  );
});
