// Input vectors and their exact targets, made where they are needed: domains of millions of vectors are never stored.

import * as Sampler from "../layout/sampler";

/** Murmur3's finaliser: every input bit reaches every output bit. */
function mix(x: u32): u32 {
  x ^= x >> 16;
  x *= 0x85ebca6b;
  x ^= x >> 13;
  x *= 0xc2b2ae35;
  return x ^ (x >> 16);
}

/** Row `row` of step `step`: every epoch is another permutation of the domain (a Feistel cipher, walked back into range). */
export function drawIndex(sampler: usize, step: u32, row: u32, batch: u32): u32 {
  const seed = load<u32>(sampler + Sampler.seed);
  const hardCount = load<u32>(sampler + Sampler.hardCount);
  if (hardCount > 0 && row < load<u32>(sampler + Sampler.hardRows)) {
    const pick = mix(mix(step ^ seed) + row * 0x9e3779b1) % hardCount;
    return load<u32>(<usize>load<u32>(sampler + Sampler.hard) + ((<usize>pick) << 2));
  }
  const domain = load<u32>(sampler + Sampler.domain);
  const position = <u64>step * <u64>batch + <u64>row;
  const epoch = <u32>(position / <u64>domain);
  const key = mix(epoch * 0x9e3779b1 + seed);
  const half = (33 - clz<u32>(max<u32>(domain - 1, 1))) >> 1;
  const mask = (1 << half) - 1;
  let x = <u32>(position % <u64>domain);
  do {
    let left = x >> half;
    let right = x & mask;
    for (let round: u32 = 1; round <= 4; round++) {
      const next = left ^ (mix(right + key + round * 0x7feb352d) & mask);
      left = right;
      right = next;
    }
    x = (left << half) | right;
  } while (x >= domain);
  return x;
}

/** Writes the network input and the targets of vector `index`. */
export function writeVector(sampler: usize, index: u32, x: usize, target: usize): void {
  const inputs = load<i32>(sampler + Sampler.inputs);
  const outputs = load<i32>(sampler + Sampler.outputs);
  const places: usize = load<u32>(sampler + Sampler.places);
  const sizes: usize = load<u32>(sampler + Sampler.sizes);
  const centres: usize = load<u32>(sampler + Sampler.centres);
  const scale = load<f32>(sampler + Sampler.scale);
  let total: u64 = 0;
  // The last input runs fastest.
  for (let i = inputs - 1; i >= 0; i--) {
    const size = load<u32>(sizes + ((<usize>i) << 2));
    const sum = index % size;
    index /= size;
    total += <u64>sum * load<u64>(places + ((<usize>i) << 3));
    store<f32>(x + ((<usize>i) << 2), (<f32>sum - load<f32>(centres + ((<usize>i) << 2))) * scale);
  }
  const workers = <u64>load<u32>(sampler + Sampler.workers);
  total += <u64>load<u32>(sampler + Sampler.roundingOffset);
  let word = total / workers;
  if (load<u32>(sampler + Sampler.tiesToEven) && word * workers == total && word & 1) word--;
  const bits = <u64>load<u32>(sampler + Sampler.bitsPerSymbol);
  const mask = ((<u64>1) << bits) - 1;
  let rest = word;
  for (let i = outputs - 1; i >= 0; i--) {
    store<f32>(target + ((<usize>i) << 2), <f32>(rest & mask));
    rest >>= bits;
  }
}

/** The word that the receivers read: every output snapped to the nearest level that its symbol has. */
export function readWord(sampler: usize, outputs: usize): u64 {
  const count = load<i32>(sampler + Sampler.outputs);
  const bits = load<u32>(sampler + Sampler.bitsPerSymbol);
  let word: u64 = 0;
  for (let i = 0; i < count; i++) {
    const top: f32 = i == 0 ? <f32>(load<u32>(sampler + Sampler.topLevels) - 1) : <f32>((1 << bits) - 1);
    // NaN fails both comparisons and is read as level 0.
    let level = floor<f32>(load<f32>(outputs + ((<usize>i) << 2)) + <f32>0.5);
    if (!(level > 0)) level = 0;
    else if (level > top) level = top;
    word = (word << (<u64>bits)) + <u64>level;
  }
  return word;
}
