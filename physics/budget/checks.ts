import { figure, type Metric, measured } from "../../dsl/index.ts";
import { reticleSlack } from "../../netlist/index.ts";
import { dbm } from "../light/decibels.ts";
import { qOfError } from "../noise/noise.ts";
import type { Answer } from "./answers.ts";
import type { Budget, ChipSize } from "./budget.ts";
import { brighterNetwork, type Held, type RequirementResult } from "./requirements.ts";

/** A row of the table by which `compile`, `verify` and `report` say whether a circuit does what it has to. Plain data. */
export interface Check {
  readonly name: string;
  readonly state: "pass" | "fail" | "not computed";
  /** What was found, or why nothing was. */
  readonly found: string;
  /** What it has to be; null where nothing is asked. */
  readonly wanted: string | null;
  /** Distance to the bound over the bound, negative where it is missed; null where it is no ratio. */
  readonly slack: number | null;
  /** Whether the exit code depends on it. */
  readonly required: boolean;
  /** What would mend it; null where nothing is known, or nothing is missed. */
  readonly mend: string | null;
}

/** Whether noise and bandwidth allow the circuit in its technology, what was not looked at, and what is required. `spec` null: no setting of its may be advised. */
export function builtChecks(
  spec: Held | null,
  budget: Budget | null,
  requirements: readonly RequirementResult[],
): readonly Check[] {
  const required = requirementChecks(requirements);
  const asked = (...metrics: readonly Metric[]): boolean => requirements.some(({ metric }) => metrics.includes(metric));
  const open = [
    ...(asked("temperature-range", "laser-drift") ? [] : [notComputed("drift", "`optinc budget` finds it")]),
    ...(asked("yield") ? [] : [notComputed("yield", "`optinc yield` counts chips")]),
  ];
  return budget === null ? required : [...technologyChecks(spec, budget), ...open, layoutCheck(budget), ...required];
}

/** `+39 %`; beyond ten times the bound as a multiple of it; empty where there is no slack. */
export function slackText({ slack }: Check): string {
  if (slack === null || !Number.isFinite(slack)) return "";
  const percent = Math.round(100 * slack);
  const sign = slack < 0 ? "" : "+";
  return Math.abs(percent) < 1000 ? `${sign}${percent} %` : `${sign}${figure(slack)} x`;
}

/** A row without its name: `fail: 3 ps, wanted <= 1 ps (-200 %); shorter waveguides` */
export function checkText(check: Check): string {
  const { state, found, wanted, mend } = check;
  const slack = slackText(check);
  const bound = `${wanted === null ? "" : `, wanted ${wanted}`}${slack === "" ? "" : ` (${slack})`}`;
  return `${state}: ${found}${bound}${mend === null ? "" : `; ${mend}`}`;
}

function technologyChecks(spec: Held | null, budget: Budget): readonly Check[] {
  const wanted = qOfError(budget.wantedWordErrorRate);
  const noise = checkOf("noise", budget.noise, `${figure(wanted)} sigma`, ({ method, wordErrorRate, decisions }) => {
    const weakest = decisions[0];
    const q = weakest?.q ?? qOfError(Math.min(0.5, wordErrorRate));
    const at = weakest === undefined ? ` on ${method} words` : ` at ${weakest.kind} ${weakest.cell}`;
    return { found: `${figure(q)} sigma${at}`, slack: q / wanted - 1 };
  });
  const asked = budget.symbolRateBd;
  const rate = checkOf("symbol rate", budget.rate, measured(asked, "Bd"), ({ largestSymbolRateBd, limitedBy }) => {
    const found = `up to ${measured(largestSymbolRateBd, "Bd")}, by ${limitedBy}`;
    return { found, slack: largestSymbolRateBd / asked - 1 };
  });
  const mend = noise.state === "fail" && spec !== null ? brighterNetwork(spec) : null;
  return [{ ...noise, mend }, rate];
}

/** Whether one exposure takes the chip. */
function layoutCheck(budget: Budget): Check {
  const { size } = budget;
  if (size === null) return notComputed("layout", "only constructed networks with lengths are drawn");
  const { widthM, heightM, reticleWidthM, reticleHeightM } = size;
  const slack = reticleSlack([reticleWidthM, reticleHeightM], [widthM, heightM]);
  return {
    ...notComputed("layout", sizeText(size, budget)),
    state: slack >= 0 ? "pass" : "fail",
    wanted: `<= ${figure(1e3 * reticleWidthM)} mm x ${figure(1e3 * reticleHeightM)} mm`,
    slack,
    mend: slack >= 0 ? null : "fewer workers or bits, or a cascade",
  };
}

/** `5.012 mm x 4.41 mm, 42 % covered` */
export function sizeText({ widthM, heightM }: ChipSize, { figures: { area } }: Budget): string {
  const covered = area.kind === "value" ? `, ${Math.round((100 * area.value) / (widthM * heightM))} % covered` : "";
  return `${figure(1e3 * widthM)} mm x ${figure(1e3 * heightM)} mm${covered}`;
}

/** A row that nothing depends on. */
export function notComputed(name: string, found: string): Check {
  return { name, state: "not computed", found, wanted: null, slack: null, required: false, mend: null };
}

function checkOf<T>(
  name: string,
  answer: Answer<T>,
  wanted: string,
  found: (value: T) => { readonly found: string; readonly slack: number },
): Check {
  if (answer.kind === "not-computed") return { ...notComputed(name, answer.reason), wanted };
  const value = found(answer.value);
  return { name, ...value, state: value.slack >= 0 ? "pass" : "fail", wanted, required: false, mend: null };
}

function requirementChecks(results: readonly RequirementResult[]): readonly Check[] {
  return results.map(({ metric, required, found, met, slack, mend, figure: { kind } }) => ({
    name: metric,
    state: kind === "not-computed" ? "not computed" : met ? "pass" : "fail",
    found,
    wanted: required,
    slack,
    required: true,
    mend,
  }));
}

/** `Buildable in foundry-si at 10 GBd: no: noise is 1.608 sigma, wanted 7.034 sigma; needs 13.2 dBm a symbol.` */
export function buildableText(checks: readonly Check[], budget: Budget | null): string {
  if (budget === null) return "Buildable: not computed, as no spec names a technology.";
  const at = `Buildable in ${budget.technology} at ${measured(budget.symbolRateBd, "Bd")} and ${figure(dbm(budget.launchPowerW))} dBm a symbol`;
  const failing = checks.find(({ state, required }) => state === "fail" || (required && state === "not computed"));
  const open = checks.filter(({ state }) => state === "not computed");
  if (failing === undefined) {
    const left = open.length === 0 ? "" : `, as far as computed (not ${open.map(({ name }) => name).join(", ")})`;
    return `${at}: yes${left}.`;
  }
  const { name, found, wanted, mend } = failing;
  const launch = budget.figures["launch-power"];
  const light = name === "noise" && launch.kind === "value" ? [`${figure(dbm(launch.value))} dBm a symbol`] : [];
  const ways = [...light, ...(mend === null ? [] : [mend])];
  const needs = ways.length === 0 ? "" : `; it needs ${ways.join(", or ")}`;
  return `${at}: no: ${name} is ${found}, wanted ${wanted}${needs}.`;
}
