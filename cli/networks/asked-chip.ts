import { grouped, placed } from "../../dsl/index.ts";
import { type Circuit, readMeasuredChip } from "../../netlist/index.ts";
import { readingOf, technologyErrors } from "../../physics/index.ts";
import { displayName, readText, specBytes } from "../files/read.ts";
import type { NumberedChip } from "../gradients/chip.ts";
import { hasErrors, reportDiagnostics } from "../text/diagnostics.ts";
import type { Terminal } from "../text/terminal.ts";
import type { AskedCircuits } from "./asked-circuits.ts";
import { askedTechnology } from "./asked-technology.ts";

/** A chip as a command line names it: by a seed of phase errors, by its file, or by its number in a technology (null: that of the spec). */
interface ChipRequest {
  readonly path: string;
  readonly chip?: number | null;
  readonly phaseSigma?: number | null;
  readonly measured: string | null;
  readonly chipSample: number | null;
  readonly seed: number;
  readonly technology: string | null;
}

/** What the words go through in the place of the first circuit, null where no chip is named; what is wrong is said. */
export async function askedChip(
  terminal: Terminal,
  { path, chip = null, phaseSigma: sigmaRad = null, measured, chipSample: number, seed, technology }: ChipRequest,
  asked: AskedCircuits,
): Promise<NumberedChip | null | "unknown"> {
  if (chip !== null && sigmaRad !== null) {
    const about = `seed ${chip}, phase errors of ${sigmaRad} rad`;
    const data = { seed: chip, phaseSigma: sigmaRad };
    return { errors: { kind: "phases", sigmaRad }, seed: chip, number: 0, about, data };
  }
  const [first] = asked.circuits;
  if (measured !== null) return await measuredChip(terminal, measured, first!.circuit);
  if (number === null) return null;
  const found = await askedTechnology({ technology, path }, asked, first!);
  reportDiagnostics(terminal, found.source, found.diagnostics);
  if (found.technology === null || hasErrors(found.diagnostics)) return "unknown";
  const { name } = found.technology;
  const { errors, pitch } = technologyErrors(readingOf(found.technology));
  const about = `${number} of ${name}, seed ${seed}`;
  const data = { chipSample: number, seed, technology: name };
  return { errors: { kind: "technology", errors, pitch }, seed, number, about, data };
}

async function measuredChip(terminal: Terminal, path: string, circuit: Circuit): Promise<NumberedChip | "unknown"> {
  const { value, diagnostics } = await readText(path, specBytes);
  const file = displayName(path);
  const { value: chip, findings } = value === null ? { value, findings: [] } : readMeasuredChip(value.text, circuit);
  reportDiagnostics(terminal, null, [...diagnostics, ...findings.map((finding) => placed(finding, file))]);
  if (chip === null) return "unknown";
  const about = `${file}: ${grouped(chip.mzis.size)} MZIs with their own splitters and losses`;
  return { errors: { kind: "measured", chip }, seed: 0, number: 0, about, data: { measured: file } };
}
