import { type LinearForm, sentBy } from "../../netlist/index.ts";
import type { NoisePlan } from "../noise/propagation.ts";
import { type Poles, timeOfShare } from "./poles.ts";
import type { Speeds } from "./speeds.ts";

/** Share of each margin that earlier and later words may take; the rest is left to noise. */
const SHARE_OF_MARGIN = 0.5;
/** What they may take of the swing where a neuron passes its input on without deciding, so that no margin says it. */
const LINEAR_SHARE = 1e-3;

/** What adds less than this share of a field's swing is rounding: it counts as an error, at whatever time it comes. */
const ROUNDING = 1e-9;

/** A neuron of less margin than this share of its swing is taken as one that cannot be waited for. */
const LEAST_SHARE = 1e-12;

/** A signal over a word's time: outside of the window it is anything within its range, inside it is off by at most `error`. */
interface Window {
  /** Seconds after the word's light is there, and after its end (the next word's start). */
  readonly fromS: number;
  readonly toS: number;
  readonly error: number;
  readonly low: number;
  readonly high: number;
}

/**
 * The shortest symbol period, in seconds, at which every sequence of words is read right, by a bound; null where none is found.
 *
 * The filters answer to light with a weight h >= 0 of integral 1, step response H. If a sum of fields is within e of its value for a word
 * in the window [a, b], and within a swing s at all times, what is detected is within e + s (1 - H(t - a)) + s H(t - b) of it at t. A
 * comparator decides as it does at rest while this is below its margin: in the window [a + H^-1(1 - d), b + H^-1(d)] with
 * 2 d s + e = share of the margin. Windows of what meets are intersected; delay lines wait until half of a neuron's step is there, and may
 * be off by `skewS`. A receiver has filters of its own. What the last receiver needs is the period. Light comes and is read early or late by
 * the errors of clocks; a comparator that has nothing to recover from answers early.
 */
export function provedPeriod(
  { circuit, stages }: NoisePlan,
  { poles, receiverPoles, clockErrorS, recoveryS }: Speeds,
  skewS: number,
): number | null {
  const lead = timeOfShare(poles, 0.5);
  const { signals } = circuit.certificate!;
  const sums = signals.filter(({ kind }) => kind === "sum");
  const windows: Window[][] = [];
  let periodS = 0;
  /** After detection, with `allowed` of error at most. */
  const detect = (input: Window, allowed: number, chain: Poles): Window | null => {
    const share = (allowed - input.error) / (2 * (input.high - input.low));
    if (!(share > LEAST_SHARE)) return null;
    const kept = Math.min(share, 0.5);
    return {
      ...input,
      fromS: input.fromS + timeOfShare(chain, 1 - kept) - lead,
      toS: input.toS + timeOfShare(chain, kept) - lead,
      error: allowed,
    };
  };
  for (const [number, { kind, slice, feeds, before, rows, receivers }] of stages.entries()) {
    if (kind === "sum") {
      const most = sums[number]!.fieldPerUnit * sums[number]!.max;
      const sent = { low: Math.min(0, most), high: Math.max(0, most) };
      windows.push([{ fromS: clockErrorS, toS: -clockErrorS, error: 0, ...sent }]);
      continue;
    }
    const { activations, outputs } = slice!;
    const sources = feeds.map(({ stage, output }) => windows[stage]![output]!);
    for (const [a, { form, threshold, gain, range }] of activations.entries()) {
      const at = before.subarray(a * rows, (a + 1) * rows);
      const margin = at.reduce(
        (least, field) => Math.min(least, Math.abs(field), Math.abs(field - range)),
        Number.POSITIVE_INFINITY,
      );
      const decides = at.every((field) => field < 0 || field > range);
      const input = joined(form, sources, skewS);
      const allowed = decides ? SHARE_OF_MARGIN * margin : input.error + LINEAR_SHARE * (input.high - input.low);
      const seen = detect(input, allowed, poles);
      if (seen === null) return null;
      sources.push({
        ...seen,
        toS: seen.toS - (decides && Number.isFinite(range) ? recoveryS : 0),
        error: decides ? 0 : gain * seen.error,
        low: sentBy(gain, range, input.low - threshold),
        high: sentBy(gain, range, input.high - threshold),
      });
    }
    windows.push(outputs.map((form) => joined(form, sources, skewS)));
    for (const [o, { below, above }] of receivers.entries()) {
      const least = Math.min(...[...below.keys()].map((row) => Math.min(below[row]!, above[row]!)));
      const seen = detect(windows[number]![o]!, SHARE_OF_MARGIN * least, receiverPoles);
      if (seen === null) return null;
      periodS = Math.max(periodS, seen.fromS - seen.toS + 2 * clockErrorS);
    }
  }
  return periodS;
}

/** The sum of what a form adds, and the window in which all of it stands. */
function joined({ re, constantRe }: LinearForm, sources: readonly Window[], skewS: number): Window {
  const swings = sources.map(({ low, high }, j) => Math.abs(re[j]!) * (high - low));
  const least = ROUNDING * swings.reduce((sum, swing) => sum + swing, 0);
  const met = sources.filter((_, j) => swings[j]! > least);
  const sum = { error: 0, low: constantRe, high: constantRe };
  sources.forEach(({ error, low, high }, j) => {
    const weight = re[j]!;
    sum.error += swings[j]! > least ? Math.abs(weight) * error : swings[j]!;
    sum.low += Math.min(weight * low, weight * high);
    sum.high += Math.max(weight * low, weight * high);
  });
  return {
    ...sum,
    fromS: Math.max(...met.map(({ fromS }) => fromS)) + (met.length > 1 ? skewS : 0),
    toS: Math.min(...met.map(({ toS }) => toS)),
  };
}
