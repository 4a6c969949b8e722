import { synthesise } from "../../compiler/index.ts";
import type { Levels } from "../../dsl/index.ts";
import { type Circuit, seededRandom } from "../../netlist/index.ts";
import {
  type Dataset,
  type ErrorModel,
  type Images,
  imageDataset,
  type ModelSpec,
  type TrainingOptions,
  tableTwo,
  textDataset,
} from "../../training-sim/index.ts";
import { specOf } from "../compiler/specs.ts";

export function circuitOf(workers: number, bits: number, levels: Levels): Circuit {
  return synthesise(specOf(workers, bits, levels)).circuit;
}

/** 8 x 8 images of 4 classes: a bright quarter, and noise. */
export function quarters(count: number, seed: number): Images {
  const random = seededRandom(seed);
  const pixels = new Uint8Array(count * 64);
  const labels = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    const label = Math.floor(random() * 4);
    labels[i] = label;
    for (let p = 0; p < 64; p++) {
      const quarter = 2 * Number(p >= 32) + Number(p % 8 >= 4);
      pixels[i * 64 + p] = Math.floor((quarter === label ? 130 : 0) + random() * 120);
    }
  }
  return { side: 8, pixels, labels };
}

export const images: Dataset = imageDataset("quarters", quarters(400, 1), quarters(80, 2), 80);

export const prose: Dataset = textDataset(
  "prose",
  "the sea and the ship and the whale, and so on. ".repeat(60),
  20,
  8,
  20,
);

export const models: readonly (readonly [ModelSpec, Dataset])[] = [
  [{ kind: "mlp", hidden: 5 }, images],
  [{ kind: "conv", channels: [2, 3] }, images],
  [{ kind: "llama", layers: 2, width: 8, heads: 2, context: 8 }, prose],
];

export const errors: ErrorModel = tableTwo[2]!;

export function options(changes: Partial<TrainingOptions> = {}): TrainingOptions {
  return {
    model: { kind: "mlp", hidden: 6 },
    optimizer: { kind: "sgd", learningRate: 0.1, momentum: 0.5 },
    steps: 12,
    batch: 8,
    blockSize: 64,
    isStochastic: false,
    hasFeedback: false,
    absent: 0,
    evaluateEvery: 5,
    errors: { ...errors, rate: 0.01 },
    sigmaRad: 0.05,
    ...changes,
  };
}
