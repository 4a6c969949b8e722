import { formatNumber } from "../../netlist/index.ts";
import type { Block, Layer, NetworkNeuron, Onn, Tap } from "./onn.ts";

/**
 * The network before factorisation as JSON text, in pieces: what network.json holds. One block, tap, bias or activation
 * a line, LF, numbers in the shortest form that reads back the same; equal networks give equal bytes.
 *
 * `weights` is a list of rows; a field on lane l that no block reads or writes in a layer passes unchanged. Fields are
 * in the units of circuit.json: Re(field) = fieldPerUnit * number.
 */
export function* printNetwork(name: string, onn: Onn): Generator<string> {
  yield "{\n";
  yield '  "format": "optinc.network",\n';
  yield '  "version": 1,\n';
  yield `  "name": ${JSON.stringify(name)},\n`;
  yield `  "activation": "${activationOf(onn)}",\n`;
  yield `  "lanes": ${formatNumber(onn.lanes)},\n`;
  yield* list("inputs", "  ", onn.inputs.map(tapText), ",");
  yield* list(
    "biases",
    "  ",
    onn.biases.map(({ lane, field }) => `{"lane": ${formatNumber(lane)}, "field": ${formatNumber(field)}}`),
    ",",
  );
  yield '  "layers": [';
  for (const [i, layer] of onn.layers.entries()) {
    yield i === 0 ? "\n" : ",\n";
    yield* layerText(layer);
  }
  yield onn.layers.length === 0 ? "],\n" : "\n  ],\n";
  yield* list("outputs", "  ", onn.outputs.map(tapText), "");
  yield "}\n";
}

function* layerText(layer: Layer): Generator<string> {
  yield "    {\n";
  yield* list("blocks", "      ", layer.blocks.map(blockText), ",");
  yield* list("activations", "      ", layer.activations.map(neuronText), "");
  yield "    }";
}

function activationOf({ layers }: Onn): NetworkNeuron["kind"] {
  return layers.some(({ activations }) => activations.some(({ kind }) => kind === "saturating"))
    ? "saturating"
    : "relu";
}

function neuronText(neuron: NetworkNeuron): string {
  const common = `"lane": ${formatNumber(neuron.lane)}, "gain": ${formatNumber(neuron.gain)}`;
  if (neuron.kind === "relu") return `{${common}}`;
  return `{${common}, "threshold": ${formatNumber(neuron.threshold)}, "range": ${formatNumber(neuron.range)}}`;
}

function tapText(tap: Tap): string {
  return `{"lane": ${formatNumber(tap.lane)}, "fieldPerUnit": ${formatNumber(tap.fieldPerUnit)}}`;
}

function blockText(block: Block): string {
  const rows = Array.from({ length: block.rows }, (_, row) =>
    numbers(block.weights.subarray(row * block.cols, (row + 1) * block.cols)),
  );
  return `{"name": ${JSON.stringify(block.name)}, "lanes": ${numbers(block.lanes)}, "weights": [${rows.join(", ")}]}`;
}

function numbers(values: Iterable<number>): string {
  return `[${Array.from(values, formatNumber).join(", ")}]`;
}

function* list(key: string, indent: string, lines: readonly string[], comma: string): Generator<string> {
  if (lines.length === 0) {
    yield `${indent}"${key}": []${comma}\n`;
    return;
  }
  yield `${indent}"${key}": [`;
  for (const [i, text] of lines.entries()) yield `${i === 0 ? "" : ","}\n${indent}  ${text}`;
  yield `\n${indent}]${comma}\n`;
}
