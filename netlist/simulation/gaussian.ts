/**
 * Standard normal numbers from uniform ones in [0, 1), by the Box-Muller transform: two uniforms give two normals, the
 * second is kept for the next call.
 */
export function gaussianFrom(random: () => number): () => number {
  let spare: number | null = null;
  return () => {
    if (spare !== null) {
      const kept = spare;
      spare = null;
      return kept;
    }
    // 1 - u is in (0, 1], so the logarithm is finite
    const radius = Math.sqrt(-2 * Math.log(1 - random()));
    const angle = 2 * Math.PI * random();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
}
