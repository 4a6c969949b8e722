/** One layer of a model, or one block of a transformer. */
export interface ModelLayer {
  readonly name: string;
  readonly parameters: number;
  /** Multiply-accumulates of a forward pass of one sample: an image, or a sequence. */
  readonly macs: number;
  /** Elements that it reads and writes for one sample. */
  readonly activations: number;
}

/** Layers of the models whose shape is published, in the order of the forward pass; `sequence` tokens are a sample. */
export const layersOf: Readonly<Record<string, (sequence: number) => readonly ModelLayer[]>> = {
  // torchvision 0.x, models/alexnet.py, vgg.py, resnet.py: 224 x 224 pixels, 1000 classes.
  alexnet: () => alexnet(),
  vgg16: () => vgg([2, 2, 3, 3, 3]),
  vgg19: () => vgg([2, 2, 4, 4, 4]),
  resnet50: () => resnet50(224, 7, 1000),
  // 32 x 32 pixels, a stem of 3 x 3 without pooling.
  "resnet50-cifar100": () => resnet50(32, 3, 100),
  // Radford et al. 2019: tied embeddings, 1024 positions, biases.
  "gpt2-small": (sequence) => gpt2(sequence),
  // arXiv 2603.28290 names layers, hidden size and heads; feed-forward and vocabulary are assumed.
  "llama-8x384": (sequence) =>
    llama(sequence, { ...llama2, hidden: 384, layers: 8, feed: 1024, keys: 384, tied: true }),
  // Touvron et al., arXiv 2307.09288, and the configuration beside the weights.
  "llama2-7b": (sequence) => llama(sequence, { ...llama2, hidden: 4096, layers: 32, feed: 11_008, keys: 4096 }),
  "llama2-70b": (sequence) => llama(sequence, { ...llama2, hidden: 8192, layers: 80, feed: 28_672, keys: 1024 }),
  // Jiang et al., arXiv 2401.04088, Table 1: two of eight experts for a token.
  "mixtral-8x7b": (sequence) =>
    llama(sequence, { ...llama2, hidden: 4096, layers: 32, feed: 14_336, keys: 1024, experts: 8, active: 2 }),
};

const llama2 = { words: 32_000, tied: false, experts: 1, active: 1 } as const;

interface LlamaShape {
  readonly hidden: number;
  readonly layers: number;
  /** Of one expert's feed-forward network, which has three matrices. */
  readonly feed: number;
  /** Width of keys and of values. */
  readonly keys: number;
  readonly words: number;
  readonly tied: boolean;
  readonly experts: number;
  /** Experts that a token passes. */
  readonly active: number;
}

function llama(tokens: number, shape: LlamaShape): readonly ModelLayer[] {
  const { hidden: h, layers, feed, keys, words, tied, experts, active } = shape;
  const attention = 2 * h * h + 2 * h * keys;
  const router = experts > 1 ? h * experts : 0;
  const expert = 3 * h * feed;
  // Each token looks at half of the others, at its keys and at its values.
  const looks = tokens * tokens * h;
  const block = {
    parameters: attention + router + experts * expert + 2 * h,
    macs: tokens * (attention + router + active * expert) + looks,
    activations: tokens * (6 * h + 2 * keys + 3 * active * feed),
  };
  const embedding = { name: "embedding", parameters: words * h, macs: 0, activations: tokens * h };
  const head = {
    name: "norm and head",
    parameters: h + (tied ? 0 : words * h),
    macs: tokens * words * h,
    activations: tokens * (h + words),
  };
  return [embedding, ...Array.from({ length: layers }, (_, i) => ({ name: `block ${i + 1}`, ...block })), head];
}

function gpt2(tokens: number): readonly ModelLayer[] {
  const [h, words, positions] = [768, 50_257, 1024];
  const matrices = 12 * h * h;
  const block = {
    parameters: matrices + 13 * h,
    macs: tokens * matrices + tokens * tokens * h,
    activations: tokens * 16 * h,
  };
  return [
    { name: "embedding", parameters: (words + positions) * h, macs: 0, activations: tokens * h },
    ...Array.from({ length: 12 }, (_, i) => ({ name: `block ${i + 1}`, ...block })),
    { name: "norm and head", parameters: 2 * h, macs: tokens * words * h, activations: tokens * (h + words) },
  ];
}

/** A square convolution with `own` further parameters for each channel out: 1 of a bias, 2 of a batch normalisation. */
function convolution(
  name: string,
  from: number,
  to: number,
  kernel: number,
  sideOut: number,
  sideIn: number,
  own: number,
): ModelLayer {
  const weights = from * to * kernel ** 2;
  return {
    name,
    parameters: weights + own * to,
    macs: weights * sideOut ** 2,
    activations: from * sideIn ** 2 + to * sideOut ** 2,
  };
}

function dense(name: string, from: number, to: number): ModelLayer {
  return { name, parameters: from * to + to, macs: from * to, activations: from + to };
}

function alexnet(): readonly ModelLayer[] {
  return [
    convolution("conv 1", 3, 64, 11, 55, 224, 1),
    convolution("conv 2", 64, 192, 5, 27, 27, 1),
    convolution("conv 3", 192, 384, 3, 13, 13, 1),
    convolution("conv 4", 384, 256, 3, 13, 13, 1),
    convolution("conv 5", 256, 256, 3, 13, 13, 1),
    dense("dense 1", 256 * 6 * 6, 4096),
    dense("dense 2", 4096, 4096),
    dense("dense 3", 4096, 1000),
  ];
}

/** Convolutions of 3 x 3 in five stages; pooling halves the side behind each. */
function vgg(stages: readonly number[]): readonly ModelLayer[] {
  const layers: ModelLayer[] = [];
  let channels = 3;
  stages.forEach((count, stage) => {
    const [side, wide] = [224 >> stage, Math.min(512, 64 << stage)];
    for (let i = 0; i < count; i++) {
      layers.push(convolution(`conv ${stage + 1}_${i + 1}`, channels, wide, 3, side, side, 1));
      channels = wide;
    }
  });
  return [...layers, dense("dense 1", 512 * 7 * 7, 4096), dense("dense 2", 4096, 4096), dense("dense 3", 4096, 1000)];
}

/** Bottlenecks of 3, 4, 6 and 3 in four stages, of which the first of each but the first halves the side in its 3 x 3. */
function resnet50(side: number, stem: number, classes: number): readonly ModelLayer[] {
  const large = stem === 7;
  const layers = [convolution("stem", 3, 64, stem, large ? side / 2 : side, side, 2)];
  let [from, at] = [64, large ? side / 4 : side];
  [3, 4, 6, 3].forEach((count, stage) => {
    const narrow = 64 << stage;
    for (let i = 0; i < count; i++) {
      const out = i === 0 && stage > 0 ? at / 2 : at;
      const name = `block ${stage + 1}_${i + 1}`;
      layers.push(convolution(`${name} 1x1`, from, narrow, 1, at, at, 2));
      layers.push(convolution(`${name} 3x3`, narrow, narrow, 3, out, at, 2));
      layers.push(convolution(`${name} out`, narrow, 4 * narrow, 1, out, out, 2));
      if (i === 0) layers.push(convolution(`${name} shortcut`, from, 4 * narrow, 1, out, at, 2));
      [from, at] = [4 * narrow, out];
    }
  });
  return [...layers, dense("dense", from, classes)];
}
