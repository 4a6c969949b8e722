import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { Circuit } from "../../netlist/index.ts";
import { writeCircuit } from "../../toolchain/index.ts";
import { optinc, root } from "../cli/run.ts";
import { comparator, pair } from "../netlist/pair.ts";
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
const settings: readonly (readonly [name: string, aggregate: string, light?: string])[] = [
  ["mean-4x8", "workers 4; precision 8 bits"],
  ["mean-8x8", "workers 8; precision 8 bits"],
  ["mean-3x8", "workers 3; precision 8 bits"],
  ["even-4x8", "workers 4; precision 8 bits; rounding half-even"],
  ["bright-4x8", "workers 4; precision 8 bits", "residual regenerated"],
  ["bright-8x8", "workers 8; precision 8 bits", "residual regenerated"],
  ["cascade-4x4", "workers 4; precision 4 bits; topology cascade 2 x 2"],
];
const technologies = ["foundry-si", "best-published"];
/** Circuits of one neuron that saturates, by hand: dark from and saturated behind places of several distances. */
const pairs: readonly Circuit[] = [pair(), pair(comparator(1.1, 0.6)), pair(comparator(1.4, 0.1))];

/** A shipped technology with equalisers, comparators that recover and optical amplifiers, in a file. */
function equalised(name: string, folder: string): string {
  const lines = [
    '  equaliser-bandwidth: { value: 70, unit: GHz, kind: assumed, source: "of a test" }',
    '  neuron-recovery: { value: 3, unit: ps, kind: assumed, source: "of a test" }',
  ];
  const shipped = readFileSync(join(root, `technologies/${name}.yaml`), "utf8");
  const file = join(folder, `equalised-${name}.yaml`);
  const named = shipped.replace(/^technology: /m, "$&equalised-").replace(/^ *laser-injection.*\n/m, "");
  writeFileSync(file, `${named.trimEnd()}\n${lines.join("\n")}\n`);
  return file;
}

/** What the program says of a circuit in a technology, in a file. */
function budgetJob(circuit: string, technology: string, budget: string, rate = "1GBd") {
  const asked = ["budget", circuit, "--technology", technology, "--symbol-rate", rate, "--json"];
  const { code, out, err } = optinc(asked);
  // progress on a busy machine
  expect([code, err.replace(/^(drift|budget|extinction|sensitivities) of .*\n/gm, "")]).toEqual([0, ""]);
  writeFileSync(budget, out);
  const file = technology.endsWith(".yaml") ? technology : join(root, `technologies/${technology}.yaml`);
  return { circuit, technology: file, budget };
}

/** Files for physics_reference.py: of each circuit circuit.json and what the program says of it. */
function prepare(folder: string): void {
  const jobs = settings.flatMap(([name, aggregate, light = ""]) => {
    const compiled = (technology: string, build: string): string => {
      const spec = `aggregate ${name} { ${aggregate}${technology}; network constructed { decision-margin 0.25; ${light} } }\n`;
      const { code, err } = optinc(["compile", "-", "-o", join(folder, build), "-q"], { input: spec });
      expect([code, err]).toEqual([0, ""]);
      return join(folder, build, "circuit.json");
    };
    const ideal = compiled("", `${name}-ideal`);
    return technologies.flatMap((technology) => {
      const build = `${name}-${technology}`;
      const fitted = compiled(`; technology "${technology}"`, build);
      return [
        budgetJob(ideal, technology, join(folder, `${build}-ideal.json`)),
        budgetJob(fitted, technology, join(folder, `${build}.json`)),
      ];
    });
  });
  const byHand = technologies.flatMap((technology) =>
    pairs.map((circuit, i) => {
      const file = join(folder, `pair${i}-${technology}`);
      writeFileSync(`${file}.circuit.json`, writeCircuit(circuit));
      return budgetJob(`${file}.circuit.json`, technology, `${file}.json`);
    }),
  );
  const noisier = technologies.map((technology) =>
    budgetJob(
      join(folder, `mean-4x8-${technology}`, "circuit.json"),
      equalised(technology, folder),
      join(folder, `equalised-${technology}.json`),
      "9GBd",
    ),
  );
  writeFileSync(join(folder, "jobs.json"), JSON.stringify([...jobs, ...byHand, ...noisier]));
}

const agrees = ({ product, reference }: Figure): boolean =>
  product === null || reference === null
    ? product === reference
    : Math.abs(product - reference) <= 1e-6 * Math.abs(reference);

it("budget gives what a reference in Python works out of docs/explanation/physics.md, the technology and circuit.json", async () => {
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
  const all = technologies.length * (2 * settings.length + pairs.length + 1);
  expect(figures.filter((it) => it.figure === "word-error-rate" && it.reference !== null)).toHaveLength(all);
  console.log(`budget: ${figures.length} figures of ${all} circuits agree with the reference within 1e-6`);
}, 900_000);

it("budget gives the symbol rates that a filter model in Python finds with random words of its own, and proves", async () => {
  const built = [
    ["mean-4x8", "foundry-si", "workers 4; precision 8 bits", "15GBd"],
    ["mean-8x8", "best-published", "workers 8; precision 8 bits", "40GBd"],
    ["bright-4x8", "foundry-si", "workers 4; precision 8 bits", "10GBd"],
  ] as const;
  const figures = await answerOf<readonly Figure[]>("bandwidth_reference", (folder) => {
    const jobs = built.map(([name, technology, aggregate, rate]) => {
      const settings = name.startsWith("bright") ? "residual regenerated" : "";
      const spec = `aggregate ${name} { ${aggregate}; technology "${technology}"; network constructed { ${settings} } }\n`;
      const build = join(folder, name);
      expect(optinc(["compile", "-", "-o", build, "-q"], { input: spec })).toMatchObject({ code: 0, err: "" });
      return budgetJob(join(build, "circuit.json"), technology, `${build}.json`, rate);
    });
    const slow = equalised("foundry-si", folder);
    jobs.push(budgetJob(join(folder, "mean-4x8", "circuit.json"), slow, join(folder, "equalised.json"), "15GBd"));
    writeFileSync(join(folder, "jobs.json"), JSON.stringify(jobs));
  });
  if (figures === null) return;
  console.log(
    figures
      .map(({ circuit, figure, product, reference }) => `${circuit} ${figure}: ${product} ${reference}`)
      .join("\n"),
  );
  // Of 4 workers all vectors are tried, and four figures say how far light may turn.
  expect(figures).toHaveLength(3 * (built.length + 1) + 4 * 3);
  for (const { figure, product, reference } of figures) {
    const off = Math.abs(product! - reference!);
    // the proof is the same arithmetic; random words are not the same words
    if (figure === "proved") expect(off / reference!).toBeLessThan(1e-4);
    else if (figure === "wrong") expect(off).toBeLessThan(0.08);
    else expect(off / reference!).toBeLessThan(0.08);
  }
}, 600_000);
