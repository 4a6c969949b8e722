import type { Circuit } from "../../../netlist/index.ts";

/** What a SPICE run gave: `values[node][vector]` in volts, node names in lower case without `v()`. */
export interface SpiceFields {
  readonly values: ReadonlyMap<string, Float64Array>;
}

/**
 * One netlist that runs many input vectors in one analysis, since starting an analysis costs more than solving it: the
 * .op becomes a .dc sweep of a vector number, and each worker source V_w.._re becomes a table over it. Everything else
 * of the netlist stays as printed. `vectors` [vector][worker * symbols + symbol].
 */
export function sweepNetlist(spiceText: string, circuit: Circuit, vectors: readonly (readonly number[])[]): string {
  const { symbols } = circuit.aggregate;
  let text = spiceText;
  for (const port of circuit.inputs) {
    if (port.kind !== "worker") {
      continue;
    }
    const source = new RegExp(`^V_w${port.worker}_s${port.symbol}_re (\\S+) 0 .*$`, "m");
    const table = vectors.map(
      (vector, v) => `${v},${port.fieldPerLevel * vector[port.worker * symbols + port.symbol]!}`,
    );
    text = replaceOnce(
      text,
      source,
      (node) => `B_w${port.worker}_s${port.symbol}_re ${node} 0 V=pwl(V(vector),${table.join(",")})`,
    );
  }
  return replaceOnce(text, /^\.op()$/m, () => `V_vector vector 0 0\n.dc V_vector 0 ${vectors.length - 1} 1`);
}

function replaceOnce(text: string, pattern: RegExp, by: (group: string) => string): string {
  if (!pattern.test(text)) {
    throw new Error(`the netlist has no line ${pattern}`);
  }
  return text.replace(pattern, (_, group: string) => by(group));
}
