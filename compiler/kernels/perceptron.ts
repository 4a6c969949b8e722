import { type Engine, openTeam } from "./engine.ts";
import { largestOf } from "./norm.ts";

/** A square block at (row, col) of a layer's weights, kept as diag(d) U with U orthogonal. */
export interface BlockPlace {
  readonly row: number;
  readonly col: number;
  readonly size: number;
}

export interface LayerShape {
  readonly inputs: number;
  readonly outputs: number;
  /** null: free weights. Otherwise blocks that tile the weights without gaps. */
  readonly blocks: readonly BlockPlace[] | null;
}

/** Where input vectors and targets come from. */
export type Samples =
  | {
      readonly kind: "aggregation";
      /** Input i takes the values 0..sizes[i]-1 and counts places[i] in the sum that is averaged. */
      readonly sizes: readonly number[];
      readonly places: readonly bigint[];
      readonly workers: number;
      readonly roundingOffset: number;
      readonly tiesToEven: boolean;
      readonly bitsPerSymbol: number;
      readonly topLevels: number;
      readonly symbols: number;
      /** Network input i = (value - centres[i]) * scale. */
      readonly centres: readonly number[];
      readonly scale: number;
    }
  | {
      readonly kind: "table";
      readonly count: number;
      /** count x inputs and count x outputs, row-major. */
      readonly inputs: Float32Array;
      readonly targets: Float32Array;
      /** Largest error of an output that counts as right. */
      readonly tolerance: number;
    };

export interface PerceptronOptions {
  readonly layers: readonly LayerShape[];
  readonly samples: Samples;
  readonly batch: number;
  readonly threads: number;
  readonly seed: number;
  /** Rows of each batch that are drawn from the hard vectors, if there are any. */
  readonly hardRows: number;
}

export interface StepSettings {
  readonly step: number;
  /** Rate and epsilon with Adam's bias corrections already in them. */
  readonly rate: number;
  readonly epsilon: number;
  readonly beta1: number;
  readonly beta2: number;
}

/** Wrong vectors of a range, ascending: index in the domain and word got - word wanted (0 for tables). */
export interface RangeEvaluation {
  readonly wrong: readonly number[];
  readonly errors: readonly number[];
  /** Largest |output - target|; NaN if an output is NaN. */
  readonly worst: number;
}

/** A ReLU network with its Adam state in the kernels' memory. All views stay valid until close. */
export interface Perceptron {
  readonly engine: Engine;
  readonly domain: number;
  /** Per layer: weights or (U, d) of each block, then the bias. */
  readonly parameters: Float32Array;
  readonly first: Float32Array;
  readonly second: Float32Array;
  /** Per layer, outputs x inputs row-major; of blocks only after compose() or a step. */
  readonly weights: readonly Float32Array[];
  readonly biases: readonly Float32Array[];
  /** Per layer and block; null where weights are free. */
  readonly factors: readonly (readonly { readonly u: Float32Array; readonly d: Float32Array }[] | null)[];
  /** Form of the loss e^T Q e, outputs x outputs. */
  readonly form: Float32Array;
  /** Gradient of the last step, summed over the batch, per layer: weights then bias. For tests. */
  gradients(): readonly Float32Array[];
  compose(): void;
  /** Mean loss of the batch before the step. */
  step(settings: StepSettings): number;
  setHard(indices: readonly number[]): void;
  evaluate(first: number, count: number): RangeEvaluation;
  close(): void;
}

const SHARD_ROWS = 256;
const CHUNKS = 64;
const CHUNK_BYTES = 16 + SHARD_ROWS * 16;
const TASK_WORDS = 12;
const MOST_HARD = 65536;
const DENSE_TASK = 8192;
/** Vectors of one evaluate() call at most. */
export const EVALUATION_RANGE: number = SHARD_ROWS * CHUNKS;

/** Lays a network out in a fresh memory and starts its threads. Throws RangeError if it does not fit (2 GB). */
export async function openPerceptron(options: PerceptronOptions): Promise<Perceptron> {
  const { layers, samples, batch } = options;
  const width = layers.at(-1)!.outputs;
  const widest = largestOf(layers.flatMap((layer) => [layer.inputs, layer.outputs]));
  const shards = Math.max(Math.ceil(batch / SHARD_ROWS), options.threads);
  const packed = (k: number, n: number): number => 32 * k * Math.ceil(n / 8);

  const gradientFloats = layers.reduce((sum, layer) => sum + layer.outputs * (layer.inputs + 1), 0);
  const parameterCounts = layers.map((layer) => parameterCount(layer));
  const parameterFloats = parameterCounts.reduce((sum, count) => sum + count, 0);
  const activationFloats = SHARD_ROWS * (layers.reduce((sum, l) => sum + l.inputs, 0) + 2 * width + 2 * widest);
  const shardStride = align(256 + 4 * (activationFloats + gradientFloats) + packed(SHARD_ROWS, widest) + 256);
  const blocks = layers.flatMap((layer) => layer.blocks ?? []);
  const blockBytes = (size: number): number => align(192 + 4 * size + 12 * size * size + packed(size, size) + 64);
  const layerBytes = layers.reduce(
    (sum, l) => sum + 4 * l.inputs * l.outputs + packed(l.inputs, l.outputs) + packed(l.outputs, l.inputs) + 256,
    0,
  );
  const tableBytes = samples.kind === "table" ? 4 * (samples.inputs.length + samples.targets.length) : 0;
  const bytes =
    shards * shardStride +
    CHUNKS * CHUNK_BYTES +
    3 * 4 * parameterFloats +
    layerBytes +
    blocks.reduce((sum, block) => sum + blockBytes(block.size), 0) +
    4 * parameterFloats +
    (blocks.length + layers.length + parameterFloats / DENSE_TASK) * 64 * 2 +
    4 * MOST_HARD +
    tableBytes +
    65536;
  const engine = await openTeam(bytes, options.threads);
  const { buffer } = engine;
  const words = new Uint32Array(buffer);
  const floats = new Float32Array(buffer);
  const doubles = new Float64Array(buffer);
  const view = (at: number, count: number): Float32Array => new Float32Array(buffer, at, count);
  const allocateFloats = (count: number): number => engine.allocate(4 * count + 16);

  const net = engine.allocate(128);
  const layerTable = engine.allocate(36 * layers.length);
  const sampler = layoutSampler(engine, options, width);
  const formAt = allocateFloats(width * width);
  const results = engine.allocate(CHUNKS * CHUNK_BYTES);
  const parametersAt = allocateFloats(parameterFloats);
  const firstAt = allocateFloats(parameterFloats);
  const secondAt = allocateFloats(parameterFloats);

  // One shard; the others look the same.
  let top = 256;
  const place = (floatsWanted: number): number => {
    const at = top;
    top += 4 * floatsWanted;
    return at;
  };
  const activations = layers.map((layer) => place(SHARD_ROWS * layer.inputs));
  const outputsAt = place(SHARD_ROWS * width);
  const targetsAt = place(SHARD_ROWS * width);
  const deltaAt = place(SHARD_ROWS * widest);
  const otherAt = place(SHARD_ROWS * widest);
  const gradients = layers.map((layer) => place(layer.outputs * (layer.inputs + 1)));
  const packedAt = top;
  const shardsAt = engine.allocate(shards * shardStride);
  for (let s = 0; s < shards; s++) {
    words.set([outputsAt, targetsAt, deltaAt, otherAt, packedAt], (shardsAt + s * shardStride + 192) / 4);
  }

  const tasks: number[][] = [];
  const weights: Float32Array[] = [];
  const biases: Float32Array[] = [];
  const factors: ({ u: Float32Array; d: Float32Array }[] | null)[] = [];
  let parameter = 0;
  layers.forEach((layer, l) => {
    const { inputs, outputs } = layer;
    const gradient = shardsAt + gradients[l]!;
    const biasGradient = gradients[l]! + 4 * inputs * outputs;
    const start = parameter;
    const weightsAt = layer.blocks === null ? parametersAt + 4 * start : allocateFloats(inputs * outputs);
    let biasAt = start + inputs * outputs;
    if (layer.blocks !== null) {
      const own: { u: Float32Array; d: Float32Array }[] = [];
      let at = start;
      for (const { row, col, size } of layer.blocks) {
        const u = 4 * at;
        const d = 4 * (at + size * size);
        const corner = 4 * (row * inputs + col);
        const pointers = [parametersAt + u, parametersAt + d, firstAt + u, secondAt + u, firstAt + d, secondAt + d];
        const scratch = engine.allocate(blockBytes(size));
        tasks.push([1, size, ...pointers, weightsAt + corner, inputs, gradient + corner, scratch]);
        own.push({ u: view(parametersAt + u, size * size), d: view(parametersAt + d, size) });
        at += size * (size + 1);
      }
      biasAt = at;
      factors.push(own);
    } else factors.push(null);
    const free = layer.blocks === null ? start : biasAt;
    const freeGradient = layer.blocks === null ? gradient : shardsAt + biasGradient;
    for (let at = free; at < biasAt + outputs; at += DENSE_TASK) {
      const count = Math.min(DENSE_TASK, biasAt + outputs - at);
      const pointers = [parametersAt + 4 * at, firstAt + 4 * at, secondAt + 4 * at, freeGradient + 4 * (at - free)];
      tasks.push([0, count, ...pointers, allocateFloats(count)]);
    }
    weights.push(view(weightsAt, inputs * outputs));
    biases.push(view(parametersAt + 4 * biasAt, outputs));
    const forward = engine.allocate(packed(inputs, outputs));
    const backward = engine.allocate(packed(outputs, inputs));
    words.set(
      [
        inputs,
        outputs,
        weightsAt,
        parametersAt + 4 * biasAt,
        forward,
        backward,
        activations[l]!,
        gradients[l]!,
        biasGradient,
      ],
      (layerTable + 36 * l) / 4,
    );
    parameter += parameterCounts[l]!;
  });
  // Heavy tasks first, so that threads end together.
  tasks.sort((p, q) => taskWeight(q) - taskWeight(p));
  const tasksAt = engine.allocate(4 * TASK_WORDS * tasks.length);
  tasks.forEach((task, i) => {
    words.set(task, tasksAt / 4 + i * TASK_WORDS);
  });

  const netWord = net / 4;
  words.set(
    [layers.length, batch, SHARD_ROWS, layerTable, formAt, sampler.at, shardsAt, shardStride, tasksAt, tasks.length],
    netWord,
  );
  words[netWord + 17] = results;
  floats[netWord + 18] = samples.kind === "table" ? samples.tolerance : 0;
  words[netWord + 19] = width;

  return {
    engine,
    domain: sampler.domain,
    parameters: view(parametersAt, parameterFloats),
    first: view(firstAt, parameterFloats),
    second: view(secondAt, parameterFloats),
    weights,
    biases,
    factors,
    form: view(formAt, width * width),
    gradients: () =>
      layers.map((layer, l) => {
        const count = layer.outputs * (layer.inputs + 1);
        const sum = new Float32Array(count);
        for (let s = 0; s < Math.ceil(batch / SHARD_ROWS); s++) {
          const part = view(shardsAt + s * shardStride + gradients[l]!, count);
          for (let i = 0; i < count; i++) sum[i]! += part[i]!;
        }
        return sum;
      }),
    compose: () => engine.kernels.compose(net),
    step: (settings) => {
      words[netWord + 10] = settings.step;
      floats.set([settings.rate, settings.epsilon, settings.beta1, settings.beta2], netWord + 11);
      engine.kernels.command(1, net);
      let loss = 0;
      for (let s = 0; s < Math.ceil(batch / SHARD_ROWS); s++) loss += doubles[(shardsAt + s * shardStride) / 8]!;
      return loss / batch;
    },
    setHard: (indices) => {
      const kept = indices.slice(0, MOST_HARD);
      words.set(kept, sampler.hardAt / 4);
      words[sampler.at / 4 + 8] = kept.length;
    },
    evaluate: (first, count) => {
      if (count > EVALUATION_RANGE) throw new RangeError(`at most ${EVALUATION_RANGE} vectors in one evaluation`);
      words[netWord + 15] = first;
      words[netWord + 16] = count;
      engine.kernels.command(2, net);
      return readResults(buffer, results, Math.ceil(count / SHARD_ROWS));
    },
    close: () => engine.close(),
  };
}

/** Floats that a layer's parameters take. */
export function parameterCount(layer: LayerShape): number {
  const weights =
    layer.blocks === null
      ? layer.inputs * layer.outputs
      : layer.blocks.reduce((sum, block) => sum + block.size * (block.size + 1), 0);
  return weights + layer.outputs;
}

function taskWeight(task: readonly number[]): number {
  return task[0] === 1 ? 20 * task[1]! ** 3 : 10 * task[1]!;
}

function readResults(buffer: SharedArrayBuffer, at: number, chunks: number): RangeEvaluation {
  const wrong: number[] = [];
  const errors: number[] = [];
  let worst = 0;
  for (let c = 0; c < chunks; c++) {
    const from = at + c * CHUNK_BYTES;
    const words = new Uint32Array(buffer, from, CHUNK_BYTES / 4);
    const doubles = new Float64Array(buffer, from, CHUNK_BYTES / 8);
    const chunkWorst = new Float32Array(buffer, from, 2)[1]!;
    // A NaN is the worst of all and stays.
    if (!(chunkWorst <= worst)) worst = Number.isNaN(worst) ? worst : chunkWorst;
    for (let i = 0; i < words[0]!; i++) {
      wrong.push(words[4 + 4 * i]!);
      errors.push(doubles[3 + 2 * i]!);
    }
  }
  return { wrong, errors, worst };
}

function align(bytes: number): number {
  return Math.ceil(bytes / 64) * 64;
}

function layoutSampler(
  engine: Engine,
  options: PerceptronOptions,
  width: number,
): { at: number; domain: number; hardAt: number } {
  const { samples } = options;
  const at = engine.allocate(80);
  const hardAt = engine.allocate(4 * MOST_HARD);
  const words = new Uint32Array(engine.buffer, at, 20);
  const inputs = options.layers[0]!.inputs;
  words.set([samples.kind === "table" ? 1 : 0, inputs, width, 0, options.seed]);
  words[7] = hardAt;
  words[9] = options.hardRows;
  if (samples.kind === "table") {
    const xs = engine.allocate(4 * samples.inputs.length);
    const ts = engine.allocate(4 * samples.targets.length);
    new Float32Array(engine.buffer, xs, samples.inputs.length).set(samples.inputs);
    new Float32Array(engine.buffer, ts, samples.targets.length).set(samples.targets);
    words.set([samples.count, options.seed, xs, ts], 3);
    return { at, domain: samples.count, hardAt };
  }
  const domain = samples.sizes.reduce((product, size) => product * size, 1);
  if (domain > 2 ** 31) throw new RangeError(`${domain} input vectors are too many to enumerate`);
  const places = engine.allocate(8 * inputs);
  const sizes = engine.allocate(4 * inputs);
  const centres = engine.allocate(4 * inputs);
  new BigUint64Array(engine.buffer, places, inputs).set(samples.places);
  new Uint32Array(engine.buffer, sizes, inputs).set(samples.sizes);
  new Float32Array(engine.buffer, centres, inputs).set(samples.centres);
  words[3] = domain;
  words.set([samples.workers, samples.roundingOffset, samples.tiesToEven ? 1 : 0], 10);
  new Float32Array(engine.buffer, at, 20)[13] = samples.scale;
  words.set([samples.bitsPerSymbol, samples.topLevels, places, sizes, centres], 14);
  return { at, domain, hardAt };
}
