import { type Circuit, subjectOf, type Target, type TargetOptions } from "../../netlist/index.ts";

/** The first file of an export of the whole circuit as one text. */
export function emitText(target: Target, circuit: Circuit, options: TargetOptions = {}): string {
  const subject = subjectOf(circuit, { kind: "circuit" });
  const decoder = new TextDecoder();
  let text = "";
  for (const piece of target.emit(subject, options)[0]!.content) {
    text += typeof piece === "string" ? piece : decoder.decode(piece);
  }
  return text;
}
