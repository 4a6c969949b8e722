import { levelsOfSymbol, randomVectors, seededRandom } from "../../netlist/index.ts";
import type { Steps } from "../../verify/index.ts";
import type { NoiseModel } from "../noise/noise-model.ts";
import type { Reading } from "../technology/recorder.ts";
import { provedPeriod } from "./proved-rate.ts";
import { type Speeds, speedsOf } from "./speeds.ts";
import { type FilteredStream, filteredStream } from "./stream.ts";
import { type TimedCircuit, timedStages, timedWords } from "./timed-circuit.ts";

/** How fast words may follow each other: what the bandwidths of the parts allow, without noise. */
export interface RateFigures {
  /** Words at the symbol rate that is asked for. */
  readonly stream: FilteredStream;
  /** At which random words are read right with at least half of each eye open, by receivers built for it, found by bisection; and what limits it. */
  readonly largestSymbolRateBd: number;
  readonly limitedBy: string;
  /** The same if light arrived without skew, which delay lines take away: losses are compensated, so that it is that of the circuit without lengths. */
  readonly openSymbolRateBd: number;
  /** At which every sequence of words is right by a bound, with half of each margin, by receivers built for the rate that is asked for; null where no bound is found. */
  readonly provedSymbolRateBd: number | null;
}

/** Skew up to this share of a symbol period leaves the eye open. */
export const SKEW_SHARE = 0.1;

/** What has to be left of an eye: the other half is for noise. */
const OPEN = 0.5;
/** Neurons times words of one stream, about, and the fewest and most words. */
const WORK = 3200;
const WORDS = [64, 400] as const;
const SEED = 1;
/** The search ends at the slowest filter's bandwidth times the second, and begins at the rate that is proved without skew, or at that times the first. */
const SEARCHED = [1 / 64, 2] as const;
const HALVINGS = 8;

/** No circuit is found to follow a higher rate. */
export function fastestRate(reading: Reading): number {
  return SEARCHED[1] * Math.min(...speedsOf(reading, 1, 0.5).poles);
}

/** For clocks whose errors keep that word error rate; `skewS`: the largest difference in arrival of light that meets, `skewAt` where. Throws NotGiven where a bandwidth is not given. */
export function* symbolRateSteps(
  model: Exclude<NoiseModel, { kind: "none" }>,
  reading: Reading,
  symbolRateBd: number,
  wordErrorRate: number,
  { skewS, skewAt }: { readonly skewS: number; readonly skewAt: string | null },
): Steps<RateFigures> {
  const speedsAt = (rateBd: number): Speeds => speedsOf(reading, rateBd, wordErrorRate);
  const built = speedsAt(symbolRateBd);
  const timed = timedOf(model);
  const symbols = wordsFor(timed);
  const total = HALVINGS + 2;
  yield { done: 0, total, unit: "words", wrong: null };
  const streamAt = (rateBd: number): FilteredStream => filteredStream(timed, speedsAt(rateBd), rateBd, symbols);
  const stream = streamAt(symbolRateBd);
  const periodWith = (skew: number): number | null =>
    model.kind === "states" ? provedPeriod(model.plan, built, skew) : null;
  const [period, openPeriod] = [periodWith(skewS), periodWith(0)];
  const isOpen = (rateBd: number): boolean => streamAt(rateBd).eye >= OPEN;
  const [least, most] = SEARCHED.map((factor) => factor * Math.min(...built.poles)) as [number, number];
  let low = openPeriod === null ? least : 1 / openPeriod;
  let high = most;
  for (let i = 0; i < HALVINGS; i++) {
    yield { done: 1 + i, total, unit: "words", wrong: null };
    const middle = Math.sqrt(low * high);
    if (isOpen(middle)) low = middle;
    else high = middle;
  }
  if (low === least && !isOpen(least)) low = 0;
  const bySkew = skewS > 0 ? SKEW_SHARE / skewS : Number.POSITIVE_INFINITY;
  return {
    stream,
    ...(bySkew < low
      ? { largestSymbolRateBd: bySkew, limitedBy: `skew at ${skewAt}` }
      : { largestSymbolRateBd: low, limitedBy: "bandwidth" }),
    openSymbolRateBd: low,
    provedSymbolRateBd: period === null ? null : 1 / period,
  };
}

/** The circuit as its light is followed in time. */
export function timedOf(model: Exclude<NoiseModel, { kind: "none" }>): TimedCircuit {
  return model.kind === "states" ? timedStages(model.plan) : timedWords(model.plan);
}

/** Random words, each followed by its opposite: so that each symbol of each worker often goes through its whole range. */
export function wordsFor({ circuit, parts }: TimedCircuit): Uint8Array {
  const { aggregate } = circuit;
  const neurons = parts.reduce((sum, { slice }) => sum + slice.activations.length, 0);
  const pairs = Math.min(WORDS[1], Math.max(WORDS[0], Math.floor(WORK / Math.max(1, neurons)))) / 2;
  const { symbols } = randomVectors(aggregate, Math.floor(pairs), seededRandom(SEED));
  const width = aggregate.workers * aggregate.symbols;
  return Uint8Array.from({ length: 2 * symbols.length }, (_, i) => {
    const place = i % width;
    const level = symbols[Math.floor(i / (2 * width)) * width + place]!;
    return Math.floor(i / width) % 2 === 0 ? level : levelsOfSymbol(aggregate, place % aggregate.symbols) - 1 - level;
  });
}
