import type { ChalkInstance } from "chalk";
import { group } from "d3-array";
import { grouped, percent, type Training } from "../dsl/index.ts";
import { type Columns, cellsOf, textTable } from "../formats/index.ts";
import type { Aggregate } from "../netlist/index.ts";
import { isOfChips } from "./aggregation.ts";
import { type ErrorModel, scaledError, tableBits } from "./errors.ts";
import { divergence, type RunResult } from "./run.ts";
import { type RunSummary, type Spread, summariseRuns } from "./statistics.ts";

/** One training after its runs. */
export interface Trained {
  readonly training: Training;
  readonly circuit: string;
  readonly aggregate: Aggregate;
  readonly data: string;
  readonly testTargets: number;
  readonly parameters: number;
  readonly errors: ErrorModel;
  readonly results: readonly RunResult[];
  /** Runs that Ctrl-C left undone. */
  readonly undone: number;
}

export const runNames: Readonly<Record<RunSummary["run"], string>> = {
  float: "float mean",
  ring: "ring, words",
  circuit: "circuit",
  errors: "circuit, errors",
  noise: "chips, noise",
  "chip-samples": "chip samples",
};

/** The report for people: every run with its spread, its difference to the ring, and the paper's figures beside it. */
export function trainingText(trained: Trained, paint: ChalkInstance): string {
  const { training, circuit, aggregate, results, undone } = trained;
  const summaries = summariseRuns(results);
  const lines = [
    `${paint.bold(`training ${training.name}`)}: ${modelText(training)}, ${grouped(trained.parameters)} parameters`,
    `  data     ${trained.data}; judged by ${grouped(trained.testTargets)} test targets`,
    `  circuit  ${circuit}: ${aggregate.workers} workers, ${aggregate.bits}-bit words, blocks of ${training.block}`,
    `  seeds    ${training.seeds.join(", ")}; runs of one seed start alike and see the same samples`,
    ...(summaries.some(({ run }) => isOfChips(run))
      ? [`  chips    ${training.chips.join(", ")}; every seed is trained through each of them`]
      : []),
    ...(undone > 0 ? [paint.yellow(`  stopped: ${undone} runs are missing, the figures are of the others`)] : []),
    "",
    ...table(summaries),
    "",
    ...findings(trained, summaries),
    "",
    "The paper (arXiv 2603.28290; ResNet50 on CIFAR-100 and a LLaMA-like model, 16-bit words, 4 servers):",
    "  without errors   accuracy -0.03 points   loss +0.018",
    "  with Table II's  accuracy -0.55 points   loss +0.02",
    "Other models and data than here: the signs and sizes compare, the digits do not.",
    "",
    `Inputs: ${training.inputs.map(({ path, value, from }) => `${path} ${value}${from === "default" ? " (default)" : ""}`).join(", ")}.`,
  ];
  return `${lines.join("\n")}\n`;
}

export function modelText({ model }: Training): string {
  switch (model.kind) {
    case "mlp":
      return `perceptron with ${model.hidden} hidden neurons`;
    case "conv":
      return `convolutions of ${model.channels.join(" and ")} channels`;
    case "llama":
      return `decoder of ${model.layers} layers, width ${model.width}, ${model.heads} heads, context ${model.context}`;
  }
}

function table(summaries: readonly RunSummary[]): string[] {
  const toRing = ({ run }: RunSummary, spread: Spread | null, digits: number, scale: number): string =>
    spread === null || run === "ring" ? "" : plusMinus(spread, digits, scale, true);
  const columns: Columns<RunSummary> = [
    ["", ({ run }) => runNames[run]],
    ["test loss", (each) => `${plusMinus(each.loss, 4)}${ofSeeds(each)}`],
    ["median [quartiles]", ({ loss }) => quartiles(loss)],
    ["accuracy %", (each) => `${plusMinus(each.accuracy, 2, 100)}${ofSeeds(each)}`],
    ["loss - ring", (each) => toRing(each, each.lossToRing, 4, 1)],
    ["accuracy - ring, points", (each) => toRing(each, each.accuracyToRing, 2, 100)],
    ["wrong words", ({ run, wrongShare }) => (run === "float" ? "" : run === "ring" ? "0" : share(wrongShare))],
  ];
  return textTable(cellsOf(columns, summaries));
}

function quartiles({ count, quantiles: [, lower, median, upper] }: Spread): string {
  return count < 3 ? "" : `${median.toFixed(4)} [${lower.toFixed(4)}, ${upper.toFixed(4)}]`;
}

/** Of how many trainings a mean is, where it is not of all. */
function ofSeeds({ trainings, diverged }: RunSummary): string {
  return diverged === 0 || diverged === trainings ? "" : ` (${trainings - diverged} of ${trainings})`;
}

function findings(trained: Trained, summaries: readonly RunSummary[]): string[] {
  const { results, errors, aggregate, training } = trained;
  const of = (run: RunSummary["run"]): RunSummary | undefined => summaries.find((each) => each.run === run);
  const lines: string[] = [];
  for (const { run, diverged, trainings } of summaries) {
    if (diverged === 0) continue;
    lines.push(
      `${runNames[run]}: ${diverged} of ${trainings} trainings diverged and are in no mean: ` +
        `their test loss passed ${divergence} times the untrained model's, or a gradient was not finite.`,
    );
  }
  const [float, circuit, wrong, noise] = [of("float"), of("circuit"), of("errors"), of("noise")];
  if (float?.lossToRing != null && float.accuracyToRing !== null) {
    const change = -float.accuracyToRing.mean;
    const { deviation } = float.accuracy;
    const noise = Number.isNaN(deviation)
      ? ""
      : `, ${Math.abs(change) <= deviation ? "within" : "beyond"} the ${(100 * deviation).toFixed(2)} points from seed to seed`;
    lines.push(
      `Quantized words change the accuracy by ${signed(100 * change, 2)} points${noise}. ` +
        `They change the loss by ${signed(-float.lossToRing.mean, 4)} (ring against the float mean).`,
    );
  }
  if (circuit !== undefined) {
    const tallies = results.filter(({ run }) => run === "circuit").map(({ tally }) => tally);
    const checked = tallies.reduce((sum, tally) => sum + tally.checked - tally.checkedWrong, 0);
    const same = circuit.wrongShare === 0 ? "All" : "Not all";
    lines.push(
      `${same} ${grouped(circuit.words)} words of the circuit are the ring's; ${grouped(circuit.simulated)} distinct vectors were ` +
        `simulated${checked > 0 ? `, and ${grouped(checked)} words that were simulated on their own agree` : ""}.`,
    );
  }
  if (wrong !== undefined) {
    const [first, last] = errors.layers;
    const values = errors.values.map(({ size, sign, share: part }) => {
      const name = sign === 0 ? "+-" : sign < 0 ? "-" : "+";
      return `${name}${size} (${Number((100 * part).toFixed(2))} %) as ${name}${scaledError(size, aggregate.bits)}`;
    });
    lines.push(
      `Errors of Table II, layers ${first}-${last}: ${share(errors.rate)} of the words, ${grouped(wrong.injected)} in all; ` +
        `${values.join(", ")}${aggregate.bits === tableBits ? "" : `, scaled from ${tableBits} to ${aggregate.bits} bits, at least one step`}.`,
    );
  }
  for (const [summary, what] of [
    [noise, `Phase errors of ${training.phaseSigmaRad} rad`],
    [of("chip-samples"), "Chips of the technology"],
  ] as const) {
    if (summary === undefined) continue;
    lines.push(
      `${what}, ${training.chips.length} chips a seed: ${share(summary.unalikeShare)} of the words reach the workers unalike, ` +
        `whose models end up to ${share(summary.drift)} apart; ${grouped(summary.simulated)} distinct tuples of words simulated.${apart(summary)}`,
    );
    const parts = perChip(results, summary.run);
    if (parts.length > 1) lines.push(`  wrong words by chip: ${parts.join(", ")}.`);
  }
  return lines;
}

function apart({ components }: RunSummary): string {
  if (components === null) return "";
  const { chips, trainings, rest } = components;
  return (
    ` The loss differs by +- ${chips.toFixed(4)} between chips and +- ${trainings.toFixed(4)} between trainings; ` +
    `neither explains +- ${rest.toFixed(4)} (two-way analysis of variance).`
  );
}

function perChip(results: readonly RunResult[], run: RunSummary["run"]): string[] {
  const own = results.filter((it) => it.run === run);
  return [...group(own, ({ chip }) => chip)].map(([chip, some]) => {
    return `${chip}: ${share(summariseRuns(some)[0]!.wrongShare)}`;
  });
}

/** The same for programs. */
export function trainingJson(trained: readonly Trained[]): string {
  const value = trained.map(({ training, circuit, aggregate, data, parameters, errors, results, undone }) => {
    const summaries = summariseRuns(results);
    return { training, circuit, bits: aggregate.bits, data, parameters, errors, undone, summaries, results };
  });
  return `${JSON.stringify({ format: "optinc.training", version: 1, trainings: value }, null, 2)}\n`;
}

export function plusMinus({ mean, deviation }: Spread, digits: number, scale = 1, sign = false): string {
  const middle = sign ? signed(scale * mean, digits) : (scale * mean).toFixed(digits);
  if (Number.isNaN(mean)) return "diverged";
  return Number.isNaN(deviation) ? middle : `${middle} +- ${(scale * deviation).toFixed(digits)}`;
}

function signed(value: number, digits: number): string {
  const text = Math.abs(value).toFixed(digits);
  return Number(text) === 0 ? text : `${value < 0 ? "-" : "+"}${text}`;
}

export function share(value: number): string {
  return value === 0 ? "0" : percent(value);
}
