import { max } from "d3-array";
import { type KernelMemory, MOST_BYTES, openKernels, openTeam } from "../../../kernels/memory.ts";
import type { Square } from "../../mlp.ts";
import { readResults, resultBytes } from "./evaluation.ts";
import * as Block from "./layout/block.ts";
import * as Dense from "./layout/dense.ts";
import * as Layer from "./layout/layer.ts";
import * as Net from "./layout/net.ts";
import * as Shard from "./layout/shard.ts";
import * as Task from "./layout/task.ts";
import { recordIn } from "./record.ts";
import { placeSampler, type Samples, samplerBytes } from "./samples.ts";

export interface LayerShape {
  readonly inputs: number;
  readonly outputs: number;
  /** null: free weights. Otherwise blocks that tile the weights without gaps. */
  readonly blocks: readonly Square[] | null;
}

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

/** A ReLU network with its Adam state in the kernels' memory. All views stay valid until close. */
export interface Perceptron {
  readonly domain: number;
  /** Threads that compute beside this one; 0: the network is so small that this one does it. */
  readonly threads: number;
  /** Floating-point operations of a step, and of the evaluation of one vector, roughly. */
  readonly stepWork: number;
  readonly vectorWork: number;
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
  /** Mean loss of the batch before the step. Rejects after close, which may leave the parameters anywhere. */
  step(settings: StepSettings): Promise<number>;
  setHard(indices: readonly number[]): void;
  /** Numbers of the wrong ones of `count` vectors. */
  evaluate(first: number, count: number): Promise<readonly number[]>;
  /** Ends the threads, even in the middle of a step. */
  close(): Promise<void>;
}

const SHARD_ROWS = 256;
const CHUNKS = 64;
const DENSE_TASK = 8192;
/** Operations of a step below which other threads would cost more than they do. */
const OWN_WORK = 5e6;
/** Vectors of one evaluate() call at most. */
export const EVALUATION_RANGE: number = SHARD_ROWS * CHUNKS;

/** Bytes of a k x n matrix packed for products. */
function packed(k: number, n: number): number {
  return 32 * k * Math.ceil(n / 8);
}

function align(bytes: number): number {
  return Math.ceil(bytes / 64) * 64;
}

/** Scratch of the update of a block. */
function blockBytes(size: number): number {
  return align(192 + 4 * size + 12 * size * size + packed(size, size) + 64);
}

/** A shard's arrays, in bytes from its start; all shards look the same. */
function planShard(layers: readonly LayerShape[]) {
  const width = layers.at(-1)!.outputs;
  const widest = max(layers, (layer) => Math.max(layer.inputs, layer.outputs))!;
  let top = Shard.BYTES;
  const place = (floats: number): number => {
    const at = top;
    top += 4 * floats;
    return at;
  };
  return {
    activations: layers.map((layer) => place(SHARD_ROWS * layer.inputs)),
    outputs: place(SHARD_ROWS * width),
    targets: place(SHARD_ROWS * width),
    delta: place(SHARD_ROWS * widest),
    otherDelta: place(SHARD_ROWS * widest),
    gradients: layers.map((layer) => place(layer.outputs * (layer.inputs + 1))),
    packed: top,
    stride: align(top + packed(SHARD_ROWS, widest) + 256),
  };
}

/** Lays a network out in a fresh memory and starts its threads. Throws RangeError if it does not fit (2 GB). */
export async function openPerceptron(options: PerceptronOptions): Promise<Perceptron> {
  const { layers, samples, batch } = options;
  const width = layers.at(-1)!.outputs;
  const shard = planShard(layers);
  const parameterCounts = layers.map(parameterCount);
  const parameterFloats = parameterCounts.reduce((sum, count) => sum + count, 0);
  const blocks = layers.flatMap((layer) => layer.blocks ?? []);
  const layerBytes = layers.reduce(
    (sum, l) => sum + 4 * l.inputs * l.outputs + packed(l.inputs, l.outputs) + packed(l.outputs, l.inputs) + 256,
    0,
  );
  const fixedBytes =
    CHUNKS * resultBytes(SHARD_ROWS) +
    4 * 4 * parameterFloats +
    layerBytes +
    blocks.reduce((sum, block) => sum + blockBytes(block.size), 0) +
    (blocks.length + layers.length + parameterFloats / DENSE_TASK) * 64 * 2 +
    samplerBytes(samples) +
    65536;
  const batchShards = Math.ceil(batch / SHARD_ROWS);
  const stepWork = workOfStep(layers, batch);
  const threads = stepWork < OWN_WORK ? 0 : options.threads;
  // One shard a thread in evaluations, as far as there is room: threads without one leave those to the others.
  const room = Math.floor((MOST_BYTES - fixedBytes) / shard.stride);
  const shards = Math.max(batchShards, Math.min(threads, room));
  const bytes = fixedBytes + shards * shard.stride;
  const team = threads === 0 ? null : await openTeam(bytes, threads);
  const memory = team ?? openKernels(bytes);
  try {
    return layOut();
  } catch (error) {
    await team?.close();
    throw error;
  }

  function layOut(): Perceptron {
    const { buffer, kernels } = memory;
    const view = (at: number, count: number): Float32Array => new Float32Array(buffer, at, count);
    const allocateFloats = (count: number): number => memory.allocate(4 * count + 16);
    const net = memory.allocate(Net.BYTES);
    const layerTable = memory.allocate(Layer.BYTES * layers.length);
    const { inputs: firstInputs } = layers[0]!;
    const sampler = placeSampler(memory, samples, { ...options, inputs: firstInputs, outputs: width });
    const formAt = allocateFloats(width * width);
    const results = memory.allocate(CHUNKS * resultBytes(SHARD_ROWS));
    const arrays: ParameterArrays = {
      parameters: allocateFloats(parameterFloats),
      first: allocateFloats(parameterFloats),
      second: allocateFloats(parameterFloats),
    };
    const shardsAt = memory.allocate(shards * shard.stride);
    for (let s = 0; s < shards; s++) {
      const { word } = recordIn(buffer, shardsAt + s * shard.stride);
      word(Shard.outputs, shard.outputs);
      word(Shard.targets, shard.targets);
      word(Shard.delta, shard.delta);
      word(Shard.otherDelta, shard.otherDelta);
      word(Shard.packed, shard.packed);
    }

    const tasks: UpdateTask[] = [];
    const weights: Float32Array[] = [];
    const biases: Float32Array[] = [];
    const factors: ({ u: Float32Array; d: Float32Array }[] | null)[] = [];
    let parameter = 0;
    layers.forEach((layer, l) => {
      const { inputs, outputs } = layer;
      const gradient = shard.gradients[l]!;
      const biasGradient = gradient + 4 * inputs * outputs;
      const own = layer.blocks === null ? null : placeBlocks(memory, arrays, parameter, layer.blocks);
      const weightsAt = own === null ? arrays.parameters + 4 * parameter : allocateFloats(inputs * outputs);
      const biasIndex = own === null ? parameter + inputs * outputs : own.end;
      for (const { place, task } of own?.tasks ?? []) {
        const corner = 4 * (place.row * inputs + place.col);
        task
          .set(Block.w, weightsAt + corner)
          .set(Block.ld, inputs)
          .set(Block.gradient, shardsAt + gradient + corner);
        tasks.push({ fields: task, work: 20 * place.size * place.size * place.size });
      }
      factors.push(own === null ? null : own.tasks.map(({ u, d }) => ({ u, d })));
      const free = own === null ? parameter : biasIndex;
      const freeGradient = shardsAt + (own === null ? gradient : biasGradient);
      for (let at = free; at < biasIndex + outputs; at += DENSE_TASK) {
        const count = Math.min(DENSE_TASK, biasIndex + outputs - at);
        const fields = new Map([
          [Task.kind, Task.dense],
          [Dense.count, count],
          [Dense.parameters, arrays.parameters + 4 * at],
          [Dense.m, arrays.first + 4 * at],
          [Dense.v, arrays.second + 4 * at],
          [Dense.gradient, freeGradient + 4 * (at - free)],
          [Dense.scratch, allocateFloats(count)],
        ]);
        tasks.push({ fields, work: 10 * count });
      }
      weights.push(view(weightsAt, inputs * outputs));
      biases.push(view(arrays.parameters + 4 * biasIndex, outputs));
      const { word } = recordIn(buffer, layerTable + Layer.BYTES * l);
      word(Layer.inputs, inputs);
      word(Layer.outputs, outputs);
      word(Layer.weights, weightsAt);
      word(Layer.bias, arrays.parameters + 4 * biasIndex);
      word(Layer.forward, memory.allocate(packed(inputs, outputs)));
      word(Layer.backward, memory.allocate(packed(outputs, inputs)));
      word(Layer.activations, shard.activations[l]!);
      word(Layer.gradient, gradient);
      word(Layer.biasGradient, biasGradient);
      parameter += parameterCounts[l]!;
    });
    // Heavy tasks first, so that threads end together.
    tasks.sort((p, q) => q.work - p.work);
    const tasksAt = memory.allocate(Task.BYTES * tasks.length);
    tasks.forEach(({ fields }, i) => {
      const { word } = recordIn(buffer, tasksAt + Task.BYTES * i);
      for (const [field, value] of fields) word(field, value);
    });

    const { word, float } = recordIn(buffer, net);
    word(Net.layers, layers.length);
    word(Net.batch, batch);
    word(Net.shardRows, SHARD_ROWS);
    word(Net.layerTable, layerTable);
    word(Net.form, formAt);
    word(Net.sampler, sampler.at);
    word(Net.shards, shardsAt);
    word(Net.shardStride, shard.stride);
    word(Net.shardCount, shards);
    word(Net.tasks, tasksAt);
    word(Net.taskCount, tasks.length);
    word(Net.results, results);
    word(Net.width, width);
    const losses = Array.from(
      { length: batchShards },
      (_, s) => new Float64Array(buffer, shardsAt + s * shard.stride + Shard.loss, 1),
    );
    const run = async (kind: number): Promise<void> => {
      if (team === null) kernels.run(kind, net, 0);
      else await team.run(kind, net);
    };

    return {
      domain: sampler.domain,
      threads,
      stepWork,
      vectorWork: 2 * layers.reduce((sum, layer) => sum + layer.inputs * layer.outputs, 0),
      parameters: view(arrays.parameters, parameterFloats),
      first: view(arrays.first, parameterFloats),
      second: view(arrays.second, parameterFloats),
      weights,
      biases,
      factors,
      form: view(formAt, width * width),
      gradients: () =>
        layers.map((layer, l) => {
          const count = layer.outputs * (layer.inputs + 1);
          const sum = new Float32Array(count);
          for (let s = 0; s < batchShards; s++) {
            const part = view(shardsAt + s * shard.stride + shard.gradients[l]!, count);
            for (let i = 0; i < count; i++) sum[i]! += part[i]!;
          }
          return sum;
        }),
      compose: () => kernels.compose(net),
      step: async (settings) => {
        word(Net.step, settings.step);
        float(Net.rate, settings.rate);
        float(Net.epsilon, settings.epsilon);
        float(Net.beta1, settings.beta1);
        float(Net.beta2, settings.beta2);
        await run(Net.TRAIN);
        return losses.reduce((sum, loss) => sum + loss[0]!, 0) / batch;
      },
      setHard: sampler.setHard,
      evaluate: async (first, count) => {
        if (count > EVALUATION_RANGE) throw new RangeError(`at most ${EVALUATION_RANGE} vectors in one evaluation`);
        word(Net.first, first);
        word(Net.count, count);
        await run(Net.EVALUATE);
        return readResults(buffer, results, Math.ceil(count / SHARD_ROWS), SHARD_ROWS);
      },
      close: async () => await team?.close(),
    };
  }
}

/** Pointers to the parameters and Adam's two moments, which are laid out alike. */
interface ParameterArrays {
  readonly parameters: number;
  readonly first: number;
  readonly second: number;
}

interface UpdateTask {
  readonly fields: ReadonlyMap<number, number>;
  /** Relative to other tasks. */
  readonly work: number;
}

/** The blocks of a layer whose parameters begin at number `start`: U and d of each; `end` is where they end. */
function placeBlocks(
  memory: KernelMemory,
  { parameters, first, second }: ParameterArrays,
  start: number,
  blocks: readonly Square[],
) {
  let at = start;
  const tasks = blocks.map((place) => {
    const { size } = place;
    const u = 4 * at;
    const d = 4 * (at + size * size);
    at += size * (size + 1);
    const task = new Map([
      [Task.kind, Task.block],
      [Block.size, size],
      [Block.u, parameters + u],
      [Block.d, parameters + d],
      [Block.mU, first + u],
      [Block.vU, second + u],
      [Block.mD, first + d],
      [Block.vD, second + d],
      [Block.scratch, memory.allocate(blockBytes(size))],
    ]);
    const view = (from: number, count: number): Float32Array => new Float32Array(memory.buffer, from, count);
    return { place, u: view(parameters + u, size * size), d: view(parameters + d, size), task };
  });
  return { tasks, end: at };
}

/** Floats that a layer's parameters take. */
function parameterCount(layer: LayerShape): number {
  const weights =
    layer.blocks === null
      ? layer.inputs * layer.outputs
      : layer.blocks.reduce((sum, block) => sum + block.size * (block.size + 1), 0);
  return weights + layer.outputs;
}

/** Products of the batch with the weights, three a layer, and of the blocks' orthogonal matrices with each other. */
function workOfStep(layers: readonly LayerShape[], batch: number): number {
  return layers.reduce((sum, { inputs, outputs, blocks }) => {
    const cubes = (blocks ?? []).reduce((total, { size }) => total + size * size * size, 0);
    return sum + 6 * batch * inputs * outputs + 16 * cubes;
  }, 0);
}
