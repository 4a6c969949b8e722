import type { Relu, Saturating } from "../../netlist/index.ts";

/**
 * A network on waveguides ("lanes"), before factorisation: what every source of weights delivers and the circuit
 * assembly consumes. A lane that nothing reads or writes in a layer passes unchanged.
 */
export interface Onn {
  readonly lanes: number;
  /** Symbol sums, symbol 0 first: Re(field) = fieldPerUnit * sum. */
  readonly inputs: readonly Tap[];
  /** Constant light for the biases. */
  readonly biases: readonly Bias[];
  readonly layers: readonly Layer[];
  /** Output symbols, symbol 0 first: Re(field) = fieldPerUnit * symbol. */
  readonly outputs: readonly Tap[];
}

export interface Tap {
  readonly lane: number;
  readonly fieldPerUnit: number;
}

export interface Bias {
  readonly lane: number;
  readonly field: number;
}

/** Blocks on disjoint lanes, then activations. */
export interface Layer {
  readonly blocks: readonly Block[];
  readonly activations: readonly NetworkNeuron[];
}

/**
 * out = weights * in, spectral norm at most 1 because meshes are passive. Reads lanes[0..cols), writes lanes[0..rows);
 * lanes read but not written are absorbed, lanes written but not read were dark.
 */
export interface Block {
  readonly name: string;
  readonly lanes: readonly number[];
  readonly rows: number;
  readonly cols: number;
  /** rows x cols, row-major. */
  readonly weights: Float64Array;
}

/** A neuron of a circuit, before it has a place. */
export type NeuronSetting = Omit<Relu, "mode"> | Omit<Saturating, "mode">;

/** What stands on a lane behind the blocks of a layer. */
export type NetworkNeuron = NeuronSetting & { readonly lane: number };
