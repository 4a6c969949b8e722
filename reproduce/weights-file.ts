import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { zipSync } from "fflate";
import { npyHeader } from "../netlist/index.ts";
import { tableTwo } from "./published.ts";
import { exactNetworkFor } from "./table-two.ts";

const file = fileURLToPath(new URL("../../examples/imported/mean-4x16.npz", import.meta.url));

/** Writes the paper's 16-bit network, exact and with layers 3 to 8 as diag(d) U, as numpy.savez_compressed would. */
export function writeExactWeights(): void {
  const files: Record<string, Uint8Array> = {};
  for (const layer of exactNetworkFor(tableTwo[0]!).layers) {
    files[`${layer.name}.weight.npy`] = npy(layer.weights, [layer.rows, layer.cols]);
    files[`${layer.name}.bias.npy`] = npy(layer.bias, [layer.rows]);
  }
  writeFileSync(file, zipSync(files, { level: 9, mtime: new Date(1980, 0, 1) }));
  console.log(`wrote ${file}`);
}

/** float64, little-endian. */
function npy(data: Float64Array, shape: readonly number[]): Uint8Array {
  const header = npyHeader("<f8", shape);
  const bytes = new Uint8Array(header.length + data.byteLength);
  bytes.set(header);
  const view = new DataView(bytes.buffer, header.length);
  for (const [i, value] of data.entries()) view.setFloat64(8 * i, value, true);
  return bytes;
}
