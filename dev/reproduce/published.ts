/** Every published figure that something here is compared with, as printed, and where. */

/** Where the figures stand. */
export const sources = {
  OptINC: "arXiv 2603.28290",
  WRHT: "Dai et al., arXiv 2207.10982",
  ODDL: "Li et al., J. Opt. Commun. Netw. 16(3), 342, 2024; of which the abstract is public",
  SHARP: "Graham et al., COMHPC 2016, DOI 10.1109/COMHPC.2016.006",
} as const;

/** A network of the paper, and the layers that diag(d) u blocks replace, numbered from 1. */
export interface PublishedNetwork {
  readonly bits: number;
  readonly workers: number;
  /** Neurons of each layer, inputs first. */
  readonly widths: readonly number[];
  readonly first: number;
  readonly last: number;
  /** MZIs with these layers replaced over MZIs with every layer by SVD, %. */
  readonly areaPercent: number;
  /** Right words among all distinct inputs, %. */
  readonly accuracyPercent: number;
}

const widths8 = [4, 64, 128, 256, 128, 64, 4];
const widths16 = [4, 64, 128, 256, 512, 256, 128, 64, 8];

/** OptINC, Table I: four scenarios of 4-level symbols, each at 100 % accuracy. */
export const tableOne: readonly PublishedNetwork[] = [
  { bits: 8, workers: 4, widths: widths8, first: 1, last: 6, areaPercent: 39.3, accuracyPercent: 100 },
  {
    bits: 8,
    workers: 8,
    widths: [4, 64, 128, 256, 512, 256, 128, 64, 4],
    first: 2,
    last: 7,
    areaPercent: 40.9,
    accuracyPercent: 100,
  },
  {
    bits: 8,
    workers: 16,
    widths: [4, 64, 128, 256, 512, 1024, 512, 256, 128, 64, 4],
    first: 2,
    last: 9,
    areaPercent: 40.4,
    accuracyPercent: 100,
  },
  { bits: 16, workers: 4, widths: widths16, first: 4, last: 6, areaPercent: 49.3, accuracyPercent: 100 },
];

/** OptINC, Table II: the 16-bit network with other layers replaced. */
export const tableTwo: readonly PublishedNetwork[] = (
  [
    [4, 6, 49.3, 100],
    [4, 7, 47.9, 99.99986],
    [4, 8, 47.4, 99.99999],
    [3, 6, 43.7, 99.98891],
    [3, 7, 42.2, 99.99936],
  ] as const
).map(([first, last, areaPercent, accuracyPercent]) => ({
  bits: 16,
  workers: 4,
  widths: widths16,
  first,
  last,
  areaPercent,
  accuracyPercent,
}));

/** OptINC: "about", for two more layers of 64 x 64 in the units of a cascade of 4-server units; %. */
export const cascadeOverheadPercent = 10.5;

/** OptINC: data that a worker sends in a ring all-reduce over what it sends through the unit. */
export const ringVolumes = [
  { workers: 4, ratio: 1.5 },
  { workers: 8, ratio: 1.75 },
  { workers: 16, ratio: 1.875 },
] as const;

/** OptINC: shorter training iterations than with the ring, 4 workers, 8 x 800 Gb/s each; %. */
export const iterations = [
  {
    model: "ResNet50 on CIFAR-100",
    layers: "resnet50-cifar100",
    parameters: 23_705_252,
    relation: "more than",
    shorterPercent: 25,
  },
  { model: "LLaMA-like model", layers: "llama-8x384", parameters: 26_000_000, relation: "about", shorterPercent: 17 },
] as const;

/** How a printed figure bounds what it stands for. */
export type Relation = "equal" | "more than" | "less than" | "about";

/** OptINC: of the time of synchronisation, by the exchange of the blocks' exponents; %. */
export const quantizationSharePercent = 0.4;

/** WRHT: less time than other all-reduces on the optical ring, means over its nodes and models; %. */
export const wrhtSavedPercent = { binaryTree: 82.12, opticalRing: 80.81, hRing: 64.36 } as const;

/** WRHT, as summed up elsewhere: less time than other all-reduces on the optical ring; %. */
export const wrhtClaimPercent = 80;

/** SHARP: MPI_Allreduce of 8 bytes on 128 hosts, s. */
export const sharpSmall = { hosts: 128, bytes: 8, seconds: 2.83e-6 } as const;

/** WRHT: what it averages over; parameters as fp32. */
export const wrhtModels = { AlexNet: 62.3e6, VGG16: 138e6, ResNet50: 25e6, GoogLeNet: 6.8e6 } as const;
export const wrhtNodes = [1024, 2048, 3072, 4096] as const;
export const wrhtWavelengths = 64;

/** ODDL: a test bed of four nodes equals ideal electrical switching. */
export const oddlOverIdeal = 1;

/** ODDL: faster training of VGG19 on 1024 workers at 100 Gb/s. */
export const oddlSpeedup = { fatTree: 1.6, sipRing: 1.7 } as const;
