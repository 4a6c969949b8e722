import type { Certificate } from "./certificate.ts";

/**
 * The circuit: what the compiler makes, what every target prints, what verification drives.
 *
 * Light lives in `modes` waveguides, each carrying one complex field amplitude (the square root of power, in units of
 * the field of a worker's highest launch level divided by `levels - 1`). Sections act one after the other; inside a
 * section the meshes act in order, inside a mesh the devices act in order (columns only say what can stand side by
 * side). A mode that no port feeds is dark. Everything is plain data and survives JSON unchanged.
 */
export interface Circuit {
  readonly format: "optinc.circuit";
  /** 4 where the couplers of an MZI are given, else 3 where a neuron saturates, else 2 where a device or a waveguide loses light, else 1. */
  readonly version: 1 | 2 | 3 | 4;
  readonly name: string;
  readonly aggregate: Aggregate;
  /** Number of waveguides; modes are 0..modes-1. */
  readonly modes: number;
  readonly inputs: readonly InputPort[];
  readonly sections: readonly Section[];
  readonly outputs: readonly OutputPort[];
  /** What the cells of a constructed network claim to compute, for the proof; null when nothing is claimed. */
  readonly certificate: Certificate | null;
  /** Where its devices and lanes lie, of a circuit that was made for a technology; its waveguides say what follows from it. */
  readonly placement?: Placement;
}

/**
 * Devices one after the other from left to right, lanes above one another. A device is a neuron, or meshes on the same modes
 * right behind each other; a stretch is a lit waveguide from a port or device to the next. Both are numbered as light meets them in the order of
 * the file: inputs first, then what leaves each device, in the order of its modes; waveguides are no devices, nor is what is dark.
 */
export interface Placement {
  /** The devices from left to right. */
  readonly sequence: readonly number[];
  /** The stretches from top to bottom, whether or not they are ever beside each other. */
  readonly lanes: readonly number[];
  /** Stretches that begin at a port on the left edge, and those that end at one on the right, from top to bottom. */
  readonly left: readonly number[];
  readonly right: readonly number[];
}

/** The function that the circuit is meant to compute, in words. */
export interface Aggregate {
  readonly workers: number;
  readonly bits: number;
  readonly levels: number;
  readonly signed: boolean;
  /** none: the workers receive the sum of their words, in as many bits as the largest needs (symbols.ts). */
  readonly rounding: "floor" | "half-up" | "half-even" | "none";
  /** Symbols per word that a worker sends, ceil(bits / log2(levels)); symbol 0 is the most significant and may have fewer levels. */
  readonly symbols: number;
  /**
   * Of a cascade: inputs of a unit on each level, the workers' level first. Worker w enters the first level's unit
   * floor(w / fanIn[0]). Absent where one unit sums all workers.
   */
  readonly fanIn?: readonly number[];
}

export type InputPort = WorkerInput | ReferenceInput;

/** One symbol of one worker: the field is `fieldPerLevel * symbol`, symbol in 0..levels-1. */
export interface WorkerInput {
  readonly kind: "worker";
  readonly name: string;
  readonly mode: number;
  readonly worker: number;
  readonly symbol: number;
  readonly fieldPerLevel: number;
}

/** Constant light from which the biases are split off. */
export interface ReferenceInput {
  readonly kind: "reference";
  readonly name: string;
  readonly mode: number;
  readonly field: number;
}

/** A receiver: reads Re(field) * levelsPerField and snaps it to the nearest integer in 0..levels-1 of the symbol. */
export interface OutputPort {
  readonly name: string;
  readonly mode: number;
  readonly worker: number;
  readonly symbol: number;
  readonly levelsPerField: number;
}

/** combine: P, reference: the bias waveguides, layer: one layer of the network, broadcast: T. */
export type SectionKind = "combine" | "reference" | "layer" | "broadcast";

export interface Section {
  readonly kind: SectionKind;
  readonly name: string;
  readonly meshes: readonly Mesh[];
  /** Applied to their modes after all meshes of the section. */
  readonly activations: readonly Activation[];
}

/**
 * right: V^T, singular: attenuators, left: U of a factorised matrix; combiner and splitter: P, bias and T; lanes: waveguides
 * in front of neurons and receivers.
 */
export type MeshKind = "right" | "singular" | "left" | "combiner" | "splitter" | "lanes";

export interface Mesh {
  readonly kind: MeshKind;
  readonly name: string;
  /** Local mode i of the devices is circuit mode modes[i]. */
  readonly modes: readonly number[];
  readonly devices: readonly Device[];
  /** Circuit modes whose light is absorbed after the mesh; they are dark from then on. */
  readonly terminated: readonly number[];
}

export type Device = Mzi | Attenuator | PhaseShifter | Waveguide;

/** What light loses in a device beside what its phases say. */
interface Lossy {
  /** Field behind the device over that of an ideal one, the same at every port; more than 0, at most 1, absent: 1. */
  readonly fieldFactor?: number;
}

/** Mach-Zehnder interferometer on local modes (mode, mode + 1); matrix in convention.ts. */
export interface Mzi extends Lossy {
  readonly kind: "mzi";
  readonly column: number;
  readonly mode: number;
  readonly thetaRad: number;
  readonly phiRad: number;
  /** Share of the power that crosses the coupler before theta, and the one behind it, as somebody measured them; absent: half. */
  readonly firstCrossPower?: number;
  readonly secondCrossPower?: number;
}

/** The same MZI with a dark second input and an absorbed second output: field times i e^{i(phi + theta/2)} sin(theta/2). */
export interface Attenuator extends Lossy {
  readonly kind: "attenuator";
  readonly column: number;
  readonly mode: number;
  readonly thetaRad: number;
  readonly phiRad: number;
}

/** Field times e^{i phi}. */
export interface PhaseShifter extends Lossy {
  readonly kind: "phase";
  readonly column: number;
  readonly mode: number;
  readonly phiRad: number;
}

/**
 * A piece of waveguide that loses light: what a lane crosses, or a length that it passes beyond its devices, delay lines
 * among them. Its phase is a whole number of turns: what fabrication adds is trimmed away.
 */
export interface Waveguide {
  readonly kind: "waveguide";
  readonly column: number;
  readonly mode: number;
  /** Waveguides that it crosses; each of them names the same crossing. */
  readonly crossings: number;
  readonly lengthUm: number;
  /** Field at its end over that at its start; more than 0, at most 1. */
  readonly fieldFactor: number;
}

/**
 * An opto-electro-optic neuron: homodyne detection of the real quadrature, electronics, a modulator with light of its own. What
 * it sends is real and not negative; neuron.ts computes it.
 */
export type Activation = Relu | Saturating;

/** A rectifier: field -> gain * max(0, Re field). Gain 1 is a passive-equivalent neuron, more is electronic gain. */
export interface Relu {
  readonly kind: "relu";
  readonly mode: number;
  readonly gain: number;
}

/**
 * A comparator with a soft middle, which clips at both ends: field -> gain * min(range, max(0, Re field - threshold)). It is dark
 * up to the field `threshold` and sends gain * range from threshold + range on; in between it is linear. Written with fields in units
 * of the range it is gain * min(1, max(0, Re field - threshold)).
 */
export interface Saturating {
  readonly kind: "saturating";
  readonly mode: number;
  /** Field sent over field detected, in the linear part; more than 0. */
  readonly gain: number;
  /** An offset of the electronics, in units of the circuit's fields, of either sign: below 0 it sends light without any. */
  readonly threshold: number;
  /** Width of the linear part, in units of the circuit's fields; more than 0. */
  readonly range: number;
}
