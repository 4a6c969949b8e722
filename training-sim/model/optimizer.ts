export type OptimizerSpec =
  | { readonly kind: "sgd"; readonly learningRate: number; readonly momentum: number }
  /** beta 0.9 and 0.999 (Kingma and Ba, ICLR 2015). */
  | { readonly kind: "adam"; readonly learningRate: number };

/** Changes the parameters in place by one step down a gradient of the same length. */
export interface Optimizer {
  update(parameters: Float32Array, gradient: ArrayLike<number>): void;
  /** One that goes on from the same state on its own. */
  fork(): Optimizer;
}

export function makeOptimizer(spec: OptimizerSpec, length: number): Optimizer {
  return spec.kind === "sgd"
    ? sgd(spec.learningRate, spec.momentum, new Float32Array(length))
    : adam(spec.learningRate, new Float32Array(length), new Float32Array(length), 0);
}

function sgd(learningRate: number, momentum: number, velocity: Float32Array): Optimizer {
  return {
    update(parameters, gradient) {
      for (let i = 0; i < parameters.length; i++) {
        velocity[i] = momentum * velocity[i]! + gradient[i]!;
        parameters[i]! -= learningRate * velocity[i]!;
      }
    },
    fork: () => sgd(learningRate, momentum, velocity.slice()),
  };
}

function adam(learningRate: number, mean: Float32Array, square: Float32Array, before: number): Optimizer {
  let steps = before;
  return {
    update(parameters, gradient) {
      steps++;
      const rate = (learningRate * Math.sqrt(1 - 0.999 ** steps)) / (1 - 0.9 ** steps);
      for (let i = 0; i < parameters.length; i++) {
        const g = gradient[i]!;
        mean[i] = 0.9 * mean[i]! + 0.1 * g;
        square[i] = 0.999 * square[i]! + 0.001 * g * g;
        parameters[i]! -= (rate * mean[i]!) / (Math.sqrt(square[i]!) + 1e-8);
      }
    },
    fork: () => adam(learningRate, mean.slice(), square.slice(), steps),
  };
}
