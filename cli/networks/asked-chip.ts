import { placed } from "../../dsl/index.ts";
import { type Circuit, readMeasuredChip } from "../../netlist/index.ts";
import { readingOf, technologyErrors } from "../../physics/index.ts";
import { displayName, readText, specBytes } from "../files/read.ts";
import type { NumberedChip } from "../gradients/chip.ts";
import { hasErrors, reportDiagnostics } from "../text/diagnostics.ts";
import type { Terminal } from "../text/terminal.ts";
import type { AskedCircuits } from "./asked-circuits.ts";
import { askedTechnology } from "./asked-technology.ts";

/** A chip as a command line names it. */
export type ChipRequest = { readonly kind: "phases"; readonly sigmaRad: number; readonly seed: number } | SampleRequest;

/** By its file, or by its number of a technology; null: that of the spec. */
export type SampleRequest =
  | { readonly kind: "measured"; readonly file: string }
  | { readonly kind: "drawn"; readonly number: number; readonly seed: number; readonly technology: string | null };

/** What `--measured` or `--chip-sample` asks for; null where neither is given. */
export function chipSampleOf(options: {
  readonly measured: string | null;
  readonly chipSample: number | null;
  readonly seed: number;
  readonly technology: string | null;
}): SampleRequest | null {
  const { measured: file, chipSample: number, seed, technology } = options;
  if (number !== null) return { kind: "drawn", number, seed, technology };
  return file === null ? null : { kind: "measured", file };
}

/** What the words go through in the place of the first circuit; what is wrong with its file or technology is said. */
export async function askedChip(
  terminal: Terminal,
  request: ChipRequest | null,
  path: string,
  asked: AskedCircuits,
): Promise<NumberedChip | null | "unknown"> {
  if (request === null) return null;
  if (request.kind === "phases") {
    return { errors: { kind: "phases", sigmaRad: request.sigmaRad }, seed: request.seed, number: 0, from: "" };
  }
  const [first] = asked.circuits;
  if (request.kind === "measured") return await measuredChip(terminal, request.file, first!.circuit);
  const found = await askedTechnology({ technology: request.technology, path }, asked, first!);
  reportDiagnostics(terminal, found.source, found.diagnostics);
  if (found.technology === null || hasErrors(found.diagnostics)) return "unknown";
  const { errors, pitch } = technologyErrors(readingOf(found.technology));
  const { seed, number } = request;
  return { errors: { kind: "technology", errors, pitch }, seed, number, from: found.technology.name };
}

async function measuredChip(terminal: Terminal, path: string, circuit: Circuit): Promise<NumberedChip | "unknown"> {
  const { value, diagnostics } = await readText(path, specBytes);
  const file = displayName(path);
  const { value: chip, findings } = value === null ? { value, findings: [] } : readMeasuredChip(value.text, circuit);
  reportDiagnostics(terminal, null, [...diagnostics, ...findings.map((finding) => placed(finding, file))]);
  return chip === null ? "unknown" : { errors: { kind: "measured", chip }, seed: 0, number: 0, from: file };
}
