import {
  isTooDark,
  type Reached,
  type Resources,
  type Synthesis,
  synthesise,
  synthesiseMeasured,
} from "../../compiler/index.ts";
import {
  andThen,
  type Checked,
  type Diagnostic,
  listed,
  placed,
  plainDiagnostic,
  refused,
  type Spec,
} from "../../dsl/index.ts";
import { idealOptics, type Optics, readMeasuredChip } from "../../netlist/index.ts";
import { opticsOf, type Technology } from "../../physics/index.ts";

/**
 * Spec -> circuit in the technology that the spec names; `technology` is what was read of it, null where the spec names none.
 * Null with a diagnostic where it was not handed over, does not say what light loses, or loses all of it.
 */
export function synthesiseIn(spec: Spec, technology: Technology | null, resources: Resources): Checked<Synthesis> {
  return andThen(opticsFor(spec, technology), (optics) => {
    try {
      return { value: synthesise(spec, resources, optics), diagnostics: [] };
    } catch (error) {
      if (!isTooDark(error)) throw error;
      const help = "fewer workers or bits, a technology with less loss, or none to leave light ideal";
      return refused(plainDiagnostic("OPT0646", `${spec.name}: ${error.message}`, help));
    }
  });
}

/** Text of the file of a measured chip, and how diagnostics call it. */
export interface MeasuredText {
  readonly name: string;
  readonly text: string;
}

/** The circuit of a spec for a fabricated chip, whose couplers and losses `chip` says; `designed` is what `synthesiseIn` makes of the spec. */
export function synthesiseFor(
  spec: Spec,
  technology: Technology | null,
  chip: MeasuredText,
  designed: Synthesis,
): Checked<Synthesis> {
  if (spec.network.kind !== "constructed") {
    const message = `${spec.name}: a ${spec.network.kind} network cannot be compiled for a measured chip`;
    const help = "its meshes mix lanes: they are decomposed for couplers that halve the power";
    return refused(plainDiagnostic("OPT0447", message, help));
  }
  return andThen(opticsFor(spec, technology), (optics) => {
    const { value, findings } = readMeasuredChip(chip.text, designed.circuit);
    const read = { value, diagnostics: findings.map((finding) => placed(finding, chip.name)) };
    return andThen(read, (couplers) => {
      const made = synthesiseMeasured(spec, optics, couplers);
      if ("circuit" in made) return { value: made, diagnostics: [] };
      return refused(...made.map((each) => outOfReach(spec, each)));
    });
  });
}

function outOfReach({ name: of }: Spec, { name, wanted, least, most }: Reached): Diagnostic {
  const percent = (share: number): string => `${Number((100 * share).toPrecision(4))} %`;
  const message = `${of}: ${name} must keep ${percent(wanted)} of its power, but its couplers allow ${percent(least)} to ${percent(most)}`;
  const help = "use another chip, fewer workers, or a power of two of them";
  return plainDiagnostic("OPT0448", message, help);
}

function opticsFor(spec: Spec, technology: Technology | null): Checked<Optics> {
  const absent = withoutTechnology(spec, technology);
  if (absent !== null) return refused(absent);
  if (technology === null || spec.technology === null) return { value: idealOptics, diagnostics: [] };
  const { optics, missing } = opticsOf(technology, spec.symbolRateBd);
  if (optics !== null) return { value: optics, diagnostics: [] };
  const message = `${spec.name}: the technology ${technology.name} does not give ${listed(missing)}`;
  const help = "the compiler compensates every loss: give it, if as 0";
  return refused(plainDiagnostic("OPT0638", message, help));
}

/** What is to be said of a spec whose technology was not handed over; null where all is there. */
export function withoutTechnology(spec: Spec, technology: Technology | null): Diagnostic | null {
  if (spec.technology === null || technology !== null) return null;
  const message = `${spec.name}: the technology ${spec.technology} was not given`;
  return plainDiagnostic("OPT0636", message, "read its file with `readTechnology`, and hand it to `compile`");
}
