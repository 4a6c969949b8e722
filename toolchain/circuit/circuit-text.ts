import { binaryBytes, type Checked, limits, placed, plainDiagnostic, refused } from "../../dsl/index.ts";
import { type Circuit, checkCircuit, parseJson, serializeCircuit } from "../../netlist/index.ts";

/**
 * The circuit as the text of circuit.json: the same circuit gives the same bytes. Throws RangeError beyond the 480 MiB that
 * `readCircuit` takes; no spec that `compile` accepts is so large.
 */
export function writeCircuit(circuit: Circuit): string {
  let text = "";
  for (const piece of serializeCircuit(circuit)) {
    text += piece;
    if (text.length > limits.circuitBytes) {
      throw new RangeError(
        `OPT0647: ${circuit.name} has more than ${binaryBytes(limits.circuitBytes)} of circuit.json`,
      );
    }
  }
  return text;
}

/** Reads an untrusted circuit.json: checks form, names, ports and numbers, not claims. Never throws; `value` is null after an error. */
export function readCircuit(text: string, name: string): Checked<Circuit> {
  const json = parseJson(text);
  if (json.kind === "refused") {
    const place = json.where === "" ? name : `${name}, ${json.where}`;
    const message = `${place}: ${json.message}`;
    return refused(plainDiagnostic("OPT0612", message, "the file was cut or edited: compile again"));
  }
  const format = exportOf(json.value);
  if (format !== null) {
    const help = `it is in the format ${format}, which is not read back: give the build directory or its circuit.json`;
    return refused(plainDiagnostic("OPT0632", `${name} is the index of an export`, help));
  }
  const { circuit, findings } = checkCircuit(json.value);
  return { value: circuit, diagnostics: findings.map((finding) => placed(finding, name)) };
}

/** The format of an index of `optinc export`, or null for any other value. */
function exportOf(value: unknown): string | null {
  if (typeof value !== "object" || value === null || !("format" in value) || !("target" in value)) return null;
  const { format, target } = value;
  return format === "optinc.export-index" && typeof target === "string" && /^\w+$/.test(target) ? target : null;
}
