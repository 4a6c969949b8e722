import type { ProgramSlice } from "../../netlist/index.ts";
import { type CircuitNoise, ownNoiseOf } from "./circuit-noise.ts";
import { fieldsAt, type Region } from "./neuron-regions.ts";
import type { NoiseStage } from "./propagation.ts";

/** What leaves a stage: the largest standard deviation by source, [key][output][source of the stage]. */
export interface Passed {
  readonly vectors: Float64Array;
  /** Of each key, as how many circuits what follows is counted. */
  readonly multiple: Float64Array;
}

/** Noise in a stage: from what feeds it, its own neurons and the reference light to each place; places are its neurons, then its outputs. */
export interface StageNoise {
  /** The noise of a row while the neurons work in these regions; valid until the next call. */
  readonly of: (row: number, regions: readonly Region[]) => RowNoise;
  /** As how many circuits a row is counted, by what feeds it. */
  readonly multipleOf: (row: number) => number;
  /** What was passed on so far, as `Passed.vectors`. */
  readonly passed: Float64Array;
}

export interface RowNoise {
  /** Of all that reaches a place, without what its own detection adds. */
  readonly variance: (place: number) => number;
  /** Hands the row on to what reads the stage. */
  readonly pass: () => void;
}

/** Reads that one earlier stage gives, jointly: all of them have one group a row. */
interface Giver {
  readonly reads: readonly number[];
  readonly groupOfRow: Int32Array;
  readonly groups: number;
  /** [group][read][column]; columns are places in the sources of the stage. */
  readonly vectors: Float64Array;
  readonly columns: Int32Array;
  readonly multiples: Float64Array;
  /** [group][read][read]: sums over the columns that no other giver has, so that a place has the variance |w|' gram |w|. */
  readonly gram: Float64Array;
  /** [group][read][shared source] */
  readonly shared: Float64Array;
}

/** The linear circuit inside a stage with its neurons in some regions. */
interface Response {
  /** [place][read], [place][neuron], [place] */
  readonly ofReads: Float64Array;
  readonly ofNeurons: Float64Array;
  readonly ofReference: Float64Array;
  /** Of each giver, [key][group]: whether it was passed on. */
  readonly handedOn: Uint8Array[];
}

export function stageNoise(stage: NoiseStage, passed: readonly Passed[], noise: CircuitNoise): StageNoise {
  const slice = stage.slice!;
  const { activations } = slice;
  const neurons = activations.length;
  const places = neurons + slice.outputs.length;
  const width = stage.sources.length;
  const heard = giversOf(stage, passed);
  const shared = sharedSources(stage, heard);
  const givers = heard.map((giver): Giver => ({ ...giver, ...productsOf(giver, shared) }));
  /** Of each source, and of each own neuron's: its place among the shared ones, -1 where it is not shared. */
  const placeOfShared = Int32Array.from({ length: width }, (_, source) => shared.indexOf(source));
  const placeOfOwn = stage.ownSources.map((source) => placeOfShared[source]!);
  const vectors = new Float64Array(stage.keys * stage.outputs * width);
  const responses = new Map<string, Response>();
  const amplitudes = new Float64Array(places * shared.length);
  const variance = new Float64Array(places);
  const own = new Float64Array(neurons);
  const weights = new Float64Array(slice.reads.length);

  const responseOf = (regions: readonly Region[]): Response => {
    let pattern = "";
    for (const region of regions) pattern += region[0];
    let response = responses.get(pattern);
    if (response === undefined) {
      const handedOn = givers.map(({ groups }) => new Uint8Array(stage.keys * groups));
      response = { ...respond(slice, regions), handedOn };
      responses.set(pattern, response);
    }
    return response;
  };
  /** Amplitude of one source of a giver at a place: of reads of one stage, absolute values are added. */
  const amplitudeOf = (response: Response, giver: Giver, group: number, place: number, column: number): number => {
    const { reads, columns } = giver;
    let sum = 0;
    for (let k = 0; k < reads.length; k++) {
      const weight = Math.abs(response.ofReads[place * slice.reads.length + reads[k]!]!);
      sum += weight * giver.vectors[(group * reads.length + k) * columns.length + column]!;
    }
    return sum;
  };
  /** Adds what a giver sends in one group to `variance` and `amplitudes`. */
  const receive = (response: Response, { reads, gram, shared: sharedOf }: Giver, group: number): void => {
    const many = reads.length;
    for (let place = 0; place < places; place++) {
      for (let k = 0; k < many; k++) weights[k] = Math.abs(response.ofReads[place * slice.reads.length + reads[k]!]!);
      let sum = 0;
      for (let k = 0; k < many; k++) {
        const weight = weights[k]!;
        if (weight === 0) continue;
        const line = (group * many + k) * many;
        for (let l = 0; l < many; l++) sum += weight * weights[l]! * gram[line + l]!;
        const from = (group * many + k) * shared.length;
        for (let at = 0; at < shared.length; at++)
          amplitudes[place * shared.length + at]! += weight * sharedOf[from + at]!;
      }
      variance[place]! += sum;
    }
  };
  const passOn = (response: Response, row: number): void => {
    const key = stage.keyOfRow[row]!;
    const larger = (output: number, source: number, value: number): void => {
      const to = (key * stage.outputs + output) * width + source;
      if (value > vectors[to]!) vectors[to] = value;
    };
    for (const [number, giver] of givers.entries()) {
      const group = giver.groupOfRow[row]!;
      const handed = response.handedOn[number]!;
      if (handed[key * giver.groups + group] === 1) continue;
      handed[key * giver.groups + group] = 1;
      for (let output = 0; output < stage.outputs; output++) {
        for (const [column, source] of giver.columns.entries()) {
          if (placeOfShared[source]! < 0) {
            larger(output, source, amplitudeOf(response, giver, group, neurons + output, column));
          }
        }
      }
    }
    for (let output = 0; output < stage.outputs; output++) {
      const place = neurons + output;
      for (const [at, source] of shared.entries()) larger(output, source, amplitudes[place * shared.length + at]!);
      for (let b = 0; b < neurons; b++) {
        if (placeOfOwn[b]! >= 0) continue;
        larger(output, stage.ownSources[b]!, Math.abs(response.ofNeurons[place * neurons + b]!) * own[b]!);
      }
    }
  };
  return {
    passed: vectors,
    multipleOf: (row) => givers.reduce((product, giver) => product * giver.multiples[giver.groupOfRow[row]!]!, 1),
    of(row, regions) {
      const response = responseOf(regions);
      for (let a = 0; a < neurons; a++) {
        const fields = fieldsAt(activations[a]!, stage.before[a * stage.rows + row]!);
        own[a] = ownNoiseOf(regions[a]!, fields, noise);
      }
      variance.fill(0);
      amplitudes.fill(0);
      for (const giver of givers) receive(response, giver, giver.groupOfRow[row]!);
      const reference = placeOfShared[0]!;
      for (let place = 0; place < places; place++) {
        const first = place * shared.length;
        amplitudes[first + reference]! += Math.abs(response.ofReference[place]!) * noise.launchRelative;
        for (let b = 0; b < neurons; b++) {
          const amplitude = Math.abs(response.ofNeurons[place * neurons + b]!) * own[b]!;
          const at = placeOfOwn[b]!;
          if (at < 0) variance[place]! += amplitude * amplitude;
          else amplitudes[first + at]! += amplitude;
        }
        for (let at = first; at < first + shared.length; at++) variance[place]! += amplitudes[at]! * amplitudes[at]!;
      }
      return { variance: (place) => variance[place]!, pass: () => passOn(response, row) };
    },
  };
}

/** Sources that more than one giver or neuron of a stage has, and the reference: their amplitudes add up. */
function sharedSources(stage: NoiseStage, givers: readonly Pick<Giver, "columns">[]): Int32Array {
  const seen = new Uint8Array(stage.sources.length);
  seen[0] = 2;
  for (const sources of [...givers.map(({ columns }) => columns), ...[...stage.ownSources].map((each) => [each])]) {
    for (const source of sources) seen[source] = Math.min(2, seen[source]! + 1);
  }
  return Int32Array.from([...seen.keys()].filter((source) => seen[source] === 2));
}

/** What of a giver's noise counts at a place whatever the row's pattern is. */
function productsOf({ reads, groups, vectors, columns }: Heard, shared: Int32Array): Pick<Giver, "gram" | "shared"> {
  const many = reads.length;
  const gram = new Float64Array(groups * many * many);
  const amplitudes = new Float64Array(groups * many * shared.length);
  const places = Int32Array.from(columns, (source) => shared.indexOf(source));
  for (let line = 0; line < groups * many; line++) {
    const group = Math.floor(line / many);
    for (let c = 0; c < columns.length; c++) {
      const value = vectors[line * columns.length + c]!;
      if (value === 0) continue;
      if (places[c]! >= 0) {
        amplitudes[line * shared.length + places[c]!] = value;
        continue;
      }
      for (let l = 0; l < many; l++)
        gram[line * many + l]! += value * vectors[(group * many + l) * columns.length + c]!;
    }
  }
  return { gram, shared: amplitudes };
}

type Heard = Omit<Giver, "gram" | "shared">;

function giversOf(stage: NoiseStage, passed: readonly Passed[]): Heard[] {
  const numbers = [...new Set(stage.feeds.map((feed) => feed.stage))];
  return numbers.map((number): Heard => {
    const reads = [...stage.feeds.keys()].filter((read) => stage.feeds[read]!.stage === number);
    const { groupOfRow, groupOfKey, groups, sources, outputs } = stage.feeds[reads[0]!]!;
    const { vectors: all, multiple } = passed[number]!;
    const largest = new Float64Array(groups * reads.length * sources.length);
    const multiples = new Float64Array(groups).fill(1);
    const heard = new Uint8Array(sources.length);
    for (const [key, group] of groupOfKey.entries()) {
      multiples[group] = Math.max(multiples[group]!, multiple[key]!);
      for (const [k, read] of reads.entries()) {
        const from = (key * outputs + stage.feeds[read]!.output) * sources.length;
        const to = (group * reads.length + k) * sources.length;
        for (let s = 0; s < sources.length; s++) {
          const value = all[from + s]!;
          if (value > largest[to + s]!) largest[to + s] = value;
          if (value > 0) heard[s] = 1;
        }
      }
    }
    // most of what could reach a bit is held back by the neurons before it
    const columns = [...heard.keys()].filter((s) => heard[s] === 1);
    const vectors = new Float64Array(groups * reads.length * columns.length);
    for (let line = 0; line < groups * reads.length; line++) {
      for (const [c, s] of columns.entries()) vectors[line * columns.length + c] = largest[line * sources.length + s]!;
    }
    const placed = Int32Array.from(columns, (s) => stage.sources.indexOf(sources[s]!));
    return { reads, groupOfRow, groups, vectors, columns: placed, multiples };
  });
}

function respond(
  slice: ProgramSlice,
  regions: readonly Region[],
): Pick<Response, "ofReads" | "ofNeurons" | "ofReference"> {
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
      if (weight === 0 || regions[b] === "dark") continue;
      ofNeurons[place * neurons + b]! += weight;
      if (regions[b] === "saturated") continue;
      ofReference[place]! += weight * ofReference[b]!;
      for (let j = 0; j < reads; j++) ofReads[place * reads + j]! += weight * ofReads[b * reads + j]!;
      for (let c = 0; c < b; c++) ofNeurons[place * neurons + c]! += weight * ofNeurons[b * neurons + c]!;
    }
  });
  return { ofReads, ofNeurons, ofReference };
}
