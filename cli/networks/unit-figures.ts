import type { UnitFigures } from "../../collectives/index.ts";
import { measured } from "../../dsl/index.ts";
import { type Budget, type BudgetOptions, budgetSteps, type Figure, requirementSteps } from "../../physics/index.ts";
import { judgeChips } from "../chips/judge-chips.ts";
import { type ExitCode, exitCode } from "../exit.ts";
import type { CircuitSource } from "../files/circuit-reading.ts";
import { symbolRateFor } from "../files/technologies.ts";
import { driveSteps } from "../text/drive.ts";
import type { Terminal } from "../text/terminal.ts";
import { askedCircuits } from "./asked-circuits.ts";
import { fittingTechnology } from "./asked-technology.ts";

/** A circuit whose figures a comparison takes, with the operating point. */
export interface UnitRequest {
  /** Build directory, circuit.json or spec. */
  readonly path: string;
  readonly aggregate: string | null;
  /** Name or path; null: what the spec names. */
  readonly technology: string | null;
  /** Null: what the spec says, else 25 GBd. */
  readonly symbolRate: number | null;
  readonly launchPower: number;
  readonly wordErrorRate: number;
  /** 0 for none. */
  readonly chips: number;
  readonly seed: number;
}

/** Reads or compiles the circuit, works its budget out and judges its chips; says itself what goes wrong. */
export async function unitFigures(terminal: Terminal, request: UnitRequest): Promise<UnitFigures | ExitCode> {
  const { path, aggregate, chips, seed } = request;
  const asked = await askedCircuits(terminal, { path, aggregate, quiet: false }, true);
  if (typeof asked === "number") return asked;
  const source = asked.circuits[0]!;
  const { circuit } = source;
  const technology = await fittingTechnology(terminal, request, asked, source);
  if (technology === null) return exitCode.invalidInput;
  const symbolRateBd = symbolRateFor(request.symbolRate, source.spec?.spec ?? null, source.compiledWith);
  const { launchPower: launchPowerW, wordErrorRate } = request;
  const options: BudgetOptions = { technology, symbolRateBd, launchPowerW, wordErrorRate };
  const what = `budget of ${circuit.name}`;
  const budget = await driveSteps(terminal, false, what, budgetSteps(circuit, options));
  const bound = source.spec?.spec ?? null;
  const required =
    bound === null ? [] : await driveSteps(terminal, false, what, requirementSteps(circuit, bound, technology, seed));
  const wish = { phase: null, splitter: null, chips, seed, quiet: false };
  const judged = chips === 0 ? null : await judgeChips(terminal, wish, circuit, technology);
  if (judged !== null && judged.signal !== null) return judged.signal;
  const good = judged?.report.yield ?? null;
  const unit = unitOf(source, budget, good === null ? null : { share: good.share, chips: good.chips });
  const missed = required.flatMap((result) =>
    result.met ? [] : [`${result.metric} is ${result.found}, the spec requires ${result.required}`],
  );
  return { ...unit, fails: [...unit.fails, ...missed] };
}

/** What a budget says of one unit; `chips` where some were judged. */
export function unitOf(
  { circuit }: Pick<CircuitSource, "circuit">,
  budget: Budget,
  chips: UnitFigures["yield"],
): UnitFigures {
  const { figures, rate, power, wantedWordErrorRate, symbolRateBd, hardware } = budget;
  const fails: string[] = [];
  const known = (name: string, figure: Figure): number | null => {
    if (figure.kind === "value") return figure.value;
    fails.push(`${name} is not known: ${figure.reason}`);
    return null;
  };
  const latencyS = known("latency", figures.latency);
  const lossDb = known("path loss", figures["path-loss"]);
  // A bound may promise nothing.
  const bound = known("word error rate", figures["word-error-rate"]);
  const wordErrorRate = bound === null ? null : Math.min(1, bound);
  if (wordErrorRate !== null && wordErrorRate > wantedWordErrorRate) {
    fails.push(`word error rate ${Number(wordErrorRate.toPrecision(3))}, wanted ${wantedWordErrorRate}`);
  }
  if (rate.kind === "value" && symbolRateBd > rate.value.largestSymbolRateBd) {
    const { largestSymbolRateBd, limitedBy } = rate.value;
    const most = measured(largestSymbolRateBd, "Bd");
    fails.push(`${measured(symbolRateBd, "Bd")}, ${limitedBy} allows ${most}`);
  }
  if (chips !== null && chips.share === 0) fails.push(`each of ${chips.chips} chips has wrong words`);
  const { workers, bits, levels } = circuit.aggregate;
  return {
    circuit: circuit.name,
    technology: budget.technology,
    workers,
    bits,
    levels,
    symbolRateBd,
    mzis: hardware.mzis,
    latencyS,
    lossDb,
    wordErrorRate,
    watts: power.kind === "value" ? power.value.electrical.totalW : null,
    yield: chips,
    fails,
  };
}
