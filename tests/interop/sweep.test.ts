import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { optinc, root } from "../cli/run.ts";
import { answerOf } from "./exports.ts";

/** Couplers with bends, whose outputs turn against each other, beside those of the file. */
const bent = (text: string): string =>
  text
    .replace("coupler-angle-by-wavelength: { value: 0.0034", "coupler-angle-by-wavelength: { value: 0")
    .replace("coupler-phase-by-wavelength: { value: 0,", "coupler-phase-by-wavelength: { value: -0.012,");

/** Files for wavelength_reference.py: of each circuit and technology what `optinc sweep` finds. */
function prepare(folder: string): void {
  const straight = readFileSync(join(root, "technologies/foundry-si.yaml"), "utf8");
  const technologies = { straight, bent: bent(straight) };
  expect(technologies.bent.length).toBe(straight.length);
  const jobs = ["mean-4x8", "mean-4x8-foundry"].flatMap((name) => {
    const circuit = join(folder, name);
    const compiled = optinc(["compile", join(root, `examples/${name}.optinc`), "-o", circuit, "-q", "--force"]);
    expect([compiled.code, compiled.err]).toEqual([0, ""]);
    return Object.entries(technologies).map(([kind, text]) => {
      const [technology, csv] = [join(folder, `${kind}.yaml`), join(folder, `${name}-${kind}.csv`)];
      writeFileSync(technology, text);
      expect(optinc(["sweep", circuit, "--technology", technology, "--points", "5", "--csv", csv, "-q"]).code).toBe(0);
      return { circuit: join(circuit, "circuit.json"), technology, csv };
    });
  });
  writeFileSync(join(folder, "jobs.json"), JSON.stringify(jobs));
}

interface Row {
  readonly proved: boolean;
  readonly product: number;
  readonly reference: number;
}

it("wrong words by wavelength and temperature are those of a reference from docs/explanation/physics.md", async () => {
  const rows = await answerOf<readonly Row[]>("wavelength_reference", prepare);
  if (rows === null) return;
  expect(rows.filter(({ product, reference }) => product !== reference)).toEqual([]);
  expect(rows.filter(({ proved, reference }) => proved && reference > 0)).toEqual([]);
  console.log(
    `${rows.length} points of sweeps, ${rows.filter(({ reference }) => reference > 0).length} with wrong words`,
  );
}, 300_000);
