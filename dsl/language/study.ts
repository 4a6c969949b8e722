import { aggregateBlock } from "./aggregate.ts";
import { clusterRow } from "./cluster.ts";
import { limits, short } from "./limits.ts";
import { networkBlocks } from "./network.ts";
import { type AxisBlock, type BlockRow, derived, quantity, required, type SettingRow, usual } from "./row.ts";
import type { AppliedMetric, StudyMetric } from "./spec.ts";
import { trainingRow } from "./training.ts";

interface MeasureRow {
  /** Of its column: the base unit. */
  readonly unit: "dB" | "s" | "W" | "J" | "m2" | "K" | "Hz" | "m" | null;
  readonly doc: string;
  /** The block that the file needs for it. */
  readonly of?: "training" | "cluster";
}

function iteration(algorithm: string): MeasureRow {
  return { unit: "s", doc: `of a training iteration of the file's only cluster with ${algorithm}`, of: "cluster" };
}

/** What a study can measure of a circuit, of a training through it and of a cluster with it. */
export const studyMeasures: Readonly<Record<StudyMetric, MeasureRow>> = {
  mzis: { unit: null, doc: "MZIs of the whole circuit" },
  neurons: { unit: null, doc: "neurons" },
  depth: { unit: null, doc: "MZIs on the longest path" },
  crossings: { unit: null, doc: "crossings of waveguides" },
  "path-loss": { unit: "dB", doc: "loss of the worst path" },
  "word-error-rate": { unit: null, doc: "bound on wrong words among all, from noise" },
  latency: { unit: "s", doc: "from the workers' light to the receivers" },
  yield: { unit: null, doc: "share of chips without a wrong word" },
  "launch-power": { unit: "W", doc: "light of one symbol at its highest level that the word error rate asks for" },
  "heater-power": { unit: "W", doc: "of all heaters together" },
  "energy-per-word": { unit: "J", doc: "electrical energy of one averaged word, transmitters and receivers included" },
  area: { unit: "m2", doc: "of the chip" },
  "temperature-range": { unit: "K", doc: "of the chip, in which no word is wrong, with phases as they were set" },
  "laser-drift": { unit: "Hz", doc: "to either side, in which no word is wrong" },
  "fibre-mismatch": { unit: "m", doc: "that the laser's linewidth allows between workers" },
  extinction: { unit: "dB", doc: "of transmitters and neurons, that no word is wrong with" },
  availability: { unit: null, doc: "share of time that single faults leave" },
  "test-loss": {
    unit: null,
    doc: "of the file's only training through the circuit, mean over its seeds, in nats",
    of: "training",
  },
  "test-accuracy": { unit: null, doc: "of the same training, as a share", of: "training" },
  "iteration-ring": iteration("the electrical ring"),
  "iteration-halving-doubling": iteration("halving and doubling"),
  "iteration-nccl-ring": iteration("NCCL's ring"),
  "iteration-sharp": iteration("switches that reduce"),
  "iteration-switchml": iteration("a programmable switch"),
  "iteration-optinc": iteration("one circuit"),
  "iteration-optinc-cascade": iteration("a tree of circuits"),
};

export const studyMetrics: readonly StudyMetric[] = Object.keys(studyMeasures).filter(isStudyMetric);

export function isStudyMetric(name: string): name is StudyMetric {
  return Object.hasOwn(studyMeasures, name);
}

export function isAppliedMetric(metric: StudyMetric): metric is AppliedMetric {
  return studyMeasures[metric].of !== undefined;
}

/** Settings of a block, by examples that begin with their names. */
function axesOf({ settings }: BlockRow, block: AxisBlock, ...examples: readonly string[]): readonly SettingRow[] {
  return examples.map((example): SettingRow => {
    const of = settings.find(({ name }) => example.startsWith(`${name} `))!;
    const shape = { kind: "axis", of, block } as const;
    return {
      name: of.name,
      shape,
      fallback: derived(`as the ${block} says`),
      example,
      doc: `\`${of.name}\` of the ${block}.`,
    };
  });
}

/** The settings that a study varies: no two have one name, and none has that of a measure. */
export const axisRows: readonly SettingRow[] = [
  ...axesOf(aggregateBlock, "aggregate", "workers 2 3 4 5 8 16", "topology single, cascade 4 x 4"),
  ...axesOf(aggregateBlock, "aggregate", "precision 4..8 bits step 2", "levels 2 4 16", "rounding floor half-up"),
  ...axesOf(aggregateBlock, "aggregate", "technology foundry-si best-published", "symbol-rate 10 25 50 GBd"),
  ...axesOf(aggregateBlock, "aggregate", "port-order free by-worker"),
  ...axesOf(networkBlocks[0]!, "network", "neuron relu saturating", "threshold electronic optical"),
  ...axesOf(networkBlocks[0]!, "network", "outputs direct regenerated", "residual direct regenerated alternating"),
  ...axesOf(networkBlocks[0]!, "network", "decision-margin 0.1..0.45 step 0.05"),
  ...axesOf(trainingRow, "training", "steps 100 200", "batch 32 128", "optimizer sgd adam", "learning-rate 0.01 0.05"),
  ...axesOf(trainingRow, "training", "momentum 0 0.9", "block 64 256", "quantization nearest stochastic"),
  ...axesOf(trainingRow, "training", "error-feedback off on", "absent 0 5 %"),
  ...axesOf(clusterRow, "cluster", "rate 100 400 Gb/s", "group 4 8", "group-rate 1 3.6 Tb/s", "dtype fp32 bf16"),
];

export const varyRow: BlockRow = {
  name: "vary",
  variant: null,
  isOpen: true,
  settings: axisRows,
  blocks: [],
  fallback: "one point, the aggregate as it is",
  example: "vary workers 2 4 8; decision-margin 0.1..0.4 step 0.1",
  doc:
    "What differs from point to point: a block `vary { ... }`, or `vary workers 2 4 8; levels 2 4`. Numbers may be a range `A..B` with " +
    "a `step`.",
};

const objectives = { kind: "names", of: studyMetrics, what: "measure" } as const;

export const studyRow: BlockRow = {
  name: "study",
  variant: null,
  settings: [
    {
      name: "aggregate",
      shape: { kind: "reference", to: "aggregate" },
      fallback: required,
      example: "aggregate mean-4x8",
      doc: "The aggregate of the same file that is varied; its network is constructed.",
    },
    {
      name: "measure",
      shape: { kind: "measures", of: studyMetrics },
      fallback: required,
      example: "measure mzis, path-loss, yield at phase 0.005 rad",
      doc:
        "The columns of the result, in base units (1, dB, s, W, m2). What a technology decides is empty where none is named; " +
        "`yield at ...` is as in `require`.",
    },
    {
      name: "minimise",
      shape: objectives,
      fallback: derived("nothing"),
      example: "minimise mzis, path-loss",
      doc: "Measures that are better small: with `maximise`, what the Pareto front is of.",
    },
    {
      name: "maximise",
      shape: objectives,
      fallback: derived("nothing"),
      example: "maximise yield",
      doc: "Measures that are better large.",
    },
    quantity(
      "search 200 trials",
      [1, limits.studyPoints],
      derived("the whole grid"),
      "So many different points drawn from the seed, in place of the grid; a range without `step` is then drawn from evenly.",
      { whole: true },
    ),
    usual("seed 1", [0, limits.seed], "Of trials and chips."),
    usual("chips 1000", [1, limits.chips], "Drawn for a yield; 1000 tell 99 % from 98 %."),
  ],
  blocks: [varyRow],
  fallback: null,
  example: "study small { aggregate mean-4x8; vary workers 2 4 8; measure mzis, neurons; minimise mzis }",
  doc: `A grid of at most ${short(limits.studyPoints)} points; \`optinc study\` compiles and measures a circuit for each.`,
};
