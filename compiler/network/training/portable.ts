import { seededRandom } from "../../../netlist/simulation/random.ts";

// Math.cos, Math.log and their kin may differ in the last bit between machines and engine versions, and training carries
// one bit everywhere. What is here uses +, -, *, / and sqrt only, which IEEE 754 fixes.

/** cos(pi x) for x in [0, 1], to 1e-15: Taylor's series on [0, 1/2], mirrored beyond. */
export function cosinePi(x: number): number {
  if (x > 0.5) return -cosinePi(1 - x);
  const angle = Math.PI * x;
  const square = angle * angle;
  let term = 1;
  let sum = 1;
  for (let n = 2; n <= 22; n += 2) {
    term *= -square / (n * (n - 1));
    sum += term;
  }
  return sum;
}

/** Numbers of mean 0 and variance 1, nearly normal: the sum of 12 uniform numbers (Irwin-Hall) minus 6. */
export function seededNormal(seed: number): () => number {
  const uniform = seededRandom(seed);
  return () => {
    let sum = -6;
    for (let i = 0; i < 12; i++) sum += uniform();
    return sum;
  };
}
