import { compareIterations, findAlgorithm, type IterationOutcome, layersOf } from "../../collectives/index.ts";
import { type Cluster, defaultCluster, modelParameters } from "../../dsl/index.ts";
import { bare, communicationShares, type ReproductionRow, walked } from "./collectives.ts";
import { iterations, oddlOverIdeal } from "./published.ts";

/** The paper's worker: an H100 at 60 TFLOP/s x 0.6, eight ports of 800 Gb/s; and batches that it does not name. */
const paper = { compute: 60e12, utilization: 0.6, rate: 8 * 800e9, batch: 32, tokens: 256 } as const;

/** Iterations with compute from layers in place of a share that is read off: what of the published figures is left. */
export function iterationRows(): readonly ReproductionRow[] {
  return [...published(), left(), testBed()];
}

function published(): readonly ReproductionRow[] {
  return iterations.flatMap(({ model, layers, relation, shorterPercent }, i): ReproductionRow[] => {
    const cluster = onPaper(layers);
    const outcomeOf = (name: string): IterationOutcome => {
      const algorithms = [findAlgorithm(name)!];
      const { blocks } = compareIterations(cluster, { workers: [4], algorithms, sharding: "data", unit: null });
      const { outcome } = blocks[0]!.rows[0]!;
      if (outcome.kind === "refused") throw new Error(`${name}: ${outcome.reason}`);
      return outcome;
    };
    const [ring, optinc] = [outcomeOf("ring"), outcomeOf("optinc")];
    const samples = `${paper.batch} samples a worker${layers.startsWith("llama") ? ` of ${paper.tokens} tokens` : ""}`;
    const inputs = [
      "60 TFLOP/s x 0.6 and 8 x 800 Gb/s a worker (published)",
      `assumed: ${samples}, fp32, memory ${cluster.iteration.memory / 8e12} TB/s, buckets of 25 MiB, no latency`,
    ];
    const common = {
      source: "OptINC",
      relation,
      published: shorterPercent,
      unit: "%",
      standing: "modelled",
      inputs,
    } as const;
    const share = communicationShares[i]!;
    // The batch at which the ring's communication is the share that the published figure needs.
    const needed = (ring.communicationS * (1 - share)) / share;
    const perSample = computeS(layers) / (paper.compute * paper.utilization);
    const percent = (value: number): string => `${(100 * value).toFixed(1)} %`;
    return [
      {
        ...common,
        quantity: `shorter iteration without overlap, compute from layers, ${model}`,
        computed: 100 * (1 - optinc.plainRatio),
        how: `the ring's communication is ${percent(ring.communicationShare)} of its iteration; the published figure needs ${percent(share)}, which is the compute of ${Number((needed / perSample).toPrecision(3))} samples a worker: ${needed < perSample ? "less than one, so that it is implausible" : "a batch that is not published"}`,
      },
      {
        ...common,
        quantity: `shorter iteration with overlap, compute from layers, ${model}`,
        computed: 100 * (1 - optinc.overlappedRatio),
        how: `the ring leaves ${percent(ring.exposedS / ring.overlappedS)} of an iteration exposed, OptINC ${percent(optinc.exposedS / optinc.overlappedS)}`,
      },
    ];
  });
}

function onPaper(layers: string): Cluster {
  const base = bare(4);
  const { compute, utilization, rate, batch, tokens } = paper;
  const iteration = { ...base.iteration, compute, utilization, batch, sequence: tokens };
  const gradients = [{ name: layers, elements: modelParameters[layers]! }];
  return { ...base, rate, gradients, iteration, optinc: { ...base.optinc, unit: 4, pass: 0 } };
}

/** Operations of a forward and a backward pass of one sample. */
function computeS(layers: string): number {
  return 6 * layersOf[layers]!(paper.tokens).reduce((sum, { macs }) => sum + macs, 0);
}

/** "entirely eliminating communication latency", as time. */
function left(): ReproductionRow {
  const cluster = onPaper("resnet50-cifar100");
  const elements = 16 * modelParameters["resnet50-cifar100"]!;
  const computed = walked("optinc", cluster, 4, elements) / walked("ring", cluster, 4, elements);
  return {
    source: "OptINC",
    quantity: 'communication time left of the ring\'s, 4 workers ("entirely eliminating communication latency")',
    relation: "equal",
    published: 0,
    computed: 100 * computed,
    unit: "%",
    standing: "derived",
    how: "a buffer crosses every port once, N / (2 (N - 1)) of the ring's time; one pass replaces 2 (N - 1) steps; exponents add 1 / 256",
    inputs: ["no latency", "N = 4"],
  };
}

function testBed(): ReproductionRow {
  const four = defaultCluster(4);
  const elements = modelParameters["vgg19"]!;
  const ideal = walked("halving-doubling", four, 4, elements);
  const granted = walked("oddl", four, 4, elements);
  return {
    source: "ODDL",
    quantity: "time of an all-reduce over that on ideal electrical switching, test bed of 4 nodes",
    relation: "about",
    published: oddlOverIdeal,
    computed: granted / ideal,
    unit: "x",
    standing: "modelled",
    how: `halving-doubling of VGG19 on both; ODDL's ${Math.round((granted - ideal) * 1e6)} us of set-up are what is left`,
    inputs: ["VGG19 x fp32, 100 Gb/s", "assumed: guard 12 us, latency 2 us; the model of the test bed is not public"],
  };
}
