import { limits } from "./limits.ts";
import { type BlockRow, choice, derived, fixed, quantity, required, type SettingRow, usual } from "./row.ts";

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

function block(name: string, example: string, doc: string, settings: readonly SettingRow[]): BlockRow {
  return { name, variant: null, settings, blocks: [], fallback: "{ }", example: `${name} { ${example} }`, doc };
}

const rates = [1e6, 1e15] as const;
const times = [0, 10] as const;
const losses = [0, 1000] as const;

/** The network between workers, as `optinc compare` times it. Every default is named in its output. */
export const clusterRow: BlockRow = {
  name: "cluster",
  variant: null,
  settings: [
    quantity("workers 1024", [2, limits.workers], required, "How many workers all-reduce their gradients."),
    usual("rate 100 Gb/s", rates, "Of a worker's port, in each direction."),
    usual("latency 2 us", times, "Of one message, from software to software."),
    usual("hop-latency 300 ns", times, "Added by every electrical switch on the way."),
    usual("reduction 4 Tb/s", rates, "At which a worker adds received gradients to its own."),
    choice("dtype", Object.keys(dtypeBits), fixed("fp32"), "Type of a gradient element."),
    {
      name: "models",
      shape: { kind: "names", of: Object.keys(modelParameters), what: "model" },
      fallback: derived("resnet50, unless `parameters` is written"),
      example: "models resnet50, vgg19",
      doc: "Gradients to aggregate, by the name of the model.",
    },
    quantity("parameters 25.6e6", [1, 1e12], derived("none"), "Gradients to aggregate, by their number."),
    quantity(
      "compute-share 24 %",
      [0, 0.999],
      derived("none"),
      "Share of a training iteration with the ring that is not communication; with it, whole iterations are compared.",
    ),
    usual("group 8", [1, 4096], "Largest group of the hierarchical ring: workers of one server."),
    quantity("group-rate 3.6 Tb/s", rates, derived("the rate"), "Of a worker's port towards its group."),
    quantity("chunks 64", [1, 4096], derived("the fastest"), "Pipeline chunks of the double binary tree."),
  ],
  blocks: [
    block("optical", "wavelengths 64", "A ring of waveguides through all workers, for WRHT and the optical ring.", [
      usual("wavelengths 64", [1, 1024], "Of one waveguide, in each direction."),
      usual("wavelength-rate 25 Gb/s", rates, "Of one wavelength."),
      usual("reconfiguration 25 us", times, "Before every step."),
      choice("finish", ["all-to-all", "tree"], fixed("all-to-all"), "How WRHT joins its last representatives."),
      usual("coupling-loss 1 dB", losses, "Of one coupler; a path has two."),
      usual("passing-loss 0.02 dB", losses, "Of passing a node and the way to the next."),
      usual("loss-budget 30 dB", losses, "Largest loss of a path that is received without error."),
    ]),
    block("sip-ring", "wavelengths 4", "SiP-Ring: neighbours on a ring of waveguides own wavelengths.", [
      usual("wavelengths 4", [1, 1024], "That a worker may use towards its neighbour."),
      usual("wavelength-rate 25 Gb/s", rates, "Of one wavelength."),
      usual("reconfiguration 25 us", times, "Of the micro-rings."),
      choice("reconfigure", ["once", "every-step"], fixed("once"), "Whether circuits stay up from step to step."),
    ]),
    block("oddl", "reconfiguration 10 us", "Circuits granted a flow by distributed control.", [
      usual("reconfiguration 10 us", times, "Of a transceiver and the switch behind it."),
      usual("control 2 us", times, "Of asking for a circuit and getting it."),
    ]),
    block("optinc", "unit 16", "Aggregation in compiled photonic circuits.", [
      usual("unit 16", [2, limits.unitInputs], "Workers, or units, on one unit."),
      usual("pass 10 ns", times, "Of light through one unit."),
      quantity(
        "precision 8 bits",
        [1, limits.precisionBits],
        derived("elements as `dtype`"),
        "Of the words that an element is rounded to.",
        { whole: true },
      ),
      usual("levels 4", [2, 256], "Of light, log2 of which are the bits of a symbol."),
      usual("symbol-rate 25 GBd", [1e6, 1e12], "Of words through one unit."),
      quantity("copies 2", [1, 1e6], derived("as many as fill the rate of a port"), "Units side by side."),
      usual("block 256", [1, 1e9], "Elements that share an exponent."),
      usual("exponent 8 bits", [1, 32], "Of a block, exchanged before its words.", { whole: true }),
    ]),
    block(
      "round",
      "skew 10 us",
      "A round of aggregation: frames of light, errors, late and absent workers; all assumed.",
      [
        usual("frame 65536", [1, 1e9], "Words between two preambles."),
        usual("preamble 64", [0, 1e9], "Symbols that receivers align to."),
        usual("guard 20 ns", times, "Between two frames."),
        usual("checksum 1", [0, 1e6], "Words of a frame that a receiver checks it by."),
        usual("fec 5.84 %", [0, 1], "Symbols of an error-correcting code, over those of the words."),
        usual("word-error-rate 1e-12", [0, 1], "Of one unit; a circuit says its own.", { whole: false }),
        usual("skew 1 us", times, "Mean lateness of a worker."),
        choice("arrival", ["exponential", "uniform"], fixed("exponential"), "How lateness is distributed."),
        usual("drop 0", [0, 0.5], "Packets that an electrical network loses.", { whole: false, dimension: "ratio" }),
        usual("resend 1 ms", [1e-9, 10], "Until a lost packet is sent again."),
        usual("absent 0", [0, 0.5], "Workers that miss a round.", { whole: false, dimension: "ratio" }),
        usual("timeout 10 ms", [1e-9, 1000], "After the first worker, when a round starts without the others."),
      ],
    ),
    block("jobs", "units 8; every 10 s", "Trainings that share a switch, for `optinc compare --jobs`; all assumed.", [
      usual("units 16", [1, 65536], "Photonic units of the switch."),
      usual("contexts 4", [1, 65536], "Trees that switches with SHARP hold at once."),
      usual("every 60 s", [1e-9, 1e9], "Mean time between two jobs that come."),
      usual("iterations 1000", [1, 1e6], "Of a job, on average.", { whole: false }),
      usual("heater 100 us", times, "To program units for another job."),
      usual("mtbf 0 s", [0, 1e12], "Mean time between failures of a unit; 0: units do not fail."),
      usual("repair 3600 s", [0, 1e9], "Until a unit that failed is back."),
      choice("overlap", ["off", "on"], fixed("off"), "Whether buckets are reduced under the backward pass."),
    ]),
    block("tree", "radix 32", "Electrical switches that reduce.", [
      usual("radix 32", [2, 1024], "Children of one switch."),
      choice("duplex", ["full", "half"], fixed("full"), "Whether both directions of a port work at once."),
    ]),
    block("sharp", "radix 20", "InfiniBand switches that reduce (SHARP); sources in docs/explanation/collectives.md.", [
      usual("radix 20", [2, 1024], "Children of one switch: half of the 40 ports of HDR, assumed."),
      usual("efficiency 95 %", [0.01, 1], "Of the rate of a port that streaming aggregation reaches."),
    ]),
    block("switchml", "slots 256", "A programmable switch that adds packets in slots (SwitchML).", [
      usual("workers 32", [2, 4096], "Largest job of its switch program."),
      usual("slots 256", [1, 1e6], "Packets of a worker that are on their way at once."),
      usual("elements 256", [1, 65536], "Of 32 bits in one packet."),
      usual("header 76 B", [0, 1e6], "Of a packet, with preamble and gap."),
      usual("round-trip 10 us", [1e-9, 10], "From a packet to the sum of its slot, assumed."),
    ]),
    block("nvls", "domain 8", "GPUs on switches that reduce (NVLink SHARP).", [
      usual("domain 8", [2, 1024], "GPUs whose links end in the same switches."),
      usual("rate 3.6 Tb/s", rates, "Of a GPU's links, in each direction."),
      usual("efficiency 69 %", [0.01, 1], "Of this rate that all-reduces reach."),
      usual("latency 25 us", times, "Of an all-reduce of nothing."),
    ]),
    block("nccl", "protocol fastest", "NCCL's own tuning model for its rings and trees.", [
      choice("protocol", ["fastest", "ll", "ll128", "simple"], fixed("fastest"), "How NCCL moves data."),
    ]),
    block(
      "energy",
      "switch-port 9.8 pJ/bit",
      "Of devices that an all-reduce keeps busy; sources in docs/explanation/collectives.md.",
      [
        usual("transceiver 22.5 pJ/bit", [0, 1e-6], "Of an optical transceiver, over its rate in one direction."),
        usual("adapter 50 pJ/bit", [0, 1e-6], "Of a worker's network adapter, assumed."),
        usual("switch-port 9.8 pJ/bit", [0, 1e-6], "Of a port of an electrical switch."),
      ],
    ),
    block("iteration", "batch 32; utilization 40 %", "Training, for `optinc compare --iterations`.", [
      usual("batch 32", [1, 1e6], "Images, or sequences, of one worker in an iteration."),
      usual("sequence 2048", [1, 1e7], "Tokens of a sequence."),
      usual("compute 989 TFLOP/s", [1e6, 1e21], "Largest of one worker."),
      usual("utilization 40 %", [0.001, 1], "Of this rate that layers reach, assumed."),
      usual("memory 26.8 Tb/s", [1e9, 1e18], "Of a worker's memory, which bounds layers with little to compute."),
      usual("bucket 25 MiB", [8, 1e15], "Gradients that are reduced together.", { whole: true }),
    ]),
    block("fat-tree", "rack 32; oversubscription 2", "Leaf and spine switches; flows are hashed to spines (ECMP).", [
      usual("rack 32", [1, 1024], "Workers of one leaf switch."),
      usual("oversubscription 1", [1, 64], "Rate into a leaf over rate out of it.", { whole: false }),
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
      usual("channels 1", [1, 64], "Flows that a transfer is split into, each with a hash of its own."),
      usual("seed 1", [0, limits.seed], "The first one of the hash and of the scattered placement."),
      usual("seeds 8", [1, 1000], "Over which times are averaged."),
    ]),
  ],
  fallback: null,
  example: "cluster pod { workers 1024; rate 100 Gb/s; models vgg19 }",
  doc: "A network of workers, for `optinc compare`.",
};
