import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { optinc, root } from "../cli/run.ts";
import { answerOf } from "./exports.ts";

interface Figure {
  readonly circuit: string;
  readonly technology: string;
  readonly figure: string;
  /** Null where the one or the other has none. */
  readonly product: number | null;
  readonly reference: number | null;
}

/** Circuits that make up for the losses of their technology, and those of ideal light that are asked for it afterwards. */
const settings: readonly (readonly [name: string, aggregate: string])[] = [
  ["mean-4x8", "workers 4; precision 8 bits"],
  ["mean-8x8", "workers 8; precision 8 bits"],
  ["mean-3x8", "workers 3; precision 8 bits"],
  ["even-4x8", "workers 4; precision 8 bits; rounding half-even"],
];
const technologies = ["foundry-si", "best-published"];

/** Files for physics_reference.py: of each circuit circuit.json and what the program says of it. */
function prepare(folder: string): void {
  const jobs = technologies.flatMap((technology) =>
    settings.flatMap(([name, aggregate]) =>
      ["", `; technology "${technology}"`].map((named, built) => {
        const spec = `aggregate ${name} { ${aggregate}${named}; network constructed { margin 0.25 } }\n`;
        const build = join(folder, `${name}-${technology}-${built}`);
        const compiled = optinc(["compile", "-", "-o", build, "-q"], { input: spec });
        expect([compiled.code, compiled.err]).toEqual([0, ""]);
        const { code, out, err } = optinc([
          "budget",
          build,
          "--technology",
          technology,
          "--symbol-rate",
          "25GBd",
          "--json",
        ]);
        expect([code, err]).toEqual([0, ""]);
        writeFileSync(`${build}.json`, out);
        return {
          circuit: join(build, "circuit.json"),
          technology: join(root, `technologies/${technology}.yaml`),
          budget: `${build}.json`,
        };
      }),
    ),
  );
  writeFileSync(join(folder, "jobs.json"), JSON.stringify(jobs));
}

const agrees = ({ product, reference }: Figure): boolean =>
  product === null || reference === null
    ? product === reference
    : Math.abs(product - reference) <= 1e-6 * Math.abs(reference);

it("budget gives what a reference in Python works out of docs/physics.md, the technology and circuit.json", async () => {
  const figures = await answerOf<readonly Figure[]>("physics_reference", prepare);
  if (figures === null) return;
  expect(figures.filter((it) => !agrees(it))).toEqual([]);
  const names = new Set(figures.filter((it) => it.reference !== null).map((it) => it.figure));
  for (const figure of [
    "word-error-rate",
    "launch-power",
    "path-loss",
    "noise.neuron.sigma",
    "latency",
    "skew",
    "area",
  ]) {
    expect(names).toContain(figure);
  }
  const all = settings.length * technologies.length * 2;
  expect(figures.filter((it) => it.figure === "word-error-rate" && it.reference !== null)).toHaveLength(all);
  console.log(`budget: ${figures.length} figures of ${all} circuits agree with the reference within 1e-6`);
});
