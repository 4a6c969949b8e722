import type { Slice } from "../netlist/index.ts";
import { errorOfQ } from "./noise.ts";
import { atTheKink, type NoisePlan, type Stage } from "./propagation.ts";

/** Noise of one kind of detection in units of the circuit's field: variance sigma^2 + (relative field)^2. */
export interface FieldNoise {
  readonly sigma: number;
  readonly relative: number;
}

/** All that makes noise in a circuit, in units of its field. */
export interface CircuitNoise {
  readonly neuron: FieldNoise;
  readonly receiver: FieldNoise;
  /** Of the light that neurons send on, over its field. */
  readonly carrierRelative: number;
  /** Of the workers' and the reference light, over its field. */
  readonly launchRelative: number;
}

/** A comparator or receiver with its weakest state. */
export interface WeakestDecision {
  readonly kind: "comparator" | "receiver";
  readonly cell: string;
  /** Of a comparator the place of its neuron, of a receiver its port. */
  readonly name: string;
  /** Signals and their values. */
  readonly state: string;
  /** Distance from the decision and the noise there, in units of field. */
  readonly distance: number;
  readonly sigma: number;
  /** Their ratio. */
  readonly q: number;
}

export interface ErrorBound {
  /** No word of any worker is wrong more often; a sum over its comparators and receivers in their worst states, so it can exceed 1. */
  readonly wordErrorRate: number;
  /** One a neuron and a receiver, the weakest first. */
  readonly decisions: readonly WeakestDecision[];
}

/**
 * Upper bound of the word error rate, for the worst word.
 *
 * While every neuron stays on its side of its kink, the circuit is linear and Gaussian noise stays Gaussian, so that a wrong word
 * needs one of these: a neuron's field crosses 0, or a receiver's field crosses a decision. Their probabilities, in the noise that the
 * linear circuit has there, are summed over a cell in each reachable state, and the worst states of all cells are summed. That a
 * neuron just past its kink may still do no harm is not used. Noise of inputs that come from different cells is added as if it
 * conspired wherever both have it from one neuron. A neuron that stands at 0 lets half of its noise through: what comes
 * behind counts twice.
 */
export function errorBound(plan: NoisePlan, noise: CircuitNoise): ErrorBound {
  const passed: Passed[] = [];
  const decisions: WeakestDecision[] = [];
  let wordErrorRate = 0;
  for (const stage of plan.stages) {
    const result = passStage(stage, passed, noise);
    passed.push(result.passed);
    wordErrorRate += result.worst;
    decisions.push(...result.decisions);
  }
  decisions.sort((a, b) => a.q - b.q);
  return { wordErrorRate, decisions };
}

/** What leaves a stage: the largest standard deviation by source, [key][output][source of the stage]. */
interface Passed {
  readonly vectors: Float64Array;
  /** Of each key, by how much the probability of what follows is multiplied. */
  readonly multiple: Float64Array;
}

interface StageResult {
  readonly passed: Passed;
  readonly worst: number;
  readonly decisions: readonly WeakestDecision[];
}

/** The linear circuit inside a stage with some of its neurons on: from reads, own neurons and reference light to each place. */
interface Response {
  /** [place][read], [place][neuron], [place]; places are the neurons, then the outputs. */
  readonly ofReads: Float64Array;
  readonly ofNeurons: Float64Array;
  readonly ofReference: Float64Array;
  /** [place]; no row has a larger standard deviation there. */
  readonly loudest: Float64Array;
}

function passStage(stage: Stage, passed: readonly Passed[], noise: CircuitNoise): StageResult {
  if (stage.kind === "sum") {
    const vectors = stage.launch.map((largest) => noise.launchRelative * largest);
    return { passed: { vectors, multiple: new Float64Array(stage.keys).fill(1) }, worst: 0, decisions: [] };
  }
  const slice = stage.slice!;
  const { activations, reads } = slice;
  const neurons = activations.length;
  const outputs = slice.outputs.length;
  const places = neurons + outputs;
  const width = stage.sources.length;
  const groups = stage.feeds.map((feed) => groupVectors(stage, feed, passed));
  const kinks = Float64Array.from({ length: neurons }, (_, a) => largestOf(stage.before, a * stage.rows, stage.rows));
  const vectors = new Float64Array(stage.keys * stage.outputs * width);
  const multiple = new Float64Array(stage.keys).fill(1);
  const responses = new Map<string, Response>();
  const weakest = Array.from({ length: stage.kind === "receivers" ? outputs : neurons }, () => ({
    ...{ row: -1, q: Number.POSITIVE_INFINITY, distance: 0, sigma: 0 },
  }));
  const on = new Uint8Array(neurons);
  const ownNoise = new Float64Array(neurons);
  const shares = new Float64Array(width);
  let worst = 0;
  for (let row = 0; row < stage.rows; row++) {
    let kinked = 1;
    for (let a = 0; a < neurons; a++) {
      const field = stage.before[a * stage.rows + row] ?? 0;
      const soft = atTheKink(field, kinks[a]!);
      on[a] = soft || field > 0 ? 1 : 0;
      if (soft) kinked *= 2;
      const sent = Math.hypot(noise.neuron.relative, noise.carrierRelative) * field;
      ownNoise[a] = Math.hypot(noise.neuron.sigma, sent);
    }
    for (const [j, { multiples, first }] of groups.entries()) {
      if (first) kinked *= multiples[stage.feeds[j]!.groupOfRow[row]!]!;
    }
    const pattern = on.join("");
    let response = responses.get(pattern);
    if (response === undefined) {
      response = respond(slice, on, (each) => loudestOf(each, groups, noise, kinks));
      responses.set(pattern, response);
    }
    let sum = 0;
    for (let place = 0; place < places; place++) {
      if (
        place < neurons &&
        isFar(stage.before[place * stage.rows + row]!, response.loudest[place]!, weakest[place]!.q)
      )
        continue;
      shares.fill(0);
      shares[0] = Math.abs(response.ofReference[place]!) * noise.launchRelative;
      for (let j = 0; j < reads.length; j++) {
        const weight = Math.abs(response.ofReads[place * reads.length + j]!);
        if (weight === 0) continue;
        const { vectors: fed, columns } = groups[j]!;
        const at = stage.feeds[j]!.groupOfRow[row]! * columns.length;
        for (let s = 0; s < columns.length; s++) shares[columns[s]!]! += weight * fed[at + s]!;
      }
      for (let b = 0; b < neurons; b++) {
        const weight = response.ofNeurons[place * neurons + b]!;
        if (weight !== 0) shares[stage.ownSources[b]!]! += Math.abs(weight) * ownNoise[b]!;
      }
      let variance = 0;
      for (const share of shares) variance += share * share;
      if (place < neurons) {
        const field = stage.before[place * stage.rows + row]!;
        if (atTheKink(field, kinks[place]!)) continue;
        const sigma = Math.sqrt(variance + noise.neuron.sigma ** 2 + (noise.neuron.relative * field) ** 2);
        const q = Math.abs(field) / sigma;
        sum += errorOfQ(q);
        note(weakest[place]!, row, q, Math.abs(field), sigma);
      } else if (stage.kind === "receivers") {
        const { field, below, above } = stage.receivers[place - neurons]!;
        const sigma = Math.sqrt(variance + noise.receiver.sigma ** 2 + (noise.receiver.relative * field[row]!) ** 2);
        const nearest = Math.min(below[row]!, above[row]!);
        sum += errorOfQ(below[row]! / sigma) + errorOfQ(above[row]! / sigma);
        note(weakest[place - neurons]!, row, nearest / sigma, nearest, sigma);
      } else {
        const to = (stage.keyOfRow[row]! * stage.outputs + place - neurons) * width;
        for (let s = 0; s < width; s++) if (shares[s]! > vectors[to + s]!) vectors[to + s] = shares[s]!;
      }
    }
    const key = stage.keyOfRow[row] ?? 0;
    multiple[key] = Math.max(multiple[key]!, kinked);
    worst = Math.max(worst, sum * kinked);
  }
  return { passed: { vectors, multiple }, worst, decisions: decisionsOf(stage, weakest) };
}

/** Beyond so many standard deviations `errorOfQ` is 0 in double precision. */
const OUT_OF_SIGHT = 40;

/** Whether a decision is neither ever missed there nor the weakest of its place. */
function isFar(field: number, loudest: number, weakest: number): boolean {
  const q = Math.abs(field) / loudest;
  return q > OUT_OF_SIGHT && q > weakest;
}

/**
 * More than the standard deviation at every place in any row: amplitudes of all sources added up, with every input in its noisiest state
 * and every field at its largest.
 */
function loudestOf(
  { ofReads, ofNeurons, ofReference }: Omit<Response, "loudest">,
  groups: readonly GroupVectors[],
  noise: CircuitNoise,
  kinks: Float64Array,
): Float64Array {
  const own = kinks.map((field) => Math.hypot(noise.neuron.sigma, noise.neuron.relative * field));
  const sent = kinks.map((field, a) => own[a]! + noise.carrierRelative * field);
  return ofReference.map((weight, place) => {
    let sum = Math.abs(weight) * noise.launchRelative + (own[place] ?? noise.receiver.sigma);
    groups.forEach(({ loudest }, j) => {
      sum += Math.abs(ofReads[place * groups.length + j]!) * loudest;
    });
    sent.forEach((amplitude, b) => {
      sum += Math.abs(ofNeurons[place * sent.length + b]!) * amplitude;
    });
    return sum;
  });
}

interface Weakest {
  row: number;
  q: number;
  distance: number;
  sigma: number;
}

function note(weakest: Weakest, row: number, q: number, distance: number, sigma: number): void {
  // what is no number is the worst
  if (!(q >= weakest.q)) Object.assign(weakest, { row, q, distance, sigma });
}

function decisionsOf(stage: Stage, weakest: readonly Weakest[]): WeakestDecision[] {
  return weakest.flatMap(({ row, q, distance, sigma }, i): WeakestDecision[] => {
    if (row < 0) return [];
    const neuron = stage.slice!.activations[i];
    const kind = stage.kind === "receivers" ? "receiver" : "comparator";
    const name = kind === "receiver" ? stage.receivers[i]!.name : `mode ${neuron!.mode} of section ${neuron!.section}`;
    return [{ kind, cell: stage.name, name, state: stage.state(row), distance, sigma, q }];
  });
}

/** Noise of one read by group of keys, [group][column]; columns are places in the stage's sources. */
interface GroupVectors {
  readonly vectors: Float64Array;
  readonly columns: Int32Array;
  /** By group; of reads of one stage only the first counts. */
  readonly multiples: Float64Array;
  readonly first: boolean;
  /** The largest standard deviation of all groups. */
  readonly loudest: number;
}

function groupVectors(stage: Stage, feed: Stage["feeds"][number], passed: readonly Passed[]): GroupVectors {
  const { vectors: all, multiple } = passed[feed.stage]!;
  const { groupOfKey, groups, outputs, output } = feed;
  const width = feed.sources.length;
  const largest = new Float64Array(groups * width);
  const multiples = new Float64Array(groups).fill(1);
  for (let key = 0; key < groupOfKey.length; key++) {
    const group = groupOfKey[key]!;
    multiples[group] = Math.max(multiples[group]!, multiple[key]!);
    for (let s = 0; s < width; s++) {
      const value = all[(key * outputs + output) * width + s]!;
      if (value > largest[group * width + s]!) largest[group * width + s] = value;
    }
  }
  // most of what could reach a bit is held back by the neurons before it
  const heard = [...feed.sources.keys()].filter((s) => {
    for (let group = 0; group < groups; group++) if (largest[group * width + s]! > 0) return true;
    return false;
  });
  const columns = Int32Array.from(heard, (s) => stage.sources.indexOf(feed.sources[s]!));
  const vectors = new Float64Array(groups * heard.length);
  let loudest = 0;
  for (let group = 0; group < groups; group++) {
    let power = 0;
    heard.forEach((s, k) => {
      const value = largest[group * width + s]!;
      vectors[group * heard.length + k] = value;
      power += value * value;
    });
    loudest = Math.max(loudest, Math.sqrt(power));
  }
  const first = stage.feeds.findIndex((each) => each.stage === feed.stage) === stage.feeds.indexOf(feed);
  return { vectors, columns, multiples, first, loudest };
}

function largestOf(values: Float64Array, from: number, count: number): number {
  let largest = 0;
  for (let i = from; i < from + count; i++) largest = Math.max(largest, Math.abs(values[i] ?? 0));
  return largest;
}

function respond(
  slice: Slice,
  on: Uint8Array,
  loudestOfAll: (response: Omit<Response, "loudest">) => Float64Array,
): Response {
  const { activations } = slice;
  const reads = slice.reads.length;
  const driven = reads + slice.unresolved.length;
  const neurons = activations.length;
  const forms = [...activations.map(({ form }) => form), ...slice.outputs];
  const ofReads = new Float64Array(forms.length * reads);
  const ofNeurons = new Float64Array(forms.length * neurons);
  const ofReference = new Float64Array(forms.length);
  forms.forEach((form, place) => {
    ofReference[place] = form.constantRe;
    for (let j = 0; j < reads; j++) ofReads[place * reads + j] = form.re[j]!;
    for (let b = 0; b < neurons && driven + b < form.re.length; b++) {
      const weight = form.re[driven + b]! * activations[b]!.gain;
      if (weight === 0 || on[b] === 0) continue;
      ofReference[place]! += weight * ofReference[b]!;
      for (let j = 0; j < reads; j++) ofReads[place * reads + j]! += weight * ofReads[b * reads + j]!;
      for (let c = 0; c < b; c++) ofNeurons[place * neurons + c]! += weight * ofNeurons[b * neurons + c]!;
      ofNeurons[place * neurons + b]! += weight;
    }
  });
  const response = { ofReads, ofNeurons, ofReference };
  return { ...response, loudest: loudestOfAll(response) };
}
