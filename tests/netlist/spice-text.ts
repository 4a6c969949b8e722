import { type Circuit, spiceTarget, type TargetOptions } from "../../netlist/index.ts";
import { emitText } from "./emit-text.ts";

/** The testbench of a circuit with the circuit in it, as one file. */
export function spiceText(circuit: Circuit, options: TargetOptions = {}): string {
  return emitText(spiceTarget, circuit, { testbench: "inside", ...options });
}
