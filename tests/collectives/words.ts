/** Seeded uniform words, [workers][length]; mulberry32, two draws a word so that 32 bits are covered evenly. */
export function randomWords(
  workers: number,
  length: number,
  bits: number,
  signed: boolean,
  seed: number,
): readonly Float64Array[] {
  let state = seed >>> 0;
  const next32 = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (t ^ (t >>> 14)) >>> 0;
  };
  const smallest = signed ? -(2 ** (bits - 1)) : 0;
  return Array.from({ length: workers }, () =>
    Float64Array.from({ length }, () => smallest + Math.floor((next32() / 2 ** 32) * 2 ** bits)),
  );
}
