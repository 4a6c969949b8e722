import { compareAlgorithms, fastestExchange, findAlgorithm, type TimedOutcome } from "../../collectives/index.ts";
import { type Cluster, defaultCluster, modelParameters } from "../../dsl/index.ts";
import {
  iterations,
  oddlSpeedup,
  quantizationSharePercent,
  type Relation,
  ringVolumes,
  sharpSmall,
  type sources,
  wrhtClaimPercent,
  wrhtModels,
  wrhtNodes,
  wrhtSavedPercent,
  wrhtWavelengths,
} from "./published.ts";

/** A published figure beside what the schedules of this project give under declared models. */
export interface ReproductionRow {
  readonly source: keyof typeof sources;
  readonly quantity: string;
  /** What the printed figure says: some are bounds. */
  readonly relation: Relation;
  readonly published: number;
  readonly computed: number;
  readonly unit: "x" | "%" | "us";
  /**
   * derived: follows from the algorithms alone; modelled: from declared inputs, none of them fitted; fitted: an input was
   * chosen so that the figure comes out, which proves nothing about it.
   */
  readonly standing: "derived" | "modelled" | "fitted";
  readonly how: string;
  readonly inputs: readonly string[];
}

/** All figures about all-reduce algorithms. Deterministic; a few seconds. */
export function reproduceCollectives(): readonly ReproductionRow[] {
  return [...optincRows(), ...wrhtRows(), ...sharpRows(), ...oddlRows()];
}

/** As `optinc compare` has it. */
function timed(name: string, cluster: Cluster, workers: number, elements: number): TimedOutcome {
  const options = { workers: [workers], algorithms: [findAlgorithm(name)!], executeUpTo: 0, unit: null };
  const { outcome } = compareAlgorithms({ ...cluster, gradients: [{ name, elements }] }, options).rows[0]!;
  if (outcome.kind === "refused") throw new Error(`${name}: ${outcome.reason}`);
  return outcome;
}

/** Seconds of one all-reduce. */
export function walked(...of: Parameters<typeof timed>): number {
  return timed(...of).timing.totalS;
}

/** Nothing costs time but the links. */
export function bare(workers: number): Cluster {
  return { ...defaultCluster(workers), latency: 0, hopLatency: 0, reduction: Number.POSITIVE_INFINITY };
}

/** Read off the published figures of `iterations`. */
export const communicationShares: readonly number[] = [0.76, 0.51];

function optincRows(): readonly ReproductionRow[] {
  const elements = 16 * 25_557_032;
  const volumes = ringVolumes.map(
    ({ workers, ratio }): ReproductionRow => ({
      source: "OptINC",
      quantity: `bytes a worker sends with the ring, over OptINC's, ${workers} workers`,
      relation: "equal",
      published: ratio,
      computed:
        timed("ring", bare(workers), workers, elements).volume /
        timed("optinc", bare(workers), workers, elements).volume,
      unit: "x",
      standing: "derived",
      how: "elements sent in the steps of both schedules",
      inputs: [],
    }),
  );
  const latencies = iterations.map(({ model, parameters, relation, shorterPercent }, i): ReproductionRow => {
    const share = communicationShares[i]!;
    const cluster = { ...bare(4), rate: 8 * 800e9, optinc: { ...bare(4).optinc, unit: 4, pass: 0 } };
    const ring = walked("ring", cluster, 4, parameters);
    const compute = (ring * (1 - share)) / share;
    const reduction = 1 - (compute + walked("optinc", cluster, 4, parameters)) / (compute + ring);
    return {
      source: "OptINC",
      quantity: `shorter training iteration than with the ring, 4 workers, ${model}`,
      relation,
      published: shorterPercent,
      computed: 100 * reduction,
      unit: "%",
      standing: "fitted",
      how: "f is the share of communication in the ring's iteration, walked: f (N - 2) / (2 (N - 1)); f is read off the published figure",
      inputs: [`communication share ${share}`, "8 x 800 Gb/s a worker", "no latency", "N = 4"],
    };
  });
  const cluster = { ...bare(4), optinc: { ...bare(4).optinc, precision: 8 } };
  const words = 256 * 2 ** 16;
  const exponents: ReproductionRow = {
    source: "OptINC",
    quantity: "share of the words' time that the exponents of the blocks take, 8-bit words",
    relation: "less than",
    published: quantizationSharePercent,
    computed: (100 * fastestExchange(cluster, 4, words)!.timing.totalS) / ((8 * words) / cluster.rate),
    unit: "%",
    standing: "modelled",
    how: "the exchange that every row of words pays, over the electrical network; the exponents alone, a byte for 256 words of 8 bits, are 0.39 %",
    inputs: ["blocks of 256 words", "exponents of 8 bits", "4 workers", "no latency"],
  };
  return [...volumes, ...latencies, exponents];
}

/** The model of the row `sharp` against the one latency that its authors print. */
function sharpRows(): readonly ReproductionRow[] {
  const { hosts, bytes, seconds } = sharpSmall;
  const cluster = defaultCluster(hosts);
  return [
    {
      source: "SHARP",
      quantity: `all-reduce of ${bytes} bytes on ${hosts} hosts`,
      relation: "equal",
      published: seconds * 1e6,
      computed: walked("sharp", cluster, hosts, bytes / 4) * 1e6,
      unit: "us",
      standing: "modelled",
      how: "latency of a message and 2 h - 1 switches, walked with the defaults of `optinc compare`",
      inputs: ["assumed: latency 2 us, switch 300 ns, 20 children a switch"],
    },
  ];
}

/** As the authors count: fp32 gradients, nodes, and one delay before every step. */
function wrhtRows(): readonly ReproductionRow[] {
  const wavelengths = wrhtWavelengths;
  const [delay, rate] = [25e-6, 320e9];
  const cluster = (workers: number): Cluster => {
    const base = bare(workers);
    const light = { wavelengths, wavelengthRate: rate, reconfiguration: delay, finish: "tree" } as const;
    return { ...base, optical: { ...base.optical, ...light } };
  };
  const cases = wrhtNodes.flatMap((workers) =>
    Object.values(wrhtModels).map((elements) => {
      return { workers, elements, tree: walked("wrht", cluster(workers), workers, elements) };
    }),
  );
  /** Mean over nodes and models of the time saved. */
  const saved = (other: (workers: number, elements: number) => number): number =>
    (100 * cases.reduce((sum, it) => sum + 1 - it.tree / other(it.workers, it.elements), 0)) / cases.length;
  const common = [
    `${wavelengths} wavelengths`,
    "final tree, no all-to-all",
    "N in 1024, 2048, 3072, 4096",
    "fp32 AlexNet 62.3 M, VGG16 138 M, ResNet50 25 M, GoogLeNet 6.8 M",
  ];
  const optical = [...common, "25 us before a step", "320 Gb/s a wavelength (only their product counts)"];
  const group = 4;
  const stepsOf = (workers: number): number =>
    [...findAlgorithm("wrht")!.build(cluster(workers), workers, 1, 32).steps].length;
  const steps = wrhtNodes.map(stepsOf).join(", ");
  const { binaryTree, opticalRing, hRing } = wrhtSavedPercent;
  const rows: Omit<ReproductionRow, "source" | "unit" | "relation">[] = [
    {
      quantity: "less time than a binary tree on the optical ring",
      published: binaryTree,
      computed: saved((workers, elements) => 2 * Math.ceil(Math.log2(workers)) * ((32 * elements) / rate + delay)),
      standing: "derived",
      how: `every step takes d/B + a in both, so that steps decide: ${steps} against 20, 22, 24, 24`,
      inputs: common,
    },
    {
      quantity: "less time than a ring on one wavelength",
      published: opticalRing,
      computed: saved((workers, elements) => walked("optical-ring", cluster(workers), workers, elements)),
      standing: "fitted",
      how: "both schedules walked; the product a B is chosen near the figure",
      inputs: optical,
    },
    {
      quantity: "less time than H-Ring",
      published: hRing,
      computed: saved((workers, elements) => walked("h-ring", { ...cluster(workers), group }, workers, elements)),
      standing: "fitted",
      how: `ceil(2 (m^2 + N) / m) - 3 steps, walked; the data of a step are not published: ring in the group, ring of groups, one whole buffer back; "over ${wrhtClaimPercent} %" holds for the other two: ${hRing} % against H-Ring contradicts it`,
      inputs: [...optical, `assumed groups of ${group}`],
    },
  ];
  return rows.map((row) => ({ source: "WRHT", unit: "%", relation: "equal", ...row }));
}

/** Declared, not published: the abstract gives the model, the nodes and the rate only. */
const oddlAssumed = {
  batch: 32,
  /** 60 TFLOP/s at 60 %, as the OptINC paper counts. */
  flops: 36e12,
  gmac: 19.6e9,
  oversubscription: 1,
  rack: 32,
  fatTreeSeeds: 16,
  sipReconfigurationS: 25e-6,
} as const;

function oddlRows(): readonly ReproductionRow[] {
  const workers = 1024;
  const elements = modelParameters["vgg19"]!;
  const { batch, flops, gmac, oversubscription, rack, fatTreeSeeds, sipReconfigurationS } = oddlAssumed;
  const base = defaultCluster(workers);
  const cluster: Cluster = {
    ...base,
    fatTree: { ...base.fatTree, rack, oversubscription, placement: "scattered", seed: 1, seeds: fatTreeSeeds },
    sipRing: { ...base.sipRing, reconfiguration: sipReconfigurationS, reconfigure: "every-step" },
  };
  const granted = walked("oddl", cluster, workers, elements);
  // Training takes two backward passes' worth and one forward: 6 operations a multiply-accumulate of the forward pass.
  const computeOf = (samples: number): number => (6 * gmac * samples) / flops;
  const compute = computeOf(batch);
  const given = [
    "VGG19 143 667 240 x fp32, 1024 workers, 100 Gb/s (published)",
    `assumed: ${batch} samples a worker of ${gmac / 1e9} GMAC at 36 TFLOP/s; latency 2 us; addition at 4 Tb/s; guard 12 us`,
  ];
  const row = (quantity: string, published: number, other: number, how: string, inputs: string): ReproductionRow => ({
    source: "ODDL",
    quantity,
    relation: "equal",
    published,
    computed: (compute + other) / (compute + granted),
    unit: "x",
    standing: "modelled",
    how,
    inputs: [...given, inputs],
  });
  const explain = (published: number, other: number, instead: (communicationS: number) => string): string => {
    const needed = (other - published * granted) / (published - 1);
    const communication = published * (compute + granted) - compute;
    const ratio = `at ${batch} samples it takes a communication of ${(communication / granted).toFixed(2)} times ODDL's, the model has ${(other / granted).toFixed(2)}; ${instead(communication)} would give it`;
    if (needed <= 0)
      return `no batch gives ${published}: communication alone is ${(other / granted).toFixed(2)}; ${ratio}`;
    return `${published} comes out with ${Math.round((needed * flops) / (6 * gmac))} samples a worker; ${ratio}`;
  };
  const hashed = timed("fat-tree", cluster, workers, elements);
  const fatTree = hashed.timing.totalS;
  const { leastS, mostS, deviationS } = hashed.spread!;
  const [least, most] = [leastS, mostS].map((other) => ((compute + other) / (compute + granted)).toFixed(2));
  const spread = `${least} to ${most} over ${fatTreeSeeds} seeds, standard deviation ${(deviationS / (compute + granted)).toFixed(2)}`;
  const adaptive = { ...cluster, fatTree: { ...cluster.fatTree, routing: "adaptive" } } as const;
  const spread16 = { ...cluster, fatTree: { ...cluster.fatTree, channels: 16 } };
  const others = [spread16, adaptive].map((on) =>
    ((compute + walked("fat-tree", on, workers, elements)) / (compute + granted)).toFixed(2),
  );
  const sip = walked("sip-ring", cluster, workers, elements);
  const ideal = walked("ring", cluster, workers, elements);
  const congestion = (s: number): string => `links shared by ${(s / ideal).toFixed(2)} flows`;
  const steps = 2 * (workers - 1);
  const slower = (s: number): string => `${Math.round(((s - ideal) / steps) * 1e6)} us before every step`;
  return [
    row(
      "faster training than on a fat-tree",
      oddlSpeedup.fatTree,
      fatTree,
      `ring of a scattered job under ECMP, walked: ${spread}; with 16 channels ${others[0]}, with adaptive routing ${others[1]}; ${explain(oddlSpeedup.fatTree, fatTree, congestion)}`,
      `assumed: racks of ${rack}, oversubscription ${oversubscription}`,
    ),
    row(
      "faster training than on SiP-Ring",
      oddlSpeedup.sipRing,
      sip,
      `ring of neighbours with a reconfiguration before every step, walked; ${explain(oddlSpeedup.sipRing, sip, slower)}`,
      `assumed: 4 wavelengths of 25 Gb/s, ${sipReconfigurationS * 1e6} us before every step`,
    ),
  ];
}
