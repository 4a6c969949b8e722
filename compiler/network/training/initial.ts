import type { LayerShape, Perceptron } from "../../kernels/index.ts";
import { svd } from "../../kernels/index.ts";
import { seededNormal } from "./portable.ts";

/** Deviation of the first layer's biases, for inputs in [-1, 1]. */
const KINK_SPREAD = 0.5;

/**
 * He's initialisation: weights of variance 2 / inputs (1 / inputs in the last layer), biases 0 but in the first layer, whose
 * kinks would all start in the middle of the inputs' range (fewer wrong words by a factor of three). A block's U is the
 * polar factor of a normal matrix and d gives the same variance.
 */
export function initialise(net: Perceptron, layers: readonly LayerShape[], seed: number): void {
  const normal = seededNormal(seed);
  layers.forEach((layer, l) => {
    const gain = l === layers.length - 1 ? 1 : 2;
    const factors = net.factors[l]!;
    if (factors === null) {
      const deviation = Math.sqrt(gain / layer.inputs);
      const weights = net.weights[l]!;
      for (let i = 0; i < weights.length; i++) weights[i] = deviation * normal();
      return;
    }
    factors.forEach(({ u, d }, b) => {
      const { size } = layer.blocks![b]!;
      const draws = Float64Array.from({ length: size * size }, () => normal());
      u.set(polarFactor(draws, size));
      d.fill(Math.sqrt((gain * size) / layer.inputs));
    });
  });
  const bias = net.biases[0]!;
  for (let i = 0; i < bias.length; i++) bias[i] = KINK_SPREAD * normal();
  net.compose();
}

/** The orthogonal matrix nearest to a square one: u v^T of its SVD. */
export function polarFactor(matrix: Float64Array, size: number): Float64Array {
  const { u, v } = svd(matrix, size, size);
  const out = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      let sum = 0;
      for (let k = 0; k < size; k++) sum += u[i * size + k]! * v[j * size + k]!;
      out[i * size + j] = sum;
    }
  }
  return out;
}
