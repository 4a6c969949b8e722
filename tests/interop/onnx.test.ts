import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import {
  type Activation,
  type Circuit,
  chipsOf,
  simulate as fieldsOf,
  findTarget,
  noErrors,
  type Simulator,
  seededRandom,
  simulateCodes,
  subjectOf,
  type TargetOptions,
} from "../../netlist/index.ts";
import { planMonteCarlo } from "../../physics/index.ts";
import { type SimulatedWords, simulate } from "../../toolchain/index.ts";
import { encodeWords, finish, wordRange } from "../../verify/index.ts";
import { firstChip } from "../netlist/perturbed.ts";
import { compiledMean } from "../netlist/spice/compiled.ts";
import { answerOf } from "./exports.ts";

interface Verdict {
  readonly file: string;
  /** Words that are not those of simulate(), and the largest difference of a field. */
  readonly wrong: number;
  readonly error: number;
  /** Distinct vectors of sums that were tried, and how many of them did not give the mean. */
  readonly sums: number;
  readonly wrongSums: number;
  /** Words below and above the range that the graph refused. */
  readonly refused: number;
}

/** Neurons that clip at both ends: their words mean nothing, their fields do. */
function saturating(circuit: Circuit): Circuit {
  const clipped = ({ mode, gain }: Activation, i: number): Activation =>
    i % 2 === 0 ? { kind: "relu", mode, gain } : { kind: "saturating", mode, gain, threshold: 0.02, range: 0.1 };
  return {
    ...circuit,
    version: 3,
    name: "clipped",
    sections: circuit.sections.map((section, s) => ({
      ...section,
      activations: section.activations.map((it) => clipped(it, s)),
    })),
  };
}

const mean = compiledMean(4, 8, 4);
const chip = { chip: "7", "phase-sigma": "0.05" };
/** With all errors but those of drivers, worker phases so large that the imaginary part of what is sent counts. */
const errors = {
  ...noErrors,
  phaseRad: 0.03,
  couplerRad: 0.03,
  couplerCommonRad: 0.03,
  offset: 0.01,
  gain: 0.03,
  lossDb: 0.2,
  workerPhaseRad: 0.3,
  reference: 0.05,
};
const drawn = chipsOf(
  finish(planMonteCarlo(mean, 1)),
  { kind: "technology", errors, pitch: { columnM: 1e-4, laneM: 1e-4 } },
  1,
)(0);
const ports = mean.outputs.length;
const receivers = {
  re: new Float64Array(ports).fill(0.97),
  im: new Float64Array(ports).fill(0.15),
  offset: new Float64Array(ports).fill(0.01),
};
/** What is exported how, and the circuit or chip that simulate() takes. */
const cases: readonly (readonly [
  circuit: Circuit,
  options: TargetOptions,
  simulated: Circuit | Simulator,
  exact: boolean,
])[] = [
  [mean, {}, mean, true],
  [mean, {}, drawn, false],
  [mean, {}, { ...drawn, receivers }, false],
  [mean, chip, firstChip(mean, 0.05, 7), false],
  [compiledMean(3, 5, 4), {}, compiledMean(3, 5, 4), false],
  [saturating(mean), {}, saturating(mean), false],
  // Too many sums for a table.
  [compiledMean(4, 16, 4), {}, compiledMean(4, 16, 4), false],
];

function throughChip(chip: Simulator, sent: readonly (readonly number[])[]): Pick<SimulatedWords, "words" | "fields"> {
  const { aggregate } = chip.circuit;
  const symbols = encodeWords(
    sent[0]!.flatMap((_, v) => sent.map((own) => own[v]!)),
    aggregate,
  );
  const { min } = wordRange(aggregate);
  return {
    words: simulateCodes(chip, { symbols }).map((codes) => Array.from(codes, (code) => code + min)),
    fields: fieldsOf(chip, symbols),
  };
}

function prepare(folder: string): void {
  const jobs = cases.map(([circuit, options, simulated, exact], i) => {
    const random = seededRandom(i);
    const { min, max } = wordRange(circuit.aggregate);
    const sent = Array.from({ length: circuit.aggregate.workers }, () =>
      Array.from({ length: 2000 }, () => min + Math.floor(random() * (max - min + 1))),
    );
    const chip = "program" in simulated ? { about: "chip", simulator: simulated } : null;
    const { words, fields } = chip === null ? simulate(simulated as Circuit, sent) : throughChip(chip.simulator, sent);
    const file = `${i}.onnx`;
    const [only] = findTarget("onnx")!.emit(subjectOf(circuit, { kind: "circuit" }, { chip }), options);
    writeFileSync(join(folder, file), Buffer.concat([...only!.content].map((piece) => Buffer.from(piece))));
    const elements = sent[0]!.map((_, v) => v);
    const rows = (from: readonly (readonly number[])[]) => elements.map((v) => from.map((own) => own[v]!));
    return { file, exact, words: rows(sent), received: rows(words).flat(), fields: [...fields.re] };
  });
  writeFileSync(join(folder, "jobs.json"), JSON.stringify(jobs));
}

it("a model in onnxruntime gives simulate()'s fields, and the mean on all 28 561 inputs of mean-4x8", async () => {
  const verdicts = await answerOf<readonly Verdict[]>("onnx_runtime", prepare);
  if (verdicts === null) return;
  expect(verdicts).toHaveLength(cases.length);
  for (const { file, wrong, error } of verdicts) {
    expect(wrong, file).toBe(0);
    expect(error, file).toBeLessThan(1e-9);
  }
  expect(verdicts[0]).toMatchObject({ sums: 28_561, wrongSums: 0 });
  for (const verdict of verdicts) expect(verdict.refused, verdict.file).toBe(2);
  console.log(`onnx: largest error of a field ${Math.max(...verdicts.map(({ error }) => error)).toExponential(1)}`);
});
