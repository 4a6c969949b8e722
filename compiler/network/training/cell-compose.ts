import { largestOf } from "../../kernels/norm.ts";
import type { Mlp, MlpLayer } from "../mlp.ts";
import type { CellLayer } from "./cell.ts";
import type { CellProgram, CellTerm } from "./cell-program.ts";

/**
 * The cells as one perceptron. A cell starts in the first layer in which all that it reads is there; values that are
 * needed later are passed on by units of weight 1, which relu leaves alone because nothing here is negative. Sums between
 * cells are drawn into the first layer of the cell that reads them.
 */
export function composeCells(
  program: CellProgram,
  layersOf: (cell: number) => readonly CellLayer[],
  inputs: number,
  workers: number,
): Mlp {
  const ready = new Map<number, number>();
  program.signals.forEach((signal, id) => {
    if (signal.input !== null) ready.set(id, 0);
  });
  const starts = program.cells.map((cell, k) => {
    const start = largestOf(cell.terms.map((term) => ready.get(term.signal)!));
    for (const { signal } of cell.outputs) ready.set(signal, start + layersOf(k).length);
    return start;
  });
  const end = largestOf(program.symbols.flat().map((term) => ready.get(term.signal)!));
  /** The last layer that reads a signal. */
  const lastUse = new Map<number, number>();
  const use = (terms: readonly CellTerm[], level: number): void => {
    for (const { signal } of terms) lastUse.set(signal, Math.max(level, lastUse.get(signal) ?? 0));
  };
  program.cells.forEach((cell, k) => {
    use(cell.terms, starts[k]!);
  });
  for (const terms of program.symbols) use(terms, end);

  // Lanes before a layer: signals by id, hidden units of running cells by cell.
  let signalLane = new Map<number, number>();
  let unitLane = new Map<number, number>();
  let cols = inputs;
  program.signals.forEach((signal, id) => {
    if (signal.input !== null) signalLane.set(id, signal.input);
  });
  /** Inputs are averages, cells read sums. */
  const unit = (signal: number, level: number): number =>
    level === 0 && program.signals[signal]!.input !== null ? workers : 1;

  const layers: MlpLayer[] = [];
  for (let level = 0; level <= end; level++) {
    const rows: { weights: Map<number, number>; bias: number }[] = [];
    const nextSignals = new Map<number, number>();
    const nextUnits = new Map<number, number>();
    if (level === end) {
      for (const terms of program.symbols) {
        rows.push({
          weights: new Map(terms.map((t) => [signalLane.get(t.signal)!, t.weight * unit(t.signal, level)])),
          bias: 0,
        });
      }
    } else {
      for (const [signal, lane] of signalLane) {
        if (lastUse.get(signal)! <= level) continue;
        nextSignals.set(signal, rows.length);
        rows.push({ weights: new Map([[lane, unit(signal, level)]]), bias: 0 });
      }
      program.cells.forEach((cell, k) => {
        const stage = level - starts[k]!;
        const layer = layersOf(k)[stage];
        if (layer === undefined) return;
        const lastStage = stage === layersOf(k).length - 1;
        const from = unitLane.get(k);
        if (!lastStage) nextUnits.set(k, rows.length);
        for (let i = 0; i < layer.rows; i++) {
          const weights = new Map<number, number>();
          let bias = layer.bias[i]!;
          if (stage === 0) {
            const slope = layer.weights[i]!;
            bias += slope * cell.offset;
            for (const t of cell.terms)
              weights.set(signalLane.get(t.signal)!, slope * t.weight * unit(t.signal, level));
          } else {
            for (let j = 0; j < layer.cols; j++) weights.set(from! + j, layer.weights[i * layer.cols + j]!);
          }
          const signal = lastStage ? cell.outputs[i]!.signal : null;
          if (signal !== null) {
            if (!lastUse.has(signal)) continue;
            nextSignals.set(signal, rows.length);
          }
          rows.push({ weights, bias });
        }
      });
    }
    const weights = new Float64Array(rows.length * cols);
    rows.forEach((row, i) => {
      for (const [lane, weight] of row.weights) weights[i * cols + lane]! += weight;
    });
    layers.push({
      kind: "dense",
      name: `layer${level + 1}`,
      rows: rows.length,
      cols,
      weights,
      bias: Float64Array.from(rows, (row) => row.bias),
      activation: level === end ? "none" : "relu",
    });
    cols = rows.length;
    signalLane = nextSignals;
    unitLane = nextUnits;
  }
  return { layers };
}
