import { limits } from "./limits.ts";
import {
  amount,
  type BlockRow,
  choice,
  derived,
  type Fallback,
  fixed,
  quantity,
  required,
  type SettingRow,
} from "./row.ts";
import type { Dimension } from "./units.ts";

/** Parameters of models whose gradients are aggregated; sources in docs/explanation/collectives.md. */
export const modelParameters: Readonly<Record<string, number>> = {
  googlenet: 6_624_904,
  resnet50: 25_557_032,
  "resnet50-cifar100": 23_705_252,
  "llama-8x384": 26_450_304,
  alexnet: 61_100_840,
  "gpt2-small": 124_439_808,
  vgg16: 138_357_544,
  vgg19: 143_667_240,
  "beit-large": 307_000_000,
  "llama2-7b": 6_738_415_616,
  "mixtral-8x7b": 46_702_792_704,
  "llama2-70b": 68_976_648_192,
};

/** Bits of a gradient element. */
export const dtypeBits: Readonly<Record<string, number>> = { fp32: 32, fp16: 16, bf16: 16, fp8: 8, int16: 16, int8: 8 };

function measure(
  name: string,
  dimension: Dimension | null,
  range: readonly [number, number],
  fallback: Fallback<number>,
  doc: string,
  more: { readonly whole?: boolean; readonly example?: string } = {},
): SettingRow<number> {
  return quantity(name, range, fallback, doc, { dimension, ...more });
}

function block(name: string, example: string, doc: string, settings: readonly SettingRow[]): BlockRow {
  return { name, variant: null, settings, blocks: [], fallback: "{ }", example: `${name} { ${example} }`, doc };
}

const rates = [1e6, 1e15] as const;
const times = [0, 10] as const;
const losses = [0, 1000] as const;
const whole = { whole: true };

/** The network between workers, as `optinc compare` times it. Every default is named in its output. */
export const clusterRow: BlockRow = {
  name: "cluster",
  variant: null,
  settings: [
    measure("workers", null, [2, limits.workers], required, "How many workers all-reduce their gradients.", {
      whole: true,
      example: "workers 1024",
    }),
    measure("rate", "data rate", rates, amount(100, "Gb/s"), "Of a worker's port, in each direction."),
    measure("latency", "time", times, amount(2, "us"), "Of one message, from software to software."),
    measure("hop-latency", "time", times, amount(300, "ns"), "Added by every electrical switch on the way."),
    measure(
      "reduction",
      "data rate",
      rates,
      amount(4, "Tb/s"),
      "At which a worker adds received gradients to its own.",
    ),
    choice("dtype", Object.keys(dtypeBits), fixed("fp32"), "Type of a gradient element."),
    {
      name: "models",
      shape: { kind: "names", of: Object.keys(modelParameters), what: "model" },
      fallback: derived("resnet50, unless `parameters` is written"),
      example: "models resnet50, vgg19",
      doc: "Gradients to aggregate, by the name of the model.",
    },
    measure("parameters", null, [1, 1e12], derived("none"), "Gradients to aggregate, by their number.", {
      whole: true,
      example: "parameters 25.6e6",
    }),
    measure(
      "compute-share",
      "ratio",
      [0, 0.999],
      derived("none"),
      "Share of a training iteration with the ring that is not communication; with it, whole iterations are compared.",
      { example: "compute-share 24 %" },
    ),
    measure(
      "group",
      null,
      [1, 4096],
      amount(8),
      "Largest group of the hierarchical ring: workers of one server.",
      whole,
    ),
    measure("group-rate", "data rate", rates, derived("the rate"), "Of a worker's port towards its group.", {
      example: "group-rate 3.6 Tb/s",
    }),
    measure("chunks", null, [1, 4096], derived("the fastest"), "Pipeline chunks of the double binary tree.", {
      whole: true,
      example: "chunks 64",
    }),
  ],
  blocks: [
    block("optical", "wavelengths 64", "A ring of waveguides through all workers, for WRHT and the optical ring.", [
      measure("wavelengths", null, [1, 1024], amount(64), "Of one waveguide, in each direction.", whole),
      measure("wavelength-rate", "data rate", rates, amount(25, "Gb/s"), "Of one wavelength."),
      measure("reconfiguration", "time", times, amount(25, "us"), "Before every step."),
      choice("finish", ["all-to-all", "tree"], fixed("all-to-all"), "How WRHT joins its last representatives."),
      measure("coupling-loss", "power ratio", losses, amount(1, "dB"), "Of one coupler; a path has two."),
      measure("passing-loss", "power ratio", losses, amount(0.02, "dB"), "Of passing a node and the way to the next."),
      measure(
        "loss-budget",
        "power ratio",
        losses,
        amount(30, "dB"),
        "Largest loss of a path that is received without error.",
      ),
    ]),
    block("sip-ring", "wavelengths 4", "SiP-Ring: neighbours on a ring of waveguides own wavelengths.", [
      measure("wavelengths", null, [1, 1024], amount(4), "That a worker may use towards its neighbour.", whole),
      measure("wavelength-rate", "data rate", rates, amount(25, "Gb/s"), "Of one wavelength."),
      measure("reconfiguration", "time", times, amount(25, "us"), "Of the micro-rings."),
      choice("reconfigure", ["once", "every-step"], fixed("once"), "Whether circuits stay up from step to step."),
    ]),
    block("oddl", "reconfiguration 10 us", "Circuits granted a flow by distributed control.", [
      measure("reconfiguration", "time", times, amount(10, "us"), "Of a transceiver and the switch behind it."),
      measure("control", "time", times, amount(2, "us"), "Of asking for a circuit and getting it."),
    ]),
    block("optinc", "unit 16", "Aggregation in compiled photonic circuits.", [
      measure("unit", null, [2, limits.unitInputs], amount(16), "Workers, or units, on one unit.", whole),
      measure("pass", "time", times, amount(10, "ns"), "Of light through one unit."),
      measure(
        "precision",
        "information",
        [1, limits.precisionBits],
        derived("elements as `dtype`"),
        "Of the words that an element is rounded to.",
        {
          whole: true,
          example: "precision 8 bits",
        },
      ),
      measure("levels", null, [2, 256], amount(4), "Of light, log2 of which are the bits of a symbol.", whole),
      measure("symbol-rate", "symbol rate", [1e6, 1e12], amount(25, "GBd"), "Of words through one unit."),
      measure("copies", null, [1, 1e6], derived("as many as fill the rate of a port"), "Units side by side.", {
        whole: true,
        example: "copies 2",
      }),
      measure("block", null, [1, 1e9], amount(256), "Elements that share an exponent.", whole),
      measure("exponent", "information", [1, 32], amount(8, "bits"), "Of a block, exchanged before its words.", whole),
    ]),
    block(
      "round",
      "skew 10 us",
      "A round of aggregation: frames of light, errors, late and absent workers; all assumed.",
      [
        measure("frame", null, [1, 1e9], amount(65536), "Words between two preambles.", whole),
        measure("preamble", null, [0, 1e9], amount(64), "Symbols that receivers align to.", whole),
        measure("guard", "time", times, amount(20, "ns"), "Between two frames."),
        measure("checksum", null, [0, 1e6], amount(1), "Words of a frame that a receiver checks it by.", whole),
        measure(
          "fec",
          "ratio",
          [0, 1],
          amount(5.84, "%"),
          "Symbols of an error-correcting code, over those of the words.",
        ),
        measure("word-error-rate", null, [0, 1], amount(1e-12), "Of one unit; a circuit says its own."),
        measure("skew", "time", times, amount(1, "us"), "Mean lateness of a worker."),
        choice("arrival", ["exponential", "uniform"], fixed("exponential"), "How lateness is distributed."),
        measure("drop", "ratio", [0, 0.5], amount(0), "Packets that an electrical network loses."),
        measure("resend", "time", [1e-9, 10], amount(1, "ms"), "Until a lost packet is sent again."),
        measure("absent", "ratio", [0, 0.5], amount(0), "Workers that miss a round."),
        measure(
          "timeout",
          "time",
          [1e-9, 1000],
          amount(10, "ms"),
          "After the first worker, when a round starts without the others.",
        ),
      ],
    ),
    block("jobs", "units 8; every 10 s", "Trainings that share a switch, for `optinc compare --jobs`; all assumed.", [
      measure("units", null, [1, 65536], amount(16), "Photonic units of the switch.", whole),
      measure("contexts", null, [1, 65536], amount(4), "Trees that switches with SHARP hold at once.", whole),
      measure("every", "time", [1e-9, 1e9], amount(60, "s"), "Mean time between two jobs that come."),
      measure("iterations", null, [1, 1e6], amount(1000), "Of a job, on average."),
      measure("heater", "time", times, amount(100, "us"), "To program units for another job."),
      measure("mtbf", "time", [0, 1e12], amount(0, "s"), "Mean time between failures of a unit; 0: units do not fail."),
      measure("repair", "time", [0, 1e9], amount(3600, "s"), "Until a unit that failed is back."),
      choice("overlap", ["off", "on"], fixed("off"), "Whether buckets are reduced under the backward pass."),
    ]),
    block("tree", "radix 32", "Electrical switches that reduce.", [
      measure("radix", null, [2, 1024], amount(32), "Children of one switch.", whole),
      choice("duplex", ["full", "half"], fixed("full"), "Whether both directions of a port work at once."),
    ]),
    block("sharp", "radix 20", "InfiniBand switches that reduce (SHARP); sources in docs/explanation/collectives.md.", [
      measure(
        "radix",
        null,
        [2, 1024],
        amount(20),
        "Children of one switch: half of the 40 ports of HDR, assumed.",
        whole,
      ),
      measure(
        "efficiency",
        "ratio",
        [0.01, 1],
        amount(95, "%"),
        "Of the rate of a port that streaming aggregation reaches.",
      ),
    ]),
    block("switchml", "slots 256", "A programmable switch that adds packets in slots (SwitchML).", [
      measure("workers", null, [2, 4096], amount(32), "Largest job of its switch program.", whole),
      measure("slots", null, [1, 1e6], amount(256), "Packets of a worker that are on their way at once.", whole),
      measure("elements", null, [1, 65536], amount(256), "Of 32 bits in one packet.", whole),
      measure("header", "information", [0, 1e6], amount(76, "B"), "Of a packet, with preamble and gap."),
      measure("round-trip", "time", [1e-9, 10], amount(10, "us"), "From a packet to the sum of its slot, assumed."),
    ]),
    block("nvls", "domain 8", "GPUs on switches that reduce (NVLink SHARP).", [
      measure("domain", null, [2, 1024], amount(8), "GPUs whose links end in the same switches.", whole),
      measure("rate", "data rate", rates, amount(3.6, "Tb/s"), "Of a GPU's links, in each direction."),
      measure("efficiency", "ratio", [0.01, 1], amount(69, "%"), "Of this rate that all-reduces reach."),
      measure("latency", "time", times, amount(25, "us"), "Of an all-reduce of nothing."),
    ]),
    block("nccl", "protocol fastest", "NCCL's own tuning model for its rings and trees.", [
      choice("protocol", ["fastest", "ll", "ll128", "simple"], fixed("fastest"), "How NCCL moves data."),
    ]),
    block(
      "energy",
      "switch-port 9.8 pJ/bit",
      "Of devices that an all-reduce keeps busy; sources in docs/explanation/collectives.md.",
      [
        measure(
          "transceiver",
          "energy",
          [0, 1e-6],
          amount(22.5, "pJ/bit"),
          "Of an optical transceiver, over its rate in one direction.",
        ),
        measure("adapter", "energy", [0, 1e-6], amount(50, "pJ/bit"), "Of a worker's network adapter, assumed."),
        measure("switch-port", "energy", [0, 1e-6], amount(9.8, "pJ/bit"), "Of a port of an electrical switch."),
      ],
    ),
    block("iteration", "batch 32; utilization 40 %", "Training, for `optinc compare --iterations`.", [
      measure("batch", null, [1, 1e6], amount(32), "Images, or sequences, of one worker in an iteration.", whole),
      measure("sequence", null, [1, 1e7], amount(2048), "Tokens of a sequence.", whole),
      measure("compute", "compute rate", [1e6, 1e21], amount(989, "TFLOP/s"), "Largest of one worker."),
      measure("utilization", "ratio", [0.001, 1], amount(40, "%"), "Of this rate that layers reach, assumed."),
      measure(
        "memory",
        "data rate",
        [1e9, 1e18],
        amount(26.8, "Tb/s"),
        "Of a worker's memory, which bounds layers with little to compute.",
      ),
      measure("bucket", "information", [8, 1e15], amount(25, "MiB"), "Gradients that are reduced together.", whole),
    ]),
    block("fat-tree", "rack 32; oversubscription 2", "Leaf and spine switches; flows are hashed to spines (ECMP).", [
      measure("rack", null, [1, 1024], amount(32), "Workers of one leaf switch.", whole),
      measure("oversubscription", null, [1, 64], amount(1), "Rate into a leaf over rate out of it."),
      choice(
        "placement",
        ["racks", "scattered"],
        fixed("racks"),
        "Whether the ring follows the racks or the job is scattered.",
      ),
      choice(
        "routing",
        ["hash", "adaptive"],
        fixed("hash"),
        "Whether a flow keeps a spine, or its packets take all of them.",
      ),
      measure(
        "channels",
        null,
        [1, 64],
        amount(1),
        "Flows that a transfer is split into, each with a hash of its own.",
        whole,
      ),
      measure(
        "seed",
        null,
        [0, limits.seed],
        amount(1),
        "The first one of the hash and of the scattered placement.",
        whole,
      ),
      measure("seeds", null, [1, 1000], amount(8), "Over which times are averaged.", whole),
    ]),
  ],
  fallback: null,
  example: "cluster pod { workers 1024; rate 100 Gb/s; models vgg19 }",
  doc: "A network of workers, for `optinc compare`.",
};
