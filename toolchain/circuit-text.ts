import { type Checked, type Diagnostic, placed, plainDiagnostic } from "../dsl/index.ts";
import { type Circuit, checkCircuit, serializeCircuit } from "../netlist/index.ts";

/** The circuit as the text of circuit.json: the same circuit gives the same bytes. */
export function writeCircuit(circuit: Circuit): string {
  return [...serializeCircuit(circuit)].join("");
}

/** A circuit from the text of a circuit.json, whoever wrote it: form, names, ports and numbers are checked, claims are not. */
export function readCircuit(text: string, name: string): Checked<Circuit> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    const help = "the file was cut or edited: compile again";
    return { value: null, diagnostics: [plainDiagnostic("OPT0612", `${name} is not a complete JSON text`, help)] };
  }
  const { circuit, findings } = checkCircuit(value);
  const diagnostics: Diagnostic[] = findings.map((finding) => placed(finding, name));
  return { value: circuit, diagnostics };
}
