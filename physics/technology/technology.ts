import type { Activation, LayerName } from "../../netlist/index.ts";
import type { QuantityKey } from "./quantities.ts";

/** Source of a number: published measurement, design kit (typical value or bound), published simulation, or assumed by the file's author. */
export type SourceKind = "measured" | "foundry" | "simulated" | "assumed";

export const sourceKinds: readonly SourceKind[] = ["measured", "foundry", "simulated", "assumed"];

/** One quantity of a technology. */
export interface Entry {
  /** In the base unit of its dimension: m, s, rad, dB, dB/m, W, A, A/W, A/rtHz, Hz, V, ohm, A/m, J, dB/Hz, m2, 1/m, s/m2, rad/m, bits, 1. */
  readonly value: number;
  /** As the file has it: `3 dB/cm`. */
  readonly written: string;
  /** The publication or design kit, or why this value was assumed. */
  readonly source: string;
  readonly kind: SourceKind;
}

/** What a neuron makes of a field: netlist/circuit/neuron.ts. */
export type NeuronKind = Activation["kind"];

export const neuronKinds: readonly NeuronKind[] = ["relu", "saturating"];

/** Who says that there are neurons of a kind. */
export interface NeuronEntry {
  readonly source: string;
  readonly kind: SourceKind;
}

/** Where the masks have a layer, and who says so. */
export interface LayerEntry extends NeuronEntry {
  readonly place: readonly [layer: number, datatype: number];
}

/** What a circuit is built of, as a checked file says it. What it lacks is not known, never 0. */
export interface Technology {
  readonly name: string;
  readonly description: string;
  /** The kinds of neurons that it has; empty where its file says nothing of them: it is then taken to have rectifiers. */
  readonly neurons: Readonly<Partial<Record<NeuronKind, NeuronEntry>>>;
  readonly entries: Readonly<Partial<Record<QuantityKey, Entry>>>;
  /** Of its masks; a layout takes usual numbers, which are assumed, for those that are not there. */
  readonly layers: Readonly<Partial<Record<LayerName, LayerEntry>>>;
}
