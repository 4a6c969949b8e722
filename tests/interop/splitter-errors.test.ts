import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { optinc } from "../cli/run.ts";
import { answerOf } from "./exports.ts";

interface Row {
  readonly target: string;
  /** Error of the matrix with the phases of perfect couplers. */
  readonly uncorrected: number;
  /** With every MZI solved for its own couplers. */
  readonly corrected: number;
}

const DIES = 10;
const WORKERS = [4, 16];

/** Circuits and dies with splitters off by 0.03 rad, and what `compile --measured` makes for each; returns how many it refuses. */
function prepare(folder: string): number {
  const jobs: object[] = [];
  let refused = 0;
  for (const workers of WORKERS) {
    const name = `mean-${workers}x8`;
    const input = `aggregate ${name} { workers ${workers}; precision 8 bits }\n`;
    const build = join(folder, name);
    expect(optinc(["compile", "-", "-o", build, "-q", "--chips", "0"], { input }).code).toBe(0);
    for (let number = 0; number < DIES; number += 1) {
      const die = join(folder, `${name}-${number}.die.json`);
      const drawn = ["--splitter", "0.03", "--dies", "1", "--write-die", die, "--die", String(number), "-q"];
      expect(optinc(["yield", build, ...drawn]).err).not.toContain("error");
      const out = `${build}-${number}`;
      const made = optinc(["compile", "-", "--measured", die, "-o", out, "-q", "--chips", "0"], { input });
      if (made.code === 0) {
        const [ideal, solved] = [build, out].map((directory) => join(directory, "circuit.json"));
        jobs.push({ name, ideal, solved, die });
      } else {
        expect(made).toMatchObject({ code: 1, err: expect.stringContaining("error[OPT0448]") });
        refused += 1;
      }
    }
  }
  writeFileSync(join(folder, "jobs.json"), JSON.stringify(jobs));
  return refused;
}

it("layers solved for their own couplers are exact where universal meshes keep an error", async () => {
  let refused = 0;
  const rows = await answerOf<readonly Row[]>("splitter_errors", (folder) => {
    refused = prepare(folder);
  });
  if (rows === null) return;
  for (const { target, uncorrected, corrected } of rows) {
    console.log(`${target}: ${uncorrected.toExponential(2)} as set, ${corrected.toExponential(2)} solved`);
  }
  console.log(`${refused} of ${WORKERS.length * DIES} dies are refused (OPT0448)`);
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
});
