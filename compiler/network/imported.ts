import {
  type ApproximateSpec,
  type Checked,
  counted,
  type Diagnostic,
  type ImportedNetworkSpec,
  refused,
} from "../../dsl/index.ts";
import type { Aggregation } from "../aggregation/aggregation.ts";
import { approximateLayers, type LayerApproximation } from "./approximation.ts";
import { readJsonTensors } from "./formats/json.ts";
import { readNpz } from "./formats/npz.ts";
import { readSafetensors } from "./formats/safetensors.ts";
import { fileError, quoted, type TensorReading } from "./formats/tensors.ts";
import { layersOf } from "./imported-layers.ts";
import { type DenseLayer, isApproximated, type Mlp, mergedGroups } from "./mlp.ts";

/** A file as the caller read it. */
export interface WeightsFile {
  /** How diagnostics call it; its ending chooses the reader. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface ImportedNetwork {
  /** What is compiled, approximations included. */
  readonly mlp: Mlp;
  /** What replacing layers by diag(d) u changed, one entry a replaced layer. */
  readonly approximations: readonly LayerApproximation[];
}

/**
 * The network of `network imported { ... }` from the bytes of its file: format, names, shapes, numbers, activation and widths
 * are checked, then the layers that the spec approximates are replaced. Never throws on any bytes.
 */
export function importNetwork(
  spec: ImportedNetworkSpec,
  aggregation: Aggregation,
  file: WeightsFile,
): Checked<ImportedNetwork> {
  const reading = readWeights(file);
  if (reading.value === null) return refused(...reading.diagnostics);
  const activation = reading.value.metadata.get("activation");
  if (activation !== undefined && activation.toLowerCase() !== spec.activation) {
    const message = `${file.name}: the file says activation ${quoted(activation)}, the spec ${quoted(spec.activation)}`;
    return refused(fileError("OPT0307", message, "neurons are rectifiers: train the network with relu"));
  }
  const { value: layers, diagnostics } = layersOf(reading.value, file.name);
  if (layers === null) return refused(...diagnostics);
  const misfits = [...widthFaults(layers, aggregation, file.name), ...rangeFaults(spec.approximate, layers, file.name)];
  if (misfits.length > 0) return refused(...misfits);
  const chosen = approximateLayers(layers, (layer) => isApproximated(spec.approximate, layer));
  return { value: { mlp: { layers: chosen.layers }, approximations: chosen.approximations }, diagnostics: [] };
}

/** The tensors of a file, by the reader that its ending names. */
export function readWeights({ name, bytes }: WeightsFile): TensorReading {
  if (/\.safetensors$/i.test(name)) return readSafetensors(bytes, name);
  if (/\.json$/i.test(name)) return readJsonTensors(bytes, name);
  if (/\.npz$/i.test(name)) return readNpz(bytes, name);
  const help = "known endings: .safetensors, .json, .npz";
  return refused(fileError("OPT0301", `${name}: this ending names no kind of weights file`, help));
}

function widthFaults(layers: readonly DenseLayer[], { symbols, bits }: Aggregation, file: string): Diagnostic[] {
  const inputs = layers[0]!.cols;
  const outputs = layers.at(-1)!.rows;
  const faults: Diagnostic[] = [];
  const word = `a ${bits}-bit word has ${counted(symbols, "symbol")}`;
  if (outputs !== symbols) {
    faults.push(fileError("OPT0308", `${file}: the network has ${outputs} outputs, ${word}`, "one output a symbol"));
  }
  if (mergedGroups(symbols, inputs) === null) {
    const counts = Array.from({ length: symbols }, (_, i) => i + 1).filter((k) => mergedGroups(symbols, k) !== null);
    const help = `${counted(symbols, "symbol")} ${symbols === 1 ? "merges" : "merge"} into ${counts.join(", ")} ${symbols === 1 ? "input" : "inputs"}`;
    faults.push(fileError("OPT0308", `${file}: the network has ${counted(inputs, "input")}, ${word}`, help));
  }
  return faults;
}

function rangeFaults(approximate: ApproximateSpec, layers: readonly DenseLayer[], file: string): Diagnostic[] {
  if (approximate.kind !== "layers" || approximate.last <= layers.length) return [];
  const message = `${file}: layer ${approximate.last} is to be approximated, but the network has ${counted(layers.length, "layer")}`;
  return [fileError("OPT0309", message, "layers count from 1")];
}
