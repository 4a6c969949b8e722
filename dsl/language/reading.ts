import type { ApproximateSpec, Bound, StudyMeasure, TopologySpec, VariedValues, VerifyInputs } from "./spec.ts";

/** The value of a setting, in base units; `of` is the value without its kind, as a spec holds it. */
export type ValueReading =
  | { readonly kind: "flag"; readonly of: true }
  /** `orMore`: with `>=` before it. */
  | { readonly kind: "number"; readonly of: number; readonly orMore?: true }
  | { readonly kind: "numbers"; readonly of: readonly number[] }
  | { readonly kind: "layers"; readonly of: ApproximateSpec }
  | { readonly kind: "topology"; readonly of: TopologySpec }
  | { readonly kind: "inputs"; readonly of: VerifyInputs }
  | { readonly kind: "bound"; readonly of: Bound }
  | { readonly kind: "text"; readonly of: string }
  | { readonly kind: "choice"; readonly of: string }
  | { readonly kind: "names"; readonly of: readonly string[] }
  | { readonly kind: "axis"; readonly of: VariedValues }
  | { readonly kind: "measures"; readonly of: Measures };

/** What a setting holds; a flag that is denied is false. */
export type PlainValue = ValueReading["of"] | false;

/** Each metric at most once, in the order written. */
interface Measures {
  readonly kind: "measures";
  readonly measures: readonly StudyMeasure[];
}

/** The value as it is written behind its name; flags have none. Numbers are in base units, without them. */
export function writtenValue(value: PlainValue): string {
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
