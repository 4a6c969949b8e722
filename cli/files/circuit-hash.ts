import { createHash } from "node:crypto";
import { type Circuit, serializeCircuit } from "../../netlist/index.ts";

/** SHA-256 of circuit.json, hexadecimal. */
export function circuitHash(circuit: Circuit): string {
  const hash = createHash("sha256");
  for (const piece of serializeCircuit(circuit)) hash.update(piece);
  return hash.digest("hex");
}
