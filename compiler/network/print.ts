import { serializeAs } from "../../netlist/index.ts";
import type { Block, NetworkNeuron, Onn } from "./onn.ts";

const text = { kind: "name" } as const;
const number = { kind: "quantity", sign: "any" } as const;
const numbers = { kind: "list", of: number } as const;
const tap = { kind: "record", fields: { lane: number, fieldPerUnit: number } } as const;
const bias = { kind: "record", fields: { lane: number, field: number } } as const;
const block = {
  kind: "record",
  fields: { name: text, lanes: numbers, weights: { kind: "list", of: numbers } },
} as const;
const neuron = { kind: "record", fields: { lane: number, gain: number, threshold: number, range: number } } as const;
const layer = {
  kind: "record",
  lines: true,
  fields: { blocks: { kind: "list", of: block }, activations: { kind: "list", of: neuron } },
} as const;
const networkRule = {
  kind: "record",
  lines: true,
  fields: {
    ...{ format: text, version: number, name: text, activation: text, lanes: number },
    inputs: { kind: "list", of: tap },
    biases: { kind: "list", of: bias },
    layers: { kind: "list", of: layer },
    outputs: { kind: "list", of: tap },
  },
} as const;

/**
 * The network before factorisation as JSON text, in pieces: what network.json holds. One block, tap, bias or activation
 * a line, LF, numbers in the shortest form that reads back the same; equal networks give equal bytes.
 *
 * `weights` is a list of rows; a field on lane l that no block reads or writes in a layer passes unchanged. Fields are
 * in the units of circuit.json: Re(field) = fieldPerUnit * number.
 */
export function printNetwork(name: string, onn: Onn): Generator<string> {
  const layers = onn.layers.map(({ blocks, activations }) => ({ blocks: blocks.map(inRows), activations }));
  const activation = activationOf(onn);
  return serializeAs(networkRule, { format: "optinc.network", version: 1, name, activation, ...onn, layers });
}

function activationOf({ layers }: Onn): NetworkNeuron["kind"] {
  return layers.some(({ activations }) => activations.some(({ kind }) => kind === "saturating"))
    ? "saturating"
    : "relu";
}

function inRows({ name, lanes, rows, cols, weights }: Block) {
  const list = Array.from({ length: rows }, (_, row) => [...weights.subarray(row * cols, (row + 1) * cols)]);
  return { name, lanes, weights: list };
}
