/**
 * Seeded random numbers, so that a seed in a manifest repeats a run on any machine.
 *
 * The generator is sfc32 (C. Doty-Humphrey, PractRand: 128 bits of state, one of them a counter, so that no cycle is
 * shorter than 2^32 steps); its state is filled from the seed by SplitMix32 steps and stirred 12 times. A uniform
 * number takes two draws for 53 bits.
 */

/** Uniform numbers in [0, 1) with 53 random bits. `seed` is any safe integer >= 0; throws a RangeError otherwise. */
export function seededRandom(seed: number): () => number {
  const next = seededWords(seed);
  return () => {
    const high = next() >>> 5;
    const low = next() >>> 6;
    return (high * 2 ** 26 + low) / 2 ** 53;
  };
}

/** Uniform 32-bit words. */
export function seededWords(seed: number): () => number {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new RangeError(`a seed is a safe integer >= 0, not ${seed}`);
  }
  const mix = splitMix32((seed >>> 0) ^ Math.imul(Math.floor(seed / 2 ** 32), 0x9e3779b1));
  let a = mix();
  let b = mix();
  let c = mix();
  let counter = 1;
  const next = (): number => {
    const word = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + word;
    c |= 0;
    return word >>> 0;
  };
  for (let i = 0; i < 12; i += 1) {
    next();
  }
  return next;
}

function splitMix32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return (z ^ (z >>> 16)) | 0;
  };
}
