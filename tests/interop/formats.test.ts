import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { checkCircuit } from "../../netlist/index.ts";
import { writeCircuit } from "../../toolchain/index.ts";
import { optinc } from "../cli/run.ts";
import { firstChip } from "../netlist/perturbed.ts";
import { answerOf } from "./exports.ts";

interface Verdict {
  readonly circuit: string;
  readonly what: string;
  readonly inputs: number;
  readonly wrong: number;
  /** Inputs of a chip whose words are not all the mean. */
  readonly noisy?: number;
}

const specs: readonly (readonly [name: string, aggregate: string])[] = [
  ["mean-4x8", "workers 4; precision 8 bits"],
  ["even-3x5", "workers 3; precision 5 bits; rounding half-even; signed"],
  ["floor-2x4", "workers 2; precision 4 bits; levels 2; rounding floor"],
  ["cascade-6x4", "workers 6; precision 4 bits; topology cascade 3 x 2"],
  ["lossy-4x4", 'workers 4; precision 4 bits; technology "foundry-si"'],
];
const sigma = 0.3;

function run(arguments_: readonly string[], input?: string): void {
  const { code, err } = optinc([...arguments_, "-q"], input === undefined ? {} : { input });
  expect([code, err]).toEqual([0, ""]);
}

function prepare(folder: string): void {
  const jobs = specs.map(([name, aggregate]) => {
    const build = join(folder, name);
    run(
      ["compile", "-", "-o", build],
      `aggregate ${name} { ${aggregate}; network constructed { decision-margin 0.25 } }\n`,
    );
    const [table, header] = [join(folder, `${name}.npz`), join(folder, `${name}.h`)];
    run(["export", build, "--to", "table", "-o", table]);
    run(["export", build, "--to", "table", "--option", "form=c", "-o", header]);
    const files = { circuit: join(build, "circuit.json"), network: join(build, "network.json"), table, header };
    const job = { ...files, identifier: name.replace("-", "_") };
    if (name !== "floor-2x4") return job;
    const [chip, chipCircuit] = [join(folder, "chip.npz"), join(folder, "chip.json")];
    const options = ["index=words", "chip=7", `phase-sigma=${sigma}`].flatMap((option) => ["--option", option]);
    run(["export", build, "--to", "table", ...options, "-o", chip]);
    const { circuit } = checkCircuit(JSON.parse(readFileSync(files.circuit, "utf8")));
    writeFileSync(chipCircuit, writeCircuit(firstChip(circuit!, sigma, 7)));
    return { ...job, chip, chip_circuit: chipCircuit };
  });
  writeFileSync(join(folder, "jobs.json"), JSON.stringify(jobs));
}

it("circuit.json, network.json, the table and the header give the mean in a reader that was written from docs/reference/formats.md", async () => {
  const verdicts = await answerOf<readonly Verdict[]>("formats_reference", prepare);
  if (verdicts === null) return;
  expect(verdicts.filter((it) => it.wrong > 0)).toEqual([]);
  // network.json of the lossy circuit is no function by itself.
  expect(verdicts).toHaveLength(4 * specs.length - 1 + 1);
  expect(verdicts.filter((it) => it.circuit === "mean-4x8").map((it) => it.inputs)).toEqual(
    new Array<number>(4).fill(28_561 + 4096),
  );
  // A chip without a wrong word would show nothing.
  expect(verdicts.find((it) => it.what === "table of a chip")!.noisy).toBeGreaterThan(0);
  console.log(verdicts.map((it) => `${it.circuit}: ${it.what}, ${it.inputs} inputs`).join("\n"));
});
