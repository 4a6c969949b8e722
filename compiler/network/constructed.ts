import type { Aggregation } from "../aggregation/aggregation.ts";
import type { Plan, PlanCell, PlanCombiner, PlanTerm } from "../aggregation/plan.ts";
import { hypotenuse, largestOf, leastOf, norm } from "../kernels/index.ts";
import type { Onn, Rail } from "./onn.ts";
import {
  combineTree,
  type Known,
  lossesOfCopies,
  type NeuronLoss,
  type SplitShapes,
  splitField,
  splitTree,
  type Value,
  type Weaver,
  type Weighted,
  weaver,
} from "./weave.ts";

/** Where a signal of the plan is found in the network; `level` is the layer after which it is there, -1 for inputs. */
export interface SignalPlace {
  readonly lane: number;
  readonly level: number;
  readonly fieldPerUnit: number;
}

export interface ConstructedNetwork {
  readonly onn: Onn;
  readonly places: readonly SignalPlace[];
  /** Slope of the comparators in steps per grid unit: 1 / (1 - 2 margin). */
  readonly slope: number;
  /** Runs of layers that only combine the light of units of a cascade: P of its second level, of its third, ... */
  readonly combiners: readonly LayerRun[];
  /** Of its trees of splitters. */
  readonly shapes: SplitShapes;
}

/** What is known of the light around the network once a first circuit of the same shape is placed. */
export interface Surroundings extends Known {
  /** Field per unit of each symbol sum behind P. */
  readonly sumFields: readonly number[];
}

/** Layers from..end-1. */
export interface LayerRun {
  readonly from: number;
  readonly end: number;
}

/** The free choices of the construction; measured in docs/rationale. */
export interface Tuning {
  /** Field of a bit where it meets an analog value, in units of that value's field for the same number. */
  readonly balance: number;
  /** Share of the power that a comparator takes from the value that passes on. */
  readonly compareShare: number;
  /** Reference field over the value's field at the threshold. */
  readonly railBalance: number;
  /** tan of the clamp's mixing angle: small protects the height of the bit from phase errors, and asks for gain. */
  readonly clampTangent: number;
}

export const defaultTuning: Tuning = { balance: 1.8, compareShare: 0.25, railBalance: 0.8, clampTangent: 0.85 };

/**
 * The exact network of a plan. Every comparison is a two-layer clamp: inner = relu(T - m - t), bit = relu(1 - slope * inner),
 * which is 0 or 1 for every t that stays away from the threshold by the margin, so that noise does not add up. Where losses are
 * known, weights, thresholds, gains and rails make up for them: the network is as exact on lossy devices.
 */
export function constructNetwork(
  aggregation: Aggregation,
  plan: Plan,
  margin: number,
  known: Surroundings | null = null,
  tuning: Tuning = defaultTuning,
): ConstructedNetwork {
  // The field at which a bit is wanted depends on the analog value that it will meet, known only after a first weaving;
  // a level of a cascade meets what the levels before it make.
  let analogFields: ReadonlyMap<number, number> = new Map();
  for (let draft = 0; draft <= plan.combiners.length; draft++) {
    const { places } = weave(aggregation, plan, margin, known, tuning, analogFields);
    analogFields = new Map(
      plan.signals.flatMap(({ kind }, id): [number, number][] =>
        kind === "residual" || kind === "total" ? [[id, places[id]!.fieldPerUnit]] : [],
      ),
    );
  }
  return weave(aggregation, plan, margin, known, tuning, analogFields);
}

function weave(
  aggregation: Aggregation,
  plan: Plan,
  margin: number,
  known: Surroundings | null,
  tuning: Tuning,
  analogFields: ReadonlyMap<number, number>,
): ConstructedNetwork {
  const slope = 1 / (1 - 2 * margin);
  const idealSum = 1 / Math.sqrt(aggregation.fanIn?.[0] ?? aggregation.workers);
  const sums = plan.signals.flatMap(({ kind }, id) => (kind === "sum" ? [id] : []));
  const sumFields = known?.sumFields ?? sums.map(() => idealSum);
  const sumFieldOf = new Map(sums.map((id, i) => [id, sumFields[i]!]));
  const loom = weaver(sums.length, known);
  const rails: Rail[] = [];
  const rail = (field: number): Value => {
    const lane = loom.freshLane();
    rails.push({ lane, field });
    return { lane, fieldPerUnit: field, level: -1 };
  };

  const places = new Array<SignalPlace>(plan.signals.length);
  const copies: Value[][] = plan.signals.map(() => []);
  sums.forEach((id, lane) => {
    const value = { lane, fieldPerUnit: sumFields[lane]!, level: -1 };
    places[id] = value;
    copies[id]!.push(value);
  });

  /** Field per unit of the strongest analog term of a sum; bits are matched to it. */
  const baseOf = (terms: readonly PlanTerm[]): number => {
    for (const term of terms) {
      const sumField = sumFieldOf.get(term.signal);
      if (sumField !== undefined) return sumField / term.weight;
    }
    const analog = terms.flatMap((term) =>
      analogFields.has(term.signal) ? [analogFields.get(term.signal)! / term.weight] : [],
    );
    return analog.length > 0 ? leastOf(analog) : (sumFields[0] ?? idealSum);
  };
  /** Fields at which later sums want each signal where they take it, in the order in which they will take them. */
  const wanted: number[][] = plan.signals.map(() => []);
  const want = (terms: readonly PlanTerm[]): void => {
    const base = baseOf(terms);
    for (const term of terms) wanted[term.signal]!.push(Math.abs(term.weight) * base * tuning.balance);
  };
  for (const cell of plan.cells) {
    if (cell.kind === "only")
      want([
        { signal: cell.set, weight: 1 },
        { signal: cell.unless, weight: 1 },
      ]);
    else want(cell.terms);
  }
  for (const symbol of plan.symbols) want(symbol);

  const take = (signal: number): Value => {
    const value = copies[signal]!.shift();
    if (value === undefined) throw new Error(`signal ${plan.signals[signal]!.name} is used more often than planned`);
    return value;
  };
  const weighted = (term: PlanTerm): Weighted => ({
    value: take(term.signal),
    weight: term.weight,
    reach: Math.abs(term.weight) * plan.signals[term.signal]!.max,
  });

  /** Fields of the copies of a signal in front of what is lost up to where they are taken; `internal`: the one for its own cell. */
  const fieldsOf = (signal: number, internal: number | null): number[] => {
    const fields = internal === null ? wanted[signal]! : [internal, ...wanted[signal]!];
    if (fields.length < 2) return fields;
    const left = lossesOfCopies(loom, plan.signals[signal]!.name, fields.length);
    return fields.map((field, i) => field / left[i]!);
  };

  const context: Context = { loom, rail, slope, margin, tuning };
  const combiners: LayerRun[] = [];
  for (const [i, cell] of plan.cells.entries()) {
    const run = plan.combiners[combiners.length];
    if (run !== undefined && i >= run.from) {
      if (i === run.from) combiners.push(weaveCombiners(loom, plan, run, take, places, copies));
      continue;
    }
    if (i < (plan.combiners[combiners.length - 1]?.end ?? 0)) continue;
    weaveCell(
      context,
      cell,
      weighted,
      (signal, value, internalField) => {
        places[signal] = value;
        const fields = fieldsOf(signal, internalField);
        const name = plan.signals[signal]!.name;
        const values = fields.length > 1 ? splitTree(loom, name, value, fields) : [value];
        for (const copy of values) copies[signal]!.push(copy);
        return internalField === null ? null : take(signal);
      },
      (signal, internalField) => {
        const copied = wanted[signal]!.length + (internalField === null ? 0 : 1) > 1;
        if (known === null) return { field: norm([internalField ?? 0, ...wanted[signal]!]), copied };
        return { field: splitField(loom, plan.signals[signal]!.name, fieldsOf(signal, internalField)), copied };
      },
    );
  }

  const outputs = plan.symbols.map((terms, i) => {
    const value = combineTree(loom, `out${i}`, terms.map(weighted));
    return { lane: value.lane, fieldPerUnit: value.fieldPerUnit };
  });
  const inputs = sums.map((_, lane) => ({ lane, fieldPerUnit: sumFields[lane]! }));
  const onn = { lanes: loom.lanes(), inputs, rails, layers: loom.layers, outputs };
  return { onn, places, slope, combiners, shapes: loom.shapes };
}

/** The sums between two levels of a cascade in layers of their own, which no unit shares: all start and end together. */
function weaveCombiners(
  loom: Weaver,
  plan: Plan,
  run: PlanCombiner,
  take: (signal: number) => Value,
  places: SignalPlace[],
  copies: readonly Value[][],
): LayerRun {
  const from = loom.layers.length;
  const sums = plan.cells.slice(run.from, run.end).map((cell) => {
    if (cell.kind !== "sum") throw new Error(`cell ${cell.name} stands among the combiners`);
    const lit = cell.terms.map((term) => ({ ...take(term.signal), level: from - 1 }));
    const inputs = Array.from({ length: run.inputs }, (_, i) => lit[i] ?? { ...lit[0]!, lane: loom.freshLane() });
    const value = combineTree(
      loom,
      cell.name,
      inputs.map((input) => ({ value: input, weight: 1, reach: 1 })),
    );
    return { total: cell.total, value };
  });
  const end = loom.layers.length;
  for (const { total, value } of sums) {
    const place = { ...value, level: end - 1 };
    places[total] = place;
    copies[total]!.push(place);
  }
  return { from, end };
}

interface Context {
  readonly loom: Weaver;
  readonly rail: (field: number) => Value;
  readonly slope: number;
  readonly margin: number;
  readonly tuning: Tuning;
}

/** Records a finished signal and hands back the copy for use inside its own cell, if one is wanted. */
type Publish = (signal: number, value: Value, internalField: number | null) => Value | null;
type TotalField = (signal: number, internalField: number | null) => WantedField;

interface WantedField {
  readonly field: number;
  /** By splitters, for which `field` is in front of what is lost up to the first; otherwise it is where the signal is taken. */
  readonly copied: boolean;
}

/** The field that a neuron has to give. */
function behindNeuron({ field, copied }: WantedField, { after }: NeuronLoss): number {
  return copied ? field : field / after;
}

function weaveCell(
  context: Context,
  cell: PlanCell,
  weighted: (term: PlanTerm) => Weighted,
  publish: Publish,
  totalField: TotalField,
): void {
  const { loom, rail, tuning } = context;
  switch (cell.kind) {
    case "split": {
      const terms = cell.terms.map(weighted);
      const shiftThresholds = cell.residual === null;
      if (cell.offset !== 0 && !shiftThresholds) {
        const strongest = largestOf(terms.map((term) => term.value.fieldPerUnit));
        terms.push({ value: rail(cell.offset * strongest), weight: cell.offset, reach: cell.offset });
      }
      let rest = combineTree(loom, cell.name, terms);
      const offset = shiftThresholds ? cell.offset : 0;
      cell.bits.forEach((bit, i) => {
        const passes = i < cell.bits.length - 1 || cell.residual !== null;
        const name = `${cell.name}_${i}`;
        let compared = rest;
        if (passes) [rest, compared] = loom.split(`${name}_tap`, rest, tuning.compareShare);
        const internalField = passes ? bit.weight * rest.fieldPerUnit * tuning.balance : null;
        const field = totalField(bit.signal, internalField);
        const value = compare(context, name, compared, bit.weight - offset, field);
        const own = publish(bit.signal, value, internalField);
        if (own !== null) rest = loom.combine(`${name}_rest`, rest, 1, own, -bit.weight);
      });
      if (cell.residual !== null) publish(cell.residual, rest, null);
      return;
    }
    case "sum":
      publish(cell.total, combineTree(loom, cell.name, cell.terms.map(weighted)), null);
      return;
    case "nonzero": {
      const sum = combineTree(loom, cell.name, cell.terms.map(weighted));
      publish(cell.bit, compare(context, cell.name, sum, 1, totalField(cell.bit, null)), null);
      return;
    }
    case "only": {
      const set = weighted({ signal: cell.set, weight: 1 }).value;
      const unless = weighted({ signal: cell.unless, weight: 1 }).value;
      const difference = loom.combine(`${cell.name}_minus`, set, 1, unless, -1);
      const neuron = loom.neuronAt(difference.level, difference.lane);
      const field = behindNeuron(totalField(cell.bit, null), neuron);
      const gain = field / (difference.fieldPerUnit * neuron.before);
      publish(cell.bit, loom.rectify(difference, gain), null);
      return;
    }
    default:
      cell satisfies never;
  }
}

/** The bit [t >= threshold] at the given field, for t on an integer grid; two neurons of equal gain. */
function compare(context: Context, name: string, t: Value, threshold: number, wanted: WantedField): Value {
  const { loom, rail, slope, margin, tuning } = context;
  const level = threshold - margin;
  const [tLeft, referenceLeft] = loom.blockAfter(t.level).inputs;
  const wantedReference = Math.max(Math.abs(level), 0.5) * t.fieldPerUnit * tLeft! * tuning.railBalance;
  const reference = rail(wantedReference / referenceLeft!);
  const below = loom.combine(`${name}_level`, t, -1, reference, level);
  // tan = slope * unitField / innerField fixes the unit's field from the inner one; gains g^2 make the step `field` high.
  const tangent = tuning.clampTangent;
  const clamp = loom.blockAfter(below.level);
  const [unitLeft, innerLeft] = clamp.inputs;
  const innerLoss = loom.neuronAt(below.level, below.lane).before * innerLeft!;
  const stepNeuron = loom.neuronAt(below.level + 1, loom.lanes());
  const stepLoss = clamp.factor * stepNeuron.before;
  const field = behindNeuron(wanted, stepNeuron);
  const passiveField = ((below.fieldPerUnit * tangent) / (slope * hypotenuse(1, tangent))) * innerLoss * stepLoss;
  const gain = Math.sqrt(field / passiveField);
  const inner = loom.rectify(below, gain);
  const unit = rail((((inner.fieldPerUnit * tangent) / slope) * innerLeft!) / unitLeft!);
  const step = loom.combine(`${name}_clamp`, unit, 1, inner, -slope);
  return loom.rectify(step, gain);
}
