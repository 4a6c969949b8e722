import { seededRandom } from "../../netlist/index.ts";

/** What the data look like to a model. */
export interface DataShape {
  /** Height and width of an image; 0 for text. */
  readonly side: number;
  /** Classes, or size of the alphabet. */
  readonly classes: number;
}

/** Samples of one forward pass. Images fill `pixels`, text fills `tokens`; the other one is empty. */
export interface Batch {
  readonly samples: number;
  /** [samples][side * side] in 0..1 */
  readonly pixels: Float32Array;
  /** [samples][context] */
  readonly tokens: Int32Array;
  /** Class of each image, or the next symbol at each position [samples][context]. */
  readonly targets: Int32Array;
}

/** Data to train on and data to judge by. */
export interface Dataset {
  /** For the report: `MNIST, 60 000 images`. */
  readonly name: string;
  readonly shape: DataShape;
  readonly trainSamples: number;
  batch(samples: ArrayLike<number>): Batch;
  /** Data of the judgement, in batches that fit the memory. */
  readonly test: readonly Batch[];
}

/** Gray images of side x side bytes with one class each, as MNIST has them. */
export interface Images {
  readonly side: number;
  readonly pixels: Uint8Array;
  readonly labels: Uint8Array;
}

const testBatch = 250;

/** The first `testSamples` of `test` judge. */
export function imageDataset(name: string, train: Images, test: Images, testSamples: number): Dataset {
  const { side } = train;
  const of =
    (images: Images) =>
    (samples: ArrayLike<number>): Batch => {
      const size = side * side;
      const pixels = new Float32Array(samples.length * size);
      const targets = new Int32Array(samples.length);
      for (let i = 0; i < samples.length; i++) {
        const from = samples[i]! * size;
        for (let p = 0; p < size; p++) pixels[i * size + p] = images.pixels[from + p]! / 255;
        targets[i] = images.labels[samples[i]!]!;
      }
      return { samples: samples.length, pixels, tokens: new Int32Array(0), targets };
    };
  const count = Math.min(testSamples, test.labels.length);
  return {
    name,
    shape: { side, classes: 10 },
    trainSamples: train.labels.length,
    batch: of(train),
    test: inBatches(count, testBatch).map(of(test)),
  };
}

/** Characters that are distinguished; all others are one more symbol. */
export interface Alphabet {
  readonly symbols: string;
}

/** The `size - 1` most frequent characters of a text, ties by code point; runs of white space count as one space. */
export function alphabetOf(text: string, size: number): Alphabet {
  const counts = new Map<string, number>();
  for (const character of collapsed(text)) counts.set(character, (counts.get(character) ?? 0) + 1);
  const sorted = [...counts].sort(([a, na], [b, nb]) => nb - na || a.codePointAt(0)! - b.codePointAt(0)!);
  const symbols = sorted.slice(0, size - 1).map(([character]) => character);
  return { symbols: symbols.join("") };
}

function collapsed(text: string): string {
  return text.replace(/\s+/g, " ");
}

/** Text as windows of `context` characters, each predicting the next; the last tenth of the text judges. */
export function textDataset(
  name: string,
  text: string,
  alphabetSize: number,
  context: number,
  testSamples: number,
): Dataset {
  const { symbols } = alphabetOf(text, alphabetSize);
  const code = new Map([...symbols].map((character, i) => [character, i]));
  const other = code.size;
  const tokens = Int32Array.from([...collapsed(text)], (character) => code.get(character) ?? other);
  const split = Math.floor(tokens.length * 0.9);
  const at =
    (first: number) =>
    (starts: ArrayLike<number>): Batch => {
      const input = new Int32Array(starts.length * context);
      const targets = new Int32Array(starts.length * context);
      for (let i = 0; i < starts.length; i++) {
        const from = first + starts[i]!;
        input.set(tokens.subarray(from, from + context), i * context);
        targets.set(tokens.subarray(from + 1, from + 1 + context), i * context);
      }
      return { samples: starts.length, pixels: new Float32Array(0), tokens: input, targets };
    };
  const room = tokens.length - split - context - 1;
  const count = Math.max(1, Math.min(testSamples, Math.floor(room / context)));
  const stride = Math.floor(room / count);
  const batches = inBatches(count, 32).map((indices) => at(split)(indices.map((i) => i * stride)));
  return {
    name,
    shape: { side: 0, classes: other + 1 },
    trainSamples: split - context - 1,
    batch: at(0),
    test: batches,
  };
}

function inBatches(count: number, size: number): number[][] {
  const batches: number[][] = [];
  for (let from = 0; from < count; from += size) {
    batches.push(Array.from({ length: Math.min(size, count - from) }, (_, i) => from + i));
  }
  return batches;
}

/**
 * Draws samples for each worker, [worker][size], for ever; worker w owns the samples whose number is w modulo
 * `workers`, so that no two workers ever see the same one.
 */
export function sampleStream(dataset: Dataset, workers: number, size: number, seed: number): () => Int32Array[] {
  const random = seededRandom(seed);
  const own = Math.floor(dataset.trainSamples / workers);
  return () =>
    Array.from({ length: workers }, (_, worker) =>
      Int32Array.from({ length: size }, () => Math.floor(random() * own) * workers + worker),
    );
}
