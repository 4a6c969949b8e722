import { type LinearForm, levelsOfSymbol, sentBy, simulateWords } from "../../netlist/index.ts";
import { lowPass, type Poles, timeOfShare } from "./poles.ts";
import type { Speeds } from "./speeds.ts";
import type { TimedCircuit } from "./timed-circuit.ts";

/** Fields over time at equal spacing, from the first light of a word's symbol on, however late it comes. */
type Samples = Float64Array;

/** What one receiver detects of words that follow each other, and how it is read. */
export interface Received {
  /** In `circuit.outputs`. */
  readonly port: number;
  /** In levels, `SAMPLES` a word. */
  readonly level: Samples;
  /** The level that each word gives at rest. */
  readonly wanted: readonly number[];
  /** After the start of a word's light, in samples, at which all words are read. */
  readonly readAt: number;
  /** Words that are read wrong then. */
  readonly wrong: readonly number[];
  readonly eye: number;
}

/** What receivers read of words that follow each other without pause. */
export interface FilteredStream {
  readonly words: number;
  /** Words of which a receiver reads another level than of the word alone, each receiver at its best time. */
  readonly wrong: number;
  /** The least distance of a reading from the next decision, of the half level that it has at rest; not above 0 where words are wrong. */
  readonly eye: number;
}

/** Samples of a symbol period. */
export const SAMPLES = 32;
/** Symbol periods after the last light of a word at rest, in which the best time to read is looked for. */
const LATEST = 3;
/** Around the best sample, in samples. */
const BETWEEN = [-0.75, -0.5, -0.25, 0.25, 0.5, 0.75] as const;

/** Words one after another at `rateBd`, as `receivedWords` sends them. */
export function filteredStream(
  timed: TimedCircuit,
  speeds: Speeds,
  rateBd: number,
  symbols: Uint8Array,
): FilteredStream {
  const received = receivedWords(timed, speeds, rateBd, symbols);
  const { workers, symbols: places } = timed.circuit.aggregate;
  return {
    words: symbols.length / (workers * places),
    wrong: new Set(received.flatMap(({ wrong }) => wrong)).size,
    eye: received.reduce((least, { eye }) => Math.min(least, eye), 1),
  };
}

/**
 * Words one after another at `rateBd`, through `poles`: those of the modulator that sends the light, then those of photodiode and
 * amplifier that detect it; at a receiver, through `receiverPoles`. Delay lines wait for a neuron until half of its step is there, and until it has recovered; what light meets otherwise comes at once.
 * Clocks of transmitters and receivers may both be off: a reading counts the worst level of so long before and after.
 * `symbols`: [word][worker * symbols + symbol].
 */
export function receivedWords(
  timed: TimedCircuit,
  { poles, receiverPoles, clockErrorS, recoveryS }: Speeds,
  rateBd: number,
  symbols: Uint8Array,
): readonly Received[] {
  const { circuit } = timed;
  const width = circuit.aggregate.workers * circuit.aggregate.symbols;
  const words = symbols.length / width;
  const spacingS = 1 / rateBd / SAMPLES;
  const lead = timeOfShare(poles, 0.5) / spacingS;
  const launched = circuit.inputs.map((port): Samples => {
    if (port.kind === "reference") return new Float64Array(0);
    const place = port.worker * circuit.aggregate.symbols + port.symbol;
    const samples = new Float64Array(words * SAMPLES);
    for (let word = 0; word < words; word++) {
      const field = port.fieldPerLevel * symbols[word * width + place]!;
      samples.fill(field, word * SAMPLES, (word + 1) * SAMPLES);
    }
    return samples;
  });
  const outputs: Samples[][] = [];
  const sourcesOf: Samples[][] = [];
  const linear = ({ re, constantRe }: LinearForm, sources: readonly Samples[]): Samples => {
    const sum = new Float64Array(words * SAMPLES).fill(constantRe);
    for (const [j, weight] of re.entries()) {
      if (weight === 0) continue;
      const source = sources[j]!;
      for (let i = 0; i < sum.length; i++) sum[i]! += weight * source[i]!;
    }
    return sum;
  };
  const detected = (form: LinearForm, sources: readonly Samples[], chain: Poles): Samples => {
    const samples = linear(form, sources);
    for (const hertz of chain) lowPass(samples, hertz, spacingS);
    return samples;
  };
  for (const { slice, reads, recovers } of timed.parts) {
    const sources = [
      ...reads.map(({ part, output }) => outputs[part]![output]!),
      ...slice.unresolved.map((port) => launched[port]!),
    ];
    for (const [a, { form, threshold, gain, range }] of slice.activations.entries()) {
      const field = detected(form, sources, poles);
      for (let i = 0; i < field.length; i++) field[i]! -= threshold;
      const held = recovers[a]! ? recoveryS / spacingS : 0;
      if (held > 0) holdAnswers(field, range, held);
      sendBetween(field, gain, range);
      sources.push(earlier(field, lead + held + 0.5));
    }
    outputs.push(slice.outputs.map((form) => linear(form, sources)));
    sourcesOf.push(sources);
  }
  const settled = simulateWords(circuit, symbols);
  return timed.receivers.map(({ part, output, port }) => {
    const { worker, symbol, levelsPerField } = circuit.outputs[port]!;
    const place = worker * circuit.aggregate.symbols + symbol;
    const field = detected(timed.parts[part]!.slice.outputs[output]!, sourcesOf[part]!, receiverPoles);
    const level = field.map((value) => value * levelsPerField);
    const wanted = Array.from({ length: words }, (_, word) => settled[word * width + place]!);
    return {
      port,
      level,
      wanted,
      ...bestReading(level, wanted, levelsOfSymbol(circuit.aggregate, symbol) - 1, (2 * clockErrorS) / spacingS),
    };
  });
}

/**
 * What a neuron sends, in place: between each sample and the last the mean of its curve over the straight line there, so that an edge comes at
 * its time and not at a sample (antiderivative antialiasing: Parker, Zavalishin and Le Bivic, 2016). It stands half a sample later.
 */
function sendBetween(field: Samples, gain: number, range: number): void {
  let last = field[0]!;
  for (let i = 0; i < field.length; i++) {
    const now = field[i]!;
    const [low, high] = now < last ? [now, last] : [last, now];
    last = now;
    const [least, most] = [sentBy(1, range, low), sentBy(1, range, high)];
    const saturated = high > range ? range * (high - Math.max(low, range)) : 0;
    field[i] = gain * (least === most ? most : ((most - least) * ((most + least) / 2) + saturated) / (high - low));
  }
}

type Reading = Pick<Received, "readAt" | "wrong" | "eye">;

/** Fields as a neuron answers them that keeps the answer of either end of its curve for `held` samples longer, in place. */
function holdAnswers(field: Samples, range: number, held: number): void {
  let [kept, last, before] = [0, Number.NEGATIVE_INFINITY, 0];
  field.forEach((value, i) => {
    const answer = Math.min(range, Math.max(0, value));
    // The end is left on the straight line from the last sample.
    if (last === i - 1 && answer !== kept) last += (kept - before) / (value - before);
    before = value;
    const isOutside = value < 0 || value > range;
    // Around the end of the time a sample lies between both answers, so that the edge comes then.
    const share = Math.min(1, i - last - held + 0.5);
    if (share < 1 && answer !== kept) field[i] = share > 0 ? share * answer + (1 - share) * kept : kept;
    else field[i] = answer;
    if (isOutside && (share > 0 || answer === kept)) [kept, last] = [answer, i];
  });
}

/**
 * At the time after the start of a word's light, the same for all words, that reads the most words right, with the widest eye; each word at
 * the worst moment of `off` samples before and after.
 */
function bestReading(level: Samples, wanted: readonly number[], top: number, off: number): Reading {
  const lowest = worstNear(level, off, -1);
  const highest = worstNear(level, off, 1);
  const at = (samples: Samples, place: number): number => {
    const whole = Math.min(samples.length - 1, Math.floor(place));
    const next = Math.min(samples.length - 1, whole + 1);
    return samples[whole]! + (place - Math.floor(place)) * (samples[next]! - samples[whole]!);
  };
  let best: Reading = { readAt: 0, wrong: wanted.map((_, word) => word), eye: Number.NEGATIVE_INFINITY };
  const tryPhase = (phase: number): void => {
    let eye = 1;
    const wrong: number[] = [];
    wanted.forEach((right, word) => {
      const place = word * SAMPLES + phase;
      const below = right === 0 ? 1 : 2 * (at(lowest, place) - right + 0.5);
      const above = right === top ? 1 : 2 * (right + 0.5 - at(highest, place));
      const opening = Math.min(below, above);
      if (!(opening > 0)) wrong.push(word);
      eye = Math.min(eye, opening);
    });
    if (wrong.length < best.wrong.length || (wrong.length === best.wrong.length && eye > best.eye))
      best = { readAt: phase, wrong, eye };
  };
  for (let phase = 0; phase < LATEST * SAMPLES; phase++) tryPhase(phase);
  const nearest = best.readAt;
  for (const by of BETWEEN) tryPhase(Math.max(0, nearest + by));
  return best;
}

/** The least (`sign` -1) or the largest (1) of all samples up to `off` before or after each. */
function worstNear(samples: Samples, off: number, sign: number): Samples {
  if (off === 0) return samples;
  const worst = earlier(samples, off);
  const take = (value: number, i: number): void => {
    if (sign * value > sign * worst[i]!) worst[i] = value;
  };
  earlier(samples, -off).forEach(take);
  const whole = Math.floor(off);
  for (let by = -whole; by <= whole; by++) {
    for (let i = Math.max(0, -by); i < samples.length - Math.max(0, by); i++) take(samples[i + by]!, i);
  }
  return worst;
}

/** The same samples `lead` samples earlier, on straight lines between them; after its end the light stays as it is. */
function earlier(samples: Samples, lead: number): Samples {
  const end = samples.length - 1;
  const whole = Math.floor(lead);
  const share = lead - whole;
  const found = new Float64Array(samples.length).fill(samples[lead < 0 ? 0 : end]!);
  for (let i = Math.max(0, -whole); i <= Math.min(end, end - whole); i++) {
    found[i] = (1 - share) * samples[i + whole]! + share * samples[Math.min(end, i + whole + 1)]!;
  }
  return found;
}
