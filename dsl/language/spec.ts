import type { Span } from "../report/diagnostic.ts";

/** How the exact mean of the workers' words becomes a word again. `half-even` ties go to the even *signed or unsigned* word. */
export type Rounding = "floor" | "half-up" | "half-even";

/** Amplitude levels per optical symbol. */
export type Levels = 2 | 4 | 8 | 16;

/** The network that realises the aggregation. One literal `kind` per way of obtaining the weights. */
export type NetworkSpec = ConstructedNetworkSpec | TrainedNetworkSpec | ImportedNetworkSpec;

export interface ConstructedNetworkSpec {
  readonly kind: "constructed";
  readonly neuron: "relu" | "saturating";
  /** What a comparator's threshold is made of: an offset in the neuron, which rectifiers do not have, or reference light. */
  readonly threshold: "electronic" | "optical";
  /** Where the light comes from that is sent to the receivers: the signals that make up the word, or a neuron of its own for each symbol. */
  readonly outputs: "direct" | "amplified";
  /** What goes on when a bit is taken off a digit: the light that is left, or that of a neuron more, which is brighter. */
  readonly rests: "direct" | "amplified";
  /** Least distance, in grid steps of the symbol sums, that every decision must keep from a wrong one. 0 < margin < 0.5. */
  readonly margin: number;
}

/** Which layers are kept as diag(d) U; layers are the matrices, numbered from 1. */
export type ApproximateSpec =
  | { readonly kind: "none" }
  | { readonly kind: "all" }
  | { readonly kind: "layers"; readonly first: number; readonly last: number };

export interface TrainedNetworkSpec {
  readonly kind: "trained";
  readonly structure: "auto" | "perceptron" | "cells";
  /** Widths of a perceptron's hidden layers. */
  readonly hidden: readonly number[];
  /** K, the inputs of a perceptron, into which neighbouring symbols are merged. */
  readonly analogInputs: number;
  readonly approximate: ApproximateSpec;
  readonly approximation: "manifold" | "projected";
  /** Steps from projection to projection. */
  readonly projectEvery: number;
  readonly seed: number;
  /** Share of right words at which training stops, 0..1. */
  readonly target: number;
  readonly budgetS: number;
  readonly loss: "symbols" | "word" | "two-stage";
  readonly learningRate: number;
  readonly batch: number;
  readonly steps: number;
  readonly cycles: number;
  /** Share of a batch drawn from the vectors that were wrong last, 0..1. */
  readonly hardShare: number;
  /** Null: as many as help. */
  readonly threads: number | null;
}

export interface ImportedNetworkSpec {
  readonly kind: "imported";
  /** Path as written, meant relative to the spec. */
  readonly weights: string;
  /** Behind every layer but the last. */
  readonly activation: "relu";
  readonly approximate: ApproximateSpec;
}

/** Which input vectors the verification tries. */
export type VerifyInputs =
  | { readonly kind: "exhaustive" }
  | { readonly kind: "proof" }
  | { readonly kind: "sampled"; readonly samples: number };

export interface VerifySpec {
  /** The all-reduce that is executed beside the circuit. */
  readonly against: "ring";
  readonly inputs: VerifyInputs;
}

/** How the workers are brought together. */
export type TopologySpec = SingleTopologySpec | CascadeTopologySpec;

/** One unit with an input for every worker. */
export interface SingleTopologySpec {
  readonly kind: "single";
}

/** A tree of units whose product of `fanIn` covers the workers; what is left over of the inputs stays dark. */
export interface CascadeTopologySpec {
  readonly kind: "cascade";
  /** Inputs of a unit on each level, the workers' level first: 2..64 each, at least two levels. */
  readonly fanIn: readonly number[];
}

/** What a circuit is held to, by the name that it has in a spec. */
export type Metric =
  | "word-error-rate"
  | "launch-power"
  | "path-loss"
  | "latency"
  | "heater-power"
  | "area"
  | "crossings"
  | "mzis"
  | "yield";

/** A bound as it is written. */
export interface Bound {
  readonly kind: "bound";
  readonly relation: "<=" | ">=";
  /** In the base unit of the metric: 1, W, dB, s, m2. */
  readonly value: number;
  /** The unit that was written; null for a plain number. */
  readonly unit: string | null;
  /** Everything behind the relation: `3 dBm`, `99 % at phase 0.005 rad, splitter 1 %`. */
  readonly written: string;
  /** Of a yield that names them, the only errors at which it has to hold; null: all of the technology. */
  readonly at: YieldErrors | null;
}

export interface YieldErrors {
  /** Standard deviation of every phase, in rad. */
  readonly phaseRad: number | null;
  /** Standard deviation of every splitter's share of power from a half, in parts of it: its field angle in rad. */
  readonly splitter: number | null;
}

/** The values of one setting that a study varies, each once. */
export type Axis = AxisValues | AxisRange;

export interface AxisValues {
  readonly kind: "values";
  readonly values: readonly AxisValue[];
}

export interface AxisValue {
  /** In the base unit, or as a word. */
  readonly value: number | string;
  /** As it stands behind the name of the setting: `4`, `25 GBd`, `cascade 4 x 4`. */
  readonly written: string;
}

/** A range without a step, of which only a search can draw: in the base unit. */
export interface AxisRange {
  readonly kind: "range";
  readonly low: number;
  readonly high: number;
  /** As it is written: `0.1..0.45`. */
  readonly written: string;
}

/** What a study measures, by the name that it has in a spec. */
export type StudyMetric = Metric | "neurons" | "depth";

/** What is measured at every point. */
export interface StudyMeasure {
  readonly metric: StudyMetric;
  /** Of a yield that names them, the only errors; null: all of the technology. */
  readonly at: YieldErrors | null;
  /** `yield at phase 0.005 rad` */
  readonly written: string;
}

/** A bound that a figure of the circuit has to keep. */
export interface Requirement extends Bound {
  readonly metric: Metric;
  /** Of what stands behind the metric's name, in the spec's text. */
  readonly span: Span;
}

export type PortOrder = "free" | "by-worker";

/** A checked aggregate: ranges hold, units are resolved, defaults are filled in. */
export interface Spec {
  readonly name: string;
  /** 2..64 on a single unit, 2..4096 on a cascade. */
  readonly workers: number;
  readonly topology: TopologySpec;
  /** Bits of a gradient word, 1..32. */
  readonly precisionBits: number;
  readonly levels: Levels;
  /** Signed words travel as offset-binary: word + 2^(precisionBits-1). */
  readonly signed: boolean;
  readonly rounding: Rounding;
  /** Of one that is shipped, its name; else a path as written, meant relative to the spec. Null: light without losses. */
  readonly technology: string | null;
  /** Symbols a second on every lane, in Bd. */
  readonly symbolRateBd: number;
  /** Where ports may stand on a placed chip: each where its lane wants it, or all of a worker side by side. */
  readonly portOrder: PortOrder;
  /** In the order of the language's table, each metric at most once. */
  readonly requirements: readonly Requirement[];
  readonly network: NetworkSpec;
  readonly verify: VerifySpec;
  /** Names of netlist targets, in the order written. */
  readonly emit: readonly string[];
  /** Settings that the text left out, as `path value` lines such as `rounding half-up`. */
  readonly defaults: readonly string[];
}
