import type { Circuit } from "../../netlist/index.ts";
import { compile, parseSpecs } from "../../toolchain/index.ts";

/** The circuit of `aggregate m { text }`. */
export async function circuitOf(text: string): Promise<Circuit> {
  const { value } = parseSpecs({ name: "m.optinc", text: `aggregate m { ${text} }` });
  const compiled = await compile(value![0]!);
  return compiled.value!.circuit;
}
