import { emitCircuit } from "../../../compiler/emit.ts";
import { type Aggregation, aggregationOf } from "../../../compiler/index.ts";
import { finish, polarFactor } from "../../../compiler/kernels/index.ts";
import {
  groupsOf,
  type Mlp,
  type MlpLayer,
  type Nonlinearity,
  squareBlocks,
  weightsOf,
} from "../../../compiler/network/mlp.ts";
import type { Onn } from "../../../compiler/network/onn.ts";
import { designPerceptron } from "../../../compiler/synthesise.ts";
import { parseSpecs, type Spec } from "../../../dsl/index.ts";
import { type Circuit, gaussianFrom, idealOptics } from "../../../netlist/index.ts";

export function specOf(text: string): Spec {
  const { value, diagnostics } = parseSpecs({ name: "a.optinc", text }, { emitTargets: ["spice", "phases"] });
  if (value === null) throw new Error(diagnostics.map((d) => d.message).join("; "));
  return value[0]!;
}

export function aggregation(workers: number, bits: number, levels: number): Aggregation {
  return aggregationOf(specOf(`aggregate a { workers ${workers}; precision ${bits} bits; levels ${levels} }`));
}

/** Weights of standard deviation sqrt(2 / cols), biases of 0.3. */
export function denseLayer(rows: number, cols: number, activation: Nonlinearity, random: () => number): MlpLayer {
  const gaussian = gaussianFrom(random);
  const weights = Float64Array.from({ length: rows * cols }, () => gaussian() * Math.sqrt(2 / cols));
  const bias = Float64Array.from({ length: rows }, () => 0.3 * gaussian());
  return { kind: "dense", name: `${rows}x${cols}`, rows, cols, weights, bias, activation };
}

export function randomOrthogonal(n: number, random: () => number): Float64Array {
  const gaussian = gaussianFrom(random);
  const start = Float64Array.from({ length: n * n }, () => gaussian());
  return finish(polarFactor(start, n));
}

export function factoredLayer(rows: number, cols: number, activation: Nonlinearity, random: () => number): MlpLayer {
  const gaussian = gaussianFrom(random);
  const bias = Float64Array.from({ length: rows }, () => 0.3 * gaussian());
  const blocks = squareBlocks(rows, cols).map((square) => ({
    ...square,
    d: Float64Array.from({ length: square.size }, () => 0.5 + gaussian()),
    u: randomOrthogonal(square.size, random),
  }));
  return { kind: "factored", name: `${rows}x${cols}`, rows, cols, blocks, bias, activation };
}

export function mlpOf(
  widths: readonly number[],
  factored: (layer: number) => boolean,
  random: () => number,
  hidden: Nonlinearity = "relu",
): Mlp {
  return {
    layers: widths.slice(1).map((rows, i) => {
      const activation = i === widths.length - 2 ? "none" : hidden;
      return (factored(i + 1) ? factoredLayer : denseLayer)(rows, widths[i]!, activation, random);
    }),
  };
}

/** The circuit of a network of meshes in ideal light. */
export function perceptronCircuit(aggregate: Aggregation, onn: Onn): Circuit {
  return emitCircuit("net", aggregate, designPerceptron(aggregate, onn, idealOptics, "free"), null);
}

/** The outputs for one input vector (plain forward pass in float64). */
export function forwardMlp(mlp: Mlp, input: Float64Array): Float64Array {
  let x = input;
  for (const layer of mlp.layers) {
    const weights = weightsOf(layer);
    const y = layer.bias.slice();
    for (let i = 0; i < layer.rows; i++) {
      for (let j = 0; j < layer.cols; j++) y[i]! += weights[i * layer.cols + j]! * x[j]!;
      if (layer.activation === "relu" && y[i]! < 0) y[i] = 0;
    }
    x = y;
  }
  return x;
}

/** The inputs of a network for given symbol sums over the workers; throws RangeError when the network cannot have K inputs. */
export function mlpInput(aggregation: Aggregation, sums: readonly number[], inputs: number): Float64Array {
  const groups = groupsOf(aggregation, inputs);
  return Float64Array.from(groups, (group) => {
    let value = 0;
    for (const symbol of group) value = value * aggregation.levels + sums[symbol]!;
    return value / aggregation.workers;
  });
}
