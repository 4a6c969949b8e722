import { interpret, type ModeFields, type Simulator, type SymbolBatch } from "../../netlist/index.ts";

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
  const places = 2 * steps + circuit.modes;
  const trace = {
    re: new Float64Array(places),
    im: new Float64Array(places),
    beforeRe: new Float64Array(2 * steps),
    beforeIm: new Float64Array(2 * steps),
  };
  const keep = (toRe: Float64Array, toIm: Float64Array, { re, im }: ModeFields, step: number): void => {
    for (const [side, mode] of [program.first[step]!, program.second[step]!].entries()) {
      toRe[2 * step + side] = re[mode]!;
      toIm[2 * step + side] = im[mode]!;
    }
  };
  interpret(simulator, symbols, {
    steps: [...program.op.keys()],
    launched: ({ re, im, vectors }) => {
      if (vectors !== 1) throw new RangeError(`${vectors} vectors, one is traced`);
      trace.re.set(re, 2 * steps);
      trace.im.set(im, 2 * steps);
    },
    before: (fields, step) => keep(trace.beforeRe, trace.beforeIm, fields, step),
    after: (fields, step) => keep(trace.re, trace.im, fields, step),
  });
  return trace;
}
