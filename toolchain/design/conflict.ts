import type { Diagnostic, Requirement, Spec } from "../../dsl/index.ts";
import {
  advised,
  answerOf,
  fastestRate,
  noiseAloneSteps,
  noiseModelSteps,
  type RequirementResult,
  type Technology,
  usualWordErrorRate,
} from "../../physics/index.ts";
import { type Steps, within } from "../../verify/index.ts";
import { synthesiseIn } from "../circuit/synthesis.ts";
import type { CandidateDesign } from "./designs.ts";
import {
  boundOf,
  type DesignChoice,
  type DesignRequest,
  isOfNoise,
  judgeSteps,
  measureSteps,
  type TriedDesign,
} from "./search.ts";

/** Requirements that exclude each other. */
export interface Conflict {
  /** A smallest set of which no design that was tried keeps all; launch power and word error rate, each of which is for the other, count as one. */
  readonly requirements: readonly Requirement[];
  /** Of each, the best figure among the designs that keep the others; null where none has one. */
  readonly nearest: readonly (RequirementResult | null)[];
  /** The largest rate below the bound at which a design that was tried keeps everything, and that design at it; null where the rate is not free or none was found. */
  readonly slower: TriedDesign | null;
  /** Quantities of the technology, each alone, with which the design that was taken keeps its noise: `tia-noise` of 6 pA/rtHz in place of 7.6 pA/rtHz. */
  readonly quantities: readonly string[];
}

/** Why no design keeps everything; at most so many designs are measured for it, where they may be nearer than those that were. */
export function* conflictSteps(
  spec: Spec,
  request: DesignRequest,
  { chosen, tried, leftOut }: DesignChoice,
  most: number,
): Steps<Conflict> {
  const requirements = smallestConflict(spec.requirements, [...tried, ...leftOut]);
  const measured = [...tried];
  const rest = [...leftOut];
  const nearest: (RequirementResult | null)[] = [];
  for (const one of requirements) {
    const others = requirements.filter((each) => each !== one && !arePair(each, one));
    const best = (of: readonly TriedDesign[]): RequirementResult | null =>
      bestOf(
        one,
        of.filter((design) => others.every((each) => keeps(design, each))),
      );
    while (measured.length < most) {
      const promising = rest.findIndex((it) => costOf(one, best([it])) < costOf(one, best(measured)));
      if (promising < 0) break;
      measured.push(yield* measureSteps(rest.splice(promising, 1)[0]!, request));
    }
    nearest.push(best(measured));
  }
  const isNoisy = chosen.results!.every((it) => it.met || isOfNoise(it));
  const slower: TriedDesign[] = [];
  if (isNoisy && spec.free.includes("symbol-rate")) {
    for (const design of tried.slice(0, SLOWED)) {
      const aboveBd = slower.at(-1)?.spec.symbolRateBd ?? LEAST_RATE_BD;
      const found = yield* nearestRateSteps(design, request, aboveBd);
      if (found !== null) slower.push(found);
    }
  }
  const quantities = isNoisy ? yield* enoughSteps(chosen, request.technology) : [];
  return { requirements, nearest, slower: slower.at(-1) ?? null, quantities };
}

/** Each of the two is for the other. */
function arePair(a: Requirement, b: Requirement): boolean {
  return a !== b && isOfNoise(a) && isOfNoise(b);
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

function bestOf(one: Requirement, designs: readonly TriedDesign[]): RequirementResult | null {
  let best: RequirementResult | null = null;
  for (const { results } of designs) {
    const result = results?.find(({ metric }) => metric === one.metric) ?? null;
    if (costOf(one, result) < costOf(one, best)) best = result;
  }
  return best;
}

/** Less is better; infinite without a figure. */
function costOf({ relation }: Requirement, result: RequirementResult | null): number {
  if (result?.figure.kind !== "value") return Number.POSITIVE_INFINITY;
  return relation === "<=" ? result.figure.value : -result.figure.value;
}

/** Halvings of the interval in which a rate or a quantity is looked for: a rate is found to a hundredth of its octave. */
const halvings = 7;

/** Designs of which a slower rate is looked for, the best first. */
const SLOWED = 4;
const LEAST_RATE_BD = 1e9;

/** Slower light is less noisy, and parts follow it: the rates that keep everything are those below one. Null where that is no more than `aboveBd`. */
function* nearestRateSteps(design: TriedDesign, request: DesignRequest, aboveBd: number): Steps<TriedDesign | null> {
  const at = { done: 0, total: halvings, unit: "designs", wrong: null } as const;
  const made = synthesiseIn(design.spec, request.technology, { network: null });
  if (made.value === null) return null;
  const { circuit } = made.value;
  const slower = (symbolRateBd: number): TriedDesign => ({ ...design, spec: { ...design.spec, symbolRateBd } });
  const keepsAt = function* (symbolRateBd: number): Steps<boolean> {
    yield at;
    return (yield* within(judgeSteps(slower(symbolRateBd), circuit, request), () => at)).keepsAll;
  };
  let high = design.spec.symbolRateBd;
  let low = high / 2;
  while (low > aboveBd && !(yield* keepsAt(low))) [low, high] = [low / 2, low];
  if (low <= aboveBd && !(high > aboveBd && (yield* keepsAt(aboveBd)))) return null;
  low = Math.max(low, aboveBd);
  for (let i = 0; i < halvings; i++) {
    // Three digits, as the rate would be written.
    const middle = Number(Math.sqrt(low * high).toPrecision(3));
    if (middle <= low || middle >= high) break;
    if (yield* keepsAt(middle)) low = middle;
    else high = middle;
  }
  // What is advised is a rate to compile for, whose delay lines may differ.
  const found = yield* within(measureSteps(slower(low), request), () => at);
  return low > aboveBd && found.keepsAll ? found : null;
}

/** What noise depends on, and whether more or less of it is better. */
const better = { "tia-noise": -1, "local-oscillator-power": 1, "propagation-loss": -1 } as const;
/** Quantities that many times better are not looked for. */
const FARTHEST = 10;

/** Each quantity as near to its value as is enough for the noise at the required launch power, and everything else as it is. */
function* enoughSteps({ spec }: TriedDesign, technology: Technology): Steps<readonly string[]> {
  const launchPowerW = boundOf(spec, "launch-power");
  const made = synthesiseIn(spec, technology, { network: null });
  if (made.value === null || launchPowerW === Number.POSITIVE_INFINITY) return [];
  const { circuit } = made.value;
  const most = spec.requirements.find(({ metric }) => metric === "word-error-rate")?.value ?? usualWordErrorRate;
  const found: string[] = [];
  for (const [key, way] of Object.entries(better) as [keyof typeof better, 1 | -1][]) {
    const entry = technology.entries[key];
    if (entry === undefined) continue;
    const at = { done: found.length, total: 3, unit: "quantities", wrong: null } as const;
    const keepsWith = function* (value: number): Steps<boolean> {
      yield at;
      const changed = { ...technology, entries: { ...technology.entries, [key]: { ...entry, value } } };
      // Oscillators and amplifiers change nothing of the circuit.
      const lossy = key === "propagation-loss" ? synthesiseIn(spec, changed, { network: null }).value : null;
      const made = lossy?.circuit ?? circuit;
      const model = yield* within(noiseModelSteps(made), () => at);
      const noisy = noiseAloneSteps(made, model, changed, spec.symbolRateBd, launchPowerW);
      return ((yield* within(noisy, () => at)) ?? 0) <= most;
    };
    let [low, high] = [1, FARTHEST];
    if (!(yield* keepsWith(entry.value * high ** way))) continue;
    for (let i = 0; i < halvings; i++) {
      const middle = Math.sqrt(low * high);
      if (yield* keepsWith(entry.value * middle ** way)) high = middle;
      else low = middle;
    }
    const enough = entry.value * high ** way;
    const value = advised(enough, entry.written.split(" ")[1] ?? null, way < 0 ? Math.floor : Math.ceil);
    found.push(`\`${key}\` of ${value} in place of ${entry.written}`);
  }
  return found;
}

/** OPT0824, at the requirements that exclude each other. */
export function conflictDiagnostic(
  { name }: Spec,
  { designs, tried, chosen }: DesignChoice,
  { requirements, nearest, slower, quantities }: Conflict,
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
  const others = slower?.settings.filter((it) => !chosen.settings.includes(it)).join("; ") ?? "";
  const who = others === "" ? "it" : `\`${others}\``;
  const rate = slower === null ? "" : `; ${who} keeps \`symbol-rate >= ${slower.spec.symbolRateBd / 1e9} GBd\``;
  const enough = quantities.map((each) => `; it would do with ${each}`).join("");
  const help = `the best of ${tried.length} tried among ${designs} designs was taken: ${chosen.settings.join("; ")}${rate}${enough}`;
  return { code: "OPT0824", severity: "error", message: `${name}: no design keeps ${list}`, labels, help };
}

/** OPT0824 where everything is kept but a bound of the symbol rate. */
export function slowDiagnostic({ chosen, tried, designs }: DesignChoice): Diagnostic {
  const found = `the best of ${tried.length} tried among ${designs} designs was taken; its parts follow`;
  return tooFast("OPT0824", chosen.spec, found, chosen.largestRateBd);
}

function tooFast(code: string, { name, symbolRateBd, rateBoundAt }: Spec, found: string, rateBd: number): Diagnostic {
  const [wanted, most] = [symbolRateBd, rateBd].map((rate) => advised(rate, "GBd", Math.floor));
  const labels = rateBoundAt === null ? [] : [{ span: rateBoundAt, text: `the most: ${most}`, primary: true }];
  const message = `${name}: no design keeps \`symbol-rate >= ${wanted}\``;
  return { code, severity: "error", message, labels, help: `${found} ${most}` };
}

/** OPT0830 where a bound is beyond every design, however it is drawn, or a rate beyond the parts: known before any is measured. */
export function withoutDesign(
  spec: Spec,
  designs: readonly CandidateDesign[],
  technology: Technology,
): Diagnostic | null {
  const { name, requirements, free, symbolRateBd } = spec;
  const fastest = answerOf(technology, fastestRate);
  if (free.includes("symbol-rate") && fastest.kind === "value" && fastest.value < symbolRateBd)
    return tooFast("OPT0830", spec, "no circuit of its parts follows more than", fastest.value);
  for (const { metric, value, unit, written, span } of designs.length === 0 ? [] : requirements) {
    const least = Math.min(...designs.map((design) => design.least[metric] ?? 0));
    if (least <= value) continue;
    const text = `each has ${unit === null ? least : advised(least, unit, Math.floor)} at least`;
    const message = `${name}: none of ${designs.length} designs keeps \`${metric} <= ${written}\``;
    const help = "write a larger bound, or fewer workers or bits";
    return { code: "OPT0830", severity: "error", message, labels: [{ span, text, primary: true }], help };
  }
  return null;
}

/** OPT0235 for a bound of MZIs that every design keeps: it decides nothing. */
export function idleBounds({ name, requirements }: Spec, designs: readonly CandidateDesign[]): readonly Diagnostic[] {
  const most = Math.max(...designs.map(({ mzis }) => mzis));
  return requirements.flatMap(({ metric, value, written, span }): Diagnostic[] => {
    if (metric !== "mzis" || value < most) return [];
    const labels = [{ span, text: `none of ${designs.length} designs has more than ${most}`, primary: true }];
    const message = `${name}: \`mzis <= ${written}\` has no effect on which design is chosen`;
    return [{ code: "OPT0235", severity: "warning", message, labels, help: "write a smaller bound, or leave it out" }];
  });
}
