import { type Diagnostic, findUnit, type Metric, type Requirement, type Spec } from "../../dsl/index.ts";
import { type QuantityKey, quantities } from "../technology/quantities.ts";
import type { Technology } from "../technology/technology.ts";
import type { BudgetFigures, Figure, FigureMissing, FigureValue } from "./figures.ts";

/** What of a spec its requirements are judged by. */
export type Held = Pick<Spec, "name" | "requirements" | "symbolRateBd"> & Partial<Pick<Spec, "network" | "free">>;

/** One requirement beside its figure. */
export interface RequirementResult {
  readonly metric: Metric;
  /** As it is written: `<= 3 dBm`. */
  readonly required: string;
  readonly figure: Figure;
  /** The figure in the unit of the requirement, or why there is none. */
  readonly found: string;
  readonly met: boolean;
  /** Distance of the figure to the bound over the bound, negative where it is missed; null without a figure, and for a bound of 0. */
  readonly slack: number | null;
  /** What would mend a miss; null where nothing is known, or nothing is missed. */
  readonly mend: string | null;
}

/**
 * Every requirement of a spec against the figures of its circuit, in the order of the spec's table. A figure that was not computed,
 * or is no number, meets nothing.
 */
export function judge(spec: Held, figures: BudgetFigures, technology: Technology | null): readonly RequirementResult[] {
  return spec.requirements.map((requirement) => {
    const { metric, relation, value, written } = requirement;
    const figure = figures[metric];
    const met = figure.kind === "value" && (relation === "<=" ? figure.value <= value : figure.value >= value);
    const found = figure.kind === "value" ? valueText(figure, requirement, met) : figure.reason;
    const mend = met
      ? null
      : figure.kind === "value"
        ? mendOf(figure, requirement, spec, technology, figures)
        : giveHelp(figure, technology);
    const off = figure.kind === "value" && value !== 0 ? (figure.value - value) / value : null;
    const slack = off === null ? null : relation === "<=" ? -off : off;
    return { metric, required: `${relation} ${written}`, figure, found, met, slack, mend };
  });
}

/** OPT0820 for a requirement that is missed, OPT0821 for one whose figure there is not, each at its line of the spec. */
export function missesOf(spec: Held, results: readonly RequirementResult[]): readonly Diagnostic[] {
  return results.flatMap(({ metric, figure, found, met, mend }, index): Diagnostic[] => {
    if (met) return [];
    const requirement = spec.requirements[index]!;
    const isKnown = figure.kind === "value";
    const { span, written, relation } = requirement;
    const side = relation === "<=" ? "above" : "below";
    const limit = written.split(" at ")[0];
    const message = isKnown
      ? `${spec.name}: \`${metric}\` is ${found}, ${side} the required ${limit}`
      : `${spec.name}: \`${metric}\` is required, but cannot be computed: ${found}`;
    const label = { span, text: isKnown ? `it is ${found}` : "cannot be held", primary: true };
    return [{ code: isKnown ? "OPT0820" : "OPT0821", severity: "error", message, labels: [label], help: mend }];
  });
}

/** In the unit that was written, with as many digits as tell a miss from its bound, and a share from all. */
function valueText({ value, note }: FigureValue, { value: bound, unit }: Requirement, met: boolean): string {
  const [least, most] = [4, 17];
  const others = [...(met ? [] : [bound]), ...(unit === "%" && value !== 1 ? [1] : [])];
  const isHidden = (): boolean => others.some((it) => inUnit(value, unit, digits) === inUnit(it, unit, digits));
  let digits = least;
  while (digits < most && isHidden()) digits++;
  return inUnit(value, unit, digits) + (note === undefined ? "" : ` ${note}`);
}

function inUnit(value: number, unit: string | null, digits: number): string {
  const known = unit === null ? null : findUnit(unit);
  const shown = Number((known === null ? value : known.fromBase(value)).toPrecision(digits));
  return unit === null ? `${shown}` : `${shown} ${unit}`;
}

/** The same, rounded to three digits towards what is better: what is advised has to do. */
export function advised(value: number, unit: string | null, towards: (x: number) => number): string {
  const known = unit === null ? null : findUnit(unit);
  const amount = known === null ? value : known.fromBase(value);
  const step = 10 ** (Math.floor(Math.log10(amount)) - 2);
  const shown = Number((towards(amount / step) * step).toPrecision(3));
  return unit === null ? `${shown}` : `${shown} ${unit}`;
}

/** What to add to a technology. */
export function giveHelp({ missing }: FigureMissing, technology: Technology | null): string | null {
  if (technology === null) return 'name a technology, for instance `technology "foundry-si"`';
  if (missing === null) return null;
  const [value, unit] = quantities[missing].example;
  return `${technology.name} does not give \`${missing}\`: add it as \`{ value: ${value}, unit: ${unit ?? 1}, source: ..., kind: ... }\``;
}

function mendOf(
  figure: FigureValue,
  required: Requirement,
  spec: Held,
  technology: Technology | null,
  figures: BudgetFigures,
): string | null {
  const largest = largestPart(figure, required);
  const given = (key: QuantityKey): string => {
    const entry = technology?.entries[key];
    return entry === undefined ? `\`${key}\`` : `\`${key}\` (now ${entry.written})`;
  };
  switch (required.metric) {
    case "launch-power": {
      // Noise power goes with the bandwidth, and the light that keeps a distance from it with the noise power.
      const rate = (spec.symbolRateBd * required.value) / figure.value;
      const slower = `a symbol rate of about ${rateText(rate)} in place of ${rateText(spec.symbolRateBd)}`;
      const others = `${slower}, or a technology with more ${given("local-oscillator-power")} or less ${given("tia-noise")}`;
      return joined([brighterNetwork(spec), others]);
    }
    case "word-error-rate": {
      const launch = figures["launch-power"];
      // the power was solved for the rate that is required
      const brighter = launch.kind === "value" ? `a launch power of ${inUnit(launch.value, "dBm", 4)} a symbol` : null;
      const others = `a symbol rate below ${rateText(spec.symbolRateBd)}, or a technology with more ${given("local-oscillator-power")} or less ${given("tia-noise")}`;
      return joined([brighterNetwork(spec), brighter, others]);
    }
    case "heater-power": {
      // All of it is proportional to the power for a phase of pi.
      const pi = technology?.entries["heater-power-pi"];
      if (pi === undefined || !(figure.value > 0)) return largest;
      const enough = advised((pi.value * required.value) / figure.value, "mW", Math.floor);
      return joined([largest, `heaters of ${enough} a pi in place of ${pi.written}`]);
    }
    case "energy-per-word":
      return joined([largest, alone(figure, required, technology), "a higher symbol rate"]);
    case "path-loss":
    case "latency":
    case "area":
      return joined([largest, alone(figure, required, technology), "fewer workers or bits"]);
    case "crossings":
    case "mzis":
      return joined([largest, `fewer workers or bits; the circuit keeps \`${required.metric} <= ${figure.value}\``]);
    case "temperature-range":
    case "laser-drift":
      return joined([brighterNetwork(spec), "fewer workers or bits, which take shorter waveguides"]);
    case "extinction":
      return "fewer workers, whose leaking light adds up, or modulators that leak in quadrature";
    case "fibre-mismatch": {
      const linewidth = technology?.entries["laser-linewidth"];
      if (linewidth === undefined) return null;
      const enough = advised((linewidth.value * figure.value) / required.value, "kHz", Math.floor);
      return `a laser with a linewidth of ${enough} in place of ${linewidth.written}`;
    }
    case "availability": {
      // All times without right words go with these two.
      const shorter = (1 / required.value - 1) / (1 / figure.value - 1);
      if (shorter === 0) return "parts that do not fail";
      const times = (["repair-time", "retrim-time"] as const).flatMap((key) => {
        const entry = technology?.entries[key];
        if (entry === undefined) return [];
        const enough = advised(entry.value * shorter, entry.written.split(" ")[1] ?? null, Math.floor);
        return [`\`${key}\` of ${enough} in place of ${entry.written}`];
      });
      return `parts that fail less often, or ${times.join(" and ")}`;
    }
    case "yield":
      return "smaller errors, or a better bring-up; `optinc yield` ranks the devices whose errors break chips first";
  }
}

/** What a constructed network does not use yet to send brighter light; null of a free one, which the compiler chooses. */
export function brighterNetwork({ network, free = [] }: Held): string | null {
  if (free.includes("network") || network?.kind !== "constructed" || network.threshold !== "electronic") return null;
  const unused = (["residual", "outputs"] as const).filter((setting) => network[setting] === "direct");
  const settings = [
    ...unused.map((setting) => `${setting} regenerated`),
    ...(network.margin < 0.45 ? ["decision-margin 0.45"] : []),
  ];
  return settings.length === 0 ? null : `\`network constructed { ${settings.join("; ")} }\``;
}

/** The quantities of which less would do, each alone: `neuron-delay` of 36 ps in place of 80 ps. */
function alone({ parts, value }: FigureValue, required: Requirement, technology: Technology | null): string | null {
  const shares = new Map<QuantityKey, number>();
  for (const { value: share, of } of parts) if (of !== undefined) shares.set(of, (shares.get(of) ?? 0) + share);
  const found = [...shares].flatMap(([of, share]) => {
    const entry = technology?.entries[of];
    const left = share - (value - required.value);
    if (entry === undefined || !(left > 0)) return [];
    const unit = entry.written.split(" ")[1] ?? null;
    return [`\`${of}\` of ${advised((entry.value * left) / share, unit, Math.floor)} in place of ${entry.written}`];
  });
  return found.length === 0 ? null : `${found.join(", or ")}`;
}

function joined(parts: readonly (string | null)[]): string {
  return parts.filter((part) => part !== null).join("; ");
}

/** `most of it are crossings (6.3 dB of 15.8 dB), then MZIs (5 dB)`; null where the figure is no sum. */
function largestPart({ parts, value }: FigureValue, required: Requirement): string | null {
  const [first, second] = [...parts].sort((a, b) => b.value - a.value);
  if (first === undefined) return null;
  // A share of a power in dBm is a power of its own.
  const unit = required.unit === "dBm" ? "mW" : required.unit;
  const text = (amount: number): string => inUnit(amount, unit, 3);
  const next = second === undefined || !(second.value > 0) ? "" : `, then ${second.name} (${text(second.value)})`;
  return `the largest part: ${first.name} (${text(first.value)} of ${text(value)})${next}`;
}

function rateText(rate: number): string {
  return inUnit(rate, "GBd", 3);
}
