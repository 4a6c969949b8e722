import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { synthesise } from "../../compiler/synthesise.ts";
import { optinc } from "../cli/run.ts";
import { specOf } from "../compiler/specs.ts";
import { asDesigned, broughtUp } from "./brought-up.ts";
import { answerOf } from "./exports.ts";

interface Row {
  readonly target: string;
  /** Error of the matrix with the phases of perfect couplers. */
  readonly uncorrected: number;
  /** With every MZI solved for its own couplers, or after the bring-up with converters of any step. */
  readonly corrected: number;
}

interface BroughtUp extends Row {
  /** Of what detectors read of the fields. */
  readonly read: number;
  /** Both with converters of 12 bits. */
  readonly converters: number;
  readonly convertersRead: number;
}

/** Workers and bits of the circuits that are brought up; the first is an averaging layer of 16 modes with two comparators behind it. */
const BROUGHT_UP = [
  [16, 2],
  [4, 8],
  [16, 8],
] as const;

/** What the bring-up of chips with splitters off by 0.03 rad ends with. */
function prepareBroughtUp(folder: string): void {
  const jobs = BROUGHT_UP.map(([workers, bits]) => {
    const { circuit } = synthesise(specOf(workers, bits, 4, "half-up", true, 0.4, { kind: "single" }, "saturating"));
    const errors = { couplerRad: 0.03 };
    return {
      name: `mean-${workers}x${bits}`,
      designed: asDesigned(circuit),
      perfect: broughtUp(circuit, CHIPS, errors),
      converters: broughtUp(circuit, CHIPS, { ...errors, dac: { bits: 12, rangeRad: 2 * Math.PI } }),
    };
  });
  writeFileSync(join(folder, "brought-up.json"), JSON.stringify(jobs));
}

const CHIPS = 10;
const WORKERS = [4, 16];

/** Circuits and chips with splitters off by 0.03 rad, and what `compile --measured` makes for each; returns how many it refuses. */
function prepare(folder: string): number {
  const jobs: object[] = [];
  let refused = 0;
  for (const workers of WORKERS) {
    const name = `mean-${workers}x8`;
    const input = `aggregate ${name} { workers ${workers}; precision 8 bits }\n`;
    const build = join(folder, name);
    expect(optinc(["compile", "-", "-o", build, "-q", "--chips", "0"], { input }).code).toBe(0);
    for (let number = 0; number < CHIPS; number += 1) {
      const chip = join(folder, `${name}-${number}.measured.json`);
      const drawn = [
        "--splitter",
        "0.03",
        "--chip-samples",
        "1",
        "--write-chip",
        chip,
        "--chip-sample",
        String(number),
        "-q",
      ];
      expect(optinc(["yield", build, ...drawn]).err).not.toContain("error");
      const out = `${build}-${number}`;
      const made = optinc(["compile", "-", "--measured", chip, "-o", out, "-q", "--chips", "0"], { input });
      if (made.code === 0) {
        const [ideal, solved] = [build, out].map((directory) => join(directory, "circuit.json"));
        jobs.push({ name, ideal, solved, chip });
      } else {
        expect(made).toMatchObject({ code: 1, err: expect.stringContaining("error[OPT0448]") });
        refused += 1;
      }
    }
  }
  writeFileSync(join(folder, "jobs.json"), JSON.stringify(jobs));
  return refused;
}

it("layers solved for their own couplers are exact where universal meshes keep an error, and brought up without a measurement keep little", async () => {
  let refused = 0;
  const rows = await answerOf<readonly (Row | BroughtUp)[]>("splitter_errors", (folder) => {
    refused = prepare(folder);
    prepareBroughtUp(folder);
  });
  if (rows === null) return;
  const say = (value: number): string => value.toExponential(2);
  for (const row of rows) {
    const { target, uncorrected, corrected } = row;
    const behind =
      "read" in row
        ? `${say(corrected)} (read: ${say(row.read)}), ${say(row.converters)} (read: ${say(row.convertersRead)}) with converters of 12 bits`
        : `${say(corrected)} solved`;
    console.log(`${target}: ${say(uncorrected)} as set, ${behind}`);
  }
  console.log(`${refused} of ${WORKERS.length * CHIPS} chips are refused (OPT0448)`);
  const of = (start: string): readonly Row[] => rows.filter(({ target }) => target.startsWith(start));
  // sqrt(2 N) sigma, which an imperfect rectangular mesh follows whatever the target
  for (const { uncorrected } of of("Haar")) expect(uncorrected / Math.sqrt(2 * 16) / 0.03).toBeCloseTo(1, 0);
  for (const { uncorrected, corrected } of of("Haar")) expect(corrected).toBeLessThan(uncorrected / 10);
  const ours = of("worst section of");
  expect(ours.map(({ target }) => target)).toEqual(WORKERS.map((workers) => `worst section of mean-${workers}x8`));
  for (const { uncorrected, corrected } of ours) {
    expect(uncorrected).toBeGreaterThan(1e-3);
    expect(corrected).toBeLessThan(1e-12);
  }
  const up = rows.filter((row) => "read" in row);
  expect(up).toHaveLength(BROUGHT_UP.length);
  for (const { target, uncorrected, corrected, read, converters, convertersRead } of up) {
    for (const each of [corrected, converters]) expect(each, target).toBeLessThan(uncorrected / 8);
    for (const each of [read, convertersRead]) expect(each, target).toBeLessThan(uncorrected / 50);
  }
  const [averaging] = of("averaging");
  expect(up[0]!.corrected).toBeLessThan(averaging!.corrected);
});
