import {
  type Circuit,
  indexFlow,
  type LinearForm,
  levelsOfSymbol,
  type Slice,
  seededRandom,
  sliceProgram,
} from "../netlist/index.ts";
import { randomVectors, type Steps } from "../verify/index.ts";
import type { CircuitNoise } from "./error-bound.ts";
import { errorOfQ } from "./noise.ts";
import { atTheKink } from "./propagation.ts";

/** Most coefficients of the composed circuit: beyond, nobody waits for it. */
const COEFFICIENT_LIMIT = 8_000_000;

/** Words, their fields before every neuron and at every receiver, and the composed circuit. */
export interface WordPlan {
  readonly circuit: Circuit;
  readonly slice: Slice;
  readonly words: number;
  /** [input][word], [neuron][word], [receiver][word] */
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
  yield { done: 0, total: words, unit: "vectors", wrong: null };
  const { symbols } = randomVectors(circuit.aggregate, words, seededRandom(seed));
  const width = circuit.aggregate.workers * circuit.aggregate.symbols;
  const inputs = new Float64Array(slice.unresolved.length * words);
  slice.unresolved.forEach((id, i) => {
    const port = circuit.inputs[id]!;
    if (port.kind !== "worker") return;
    const symbol = port.worker * circuit.aggregate.symbols + port.symbol;
    for (let v = 0; v < words; v++) inputs[i * words + v] = port.fieldPerLevel * symbols[v * width + symbol]!;
  });
  const fields = runWords(slice, inputs, words);
  return { circuit, slice, words, inputs, ...fields };
}

function runWords(slice: Slice, inputs: Float64Array, words: number): Pick<WordPlan, "before" | "outputs"> {
  const before = new Float64Array(slice.activations.length * words);
  const outputs = new Float64Array(slice.outputs.length * words);
  const driven = slice.unresolved.length;
  const forms = [...slice.activations.map(({ form }) => form), ...slice.outputs];
  forms.forEach((form, place) => {
    const own = place < slice.activations.length;
    const to = own ? before : outputs;
    const at = (own ? place : place - slice.activations.length) * words;
    to.fill(form.constantRe, at, at + words);
    for (let j = 0; j < form.re.length; j++) {
      const weight = form.re[j]!;
      if (weight === 0) continue;
      for (let v = 0; v < words; v++) {
        const source =
          j < driven
            ? inputs[j * words + v]!
            : slice.activations[j - driven]!.gain * Math.max(0, before[(j - driven) * words + v]!);
        to[at + v]! += weight * source;
      }
    }
  });
  return { before, outputs };
}

/**
 * Probability that a word is wrong, averaged over the plan's words: of each word by noise propagated linearly through the neurons that
 * are on, summed over the neurons that could cross their kink and the receivers that could read another level. An upper bound
 * of the mean over these words.
 */
export function meanWordError(plan: WordPlan, noise: CircuitNoise): number {
  const { slice, words, inputs, before } = plan;
  const { activations } = slice;
  const neurons = activations.length;
  const driven = slice.unresolved.length;
  const sources = driven + 1 + neurons;
  const vectors = new Float64Array(neurons * sources);
  const row = new Float64Array(sources);
  const kinks = largestFields(plan);
  const spread = (form: LinearForm, v: number): number => {
    row.fill(0);
    for (let j = 0; j < driven; j++) row[j] = form.re[j]! * inputs[j * words + v]! * noise.launchRelative;
    row[driven] = form.constantRe * noise.launchRelative;
    for (let b = 0; b < neurons; b++) {
      const weight = form.re[driven + b] ?? 0;
      if (weight === 0) continue;
      for (let s = 0; s < sources; s++) row[s]! += weight * vectors[b * sources + s]!;
    }
    let variance = 0;
    for (const each of row) variance += each * each;
    return variance;
  };
  let sum = 0;
  for (let v = 0; v < words; v++) {
    let wrong = 0;
    for (const [a, { form, gain }] of activations.entries()) {
      const field = before[a * words + v]!;
      const variance = spread(form, v) + noise.neuron.sigma ** 2 + (noise.neuron.relative * field) ** 2;
      const soft = atTheKink(field, kinks[a]!);
      if (!soft) wrong += errorOfQ(Math.abs(field) / Math.sqrt(variance));
      const on = soft || field > 0;
      for (let s = 0; s < sources; s++) vectors[a * sources + s] = on ? gain * row[s]! : 0;
      if (on) vectors[a * sources + driven + 1 + a] = gain * sentNoise(noise, field);
    }
    for (const [o, form] of slice.outputs.entries()) wrong += misread(plan, noise, o, v, spread(form, v));
    sum += Math.min(1, wrong);
  }
  return sum / words;
}

/**
 * The same for a circuit that claims nothing, whose neurons take any value and may well cross their kink without harm: receivers alone
 * are counted. An estimate, no bound. Noise is followed backwards from each receiver.
 */
export function meanReadingError(plan: WordPlan, noise: CircuitNoise): number {
  const { slice, words, inputs, before } = plan;
  const { activations } = slice;
  const neurons = activations.length;
  const driven = slice.unresolved.length;
  const ofInputs = new Float64Array(driven);
  const ofNeurons = new Float64Array(neurons);
  let sum = 0;
  for (let v = 0; v < words; v++) {
    let wrong = 0;
    for (const [o, output] of slice.outputs.entries()) {
      ofInputs.fill(0);
      ofNeurons.fill(0);
      let constant = 0;
      let variance = 0;
      const add = (form: LinearForm, factor: number): void => {
        constant += factor * form.constantRe;
        for (let j = 0; j < driven; j++) ofInputs[j]! += factor * form.re[j]!;
        for (let b = driven; b < form.re.length; b++) ofNeurons[b - driven]! += factor * form.re[b]!;
      };
      add(output, 1);
      for (let a = neurons - 1; a >= 0; a--) {
        const { form, gain } = activations[a]!;
        const field = before[a * words + v]!;
        if (ofNeurons[a] === 0 || !(field > 0)) continue;
        const factor = ofNeurons[a]! * gain;
        variance += (factor * sentNoise(noise, field)) ** 2;
        add(form, factor);
      }
      for (let j = 0; j < driven; j++) variance += (ofInputs[j]! * inputs[j * words + v]! * noise.launchRelative) ** 2;
      variance += (constant * noise.launchRelative) ** 2;
      wrong += misread(plan, noise, o, v, variance);
    }
    sum += Math.min(1, wrong);
  }
  return sum / words;
}

/** Standard deviation, in front of the gain, of what a neuron that is on sends on. */
function sentNoise({ neuron, carrierRelative }: CircuitNoise, field: number): number {
  return Math.hypot(neuron.sigma, neuron.relative * field, carrierRelative * field);
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
  const top = levelsOfSymbol(circuit.aggregate, port.symbol) - 1;
  const level = Math.min(Math.max(Math.round(value), 0), top);
  const below = level > 0 ? errorOfQ((value - level + 0.5) / scale) : 0;
  return below + (level < top ? errorOfQ((level + 0.5 - value) / scale) : 0);
}

/** The largest field before each neuron, over the plan's words. */
export function largestFields({ slice, before, words }: WordPlan): number[] {
  return slice.activations.map((_, a) =>
    before.subarray(a * words, (a + 1) * words).reduce((most, x) => Math.max(most, Math.abs(x)), 0),
  );
}
