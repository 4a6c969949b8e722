import type { ConstructedNetworkSpec } from "../../dsl/index.ts";
import type { PlanTerm, Rests } from "../aggregation/plan.ts";
import { hypotenuse } from "../kernels/index.ts";
import type { NeuronLoss, Value, Weaver } from "./weave.ts";

/** What a spec says of the comparators. */
export type Decisions = Omit<ConstructedNetworkSpec, "kind">;

/** A neuron more a bit is cheap where it is a whole comparator. */
export function restsOf({ neuron }: Pick<Decisions, "neuron">): Rests {
  return neuron === "saturating" ? "restored" : "analog";
}

/** The free choices of the construction; measured in docs/rationale. */
export interface Tuning {
  /** Whether fields of bits are matched to what they meet (bit-fields.ts), which takes so many weavings more. */
  readonly matched: boolean;
  readonly drafts: number;
  /** Field of a bit where it is taken off an analog value, in units of that value's field for the same number, or of the matched field. */
  readonly balance: number;
  /** The same where bits are added to an analog value. */
  readonly carryBalance: number;
  /** Share of the power that a comparator takes from the value that passes on. */
  readonly compareShare: number;
  /** Reference field over the value's field at the threshold. */
  readonly railBalance: number;
  /** tan of the clamp's mixing angle: small protects the height of the bit from phase errors, and asks for gain. */
  readonly clampTangent: number;
  /**
   * Of amplified outputs: field of a level in front of the tree to the receivers, over the root of their number, so about what each of
   * them gets; a worker launches 1 a level.
   */
  readonly outputField: number;
  /** Largest number that is amplified where a bit is taken off it; 0 for none. A larger one has more noise that grows with light. */
  readonly amplifiedReach: number;
  /** In place of `compareShare` where the value is amplified. */
  readonly amplifiedShare: number;
  /** Field per unit of an amplified rest; a worker launches 1 a level. */
  readonly restField: number;
  /** Field per unit of bits that meet nothing but bits; null where it is matched, too. */
  readonly bitsField: number | null;
}

const nothingAmplified = { amplifiedReach: 0, amplifiedShare: 0, restField: 0, bitsField: null };
export const tunings: Readonly<Record<Decisions["neuron"], Tuning>> = {
  relu: {
    matched: false,
    drafts: 0,
    balance: 1.8,
    carryBalance: 1.8,
    compareShare: 0.25,
    railBalance: 0.8,
    clampTangent: 0.85,
    outputField: 0.5,
    ...nothingAmplified,
  },
  saturating: {
    matched: true,
    drafts: 2,
    balance: 1,
    carryBalance: 1,
    compareShare: 0.3,
    railBalance: 0.8,
    clampTangent: 0.85,
    outputField: 0.5,
    ...nothingAmplified,
  },
};

/**
 * Where rests are amplified, noise is what limits a circuit: bits are stronger than phases alone would have them, so that less of the
 * analog value is dumped where they meet, and what passes a comparator dark is tapped less.
 */
const amplifiedTuning: Tuning = {
  ...tunings.saturating,
  balance: 1.5,
  carryBalance: 2,
  compareShare: 0.15,
  amplifiedReach: 20,
  amplifiedShare: 0.3,
  restField: 0.35,
  bitsField: 1.2,
};

export function tuningOf({ neuron, rests }: Decisions): Tuning {
  return rests === "amplified" ? amplifiedTuning : tunings[neuron];
}

export interface Context {
  readonly loom: Weaver;
  /** A lane of constant light of this field. */
  readonly rail: (field: number) => Value;
  readonly decisions: Decisions;
  /** Of the comparators in steps per grid unit: 1 / (1 - 2 margin). */
  readonly slope: number;
  readonly tuning: Tuning;
  readonly ownField: OwnField;
  /** Whether a signal of the plan is found right there. */
  readonly isSignal: (value: Value) => boolean;
}

/** Field of a bit where it is taken off a value of this field per unit, which reaches `reach`. */
export type OwnField = (bit: PlanTerm, fieldPerUnit: number, reach: number) => number;

export interface WantedField {
  readonly field: number;
  /** By splitters, for which `field` is in front of what is lost up to the first; otherwise it is where the signal is taken. */
  readonly copied: boolean;
}

/** The field that a neuron has to give. */
export function behindNeuron({ field, copied }: WantedField, { after }: NeuronLoss): number {
  return copied ? field : field / after;
}

/** The bit [t >= threshold] at the given field, for t on an integer grid. */
export function compare(context: Context, name: string, t: Value, threshold: number, wanted: WantedField): Value {
  const { neuron, threshold: from, margin } = context.decisions;
  switch (neuron) {
    case "relu":
      return clamp(context, name, t, threshold, wanted);
    case "saturating": {
      // As far behind the value below the threshold as it reaches its limit before the threshold.
      const level = threshold - 1 + margin;
      return from === "electronic"
        ? limited(context, t, level, wanted)
        : limited(context, beyond(context, name, t, level), 0, wanted);
    }
    default:
      return neuron satisfies never;
  }
}

/** One neuron that is dark up to `level` and at its limit a step of the comparators later. */
function limited({ loom, slope, isSignal }: Context, input: Value, level: number, wanted: WantedField): Value {
  // A signal of the certificate is found behind its layer: a neuron that reads it stands in the next one.
  const t = isSignal(input) ? { ...input, level: input.level + 1 } : input;
  const loss = loom.neuronAt(t.level, t.lane);
  const unit = t.fieldPerUnit * loss.before;
  const range = unit / slope;
  return loom.limit(t, { gain: behindNeuron(wanted, loss) / range, threshold: level * unit, range });
}

/** t - level, by reference light. */
function beyond({ loom, rail, tuning }: Context, name: string, t: Value, level: number): Value {
  const [tLeft, referenceLeft] = loom.blockAfter(t.level).inputs;
  const field = Math.max(Math.abs(level), 0.5) * t.fieldPerUnit * tLeft! * tuning.railBalance;
  return loom.combine(`${name}_level`, t, 1, rail(field / referenceLeft!), -level);
}

/**
 * The same number, brighter: a neuron that is linear from 0 to half a level beyond `highest`. `field` is what a level is sent
 * with.
 */
export function amplify({ loom, decisions, isSignal }: Context, input: Value, highest: number, field: number): Value {
  const t = isSignal(input) ? { ...input, level: input.level + 1 } : input;
  const unit = t.fieldPerUnit * loom.neuronAt(t.level, t.lane).before;
  const gain = field / unit;
  if (decisions.neuron === "relu") return loom.rectify(t, gain);
  const sent = loom.limit(t, { gain, threshold: 0, range: (highest + 0.5) * unit });
  return { ...sent, fieldPerUnit: field };
}

/**
 * What passes a comparator, sent anew while that decides, so that it waits on no delay line. The light is `lacking` behind the number
 * when it comes and `above` ahead of it when it leaves; the neuron is linear from `above` below nothing to half a step beyond `highest`.
 */
export function amplifyRest(
  { loom }: Context,
  rest: Value,
  to: { readonly lacking: number; readonly above: number; readonly highest: number; readonly field: number },
): Value {
  const unit = rest.fieldPerUnit * loom.neuronAt(rest.level, rest.lane).before;
  const range = (to.highest + to.above + 0.5) * unit;
  const sent = loom.limit(rest, { gain: to.field / unit, threshold: -(to.above + to.lacking) * unit, range });
  return { ...sent, fieldPerUnit: to.field };
}

/** Two rectifiers of equal gain: inner = relu(T - m - t), bit = relu(1 - slope * inner). */
function clamp(context: Context, name: string, t: Value, threshold: number, wanted: WantedField): Value {
  const { loom, rail, slope, tuning } = context;
  const level = threshold - context.decisions.margin;
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
