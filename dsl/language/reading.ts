import type { ApproximateSpec, Bound, StudyMeasure, TopologySpec, VariedValues, VerifyInputs } from "./spec.ts";

/** The value of a setting, in base units. */
export type ValueReading =
  | { readonly kind: "flag" }
  /** `orMore`: with `>=` before it. */
  | { readonly kind: "number"; readonly value: number; readonly orMore?: true }
  | { readonly kind: "numbers"; readonly values: readonly number[] }
  | { readonly kind: "layers"; readonly of: ApproximateSpec }
  | { readonly kind: "topology"; readonly of: TopologySpec }
  | { readonly kind: "inputs"; readonly of: VerifyInputs }
  | { readonly kind: "bound"; readonly of: Bound }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "choice"; readonly word: string }
  | { readonly kind: "names"; readonly names: readonly string[] }
  | { readonly kind: "axis"; readonly of: VariedValues }
  | { readonly kind: "measures"; readonly of: Measures };

/** Each metric at most once, in the order written. */
interface Measures {
  readonly kind: "measures";
  readonly measures: readonly StudyMeasure[];
}

/** The value without its kind, as a spec holds it. */
export function plainValue(
  reading: ValueReading,
):
  | boolean
  | number
  | string
  | readonly number[]
  | readonly string[]
  | ApproximateSpec
  | TopologySpec
  | VerifyInputs
  | Bound
  | VariedValues
  | Measures {
  switch (reading.kind) {
    case "flag":
      return true;
    case "number":
      return reading.value;
    case "numbers":
      return reading.values;
    case "layers":
    case "topology":
    case "inputs":
    case "bound":
    case "axis":
    case "measures":
      return reading.of;
    case "text":
      return reading.text;
    case "choice":
      return reading.word;
    case "names":
      return reading.names;
  }
}

/** The value as it is written behind its name; flags have none. Numbers are in base units, without them. */
export function writtenValue(value: ReturnType<typeof plainValue>): string {
  if (typeof value !== "object") return String(value);
  if (!("kind" in value)) return value.join(typeof value[0] === "string" ? ", " : " ");
  switch (value.kind) {
    case "layers":
      return `layers ${value.first}..${value.last}`;
    case "cascade":
      return `cascade ${value.fanIn.join(" x ")}`;
    case "sampled":
      return `sampled ${value.samples}`;
    case "bound":
      return `${value.relation} ${value.written}`;
    case "values":
      return value.values.map(({ written }) => written).join(", ");
    case "range":
      return value.written;
    case "measures":
      return value.measures.map(({ written }) => written).join(", ");
    case "none":
    case "all":
    case "single":
    case "exhaustive":
    case "proof":
      return value.kind;
  }
}
