import { type Mlp, type MlpLayer, weightsOf } from "./mlp.ts";

const sweeps = 24;

/** Norm of what a unit reads, at least, relative to its bias. */
const leastOfBias = 1e-6;

/**
 * The same function with hidden units rescaled by positive factors (relu(c x) = c relu(x) for c > 0), so that what a unit is
 * made from and what is made from it have equal norms. That lowers the product of the layers' norms, and with it the
 * gain that the receivers owe. Units in front of a factored layer keep their scale: a block's inputs have to share one.
 */
export function balanceMlp(mlp: Mlp): Mlp {
  const layers = mlp.layers.map(mutable);
  for (let sweep = 0; sweep < sweeps; sweep++) {
    for (let l = 0; l + 1 < layers.length; l++) {
      const left = layers[l]!;
      const right = layers[l + 1]!;
      if (right.kind === "factored") continue;
      const into = rowNorms(left);
      const out = columnNorms(right);
      for (let unit = 0; unit < left.rows; unit++) {
        const factor = Math.sqrt(out[unit]! / into[unit]!);
        // a unit that nothing reads or that reads nothing has no scale to balance
        if (!(factor > 1e-100 && factor < 1e100)) continue;
        scaleRow(left, unit, factor);
        for (let i = 0; i < right.rows; i++) right.weights[i * right.cols + unit]! /= factor;
      }
    }
  }
  return { layers };
}

/** A copy whose arrays may be written. */
function mutable(layer: MlpLayer): MlpLayer {
  const bias = layer.bias.slice();
  switch (layer.kind) {
    case "dense":
      return { ...layer, bias, weights: layer.weights.slice() };
    case "factored":
      return { ...layer, bias, blocks: layer.blocks.map((block) => ({ ...block, d: block.d.slice() })) };
  }
}

function scaleRow(layer: MlpLayer, row: number, factor: number): void {
  layer.bias[row]! *= factor;
  if (layer.kind === "dense") {
    for (let j = 0; j < layer.cols; j++) layer.weights[row * layer.cols + j]! *= factor;
    return;
  }
  for (const block of layer.blocks) {
    if (row >= block.row && row < block.row + block.size) block.d[row - block.row]! *= factor;
  }
}

/**
 * Biases left out, as their light comes from a bias waveguide whose field is free; but for units that read next to nothing beside it: balanced,
 * their bias would be so bright that its rounding errors are as large as what the receivers read.
 */
function rowNorms(layer: MlpLayer): Float64Array {
  const norms = new Float64Array(layer.rows);
  if (layer.kind === "factored") {
    for (const { row, d } of layer.blocks) for (const [i, x] of d.entries()) norms[row + i]! += x * x;
  } else {
    layer.weights.forEach((x, at) => {
      norms[Math.floor(at / layer.cols)]! += x * x;
    });
  }
  return norms.map((sum, row) => (sum === 0 ? 0 : Math.max(Math.sqrt(sum), leastOfBias * Math.abs(layer.bias[row]!))));
}

function columnNorms(layer: MlpLayer): Float64Array {
  const norms = new Float64Array(layer.cols);
  weightsOf(layer).forEach((x, at) => {
    norms[at % layer.cols]! += x * x;
  });
  return norms.map(Math.sqrt);
}
