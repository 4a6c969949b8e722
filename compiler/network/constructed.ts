import type { Aggregation } from "../aggregation/aggregation.ts";
import type { Plan, PlanCell, PlanCombiner, PlanTerm } from "../aggregation/plan.ts";
import { largestOf, norm } from "../kernels/index.ts";
import { bitFields, type Draft, noDraft } from "./bit-fields.ts";
import {
  amplify,
  amplifyRest,
  behindNeuron,
  type Context,
  compare,
  type Decisions,
  type OwnField,
  type Tuning,
  tuningOf,
  type WantedField,
} from "./comparator.ts";
import type { Onn, Rail } from "./onn.ts";
import {
  combineTree,
  type Known,
  lossesOfCopies,
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

/**
 * The exact network of a plan. Every comparison is a two-layer clamp: inner = relu(T - m - t), bit = relu(1 - slope * inner),
 * which is 0 or 1 for every t that stays away from the threshold by the margin, so that noise does not add up. Where losses are
 * known, weights, thresholds, gains and rails make up for them: the network is as exact on lossy devices.
 */
export function constructNetwork(
  aggregation: Aggregation,
  plan: Plan,
  decisions: Decisions,
  known: Surroundings | null = null,
  tuning: Tuning = tuningOf(decisions),
): ConstructedNetwork {
  // The field at which a bit is wanted depends on the analog value that it will meet, known only after a first weaving;
  // a level of a cascade meets what the levels before it make.
  let draft = noDraft;
  for (let i = -tuning.drafts; i <= plan.combiners.length; i++) {
    const { places, ownFields } = weave(aggregation, plan, decisions, known, tuning, draft);
    const analogFields = new Map(
      plan.signals.flatMap(({ kind }, id): [number, number][] =>
        kind === "residual" || kind === "total" ? [[id, places[id]!.fieldPerUnit]] : [],
      ),
    );
    draft = { analogFields, ownFields };
  }
  return weave(aggregation, plan, decisions, known, tuning, draft);
}

function weave(
  aggregation: Aggregation,
  plan: Plan,
  decisions: Decisions,
  known: Surroundings | null,
  tuning: Tuning,
  draft: Draft,
): ConstructedNetwork & Pick<Draft, "ownFields"> {
  const slope = 1 / (1 - 2 * decisions.margin);
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
  /** By lane, the layer behind which the last signal on it is found. */
  const signalLevels = new Map<number, number>();
  const isSignal = ({ lane, level }: Value): boolean => signalLevels.get(lane) === level;
  const copies: Value[][] = plan.signals.map(() => []);
  const record = (signal: number, place: Value): void => {
    places[signal] = place;
    signalLevels.set(place.lane, place.level);
  };
  const recordOne = (signal: number, place: Value): void => {
    record(signal, place);
    copies[signal]!.push(place);
  };
  sums.forEach((id, lane) => {
    recordOne(id, { lane, fieldPerUnit: sumFields[lane]!, level: -1 });
  });

  const { wanted, own } = bitFields(plan, sumFieldOf, draft, tuning);
  const ownFields = new Map<number, number>();
  const ownField: OwnField = (bit, fieldPerUnit, reach) => {
    const field = own(bit, fieldPerUnit, reach);
    ownFields.set(bit.signal, field / bit.weight);
    return field;
  };

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
  const fieldsOf = (signal: number, internal: number | null): readonly number[] => {
    const fields = internal === null ? wanted[signal]! : [internal, ...wanted[signal]!];
    if (fields.length < 2) return fields;
    const left = lossesOfCopies(loom, plan.signals[signal]!.name, fields.length);
    return fields.map((field, i) => field / left[i]!);
  };

  const context: Context = { loom, rail, decisions, slope, tuning, ownField, isSignal };
  const combiners: LayerRun[] = [];
  for (const [i, cell] of plan.cells.entries()) {
    const run = plan.combiners[combiners.length];
    if (run !== undefined && i >= run.from) {
      if (i === run.from) combiners.push(weaveCombiners(loom, plan, run, take, recordOne));
      continue;
    }
    if (i < (plan.combiners[combiners.length - 1]?.end ?? 0)) continue;
    weaveCell(
      context,
      cell,
      weighted,
      (signal, value, internalField) => {
        record(signal, value);
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
    // What is taken off could leave less than 0 where cells are looked at one by one, which a neuron would not send.
    const amplified = decisions.outputs === "amplified" && terms.every(({ weight }) => weight > 0);
    if (!amplified) return { lane: value.lane, fieldPerUnit: value.fieldPerUnit };
    const highest = terms.reduce((sum, { signal, weight }) => sum + weight * plan.signals[signal]!.max, 0);
    const field = tuning.outputField * Math.sqrt(aggregation.workers);
    const { lane, fieldPerUnit } = amplify(context, value, highest, field);
    return { lane, fieldPerUnit };
  });
  const inputs = sums.map((_, lane) => ({ lane, fieldPerUnit: sumFields[lane]! }));
  const onn = { lanes: loom.lanes(), inputs, rails, layers: loom.layers, outputs };
  return { onn, places, slope, combiners, shapes: loom.shapes, ownFields };
}

/** The sums between two levels of a cascade in layers of their own, which no unit shares: all start and end together. */
function weaveCombiners(
  loom: Weaver,
  plan: Plan,
  run: PlanCombiner,
  take: (signal: number) => Value,
  publish: (total: number, place: Value) => void,
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
    publish(total, { ...value, level: end - 1 });
  }
  return { from, end };
}

/** Records a finished signal and hands back the copy for use inside its own cell, if one is wanted. */
type Publish = (signal: number, value: Value, internalField: number | null) => Value | null;
type TotalField = (signal: number, internalField: number | null) => WantedField;

function weaveCell(
  context: Context,
  cell: PlanCell,
  weighted: (term: PlanTerm) => Weighted,
  publish: Publish,
  totalField: TotalField,
): void {
  const { loom, rail, tuning, ownField } = context;
  switch (cell.kind) {
    case "split": {
      const terms = cell.terms.map(weighted);
      const shiftThresholds = cell.residual === null;
      if (cell.offset !== 0 && !shiftThresholds) {
        const strongest = largestOf(terms.map((term) => term.value.fieldPerUnit));
        terms.push({ value: rail(cell.offset * strongest), weight: cell.offset, reach: cell.offset });
      }
      let rest = combineTree(loom, cell.name, terms);
      let reach = terms.reduce((sum, term) => sum + term.reach, 0);
      /** What the light lacks of the number. */
      let lacking = shiftThresholds ? cell.offset : 0;
      let highest = reach + lacking;
      cell.bits.forEach((bit, i) => {
        const passes = i < cell.bits.length - 1 || cell.residual !== null;
        const name = `${cell.name}_${i}`;
        const threshold = bit.weight - lacking;
        const amplified = passes && highest <= tuning.amplifiedReach;
        let compared = rest;
        if (passes) {
          const share = amplified ? tuning.amplifiedShare : tuning.compareShare;
          [rest, compared] = loom.split(`${name}_tap`, rest, share);
        }
        if (amplified) {
          const above = cell.residual === null ? 0.5 : 0;
          rest = amplifyRest(context, rest, { lacking, above, highest, field: tuning.restField });
          lacking = -above;
        }
        const internalField = passes ? ownField(bit, rest.fieldPerUnit, reach) : null;
        reach = bit.weight;
        highest = bit.weight;
        const field = totalField(bit.signal, internalField);
        const value = compare(context, name, compared, threshold, field);
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
      const wanted = totalField(cell.bit, null);
      if (context.decisions.neuron !== "relu") {
        publish(cell.bit, compare(context, cell.name, difference, 1, wanted), null);
        return;
      }
      const neuron = loom.neuronAt(difference.level, difference.lane);
      const field = behindNeuron(wanted, neuron);
      const gain = field / (difference.fieldPerUnit * neuron.before);
      publish(cell.bit, loom.rectify(difference, gain), null);
      return;
    }
    default:
      cell satisfies never;
  }
}
