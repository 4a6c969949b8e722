import { applyProgram, inputFields, isNeuron, type Simulator, type SymbolBatch } from "../../netlist/index.ts";

/**
 * Light of one vector, everywhere. Place 2 step + side is behind that side of a step (side 0 is its first mode, 1 the second of an
 * MZI), place 2 steps + mode at the inputs. Fields in the circuit's units.
 */
export interface Trace {
  readonly re: Float64Array;
  readonly im: Float64Array;
  /** In front of the same sides of the steps. */
  readonly beforeRe: Float64Array;
  readonly beforeIm: Float64Array;
}

/**
 * Sends one vector through a circuit as `simulate` does, step by step, and keeps every field on its way. `symbols` are those of one
 * vector. What is behind the last step on a mode is, to the bit, what `simulate` has there.
 */
export function traceLight(simulator: Simulator, symbols: SymbolBatch): Trace {
  const { program, circuit } = simulator;
  const steps = program.op.length;
  const fields = inputFields(simulator, symbols);
  if (fields.vectors !== 1) throw new RangeError(`${fields.vectors} vectors, one is traced`);
  const places = 2 * steps + circuit.modes;
  const trace = {
    re: new Float64Array(places),
    im: new Float64Array(places),
    beforeRe: new Float64Array(2 * steps),
    beforeIm: new Float64Array(2 * steps),
  };
  trace.re.set(fields.re, 2 * steps);
  trace.im.set(fields.im, 2 * steps);
  for (let step = 0; step < steps; step++) {
    const [first, second] = [program.first[step]!, program.second[step]!];
    trace.beforeRe[2 * step] = fields.re[first]!;
    trace.beforeIm[2 * step] = fields.im[first]!;
    trace.beforeRe[2 * step + 1] = fields.re[second]!;
    trace.beforeIm[2 * step + 1] = fields.im[second]!;
    applyProgram(program, step, step + 1, fields);
    trace.re[2 * step] = fields.re[first]!;
    trace.im[2 * step] = fields.im[first]!;
    trace.re[2 * step + 1] = fields.re[second]!;
    trace.im[2 * step + 1] = fields.im[second]!;
  }
  return trace;
}

/** Steps that are neurons. */
export function neuronsOf({ program }: Simulator): readonly number[] {
  return Array.from(program.op.keys()).filter((step) => isNeuron(program, step));
}
