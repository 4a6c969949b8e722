import { refused } from "../../../dsl/index.ts";
import { isFields } from "../../../formats/index.ts";
import {
  fileError,
  mostNumbers,
  mostTensors,
  quoted,
  type StoredTensor,
  type TensorReading,
  textsOf,
} from "./tensors.ts";

const deepest = 8;

/**
 * Reads JSON of tensor names and nested lists, {"0.weight": [[...], ...], "0.bias": [...]}, as
 * `{k: v.tolist() for k, v in model.state_dict().items()}` makes it; "__metadata__" may hold an object of texts. Never throws.
 */
export function readJsonTensors(bytes: Uint8Array, file: string): TensorReading {
  const bad = (message: string): TensorReading => refused(fileError("OPT0301", `${file}: ${message}`));
  let root: unknown;
  try {
    root = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    // texts longer than an engine's string limit end here too
    return bad(error instanceof SyntaxError ? "the file is not valid JSON" : "the file is not UTF-8 text");
  }
  if (!isFields(root)) return bad("expected an object of tensor names and nested lists");
  const { __metadata__: texts = {}, ...named } = root;
  const metadata = textsOf(texts);
  if (metadata === null) return bad("`__metadata__` is not an object of texts");
  const tensors: StoredTensor[] = [];
  for (const [name, value] of Object.entries(named)) {
    if (tensors.length === mostTensors) return bad(`more than ${mostTensors} tensors`);
    const tensor = tensorOf(name, value);
    if (typeof tensor === "string") return bad(`${quoted(name)} ${tensor}`);
    tensors.push(tensor);
  }
  return { value: { tensors, metadata }, diagnostics: [] };
}

/** The tensor, or what is wrong with it. */
function tensorOf(name: string, value: unknown): StoredTensor | string {
  const shape: number[] = [];
  for (let inner = value; Array.isArray(inner); inner = inner[0] as unknown) {
    if (shape.push(inner.length) > deepest) return "is nested too deep";
  }
  if (shape.length === 0) return "is not a list of numbers";
  const size = shape.reduce((product, side) => product * side, 1);
  if (size > mostNumbers) return "holds too many numbers";
  const data = new Float64Array(size);
  let at = 0;
  const fill = (part: unknown, depth: number): boolean => {
    if (depth === shape.length) {
      if (typeof part !== "number") return false;
      data[at++] = part;
      return true;
    }
    return Array.isArray(part) && part.length === shape[depth] && part.every((inner) => fill(inner, depth + 1));
  };
  return fill(value, 0) ? { name, shape, data } : "is ragged or holds something else than numbers";
}
