import { readdirSync, readFileSync, writeFileSync } from "node:fs";
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

interface Compared {
  readonly section: number;
  readonly tool: string;
  readonly error: number;
  readonly spread: number;
}

it("scattering matrices at 41 frequencies, and exported models by wavelength, are those of SAX's sweep of the same devices", async () => {
  const compared = await answerOf<readonly Compared[]>("spectrum", (folder) => {
    const [build, straight, curved] = ["mean", "straight.yaml", "bent.yaml"].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    optinc(["compile", join(root, "examples/mean-4x8-foundry.optinc"), "-o", build, "-q"]);
    const text = readFileSync(join(root, "technologies/foundry-si.yaml"), "utf8");
    writeFileSync(straight, text);
    writeFileSync(curved, bent(text));
    const swept = ["--option", "sweep=193.0e12:193.8e12:41"];
    const jobs = [straight, curved].flatMap((technology) => {
      for (const [to, option] of [
        ["touchstone", swept],
        ["lumerical-dat", swept],
        ["sax", ["--option", "wl=on"]],
      ] as const) {
        const more = ["--to", to, "--technology", technology, ...option, "-o", `${technology}-${to}`, "-q"];
        expect(optinc(["export", build, ...more]).code).toBe(0);
      }
      return readdirSync(`${technology}-touchstone`).flatMap((name) => {
        const [, stem, section] = /^(.*\.s(\d+)-.*)\.s\d+p$/.exec(name) ?? [];
        // with bent couplers some sections, for time
        if (stem === undefined || (technology === curved && Number(section) > 8)) return [];
        const dat = join(`${technology}-lumerical-dat`, `${stem}.dat`);
        const sax = join(`${technology}-sax`, `${stem}.sax.py`);
        const touchstone = join(`${technology}-touchstone`, name);
        return [{ circuit: join(build, "circuit.json"), technology, section: Number(section), touchstone, dat, sax }];
      });
    });
    writeFileSync(join(folder, "jobs.json"), JSON.stringify(jobs));
  });
  if (compared === null) return;
  expect(compared.length).toBeGreaterThan(3 * 30);
  expect(compared.filter(({ error, spread }) => error > 1e-9 || spread < 0.1)).toEqual([]);
  console.log(`largest error of ${compared.length} files: ${Math.max(...compared.map(({ error }) => error))}`);
}, 600_000);
