import {
  type Circuit,
  indexFlow,
  type LinearForm,
  levelsOfSymbol,
  type ProgramSlice,
  resultOf,
  runSlice,
  seededRandom,
  sliceProgram,
} from "../../netlist/index.ts";
import { randomVectors, type Steps } from "../../verify/index.ts";
import { largestFields } from "../light/driven-parts.ts";
import { type CircuitNoise, ownNoiseOf, varianceAt } from "./circuit-noise.ts";
import { fieldsAt, type Region, workingOf } from "./neuron-regions.ts";
import { errorOfQ } from "./noise.ts";

/** Most coefficients of the composed circuit: beyond, nobody waits for it. */
const COEFFICIENT_LIMIT = 8_000_000;

/** Neurons at a corner in one word, of which each may pass its noise or not. */
const MOST_CORNERS = 6;

/** Words between two looks at whether to go on. */
const WORDS_A_STEP = 16;

/** Words, their fields before every neuron and at every receiver, and the composed circuit. */
export interface WordPlan {
  readonly circuit: Circuit;
  readonly slice: ProgramSlice;
  readonly words: number;
  /** [input][word], [neuron][word], less the neuron's threshold, [receiver][word] */
  readonly inputs: Float64Array;
  readonly before: Float64Array;
  readonly outputs: Float64Array;
}

/**
 * The whole circuit composed through its devices, with so many uniformly random words in it; null where it is too large for that.
 */
export function* planWords(circuit: Circuit, words: number, seed: number): Steps<WordPlan | null> {
  const neurons = circuit.sections.reduce((sum, section) => sum + section.activations.length, 0);
  const places = neurons + circuit.outputs.length;
  if (places * (neurons + circuit.inputs.length) > COEFFICIENT_LIMIT) return null;
  const last = circuit.sections.length - 1;
  const slice = sliceProgram(
    indexFlow(circuit),
    circuit.outputs.map(({ mode }) => ({ section: last, mode })),
    [],
  );
  yield { done: 0, total: words, unit: "words", wrong: null };
  const { symbols } = randomVectors(circuit.aggregate, words, seededRandom(seed));
  const width = circuit.aggregate.workers * circuit.aggregate.symbols;
  const inputs = new Float64Array(slice.unresolved.length * words);
  slice.unresolved.forEach((id, i) => {
    const port = circuit.inputs[id]!;
    if (port.kind !== "worker") return;
    const symbol = port.worker * circuit.aggregate.symbols + port.symbol;
    for (let v = 0; v < words; v++) inputs[i * words + v] = port.fieldPerLevel * symbols[v * width + symbol]!;
  });
  const fields = runSlice(slice, { vectors: words, re: inputs, im: null });
  return { circuit, slice, words, inputs, before: fields.before.re, outputs: fields.re };
}

/**
 * Probability that a word is wrong, averaged over the plan's words: of each word by noise propagated linearly through the neurons that
 * are neither dark nor saturated, summed over the neurons that could cross a corner and the receivers that could read another level. An
 * upper bound of the mean over these words.
 */
export function* meanWordErrorSteps(plan: WordPlan, noise: CircuitNoise): Steps<number> {
  const { slice, words, before } = plan;
  const { activations } = slice;
  const largest = largestFields(activations.length, before, words);
  const varianceOf = noiseFollower(plan, noise);
  let sum = 0;
  for (let v = 0; v < words; v++) {
    const fields = activations.map((_, a) => before[a * words + v]!);
    const working = activations.map(({ range }, a) => workingOf(fields[a]!, range, largest[a]!));
    const corners = working.flatMap(({ atCorner }, a) => (atCorner ? [a] : []));
    // where they are too many to be followed, nothing is promised of the word
    const circuits = corners.length > MOST_CORNERS ? 0 : 2 ** corners.length;
    let wrong = circuits === 0 ? 1 : 0;
    for (let number = 0; number < circuits; number++) {
      // of the neurons at a corner these are on the other side of it, where nothing of their noise passes
      const away = new Set(corners.filter((_, bit) => (number >> bit) & 1));
      const regions = activations.map(({ range }, a): Region => {
        if (!away.has(a)) return working[a]!.region;
        return fields[a]! < range / 2 ? "dark" : "saturated";
      });
      for (const [a, neuron] of activations.entries()) {
        const { below, above } = working[a]!;
        const own = varianceAt(noise.neuron, fieldsAt(neuron, fields[a]!).detected);
        const sigma = Math.sqrt(varianceOf(neuron.form, v, regions) + own);
        wrong += errorOfQ(below / sigma) + errorOfQ(above / sigma);
      }
      for (const [o, form] of slice.outputs.entries()) {
        wrong += misread(plan, noise, o, v, varianceOf(form, v, regions));
      }
    }
    sum += Math.min(1, wrong);
    if (v % WORDS_A_STEP === 0) yield { done: v, total: words, unit: "words", wrong: null };
  }
  return sum / words;
}

/**
 * The same for a circuit that claims nothing, whose neurons take any value and may well cross their kink without harm: receivers alone
 * are counted. An estimate, no bound.
 */
export function meanReadingError(plan: WordPlan, noise: CircuitNoise): number {
  const { slice, words, before } = plan;
  const varianceOf = noiseFollower(plan, noise);
  let sum = 0;
  for (let v = 0; v < words; v++) {
    const regions = slice.activations.map(({ range }, a): Region => {
      const field = before[a * words + v]!;
      return !(field > 0) ? "dark" : field < range ? "linear" : "saturated";
    });
    let wrong = 0;
    for (const [o, form] of slice.outputs.entries()) {
      wrong += misread(plan, noise, o, v, varianceOf(form, v, regions));
    }
    sum += Math.min(1, wrong);
  }
  return sum / words;
}

/** Variance of a field of one word, without what its own detection adds: noise is followed backwards through the neurons, each in its region. */
function noiseFollower(
  { slice: { activations, unresolved }, words, inputs, before }: WordPlan,
  noise: CircuitNoise,
): (form: LinearForm, v: number, regions: readonly Region[]) => number {
  const driven = unresolved.length;
  const ofInputs = new Float64Array(driven);
  const ofNeurons = new Float64Array(activations.length);
  return (form, v, regions) => {
    ofInputs.fill(0);
    ofNeurons.fill(0);
    let constant = 0;
    let variance = 0;
    const add = ({ re, constantRe }: LinearForm, factor: number): void => {
      constant += factor * constantRe;
      for (let j = 0; j < driven; j++) ofInputs[j]! += factor * re[j]!;
      for (let b = driven; b < re.length; b++) ofNeurons[b - driven]! += factor * re[b]!;
    };
    add(form, 1);
    for (let a = activations.length - 1; a >= 0; a--) {
      const neuron = activations[a]!;
      const region = regions[a]!;
      if (ofNeurons[a] === 0 || region === "dark") continue;
      const factor = ofNeurons[a]! * neuron.gain;
      variance += (factor * ownNoiseOf(region, fieldsAt(neuron, before[a * words + v]!), noise)) ** 2;
      if (region === "linear") add(neuron.form, factor);
    }
    for (let j = 0; j < driven; j++) variance += (ofInputs[j]! * inputs[j * words + v]! * noise.launchRelative) ** 2;
    return variance + (constant * noise.launchRelative) ** 2;
  };
}

/** Probability that a receiver reads another level than without noise; `variance` of the field that reaches it. */
function misread(
  { circuit, outputs, words }: WordPlan,
  noise: CircuitNoise,
  o: number,
  v: number,
  variance: number,
): number {
  const port = circuit.outputs[o]!;
  const field = outputs[o * words + v]!;
  const sigma = Math.sqrt(variance + noise.receiver.sigma ** 2 + (noise.receiver.relative * field) ** 2);
  const scale = Math.abs(port.levelsPerField) * sigma;
  const value = field * port.levelsPerField;
  const top = levelsOfSymbol(resultOf(circuit.aggregate), port.symbol) - 1;
  const level = Math.min(Math.max(Math.round(value), 0), top);
  const below = level > 0 ? errorOfQ((value - level + 0.5) / scale) : 0;
  return below + (level < top ? errorOfQ((level + 0.5 - value) / scale) : 0);
}
