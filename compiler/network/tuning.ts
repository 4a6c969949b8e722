import type { ConstructedNetworkSpec } from "../../dsl/index.ts";
import type { Residuals } from "../aggregation/plan.ts";

/** What a spec says of the comparators. */
export type Decisions = Omit<ConstructedNetworkSpec, "kind">;

/** One more neuron a bit is cheap where it is a whole comparator. */
export function residualsOf({ neuron }: Pick<Decisions, "neuron">): Residuals {
  return neuron === "saturating" ? "restored" : "analog";
}

/** The free choices of the construction; measured in docs/explanation/rationale. */
export interface Tuning {
  /** Whether fields of bits are matched to what they meet (bit-fields.ts), and how many passes over the fields that takes. */
  readonly matched: boolean;
  readonly drafts: number;
  /** Field of a bit where it is taken off an analog value, in units of that value's field for the same number, or of the matched field. */
  readonly balance: number;
  /** The same where bits are added to an analog value. */
  readonly carryBalance: number;
  /** Share of the power that a comparator takes from the value that passes on. */
  readonly compareShare: number;
  /** Bias field over the value's field at the threshold. */
  readonly biasBalance: number;
  /** tan of the clamp's mixing angle: small protects the height of the bit from phase errors, and asks for gain. */
  readonly clampTangent: number;
  /** Of amplified outputs: field of a level before the tree to the receivers, over the root of their number; a worker launches 1 a level. */
  readonly outputField: number;
  /** Largest number that is regenerated where a bit is subtracted from it; 0 for none. A larger one has more noise that grows with light. */
  readonly regeneratedReach: number;
  /** In place of `compareShare` where the value is regenerated. */
  readonly regeneratedShare: number;
  /** Field per unit of a regenerated residual; a worker launches 1 a level. */
  readonly residualField: number;
  /** Field per unit of bits that meet nothing but bits; null where it is matched, too. */
  readonly bitsField: number | null;
}

const alike = { biasBalance: 0.8, clampTangent: 0.85, outputField: 0.5 };
const nothingRegenerated = { regeneratedReach: 0, regeneratedShare: 0, residualField: 0, bitsField: null };
export const tunings: Readonly<Record<Decisions["neuron"], Tuning>> = {
  relu: {
    matched: false,
    drafts: 0,
    balance: 1.8,
    carryBalance: 1.8,
    compareShare: 0.25,
    ...alike,
    ...nothingRegenerated,
  },
  saturating: {
    matched: true,
    drafts: 2,
    balance: 1,
    carryBalance: 1,
    compareShare: 0.3,
    ...alike,
    ...nothingRegenerated,
  },
};

/**
 * Where residuals are regenerated, noise is what limits a circuit: bits are stronger than phases alone would have them, so that less of the
 * analog value is dumped where they meet, and what passes a comparator dark is tapped less.
 */
const regeneratedTuning: Tuning = {
  ...tunings.saturating,
  balance: 1.5,
  carryBalance: 2,
  compareShare: 0.15,
  regeneratedReach: 20,
  regeneratedShare: 0.3,
  residualField: 0.35,
  bitsField: 1.2,
};

export function tuningOf({ neuron, residual }: Decisions): Tuning {
  return residual === "direct" ? tunings[neuron] : regeneratedTuning;
}
