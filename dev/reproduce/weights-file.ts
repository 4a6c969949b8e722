import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { float64Array, type NpyArray, npzBytes } from "../../formats/index.ts";
import { tableTwo } from "./published.ts";
import { exactNetworkFor } from "./table-two.ts";

const file = fileURLToPath(new URL("../../../examples/imported/mean-4x16.npz", import.meta.url));

/** Writes the paper's 16-bit network, exact and with layers 3 to 8 as diag(d) U, as numpy.savez_compressed would. */
export function writeExactWeights(): void {
  const arrays: Record<string, NpyArray> = {};
  for (const layer of exactNetworkFor(tableTwo[0]!).layers) {
    arrays[`${layer.name}.weight`] = float64Array(layer.weights, [layer.rows, layer.cols]);
    arrays[`${layer.name}.bias`] = float64Array(layer.bias, [layer.rows]);
  }
  writeFileSync(file, npzBytes(arrays, 9));
  console.log(`wrote ${file}`);
}
