import { isTooDark, type Resources, type Synthesis, synthesise } from "../compiler/index.ts";
import { type Checked, type Diagnostic, plainDiagnostic, type Spec } from "../dsl/index.ts";
import { idealOptics, type Optics } from "../netlist/index.ts";
import { opticsOf, type Technology } from "../physics/index.ts";

/**
 * Spec -> circuit in the technology that the spec names; `technology` is what was read of it, null where the spec names none.
 * Null with a diagnostic where it was not handed over, does not say what light loses, or loses all of it.
 */
export function synthesiseIn(spec: Spec, technology: Technology | null, resources: Resources): Checked<Synthesis> {
  const { value: optics, diagnostics } = opticsFor(spec, technology);
  if (optics === null) return { value: null, diagnostics };
  try {
    return { value: synthesise(spec, resources, optics), diagnostics };
  } catch (error) {
    if (!isTooDark(error)) throw error;
    const help = "fewer workers or bits, a technology with less loss, or none to leave light ideal";
    return { value: null, diagnostics: [plainDiagnostic("OPT0646", `${spec.name}: ${error.message}`, help)] };
  }
}

function opticsFor(spec: Spec, technology: Technology | null): Checked<Optics> {
  const absent = withoutTechnology(spec, technology);
  if (absent !== null) return { value: null, diagnostics: [absent] };
  if (technology === null || spec.technology === null) return { value: idealOptics, diagnostics: [] };
  const { optics, missing } = opticsOf(technology, spec.symbolRateBd);
  if (optics !== null) return { value: optics, diagnostics: [] };
  const message = `${spec.name}: the technology ${technology.name} does not give ${missing.map((key) => `\`${key}\``).join(", ")}`;
  const help = "a circuit that makes up for what light loses has to know it; where nothing is lost, say 0";
  return { value: null, diagnostics: [plainDiagnostic("OPT0638", message, help)] };
}

/** What is to be said of a spec whose technology was not handed over; null where all is there. */
export function withoutTechnology(spec: Spec, technology: Technology | null): Diagnostic | null {
  if (spec.technology === null || technology !== null) return null;
  const message = `${spec.name}: the technology ${spec.technology} was not given`;
  return plainDiagnostic("OPT0636", message, "read its file with `readTechnology`, and hand it to `compile`");
}
