import type { Diagnostic, Requirement, Spec } from "../../dsl/index.ts";
import type { RequirementResult, Technology } from "../../physics/index.ts";
import { type Steps, within } from "../../verify/index.ts";
import { type DesignChoice, measureSteps, type TriedDesign } from "./search.ts";

/** Requirements that exclude each other. */
export interface Conflict {
  /** A smallest set of which no design that was tried keeps all; launch power and word error rate, each of which is for the other, count as one. */
  readonly requirements: readonly Requirement[];
  /** Of each, the best figure among the designs that keep the others; null where none has one. */
  readonly nearest: readonly (RequirementResult | null)[];
  /** The largest rate at which the design that was taken keeps everything, in Bd; null where the rate is not free or none was found. */
  readonly symbolRateBd: number | null;
}

/** Why no design keeps everything. */
export function* conflictSteps(
  spec: Spec,
  technology: Technology,
  { chosen, prefer, tried }: DesignChoice,
  seed: number,
): Steps<Conflict> {
  const requirements = smallestConflict(spec.requirements, tried);
  const nearest = requirements.map((one) => {
    const others = requirements.filter((each) => each !== one && !arePair(each, one));
    const keeping = tried.filter((design) => design.results !== null && others.every((each) => keeps(design, each)));
    return bestOf(one, keeping);
  });
  const ofNoise = ({ metric, met }: RequirementResult): boolean =>
    met || metric === "launch-power" || metric === "word-error-rate";
  const isSlower = spec.free.includes("symbol-rate") && chosen.results!.every(ofNoise);
  const rate = isSlower ? yield* nearestRateSteps(chosen, technology, prefer, seed) : null;
  return { requirements, nearest, symbolRateBd: rate };
}

/** The launch power is that of the required word error rate, and the other way round. */
function arePair(a: Requirement, b: Requirement): boolean {
  return a !== b && [a, b].every(({ metric }) => metric === "launch-power" || metric === "word-error-rate");
}

/** What was not measured may be kept. */
function keeps({ results }: TriedDesign, { metric }: Requirement): boolean {
  return results !== null && (results.find((each) => each.metric === metric)?.met ?? true);
}

function smallestConflict(requirements: readonly Requirement[], tried: readonly TriedDesign[]): readonly Requirement[] {
  for (let size = 1; size < requirements.length; size++) {
    for (const some of subsets(requirements, size)) {
      if (tried.some((design) => some.every((each) => keeps(design, each)))) continue;
      return requirements.filter((each) => some.some((one) => one === each || arePair(one, each)));
    }
  }
  return requirements;
}

/** All of a size, in the order of the whole. */
function* subsets<T>(of: readonly T[], size: number): Generator<readonly T[]> {
  if (size === 0) yield [];
  else
    for (const [i, first] of of.entries())
      for (const rest of subsets(of.slice(i + 1), size - 1)) yield [first, ...rest];
}

function bestOf({ metric, relation }: Requirement, designs: readonly TriedDesign[]): RequirementResult | null {
  let best: RequirementResult | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const { results } of designs) {
    const result = results?.find((each) => each.metric === metric);
    if (result?.figure.kind !== "value") continue;
    const cost = relation === "<=" ? result.figure.value : -result.figure.value;
    if (cost < least) [best, least] = [result, cost];
  }
  return best;
}

/** Halvings of the interval in which a rate is looked for: it is found to a hundredth of its octave. */
const halvings = 7;

/** Slower light is less noisy, and parts follow it: the rates that keep everything are those below one. */
function* nearestRateSteps(
  design: TriedDesign,
  technology: Technology,
  prefer: DesignChoice["prefer"],
  seed: number,
): Steps<number | null> {
  const at = { done: 0, total: halvings, unit: "designs", wrong: null } as const;
  const keepsAt = function* (symbolRateBd: number): Steps<boolean> {
    yield at;
    const slower = { ...design, spec: { ...design.spec, symbolRateBd } };
    return (yield* within(measureSteps(slower, technology, prefer, seed), () => at)).keepsAll;
  };
  let high = design.spec.symbolRateBd;
  let low = high / 2;
  while (low > 1e9 && !(yield* keepsAt(low))) [low, high] = [low / 2, low];
  if (low <= 1e9) return null;
  for (let i = 0; i < halvings; i++) {
    // Three digits, as the rate would be written.
    const middle = Number(Math.sqrt(low * high).toPrecision(3));
    if (middle <= low || middle >= high) break;
    if (yield* keepsAt(middle)) low = middle;
    else high = middle;
  }
  return low;
}

/** OPT0824, at the requirements that exclude each other. */
export function conflictDiagnostic(
  { name }: Spec,
  { designs, tried, chosen }: DesignChoice,
  { requirements, nearest, symbolRateBd }: Conflict,
): Diagnostic {
  const written = requirements.map(({ metric, relation, written: value }) => `\`${metric} ${relation} ${value}\``);
  const list = written.length === 1 ? written[0] : `${written.slice(0, -1).join(", ")} and ${written.at(-1)} together`;
  const labels = requirements.map(({ span, metric, relation }, i) => {
    const found = nearest[i];
    const best = relation === "<=" ? "least" : "most";
    const rest = requirements.length === 1 ? "" : " with the others kept";
    const text = found === null ? `no \`${metric}\`${rest}` : `the ${best}${rest}: ${found!.found}`;
    return { span, text, primary: i === 0 };
  });
  // Of the design that was taken alone: another one may keep more.
  const slower = symbolRateBd === null ? "" : `; it keeps \`symbol-rate >= ${symbolRateBd / 1e9} GBd\``;
  const help = `the best of ${tried.length} tried among ${designs} designs was taken: ${chosen.settings.join("; ")}${slower}`;
  return { code: "OPT0824", severity: "error", message: `${name}: no design keeps ${list}`, labels, help };
}
