import type { BlockRow, SettingRow } from "./aggregate.ts";
import type { Dimension } from "./units.ts";

/** Parameters of models whose gradients are aggregated; sources in docs/collectives.md. */
export const modelParameters: Readonly<Record<string, number>> = {
  googlenet: 6_624_904,
  resnet50: 25_557_032,
  "llama-8x384": 26_000_000,
  alexnet: 61_100_840,
  "gpt2-small": 124_439_808,
  vgg16: 138_357_544,
  vgg19: 143_667_240,
  "beit-large": 307_000_000,
};

/** Bits of a gradient element. */
export const dtypeBits: Readonly<Record<string, number>> = { fp32: 32, fp16: 16, bf16: 16, fp8: 8, int16: 16, int8: 8 };

function quantity(
  name: string,
  dimension: Dimension | null,
  [minimum, maximum]: readonly [number, number],
  fallback: string | null,
  doc: string,
  more: { readonly whole?: boolean; readonly example?: string } = {},
): SettingRow {
  const shape = { kind: "number", whole: more.whole ?? false, minimum, maximum, dimension } as const;
  return { name, shape, fallback, example: more.example ?? `${name} ${fallback}`, doc };
}

function choice(name: string, words: readonly string[], fallback: string, doc: string): SettingRow {
  const of = words.map((word) => ({ word, count: null }));
  return { name, shape: { kind: "choice", of }, fallback, example: `${name} ${fallback}`, doc };
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
    quantity("workers", null, [2, 4096], null, "How many workers all-reduce their gradients.", {
      whole: true,
      example: "workers 1024",
    }),
    quantity("rate", "data rate", rates, "100 Gb/s", "Of a worker's port, in each direction."),
    quantity("latency", "time", times, "2 us", "Of one message, from software to software."),
    quantity("hop-latency", "time", times, "300 ns", "Added by every electrical switch on the way."),
    quantity("reduction", "data rate", rates, "4 Tb/s", "At which a worker adds received gradients to its own."),
    choice("dtype", Object.keys(dtypeBits), "fp32", "Type of a gradient element."),
    {
      name: "models",
      shape: { kind: "names", of: Object.keys(modelParameters), what: "model" },
      fallback: "resnet50, unless `parameters` is written",
      example: "models resnet50, vgg19",
      doc: "Gradients to aggregate, by the name of the model.",
    },
    quantity("parameters", null, [1, 1e12], "none", "Gradients to aggregate, by their number.", {
      whole: true,
      example: "parameters 25.6e6",
    }),
    quantity(
      "compute-share",
      "ratio",
      [0, 0.999],
      "none",
      "Share of a training iteration with the ring that is not communication; with it, whole iterations are compared.",
      { example: "compute-share 24 %" },
    ),
    quantity("group", null, [1, 4096], "8", "Largest group of the hierarchical ring: workers of one server.", whole),
    quantity("group-rate", "data rate", rates, "the rate", "Of a worker's port towards its group.", {
      example: "group-rate 3.6 Tb/s",
    }),
    quantity("chunks", null, [1, 4096], "the fastest", "Pipeline chunks of the double binary tree.", {
      whole: true,
      example: "chunks 64",
    }),
  ],
  blocks: [
    block("optical", "wavelengths 64", "A ring of waveguides through all workers, for WRHT and the optical ring.", [
      quantity("wavelengths", null, [1, 1024], "64", "Of one waveguide, in each direction.", whole),
      quantity("wavelength-rate", "data rate", rates, "25 Gb/s", "Of one wavelength."),
      quantity("reconfiguration", "time", times, "25 us", "Before every step."),
      choice("finish", ["all-to-all", "tree"], "all-to-all", "How WRHT joins its last representatives."),
      quantity("coupling-loss", "power ratio", losses, "1 dB", "Of one coupler; a path has two."),
      quantity("passing-loss", "power ratio", losses, "0.02 dB", "Of passing a node and the way to the next."),
      quantity("loss-budget", "power ratio", losses, "30 dB", "Largest loss of a path that is received without error."),
    ]),
    block("sip-ring", "wavelengths 4", "SiP-Ring: neighbours on a ring of waveguides own wavelengths.", [
      quantity("wavelengths", null, [1, 1024], "4", "That a worker may use towards its neighbour.", whole),
      quantity("wavelength-rate", "data rate", rates, "25 Gb/s", "Of one wavelength."),
      quantity("reconfiguration", "time", times, "25 us", "Of the micro-rings."),
      choice("reconfigure", ["once", "every-step"], "once", "Whether circuits stay up from step to step."),
    ]),
    block("oddl", "reconfiguration 10 us", "Circuits granted a flow by distributed control.", [
      quantity("reconfiguration", "time", times, "10 us", "Of a transceiver and the switch behind it."),
      quantity("control", "time", times, "2 us", "Of asking for a circuit and getting it."),
    ]),
    block("optinc", "unit 16", "Aggregation in compiled photonic circuits.", [
      quantity("unit", null, [2, 64], "16", "Workers, or units, on one unit.", whole),
      quantity("pass", "time", times, "10 ns", "Of light through one unit."),
    ]),
    block("tree", "radix 32", "Electrical switches that reduce.", [
      quantity("radix", null, [2, 1024], "32", "Children of one switch.", whole),
      choice("duplex", ["full", "half"], "full", "Whether both directions of a port work at once."),
    ]),
    block("fat-tree", "rack 32; oversubscription 2", "Leaf and spine switches; flows are hashed to spines (ECMP).", [
      quantity("rack", null, [1, 1024], "32", "Workers of one leaf switch.", whole),
      quantity("oversubscription", null, [1, 64], "1", "Rate into a leaf over rate out of it."),
      choice(
        "placement",
        ["racks", "scattered"],
        "racks",
        "Whether the ring follows the racks or the job is scattered.",
      ),
      quantity("seed", null, [0, 4_294_967_295], "1", "Of the hash and of the scattered placement.", whole),
    ]),
  ],
  fallback: null,
  example: "cluster pod { workers 1024; rate 100 Gb/s; models vgg19 }",
  doc: "A network of workers, for `optinc compare`.",
};
