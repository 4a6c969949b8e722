// Trains mlp.safetensors, the network of mean-2x4.optinc, with nothing but Node: 2-48-48-48-2, ReLU, Adam on all 49 distinct
// inputs. train.py does the same with PyTorch. Run it from anywhere: node examples/imported/make.mjs
import { writeFileSync } from "node:fs";

const workers = 2;
const levels = 4;
const widths = [2, 48, 48, 48, 2];
const steps = 4000;

/** mulberry32: uniform in [0, 1). */
function uniform(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

// Every vector that the circuit can distinguish: the workers' sums of both symbols, averaged, and the symbols of the mean.
const samples = [];
for (let high = 0; high <= workers * (levels - 1); high++) {
  for (let low = 0; low <= workers * (levels - 1); low++) {
    const mean = Math.floor((high * levels + low + workers / 2) / workers); // half-up
    const symbols = [Math.floor(mean / levels), mean % levels];
    samples.push({ input: [high / workers, low / workers], symbols });
  }
}

const random = uniform(1);
const layers = widths.slice(1).map((rows, l) => ({
  rows,
  cols: widths[l],
  weight: Array.from({ length: rows * widths[l] }, () => (2 * random() - 1) * Math.sqrt(6 / widths[l])),
  bias: Array.from({ length: rows }, () => 2 * (2 * random() - 1)),
}));
const moments = layers.map(({ weight, bias }) => ({
  weight: weight.map(() => [0, 0]),
  bias: bias.map(() => [0, 0]),
}));

/** Activations before and after every layer. */
function forward(input) {
  const values = [input];
  layers.forEach(({ rows, cols, weight, bias }, l) => {
    const x = values[l];
    const y = bias.slice();
    for (let i = 0; i < rows; i++) for (let j = 0; j < cols; j++) y[i] += weight[i * cols + j] * x[j];
    values.push(l < layers.length - 1 ? y.map((v) => Math.max(0, v)) : y);
  });
  return values;
}

function adam(values, gradients, state, step, rate) {
  values.forEach((_, i) => {
    const m = 0.9 * state[i][0] + 0.1 * gradients[i];
    const v = 0.999 * state[i][1] + 0.001 * gradients[i] ** 2;
    state[i] = [m, v];
    values[i] -= (rate * (m / (1 - 0.9 ** step))) / (Math.sqrt(v / (1 - 0.999 ** step)) + 1e-8);
  });
}

let worst = Infinity;
for (let step = 1; step <= steps; step++) {
  worst = 0;
  const gradients = layers.map(({ weight, bias }) => ({ weight: weight.map(() => 0), bias: bias.map(() => 0) }));
  for (const { input, symbols } of samples) {
    const values = forward(input);
    let delta = values.at(-1).map((y, i) => y - symbols[i]);
    worst = Math.max(worst, ...delta.map(Math.abs));
    for (let l = layers.length - 1; l >= 0; l--) {
      const { rows, cols, weight } = layers[l];
      const x = values[l];
      const before = new Array(cols).fill(0);
      for (let i = 0; i < rows; i++) {
        gradients[l].bias[i] += delta[i];
        for (let j = 0; j < cols; j++) {
          gradients[l].weight[i * cols + j] += delta[i] * x[j];
          before[j] += delta[i] * weight[i * cols + j];
        }
      }
      delta = before.map((d, j) => (x[j] > 0 ? d : 0));
    }
  }
  if (worst < 0.1) break;
  const rate = 5e-3 * (0.05 + 0.95 * 0.5 * (1 + Math.cos((Math.PI * step) / steps)));
  layers.forEach(({ weight, bias }, l) => {
    adam(weight, gradients[l].weight, moments[l].weight, step, rate);
    adam(bias, gradients[l].bias, moments[l].bias, step, rate);
  });
  if (step % 1000 === 0) process.stderr.write(`step ${step}: largest error ${worst.toFixed(3)}\n`);
}
process.stderr.write(`largest error of a symbol: ${worst.toFixed(3)}; receivers err from 0.5 on\n`);

// safetensors: header length, JSON header, float32. Names as PyTorch gives them to nn.Sequential(Linear, ReLU, Linear, ...).
const header = { __metadata__: { activation: "relu" } };
const parts = [];
let at = 0;
layers.forEach(({ rows, cols, weight, bias }, l) => {
  const tensors = { weight: [[rows, cols], weight], bias: [[rows], bias] };
  for (const [name, [shape, numbers]] of Object.entries(tensors)) {
    const bytes = Buffer.from(Float32Array.from(numbers).buffer);
    header[`${2 * l}.${name}`] = { dtype: "F32", shape, data_offsets: [at, at + bytes.length] };
    at += bytes.length;
    parts.push(bytes);
  }
});
const text = JSON.stringify(header);
const json = Buffer.from(text.padEnd(Math.ceil(text.length / 8) * 8));
const length = Buffer.alloc(8);
length.writeBigUInt64LE(BigInt(json.length));
writeFileSync(new URL("mlp.safetensors", import.meta.url), Buffer.concat([length, json, ...parts]));
