import { levelsOfSymbol, randomVectors, seededRandom } from "../../netlist/index.ts";
import type { Steps } from "../../verify/index.ts";
import type { NoiseModel } from "../noise/noise-model.ts";
import type { QuantityKey } from "../technology/quantities.ts";
import type { Reading } from "../technology/recorder.ts";
import { provedPeriod } from "./proved-rate.ts";
import { speedsOf, timingKeys } from "./speeds.ts";
import { type FilteredStream, filteredStream } from "./stream.ts";
import { type TimedCircuit, timedStages, timedWords } from "./timed-circuit.ts";

/** How fast words may follow each other: what the bandwidths of the parts allow, without noise. */
export interface RateFigures {
  /** Words at the symbol rate that is asked for. */
  readonly stream: FilteredStream;
  /** At which random words are read right with at least half of each eye open, by receivers built for it, as at every lower rate that was tried. */
  readonly largestSymbolRateBd: number;
  /** What takes most of the eye there: `bandwidth` or a quantity of clocks and neurons; or the skew. */
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
/** The search climbs by this factor to the first eye that is less open, from the rate that is proved without skew. */
const CLIMB = Math.SQRT2;
/** Without one it begins at the slowest filter's bandwidth times the first; it ends at that times the second. */
const SEARCHED = [1 / 64, 2] as const;
const HALVINGS = 5;
/** About as many rates as are tried. */
const TRIED = 16;

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
  const timed = timedOf(model);
  const symbols = wordsFor(timed);
  let done = 0;
  function* streamAt(rateBd: number, without: readonly QuantityKey[] = []): Steps<FilteredStream> {
    yield { done, total: Math.max(TRIED, ++done), unit: "words", wrong: null };
    return filteredStream(timed, speedsOf(reading, rateBd, wordErrorRate, without), rateBd, symbols);
  }
  const stream = yield* streamAt(symbolRateBd);
  const built = speedsOf(reading, symbolRateBd, wordErrorRate);
  const periodWith = (skew: number): number | null =>
    model.kind === "states" ? provedPeriod(model.plan, built, skew) : null;
  const [period, openPeriod] = [periodWith(skewS), periodWith(0)];
  const [least, most] = SEARCHED.map((factor) => factor * Math.min(...built.poles)) as [number, number];
  let low = openPeriod === null ? 0 : 1 / openPeriod;
  let high = openPeriod === null ? least : Math.min(most, CLIMB * low);
  while (high < most && (yield* streamAt(high)).eye >= OPEN) [low, high] = [high, Math.min(most, CLIMB * high)];
  for (let i = 0; i < HALVINGS && low > 0; i++) {
    const middle = Math.sqrt(low * high);
    if ((yield* streamAt(middle)).eye >= OPEN) low = middle;
    else high = middle;
  }
  const bySkew = skewS > 0 ? SKEW_SHARE / skewS : Number.POSITIVE_INFINITY;
  return {
    stream,
    ...(bySkew < low
      ? { largestSymbolRateBd: bySkew, limitedBy: `skew at ${skewAt}` }
      : { largestSymbolRateBd: low, limitedBy: yield* limitOf(reading, (without) => streamAt(low || least, without)) }),
    openSymbolRateBd: low,
    provedSymbolRateBd: period === null ? null : 1 / period,
  };
}

/** What takes most of the eye: by how much wider it is without. */
function* limitOf(
  reading: Reading,
  streamWithout: (keys: readonly QuantityKey[]) => Steps<FilteredStream>,
): Steps<string> {
  const given = timingKeys.filter((key) => reading.has(key) && reading.value(key) > 0);
  const { eye: whole } = yield* streamWithout([]);
  const { eye: filtered } = yield* streamWithout(given);
  let worst = { name: "bandwidth", loss: 1 - filtered };
  for (const name of given) {
    const loss = (yield* streamWithout([name])).eye - whole;
    if (loss > worst.loss) worst = { name, loss };
  }
  return worst.name;
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
