import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { writeNpy } from "../../verify/index.ts";
import { optinc, pair, spec } from "../cli/run.ts";
import { type Place, put } from "./watched.ts";

/** The files of a small build, by their names. */
export type Build = Readonly<Record<string, string>>;

export function compiledPair(): Build {
  const at = mkdtempSync(join(tmpdir(), "optinc-security-"));
  writeFileSync(join(at, "pair.optinc"), pair);
  expect(optinc(["compile", "pair.optinc", "-o", "build", "--chips", "0", "-q"], { cwd: at }).code).toBe(0);
  const folder = join(at, "build");
  const build = Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "utf8")]));
  rmSync(at, { recursive: true });
  return build;
}

export function putBuild(at: Place, build: Build, change: (files: Record<string, string>) => void = () => {}): void {
  const files = { ...build };
  change(files);
  for (const [name, content] of Object.entries(files)) put(at, `build/${name}`, content);
}

/** A spec whose weights are w.npz. */
export const imported: string = spec("net", "workers 2", "precision 2 bits", 'network imported { weights "w.npz" }');

/** One run of every command that reads something, in a place with everything that they read. */
export function everyCommand(at: Place, build: Build): readonly (readonly string[])[] {
  put(at, "pair.optinc", pair);
  put(
    at,
    "trained.optinc",
    spec("tiny", "workers 2", "precision 1 bits", "network trained { hidden 4; steps 20; target 0 % }"),
  );
  put(at, "g.npy", writeNpy({ workers: 2, length: 5, data: Float32Array.of(1, 2, 3, 4, 5, 1, -1, 0, 2, 0.5) }));
  put(at, "untidy.optinc", "# kept\naggregate a { workers 2\nprecision 1 bits }");
  put(at, "cluster.optinc", "cluster c {\n  workers 8\n}\n");
  put(at, "study.optinc", `${pair}study s { aggregate pair; vary workers 2 3; measure mzis }\n`);
  putBuild(at, build);
  return [
    ["check", "pair.optinc", "cluster.optinc", "--format", "sarif"],
    ["init", "fresh", "--workflow"],
    ["fmt", "untidy.optinc"],
    ["compile", "pair.optinc", "-o", "out", "--chips", "2"],
    ["compile", "trained.optinc", "-o", "trained", "--chips", "1"],
    [
      "verify",
      "build",
      "--gradients",
      "g.npy",
      "--phase-sigma",
      "0.01",
      "--chips",
      "2",
      "--json",
      "r.json",
      "--junit",
      "r.xml",
    ],
    ["verify", "pair.optinc", "--inputs", "proof"],
    ["aggregate", "build", "g.npy", "-o", "out.npy", "--json", "a.json"],
    ["diff", "build", "pair.optinc", "--technology", "best-published", "--format", "markdown"],
    ["export", "build", "--to", "sax", "-o", "sax"],
    ["export", "build", "--to", "spice", "--option", "testbench=inside", "-o", "x.sp"],
    ["verify", "--netlist", "x.sp", "--as", "spice"],
    ["compare", "cluster.optinc", "--workers", "4", "-o", "table.txt"],
    ["schedule", "ring", "--workers", "4", "--format", "json", "-o", "ring.json"],
    ["technology", "show", "foundry-si"],
    ["budget", "build", "--technology", "best-published", "--json"],
    ["yield", "build", "--technology", "best-published", "--chip-samples", "3", "--csv", "chips.csv", "-q"],
    ["study", "study.optinc", "-o", "results"],
    ["study", "merge", "study.optinc", "results", "-o", "results"],
    ["explain", "OPT0203"],
    ["cache", "list"],
    ["train-sim", "pair.optinc"],
  ];
}
