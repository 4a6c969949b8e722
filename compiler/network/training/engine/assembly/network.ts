// One training step, and the evaluation of a range of the domain, of a multilayer perceptron with ReLU. The batch is cut
// into shards of fixed size, each with its own buffers and gradient; gradients are added in the order of the shards.
import { adamDirection, subtract } from "./adam";
import { addBias, addParts, columnSums, lossGradient, maskByRelu } from "./elementwise";
import { multiplyColumns, multiplyRows, packColumns, packRows } from "../../../../kernels/assembly/gemm";
import { composeBlock, updateBlock } from "./orthogonal";
import * as Dense from "../layout/dense";
import * as Layer from "../layout/layer";
import * as Net from "../layout/net";
import * as Result from "../layout/result";
import * as Sampler from "../layout/sampler";
import * as Shard from "../layout/shard";
import * as Task from "../layout/task";
import { drawIndex, readWord, writeVector } from "./sample";
import { barrier, nextTask } from "../../../../kernels/assembly/team";

// @ts-expect-error: decorator
@inline
function pointer(at: usize): usize {
  return <usize>load<u32>(at);
}

function layerOf(net: usize, index: i32): usize {
  return pointer(net + Net.layerTable) + <usize>index * Layer.BYTES;
}

function forward(net: usize, shard: usize, rows: i32): void {
  const layers = load<i32>(net + Net.layers);
  for (let l = 0; l < layers; l++) {
    const layer = layerOf(net, l);
    const inputs = load<i32>(layer + Layer.inputs);
    const outputs = load<i32>(layer + Layer.outputs);
    const x = shard + pointer(layer + Layer.activations);
    const last = l == layers - 1;
    const y = shard + (last ? pointer(shard + Shard.outputs) : pointer(layer + Layer.BYTES + Layer.activations));
    multiplyRows<f32>(x, inputs, pointer(layer + Layer.forward), y, outputs, rows, outputs, inputs, shard + Shard.tile);
    addBias(y, pointer(layer + Layer.bias), rows, outputs, !last);
  }
}

function backward(net: usize, shard: usize, rows: i32): void {
  const layers = load<i32>(net + Net.layers);
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
    packRows<f32>(x, inputs, rows, inputs, packed);
    multiplyColumns<f32>(delta, outputs, packed, shard + pointer(layer + Layer.gradient), inputs, outputs, inputs, rows, tile);
    if (l == 0) break;
    multiplyRows<f32>(delta, outputs, pointer(layer + Layer.backward), other, inputs, rows, inputs, outputs, tile);
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
  if ((task & 1) == 0) packColumns<f32>(weights, inputs, inputs, outputs, pointer(layer + Layer.forward));
  else if (backwardToo) packRows<f32>(weights, inputs, outputs, inputs, pointer(layer + Layer.backward));
}

function pack(net: usize, backwardToo: bool): void {
  const tasks = 2 * load<i32>(net + Net.layers);
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
  if (load<i32>(task + Task.kind) == Task.block) {
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
  for (let task = nextTask(); task < count; task = nextTask()) update(net, tasks + <usize>task * Task.BYTES, shards);
  barrier();
}

function evaluateChunk(net: usize, chunk: i32, thread: i32): void {
  const shardRows = load<i32>(net + Net.shardRows);
  const count = load<i32>(net + Net.count);
  const first = chunk * shardRows;
  const rows = min(shardRows, count - first);
  const shard = pointer(net + Net.shards) + <usize>thread * pointer(net + Net.shardStride);
  const sampler = pointer(net + Net.sampler);
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
  const result = pointer(net + Net.results) + <usize>chunk * (Result.list + (<usize>shardRows << 2));
  let wrong = 0;
  for (let i = 0; i < rows; i++) {
    const output = outputs + (<usize>(i * width) << 2);
    const target = targets + (<usize>(i * width) << 2);
    let largest: f32 = 0;
    for (let j: usize = 0; j < <usize>width << 2; j += 4) {
      const e = abs<f32>(load<f32>(output + j) - load<f32>(target + j));
      if (!(e <= largest)) largest = e;
    }
    // The target is in levels already: read back, it is the word wanted.
    if (largest < 0.5 || readWord(sampler, output) == readWord(sampler, target)) continue;
    store<u32>(result + Result.list + (<usize>wrong << 2), start + i);
    wrong++;
  }
  store<i32>(result + Result.wrong, wrong);
}

function evaluate(net: usize, thread: i32): void {
  pack(net, false);
  const shardRows = load<i32>(net + Net.shardRows);
  const chunks = (load<i32>(net + Net.count) + shardRows - 1) / shardRows;
  // A thread works in its own shard; where there is none left for it, the others do all chunks.
  if (thread < load<i32>(net + Net.shardCount)) {
    for (let chunk = nextTask(); chunk < chunks; chunk = nextTask()) evaluateChunk(net, chunk, thread);
  }
  barrier();
}

/** Weights of all blocks from their factors: after parameters were written from outside. */
export function compose(net: usize): void {
  const tasks = pointer(net + Net.tasks);
  const count = load<i32>(net + Net.taskCount);
  for (let i = 0; i < count; i++) {
    const task = tasks + <usize>i * Task.BYTES;
    if (load<i32>(task + Task.kind) == Task.block) composeBlock(task);
  }
}

/** What every thread of the team runs together: `TRAIN` trains a step, `EVALUATE` evaluates a range. */
export function run(kind: i32, net: i32, thread: i32): void {
  if (kind == Net.TRAIN) trainStep(net);
  else evaluate(net, thread);
}
