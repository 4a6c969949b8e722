import { type Checked, placed, plainDiagnostic, refused } from "../../dsl/index.ts";
import {
  type Circuit,
  checkOptions,
  type DispersedCircuit,
  type ExportedChip,
  findTarget,
  holdsFunction,
  parseScope,
  type SpectrumPoint,
  subjectOf,
  type Target,
  type TargetFile,
  type TargetOptions,
  targets,
} from "../../netlist/index.ts";

export interface ExportOptions {
  /** `circuit` (left out), `layer:2`, `layer:NAME`, `mesh:NAME` or `mesh:LAYER/NAME`. */
  readonly scope?: string;
  /** Spelling choices of the format. */
  readonly options?: TargetOptions;
  /** Of formats that hold the function of a circuit (table, onnx, torch-hook): the chip whose function it is. */
  readonly chip?: ExportedChip | null;
  /** Of formats of scattering matrices: the circuit at the frequencies of their option `sweep`. */
  readonly spectrum?: readonly SpectrumPoint[] | null;
  /** Of models by wavelength: what their option `wl` asks for. */
  readonly dispersion?: DispersedCircuit | null;
}

/**
 * The files of a circuit in a format: its name, or a `Target` of one's own. What the format cannot express is an error,
 * what its tools will find hard a warning; content comes in pieces of text or bytes and is made as it is read.
 */
export function exportCircuit(
  circuit: Circuit,
  format: string | Target,
  { scope = "circuit", options = {}, ...light }: ExportOptions = {},
): Checked<readonly TargetFile[]> {
  const target = typeof format === "string" ? findTarget(format) : format;
  if (target === null) {
    const help = `formats: ${targets.map((it) => it.name).join(", ")}`;
    return refused(plainDiagnostic("OPT0641", `there is no format \`${String(format)}\``, help));
  }
  const unknown = checkOptions(target, options);
  if (unknown.length > 0) return { value: null, diagnostics: unknown.map((finding) => placed(finding, null)) };
  const { chip = null } = light;
  if (chip !== null && !holdsFunction(target)) {
    const message = `${target.name} prints the circuit as designed, not the ${chip.about}`;
    const help = `${targets
      .filter(holdsFunction)
      .map(({ name }) => name)
      .join(", ")} hold the function of a chip`;
    return refused(plainDiagnostic("OPT0449", message, help));
  }
  const parsed = parseScope(circuit, scope);
  const subject = parsed.scope === null ? null : subjectOf(circuit, parsed.scope, light);
  const findings = [...parsed.findings, ...(subject === null ? [] : target.check(subject, options))];
  const diagnostics = findings.map((finding) => placed(finding, circuit.name));
  if (subject === null || findings.some(({ severity }) => severity === "error")) return { value: null, diagnostics };
  return { value: target.emit(subject, options), diagnostics };
}
