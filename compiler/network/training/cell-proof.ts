import { largestOf } from "../../kernels/norm.ts";
import type { CellLayer } from "./cell.ts";
import type { CellPlan, CellProgram, CellTerm } from "./cell-program.ts";

/** What is proved of a network of cells for every input vector there is. */
export interface TrainedCellProof {
  readonly holds: boolean;
  /** Largest |output - wanted symbol| that any input vector can cause; 0.5 is where receivers begin to err. */
  readonly worst: number;
  /** Largest deviation from an integer at which a cell reads, of PLATEAU allowed. */
  readonly deviation: number;
}

/** Room for rounding in double precision, generously. */
const ROUNDING = 1e-9;

/**
 * Stage by stage: as long as a cell reads within `half` of an integer, its outputs are within their plateau errors, which in
 * turn bound how far from an integer the next cell reads.
 */
export function proveCells(
  program: CellProgram,
  layersOf: (cell: number) => readonly CellLayer[],
  half: number,
): TrainedCellProof {
  const errors = new Float64Array(program.signals.length);
  const bound = (terms: readonly CellTerm[]): number =>
    terms.reduce((sum, term) => sum + Math.abs(term.weight) * errors[term.signal]!, ROUNDING);
  let deviation = 0;
  program.cells.forEach((cell, k) => {
    deviation = Math.max(deviation, bound(cell.terms));
    plateauErrors(layersOf(k), cell, half).forEach((error, o) => {
      errors[cell.outputs[o]!.signal] = error;
    });
  });
  const worst = largestOf(program.symbols.map(bound));
  return { holds: deviation <= half && worst < 0.5, worst, deviation };
}

/**
 * Per output, the largest error over all reals within `half` of an integer 0..max. The network is piecewise linear in its one
 * input, so it is enough to look at all its kinks; they are found layer by layer.
 */
export function plateauErrors(layers: readonly CellLayer[], cell: CellPlan, half: number): number[] {
  const errors = cell.outputs.map(() => 0);
  for (let t = 0; t <= cell.max; t++) {
    let points = [t - half, t + half];
    for (let depth = 1; depth < layers.length; depth++) {
      const values = points.map((x) => forward(layers.slice(0, depth), x, false));
      const next: number[] = [];
      for (let i = 0; i < points.length; i++) {
        next.push(points[i]!);
        if (i === points.length - 1) continue;
        for (let unit = 0; unit < values[i]!.length; unit++) {
          const a = values[i]![unit]!;
          const b = values[i + 1]![unit]!;
          if (a < 0 !== b < 0) next.push(points[i]! + ((points[i + 1]! - points[i]!) * a) / (a - b));
        }
      }
      points = next.sort((p, q) => p - q);
    }
    for (const x of points) {
      forward(layers, x, true).forEach((y, o) => {
        const error = Math.abs(y - cell.outputs[o]!.table[t]!);
        if (!(error <= errors[o]!)) errors[o] = error;
      });
    }
  }
  return errors;
}

/** The layers applied to one number; without `rectifyLast` the last layer's relu is left out. */
export function forward(layers: readonly CellLayer[], input: number, rectifyLast: boolean): number[] {
  let x = [input];
  layers.forEach((layer, l) => {
    x = Array.from({ length: layer.rows }, (_, i) => {
      let sum = layer.bias[i]!;
      for (let j = 0; j < layer.cols; j++) sum += layer.weights[i * layer.cols + j]! * x[j]!;
      return l < layers.length - 1 || rectifyLast ? Math.max(0, sum) : sum;
    });
  });
  return x;
}
