import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { optinc, root } from "../cli/run.ts";
import { answerOf } from "./exports.ts";

interface Figure {
  readonly figure: string;
  readonly product: number;
  readonly reference: number;
}

interface Traced {
  readonly algorithm: string;
  readonly collective?: string;
  readonly workers: number;
  readonly ranks: number;
  readonly steps: number;
  readonly volume: number;
  readonly additions: number;
}

/** Additions are buffers that are added in all: p - 1 where each element is summed once, p in a switch, which begins with nothing. */
const traced: readonly Traced[] = [
  { algorithm: "ring", workers: 8, ranks: 8, steps: 14, volume: 1.75, additions: 7 },
  { algorithm: "recursive-doubling", workers: 8, ranks: 8, steps: 3, volume: 3, additions: 24 },
  { algorithm: "halving-doubling", workers: 8, ranks: 8, steps: 6, volume: 1.75, additions: 7 },
  { algorithm: "tree", workers: 8, ranks: 9, steps: 2, volume: 1, additions: 8 },
  { algorithm: "optinc", workers: 8, ranks: 9, steps: 2, volume: 1, additions: 8 },
  { algorithm: "ring", collective: "reduce-scatter", workers: 8, ranks: 8, steps: 7, volume: 0.875, additions: 7 },
  {
    algorithm: "halving-doubling",
    collective: "all-gather",
    workers: 8,
    ranks: 8,
    steps: 3,
    volume: 0.875,
    additions: 0,
  },
  // five groups of seven, then five representatives all to all, then back: the middle one sends to six
  { algorithm: "wrht", workers: 35, ranks: 35, steps: 3, volume: 10, additions: 50 },
];

it("published figures and execution traces are what a reference in Python makes of docs/explanation/collectives.md and the schema", async () => {
  const elements = 1024;
  const figures = await answerOf<readonly Figure[]>("published_reference", (folder) => {
    const printed = execFileSync(process.execPath, [join(root, "dist/dev/reproduce/run.js"), "collectives"]);
    writeFileSync(join(folder, "printed.txt"), printed);
    const traces = traced.map(({ volume, collective = "all-reduce", ...of }) => {
      const name = `${of.algorithm}-${collective}`;
      const light = of.algorithm === "wrht" ? ["--wavelengths", "3"] : [];
      const words = [of.algorithm, "--workers", `${of.workers}`, "--size", `${elements}`, ...light];
      const half = ["--collective", collective];
      const { code, err } = optinc(["schedule", ...words, ...half, "--export", "chakra", "-o", join(folder, name)]);
      expect([code, err]).toEqual([0, expect.stringMatching(/^wrote /)]);
      return { kind: "traces", folder: name, elements, sent: 4 * volume * elements, ...of };
    });
    writeFileSync(join(folder, "jobs.json"), JSON.stringify([{ kind: "published", file: "printed.txt" }, ...traces]));
  });
  if (figures === null) return;
  const apart = figures.filter(({ product, reference }) => Math.abs(product - reference) > 1e-9 * Math.abs(reference));
  expect(apart).toEqual([]);
  expect(figures).toHaveLength(22 + 5 * traced.length);
  console.log(`published figures and traces: ${figures.length} figures agree with the reference`);
});
