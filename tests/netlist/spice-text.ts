import { type Circuit, emitText, spiceTarget, type TargetOptions } from "../../netlist/index.ts";

/** The testbench of a circuit with the circuit in it, as one file. */
export function spiceText(circuit: Circuit, options: TargetOptions = {}): string {
  return emitText(spiceTarget, circuit, { testbench: "inside", ...options });
}
