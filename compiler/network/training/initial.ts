import { polarFactor } from "../../kernels/orthogonal.ts";
import type { LayerShape, Perceptron } from "./engine/perceptron.ts";
import { seededNormal } from "./portable.ts";

/** Deviation of the first layer's biases, for inputs in [-1, 1]. */
const KINK_SPREAD = 0.5;
/** Numbers that are drawn between two pauses. */
const DRAWS = 200_000;

/**
 * He's initialisation: weights of variance 2 / inputs (1 / inputs in the last layer), biases 0 but in the first layer, whose
 * kinks would all start in the middle of the inputs' range (fewer wrong words by a factor of three). A block's U is the
 * polar factor of a normal matrix and d gives the same variance. Pauses where that takes long; `done` hears which share of the
 * layers is made.
 */
export function* initialise(
  net: Perceptron,
  layers: readonly LayerShape[],
  seed: number,
  done: (share: number) => void = () => undefined,
): Generator<void, void> {
  const normal = seededNormal(seed);
  for (const [l, layer] of layers.entries()) {
    done(l / layers.length);
    const gain = l === layers.length - 1 ? 1 : 2;
    const factors = net.factors[l]!;
    if (factors === null) {
      const deviation = Math.sqrt(gain / layer.inputs);
      const weights = net.weights[l]!;
      for (let i = 0; i < weights.length; i++) {
        weights[i] = deviation * normal();
        if (i % DRAWS === DRAWS - 1) yield;
      }
      continue;
    }
    for (const [b, { u, d }] of factors.entries()) {
      const { size } = layer.blocks![b]!;
      const draws = new Float64Array(size * size);
      for (let i = 0; i < draws.length; i++) {
        draws[i] = normal();
        if (i % DRAWS === DRAWS - 1) yield;
      }
      u.set(yield* polarFactor(draws, size));
      d.fill(Math.sqrt((gain * size) / layer.inputs));
    }
  }
  const bias = net.biases[0]!;
  for (let i = 0; i < bias.length; i++) bias[i] = KINK_SPREAD * normal();
  net.compose();
}
