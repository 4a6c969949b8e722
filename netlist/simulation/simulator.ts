import type { Circuit } from "../circuit/circuit.ts";
import type { Launch } from "./lower.ts";
import { type Program, programOfCircuit } from "./program.ts";

/** A circuit compiled for simulation; make it once, drive it often. */
export interface Simulator {
  readonly circuit: Circuit;
  readonly program: Program;
  readonly launch: Launch;
  /** Absent: each reads the real part of its field. */
  readonly receivers?: Receivers;
}

/** What each receiver makes of its field: Re((re + i im) * field) + offset, one number an output port. */
export interface Receivers {
  readonly re: Float64Array;
  readonly im: Float64Array;
  /** In the units of the circuit's fields. */
  readonly offset: Float64Array;
}

/** Flattens a checked circuit. Throws nothing on circuits that `checkCircuit` accepts. */
export function compileSimulation(circuit: Circuit): Simulator {
  return { circuit, program: programOfCircuit(circuit), launch: exactLaunch(circuit) };
}

export function exactReceivers({ outputs }: Pick<Circuit, "outputs">): Receivers {
  const zeros = (): Float64Array => new Float64Array(outputs.length);
  return { re: zeros().fill(1), im: zeros(), offset: zeros() };
}

export function exactLaunch({ inputs }: Pick<Circuit, "inputs">): Launch {
  return { re: new Float64Array(inputs.length).fill(1), im: new Float64Array(inputs.length) };
}
