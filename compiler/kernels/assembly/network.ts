// One training step, and the evaluation of a range of the domain, of a multilayer perceptron with ReLU. The batch is cut
// into shards of fixed size, each with its own buffers and gradient; gradients are added in the order of the shards.
import { adamDirection, subtract } from "./adam";
import { addBias, addParts, columnSums, lossGradient, maskByRelu } from "./elementwise";
import { multiplyColumns, multiplyRows, packColumns, packRows } from "./gemm";
import { composeBlock, updateBlock } from "./orthogonal";
import { drawIndex, readWord, Sampler, writeVector } from "./sample";
import { ARGUMENT, announce, awaitCommand, barrier, COMMAND, formTeam, nextTask } from "./team";

/** Fields of a network, in bytes from its start; pointers unless said. */
namespace Net {
  export const layers: usize = 0; // i32
  export const batch: usize = 4; // i32
  export const shardRows: usize = 8; // i32
  export const layerTable: usize = 12;
  export const form: usize = 16;
  export const sampler: usize = 20;
  /** First shard and the bytes from one to the next. */
  export const shards: usize = 24;
  export const shardStride: usize = 28;
  export const tasks: usize = 32;
  export const taskCount: usize = 36; // i32
  export const step: usize = 40; // u32
  export const rate: usize = 44; // f32
  export const epsilon: usize = 48; // f32
  export const beta1: usize = 52; // f32
  export const beta2: usize = 56; // f32
  /** Evaluation: first vector, number of vectors, results; f32 largest error that counts as right in a table. */
  export const first: usize = 60; // u32
  export const count: usize = 64; // u32
  export const results: usize = 68;
  export const tolerance: usize = 72; // f32
  export const width: usize = 76; // i32, of the outputs
}

/** Fields of a layer. */
namespace Layer {
  export const inputs: usize = 0; // i32
  export const outputs: usize = 4; // i32
  export const weights: usize = 8;
  export const bias: usize = 12;
  export const forward: usize = 16;
  export const backward: usize = 20;
  /** Bytes from the start of a shard: input activations, gradient of weights and of bias. */
  export const activations: usize = 24;
  export const gradient: usize = 28;
  export const biasGradient: usize = 32;
  export const BYTES: usize = 36;
}

/** Fields of a shard, in bytes from its start. */
namespace Shard {
  export const loss: usize = 0; // f64
  export const tile: usize = 16;
  /** Bytes from the shard's start, the same in every shard. */
  export const outputs: usize = 192; // u32
  export const targets: usize = 196;
  export const delta: usize = 200;
  export const otherDelta: usize = 204;
  export const packed: usize = 208;
}

/** Fields of an update task other than a block's. */
namespace Dense {
  export const count: usize = 4;
  export const parameters: usize = 8;
  export const m: usize = 12;
  export const v: usize = 16;
  export const gradient: usize = 20;
  export const scratch: usize = 24;
}
const TASK_BYTES: usize = 48;

/** Fields of the result of one chunk of an evaluation, then (index, error) for each wrong vector. */
namespace Result {
  export const wrong: usize = 0; // i32
  export const worst: usize = 4; // f32
  export const list: usize = 16;
  export const ENTRY: usize = 16;
}

// @ts-expect-error: decorator
@inline
function pointer(at: usize): usize {
  return <usize>load<u32>(at);
}

function layerOf(net: usize, index: i32): usize {
  return pointer(net + Net.layerTable) + <usize>index * Layer.BYTES;
}

function forward(net: usize, shard: usize, rows: i32): void {
  const layers = load<i32>(net);
  for (let l = 0; l < layers; l++) {
    const layer = layerOf(net, l);
    const inputs = load<i32>(layer + Layer.inputs);
    const outputs = load<i32>(layer + Layer.outputs);
    const x = shard + pointer(layer + Layer.activations);
    const last = l == layers - 1;
    const y = shard + (last ? pointer(shard + Shard.outputs) : pointer(layer + Layer.BYTES + Layer.activations));
    multiplyRows(x, inputs, pointer(layer + Layer.forward), y, outputs, rows, outputs, inputs, shard + Shard.tile);
    addBias(y, pointer(layer + Layer.bias), rows, outputs, !last);
  }
}

function backward(net: usize, shard: usize, rows: i32): void {
  const layers = load<i32>(net);
  let delta = shard + pointer(shard + Shard.delta);
  let other = shard + pointer(shard + Shard.otherDelta);
  const packed = shard + pointer(shard + Shard.packed);
  const tile = shard + Shard.tile;
  for (let l = layers - 1; l >= 0; l--) {
    const layer = layerOf(net, l);
    const inputs = load<i32>(layer + Layer.inputs);
    const outputs = load<i32>(layer + Layer.outputs);
    const x = shard + pointer(layer + Layer.activations);
    columnSums(delta, rows, outputs, shard + pointer(layer + Layer.biasGradient));
    packRows(x, inputs, rows, inputs, packed);
    multiplyColumns(delta, outputs, packed, shard + pointer(layer + Layer.gradient), inputs, outputs, inputs, rows, tile);
    if (l == 0) break;
    multiplyRows(delta, outputs, pointer(layer + Layer.backward), other, inputs, rows, inputs, outputs, tile);
    maskByRelu(other, x, rows * inputs);
    const swap = delta;
    delta = other;
    other = swap;
  }
}

function packLayer(net: usize, task: i32, backwardToo: bool): void {
  const layer = layerOf(net, task >> 1);
  const inputs = load<i32>(layer + Layer.inputs);
  const outputs = load<i32>(layer + Layer.outputs);
  const weights = pointer(layer + Layer.weights);
  if ((task & 1) == 0) packColumns(weights, inputs, inputs, outputs, pointer(layer + Layer.forward));
  else if (backwardToo) packRows(weights, inputs, outputs, inputs, pointer(layer + Layer.backward));
}

function pack(net: usize, backwardToo: bool): void {
  const tasks = 2 * load<i32>(net);
  for (let task = nextTask(); task < tasks; task = nextTask()) packLayer(net, task, backwardToo);
  barrier();
}

function trainShard(net: usize, index: i32): void {
  const batch = load<i32>(net + Net.batch);
  const shardRows = load<i32>(net + Net.shardRows);
  const first = index * shardRows;
  const rows = min(shardRows, batch - first);
  const shard = pointer(net + Net.shards) + <usize>index * pointer(net + Net.shardStride);
  const sampler = pointer(net + Net.sampler);
  const step = load<u32>(net + Net.step);
  const inputs = load<i32>(sampler + Sampler.inputs);
  const outputs = load<i32>(net + Net.width);
  const x = shard + pointer(layerOf(net, 0) + Layer.activations);
  const targets = shard + pointer(shard + Shard.targets);
  for (let i = 0; i < rows; i++) {
    const vector = drawIndex(sampler, step, first + i, batch);
    writeVector(sampler, vector, x + (<usize>(i * inputs) << 2), targets + (<usize>(i * outputs) << 2));
  }
  forward(net, shard, rows);
  const loss = lossGradient(shard + pointer(shard + Shard.outputs), targets, pointer(net + Net.form), rows, outputs,
    1 / <f32>batch, shard + pointer(shard + Shard.delta));
  store<f64>(shard + Shard.loss, loss);
  backward(net, shard, rows);
}

function update(net: usize, task: usize, shards: i32): void {
  const stride = pointer(net + Net.shardStride);
  const rate = load<f32>(net + Net.rate);
  const epsilon = load<f32>(net + Net.epsilon);
  const beta1 = load<f32>(net + Net.beta1);
  const beta2 = load<f32>(net + Net.beta2);
  if (load<i32>(task) == 1) {
    updateBlock(task, shards, stride, rate, epsilon, beta1, beta2);
    return;
  }
  const count = load<i32>(task + Dense.count);
  const scratch = pointer(task + Dense.scratch);
  addParts(pointer(task + Dense.gradient), shards, stride, count, scratch);
  adamDirection(scratch, pointer(task + Dense.m), pointer(task + Dense.v), count, rate, epsilon, beta1, beta2, scratch);
  subtract(pointer(task + Dense.parameters), scratch, count);
}

function trainStep(net: usize): void {
  pack(net, true);
  const shardRows = load<i32>(net + Net.shardRows);
  const shards = (load<i32>(net + Net.batch) + shardRows - 1) / shardRows;
  for (let task = nextTask(); task < shards; task = nextTask()) trainShard(net, task);
  barrier();
  const tasks = pointer(net + Net.tasks);
  const count = load<i32>(net + Net.taskCount);
  for (let task = nextTask(); task < count; task = nextTask()) update(net, tasks + <usize>task * TASK_BYTES, shards);
  barrier();
}

function evaluateChunk(net: usize, chunk: i32, thread: i32): void {
  const shardRows = load<i32>(net + Net.shardRows);
  const count = load<i32>(net + Net.count);
  const first = chunk * shardRows;
  const rows = min(shardRows, count - first);
  const shard = pointer(net + Net.shards) + <usize>thread * pointer(net + Net.shardStride);
  const sampler = pointer(net + Net.sampler);
  const table = load<i32>(sampler) == 1;
  const inputs = load<i32>(sampler + Sampler.inputs);
  const width = load<i32>(net + Net.width);
  const start = load<u32>(net + Net.first) + first;
  const x = shard + pointer(layerOf(net, 0) + Layer.activations);
  const targets = shard + pointer(shard + Shard.targets);
  const outputs = shard + pointer(shard + Shard.outputs);
  for (let i = 0; i < rows; i++) {
    writeVector(sampler, start + i, x + (<usize>(i * inputs) << 2), targets + (<usize>(i * width) << 2));
  }
  forward(net, shard, rows);
  const result = pointer(net + Net.results) + <usize>chunk * (Result.list + <usize>shardRows * Result.ENTRY);
  const tolerance = load<f32>(net + Net.tolerance);
  let wrong = 0;
  let worst: f32 = 0;
  for (let i = 0; i < rows; i++) {
    const output = outputs + (<usize>(i * width) << 2);
    const target = targets + (<usize>(i * width) << 2);
    let largest: f32 = 0;
    for (let j: usize = 0; j < <usize>width << 2; j += 4) {
      const e = abs<f32>(load<f32>(output + j) - load<f32>(target + j));
      if (!(e <= largest)) largest = e;
    }
    if (!(largest <= worst)) worst = largest;
    if (largest < 0.5 && !table) continue;
    let error: f64 = 0;
    if (table) {
      if (largest <= tolerance) continue;
    } else {
      const got = readWord(sampler, output);
      // The target is in levels already: read back, it is the word wanted.
      const want = readWord(sampler, target);
      if (got == want) continue;
      error = <f64>got - <f64>want;
    }
    const entry = result + Result.list + <usize>wrong * Result.ENTRY;
    store<u32>(entry, start + i);
    store<f64>(entry, error, 8);
    wrong++;
  }
  store<i32>(result + Result.wrong, wrong);
  store<f32>(result + Result.worst, worst);
}

function evaluate(net: usize, thread: i32): void {
  pack(net, false);
  const shardRows = load<i32>(net + Net.shardRows);
  const chunks = (load<i32>(net + Net.count) + shardRows - 1) / shardRows;
  for (let chunk = nextTask(); chunk < chunks; chunk = nextTask()) evaluateChunk(net, chunk, thread);
  barrier();
}

/** Weights of all blocks from their factors: after parameters were written from outside. */
export function compose(net: usize): void {
  const tasks = pointer(net + Net.tasks);
  const count = load<i32>(net + Net.taskCount);
  for (let i = 0; i < count; i++) {
    const task = tasks + <usize>i * TASK_BYTES;
    if (load<i32>(task) == 1) composeBlock(task);
  }
}

function obey(thread: i32): bool {
  const net = pointer(ARGUMENT);
  const command = load<i32>(COMMAND);
  if (command == 1) trainStep(net);
  else if (command == 2) evaluate(net, thread);
  else return false;
  return true;
}

/** The life of every thread but the first; returns when it is dismissed. */
export function serve(thread: i32): void {
  let last = 0;
  do {
    last = awaitCommand(last);
  } while (obey(thread));
}

/** Run by the first thread: 1 trains a step, 2 evaluates, 0 dismisses the others. Returns when all are done. */
export function command(kind: i32, net: i32): void {
  announce(kind, net);
  obey(0);
}

export { formTeam };
