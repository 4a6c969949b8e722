import { type Checked, type Diagnostic, limits, refused } from "../../dsl/index.ts";
import { fileError, quoted, type StoredTensor, type TensorFile } from "./formats/tensors.ts";
import type { DenseLayer } from "./mlp.ts";

/** Wider layers would take the SVD minutes. */
const widest = limits.layerWidth;

/** Beside a larger number nothing is left of the levels of light, in double precision. */
const largest = 1e15;
/** So much can the layers amplify together that fields and scales stay far from the ends of double precision. */
const largestGain = 1e60;

interface Parts {
  readonly stem: string;
  weight: StoredTensor | null;
  bias: StoredTensor | null;
}

/**
 * The layers of a file of weights in their order, ReLU behind all but the last: names, shapes and numbers are checked, as
 * many diagnostics as there are faults. `file` is how diagnostics call the file.
 */
export function layersOf({ tensors }: TensorFile, file: string): Checked<readonly DenseLayer[]> {
  const parts = new Map<string, Parts>();
  const faults: Diagnostic[] = [];
  for (const tensor of tensors) {
    const match = /^(?:(.*)\.)?(weight|bias)$/s.exec(tensor.name);
    if (match === null) {
      const help = "every tensor is the `.weight` or the `.bias` of a layer";
      faults.push(fileError("OPT0303", `${file}: ${quoted(tensor.name)} belongs to no linear layer`, help));
      continue;
    }
    const stem = match[1] ?? "";
    const part = parts.get(stem) ?? { stem, weight: null, bias: null };
    part[match[2] as "weight" | "bias"] = tensor;
    parts.set(stem, part);
  }
  if (tensors.length === 0) faults.push(fileError("OPT0304", `${file}: the file holds no tensors`));
  if (faults.length > 0) return refused(...faults.slice(0, 20));

  const ordered = inOrder([...parts.values()]);
  if (ordered === null) {
    const names = [...parts.keys()].slice(0, 4).map(quoted).join(", ");
    const help = "names of layers differ in numbers only: `layers.0`, `layers.1`, or `fc1`, `fc2`";
    return refused(fileError("OPT0303", `${file}: the order of the layers ${names} is not clear`, help));
  }
  const layers: DenseLayer[] = [];
  for (const part of ordered) {
    const layer = layerOf(part, file, faults);
    if (layer === null) continue;
    const before = layers.at(-1);
    if (before !== undefined && faults.length === 0 && before.rows !== layer.cols) {
      const message = `${file}: ${nameOf(part)} reads ${layer.cols} values, but ${quoted(before.name)} makes ${before.rows}`;
      faults.push(fileError("OPT0305", message, transposedHelp(before.rows, layer)));
    }
    layers.push(layer);
  }
  if (faults.length > 0) return refused(...faults.slice(0, 20));
  const gain = layers.reduce((product, layer) => product * gainOf(layer), 1);
  if (!(gain <= largestGain)) {
    const message = `${file}: the layers together amplify up to ${gain.toPrecision(2)} times, more than ${largestGain}`;
    return refused(fileError("OPT0306", message, "the training diverged"));
  }
  return {
    value: layers.map((layer, i) => (i === layers.length - 1 ? { ...layer, activation: "none" } : layer)),
    diagnostics: [],
  };
}

/** By the numbers in the names; null when the names differ in more than numbers. */
function inOrder(parts: readonly Parts[]): readonly Parts[] | null {
  const skeletons = new Set(parts.map((part) => part.stem.replace(/\d+/g, "#")));
  if (skeletons.size > 1) return null;
  const keyed = parts.map((part) => ({ part, key: (part.stem.match(/\d+/g) ?? []).map(Number) }));
  const compare = (a: readonly number[], b: readonly number[]): number => {
    const i = a.findIndex((x, at) => x !== b[at]);
    return i < 0 ? 0 : a[i]! - b[i]!;
  };
  keyed.sort((a, b) => compare(a.key, b.key));
  // `fc1` and `fc01`
  if (keyed.some((entry, i) => i > 0 && compare(keyed[i - 1]!.key, entry.key) === 0)) return null;
  return keyed.map((entry) => entry.part);
}

function nameOf({ stem }: Parts): string {
  return stem === "" ? "the layer" : quoted(stem);
}

function layerOf(part: Parts, file: string, faults: Diagnostic[]): DenseLayer | null {
  const { weight, bias, stem } = part;
  const found = faults.length;
  if (weight === null) {
    faults.push(fileError("OPT0304", `${file}: ${nameOf(part)} has a bias and no weight`));
  }
  if (bias === null) {
    const help = "save zeros for a layer without bias";
    faults.push(fileError("OPT0304", `${file}: ${nameOf(part)} has a weight and no bias`, help));
  }
  if (weight === null || bias === null) return null;
  const [rows, cols] = weight.shape;
  if (weight.shape.length !== 2 || rows === undefined || cols === undefined) {
    const message = `${file}: ${quoted(weight.name)} has ${weight.shape.length} dimensions instead of 2`;
    faults.push(fileError("OPT0305", message, "a weight has the shape [outputs, inputs]"));
    return null;
  }
  if (rows < 1 || cols < 1 || rows > widest || cols > widest) {
    faults.push(
      fileError("OPT0305", `${file}: ${quoted(weight.name)} is ${rows} x ${cols}; widths are 1 to ${widest}`),
    );
    return null;
  }
  if (bias.shape.length !== 1 || bias.shape[0] !== rows) {
    const shape = `[${bias.shape.join(", ")}]`;
    const message = `${file}: ${quoted(bias.name)} has the shape ${shape}, its weight has ${rows} outputs`;
    const help = bias.shape[0] === cols ? "a weight has the shape [outputs, inputs]: is it transposed?" : null;
    faults.push(fileError("OPT0305", message, help));
  }
  checkNumbers(weight, file, faults);
  checkNumbers(bias, file, faults);
  if (faults.length > found) return null;
  return { kind: "dense", name: stem, rows, cols, weights: weight.data, bias: bias.data, activation: "relu" };
}

/** Upper bound of what a layer makes of the largest of its inputs and 1. */
function gainOf({ weights, bias, cols }: DenseLayer): number {
  const most = (numbers: Float64Array): number => numbers.reduce((top, x) => Math.max(top, Math.abs(x)), 0);
  return Math.max(1, cols * most(weights) + most(bias));
}

function checkNumbers({ name, shape, data }: StoredTensor, file: string, faults: Diagnostic[]): void {
  const usable = (x: number): boolean => Math.abs(x) <= largest;
  const first = data.findIndex((x) => !usable(x));
  if (first < 0) return;
  const count = data.reduce((total, x) => (usable(x) ? total : total + 1), 0);
  const index = shape.length === 2 ? [Math.floor(first / shape[1]!), first % shape[1]!] : [first];
  const message = `${file}: ${quoted(name)}[${index.join(", ")}] is ${data[first]}; ${count} of ${data.length} are ${Number.isFinite(data[first]) ? `beyond ${largest}` : "not finite"}`;
  faults.push(fileError("OPT0306", message, "the training diverged"));
}

function transposedHelp(wanted: number, layer: DenseLayer): string | null {
  return layer.rows === wanted ? "a weight has the shape [outputs, inputs]: is it transposed?" : null;
}
