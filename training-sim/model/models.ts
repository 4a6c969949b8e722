import type { Training } from "../../dsl/index.ts";
import { gaussianFrom, seededRandom } from "../../netlist/index.ts";
import { windowedShape, windows } from "./convolution.ts";
import type { Batch, DataShape } from "./data.ts";
import {
  addRow,
  gatherRows,
  product,
  productTransposed,
  relu,
  reshaped,
  sum,
  type Tape,
  type Tensor,
  tensor,
} from "./tape.ts";
import { attention, gated, rmsNorm, rotate } from "./transformer.ts";

type Llama = Extract<Training["model"], { kind: "llama" }>;

/**
 * What is trained, sizes as a spec gives them: a perceptron with one hidden layer of ReLU neurons, or two convolutions (5 x 5 and 3 x 3,
 * stride 2, ReLU) and a linear layer, on images; a decoder with RMSNorm, rotary positions, SwiGLU and tied embeddings, on text.
 */
export type ModelSpec = Exclude<Training["model"], Llama> | Omit<Llama, "alphabet">;

/** One matrix of the model; `scale` is the standard deviation at the start, or the constant itself. */
interface ParameterShape {
  readonly name: string;
  readonly rows: number;
  readonly cols: number;
  readonly start: "gaussian" | "constant";
  readonly scale: number;
}

export interface Model {
  readonly parameters: readonly ParameterShape[];
  /** Numbers in all parameters: the length of a gradient. */
  readonly length: number;
  /** Scores [targets, classes] of a batch. */
  logits(tape: Tape, parameters: readonly Tensor[], batch: Batch): Tensor;
}

export function makeModel(spec: ModelSpec, shape: DataShape): Model {
  switch (spec.kind) {
    case "mlp":
      return perceptron(spec.hidden, shape);
    case "conv":
      return convolutional(spec.channels, shape);
    case "llama":
      return decoder(spec, shape);
  }
}

/** Parameters at the start, all in one row [length]. */
export function startValues(model: Model, seed: number): Float32Array {
  const gaussian = gaussianFrom(seededRandom(seed));
  const values = new Float32Array(model.length);
  let at = 0;
  for (const { rows, cols, start, scale } of model.parameters) {
    for (let i = 0; i < rows * cols; i++) values[at++] = start === "gaussian" ? scale * gaussian() : scale;
  }
  return values;
}

/** Views of one row of values, and of one row of derivatives, as the model's matrices. */
export function asTensors(model: Model, values: Float32Array, grads: Float32Array): readonly Tensor[] {
  let at = 0;
  return model.parameters.map(({ rows, cols }) => {
    const [from, to] = [at, at + rows * cols];
    at = to;
    return tensor(rows, cols, values.subarray(from, to), grads.subarray(from, to));
  });
}

function modelOf(parameters: readonly ParameterShape[], logits: Model["logits"]): Model {
  return { parameters, length: parameters.reduce((total, { rows, cols }) => total + rows * cols, 0), logits };
}

/** Weights with variance gain / inputs (He et al., ICCV 2015: gain 2 before a ReLU). */
function weights(name: string, rows: number, cols: number, gain: number): ParameterShape {
  return { name, rows, cols, start: "gaussian", scale: Math.sqrt(gain / rows) };
}

function constant(name: string, cols: number, scale: number): ParameterShape {
  return { name, rows: 1, cols, start: "constant", scale };
}

function perceptron(hidden: number, { side, classes }: DataShape): Model {
  const parameters = [
    weights("w1", side * side, hidden, 2),
    constant("b1", hidden, 0),
    weights("w2", hidden, classes, 1),
    constant("b2", classes, 0),
  ];
  return modelOf(parameters, (tape, [w1, b1, w2, b2], batch) => {
    const pixels = tensor(batch.samples, side * side, batch.pixels);
    const inner = relu(tape, addRow(tape, product(tape, pixels, w1!, true), b1!));
    return addRow(tape, product(tape, inner, w2!), b2!);
  });
}

function convolutional([first, second]: readonly [number, number], { side, classes }: DataShape): Model {
  const small = Math.ceil(Math.ceil(side / 2) / 2);
  const parameters = [
    weights("k1", 25, first, 2),
    constant("b1", first, 0),
    weights("k2", 9 * first, second, 2),
    constant("b2", second, 0),
    weights("w3", small * small * second, classes, 1),
    constant("b3", classes, 0),
  ];
  return modelOf(parameters, (tape, [k1, b1, k2, b2, w3, b3], { samples, pixels }) => {
    const image = { samples, height: side, width: side, channels: 1 };
    const seen = windows(tape, tensor(samples * side * side, 1, pixels), image, 5, 2, true);
    const inner = relu(tape, addRow(tape, product(tape, seen, k1!, true), b1!));
    const half = { ...windowedShape(image, 2), channels: first };
    const outer = relu(tape, addRow(tape, product(tape, windows(tape, inner, half, 3, 2), k2!), b2!));
    return addRow(tape, product(tape, reshaped(outer, samples, small * small * second), w3!), b3!);
  });
}

/** SwiGLU's inner width: 8/3 of the outer one, rounded up to a multiple of 8. */
function gateWidth(width: number): number {
  return Math.ceil(width / 3) * 8;
}

function decoder(spec: Extract<ModelSpec, { kind: "llama" }>, { classes }: DataShape): Model {
  const { layers, width, heads, context } = spec;
  const inner = gateWidth(width);
  // Branches that add to the stream start smaller the more there are (Radford et al., GPT-2).
  const branch = 1 / (2 * layers);
  const block = (layer: number): ParameterShape[] => [
    constant(`norm1.${layer}`, width, 1),
    ...["q", "k", "v"].map((name) => weights(`${name}.${layer}`, width, width, 1)),
    weights(`o.${layer}`, width, width, branch),
    constant(`norm2.${layer}`, width, 1),
    weights(`gate.${layer}`, width, inner, 1),
    weights(`up.${layer}`, width, inner, 1),
    weights(`down.${layer}`, inner, width, branch),
  ];
  const parameters: ParameterShape[] = [
    { name: "embedding", rows: classes, cols: width, start: "gaussian", scale: 1 / Math.sqrt(width) },
    ...Array.from({ length: layers }, (_, layer) => block(layer)).flat(),
    constant("norm", width, 1),
  ];
  return modelOf(parameters, (tape, tensors, batch) => {
    const embedding = tensors[0]!;
    let stream = gatherRows(tape, embedding, batch.tokens);
    for (let layer = 0; layer < layers; layer++) {
      const [norm1, q, k, v, o, norm2, gate, up, down] = tensors.slice(1 + 9 * layer, 10 + 9 * layer);
      const normed = rmsNorm(tape, stream, norm1!);
      const [query, key] = [q!, k!].map((each) => rotate(tape, product(tape, normed, each), context, heads));
      const mixed = attention(tape, query!, key!, product(tape, normed, v!), context, heads);
      stream = sum(tape, stream, product(tape, mixed, o!));
      const fed = rmsNorm(tape, stream, norm2!);
      const opened = gated(tape, product(tape, fed, gate!), product(tape, fed, up!));
      stream = sum(tape, stream, product(tape, opened, down!));
    }
    return productTransposed(tape, rmsNorm(tape, stream, tensors.at(-1)!), embedding);
  });
}
