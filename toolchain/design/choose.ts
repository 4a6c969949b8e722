import { type Checked, type Diagnostic, plainDiagnostic, refused, type Spec } from "../../dsl/index.ts";
import { type Technology, unbacked } from "../../physics/index.ts";
import type { StepProgress } from "../../verify/index.ts";
import { runAbortable } from "../circuit/run-steps.ts";
import { conflictDiagnostic, conflictSteps, idleBounds, slowDiagnostic, withoutDesign } from "./conflict.ts";
import { candidateSteps } from "./designs.ts";
import { type DesignChoice, designSteps, keepsRate, usualDesigns, withPreferredYield } from "./search.ts";

export interface ChooseOptions {
  /** Of the chips of a yield; 1 when left out. */
  readonly seed?: number;
  /** Designs that are measured at most; 32 when left out. */
  readonly designs?: number | undefined;
  readonly onStep?: (progress: StepProgress) => void;
  readonly signal?: AbortSignal | undefined;
}

/** A spec in which nothing is free. */
export interface DesignedSpec {
  readonly spec: Spec;
  /** Null where nothing was to be chosen. */
  readonly choice: DesignChoice | null;
  /** OPT0824 where the design misses requirements. */
  readonly conflict: Diagnostic | null;
}

/** A spec with its free settings chosen, so that its requirements are kept; as it is where none is free. OPT0821 refuses what no figure of the technology backs, OPT0830 a bound beyond every design, and OPT0235 warns of one that no design breaks. The same spec and seed give the same choice. */
export async function chooseDesign(
  spec: Spec,
  technology: Technology | null,
  { seed = 1, designs = usualDesigns, onStep = () => {}, signal }: ChooseOptions = {},
): Promise<Checked<DesignedSpec>> {
  if (spec.free.length === 0 || technology === null) {
    return { value: { spec, choice: null, conflict: null }, diagnostics: [] };
  }
  const unknown = unbacked(withPreferredYield(spec, spec.prefer), technology);
  if (unknown.length > 0) return { value: null, diagnostics: unknown };
  const candidates = await runAbortable(candidateSteps(spec, technology), signal, onStep);
  const impossible = withoutDesign(spec, candidates, technology);
  if (impossible !== null) return refused(impossible);
  const diagnostics = idleBounds(spec, candidates);
  const request = { technology, prefer: spec.prefer ?? "mzis", seed, free: spec.free };
  const choice = await runAbortable(designSteps(candidates, request, designs), signal, onStep);
  if (choice === null) {
    const message = `${spec.name}: no design can be built in ${technology.name}`;
    const help = "write `network constructed { decision-margin 0.4 }`: the compiler then says what is missing";
    return refused(plainDiagnostic("OPT0825", message, help));
  }
  const { chosen } = choice;
  if (chosen.keepsAll) {
    const isSlow = spec.free.includes("symbol-rate") && !keepsRate(chosen);
    return { value: { spec: chosen.spec, choice, conflict: isSlow ? slowDiagnostic(choice) : null }, diagnostics };
  }
  const conflict = await runAbortable(conflictSteps(spec, request, choice, designs), signal, onStep);
  const said = conflictDiagnostic(spec, choice, conflict);
  return { value: { spec: chosen.spec, choice, conflict: said }, diagnostics };
}
