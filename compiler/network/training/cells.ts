import { PLATEAU, type TrainedCell, trainCell } from "./cell.ts";
import { composeCells } from "./cell-compose.ts";
import { type CellPlan, cellProgram, largestSum, MOST_CELL_VALUES } from "./cell-program.ts";
import { proveCells } from "./cell-proof.ts";
import { streamCells } from "./cell-stream.ts";
import type { TrainingCurve } from "./curve.ts";
import { evaluateExhaustively } from "./evaluate.ts";
import type { ExhaustiveReport, TrainingHooks, TrainingResult } from "./result.ts";
import { inputGrid, type TrainingSettings, type TrainingTask } from "./task.ts";

/** Cells are small and start near a solution: their own schedule, whatever the perceptron's is. */
const CELL_RATE = 2e-3;
const CELL_STEPS = 3000;
/** Starts that are tried for a cell before giving up. */
const CELL_STARTS = 6;
/** Networks that are no chain are enumerated as a whole up to here, and rest on the proof beyond. */
const MOST_ENUMERATED = 1e6;

/** One small network per digit, each trained on all its values and their plateaus; composed, proved and streamed. */
export async function trainCells(
  task: TrainingTask,
  settings: TrainingSettings,
  hooks: TrainingHooks,
): Promise<TrainingResult> {
  const { aggregation } = task;
  if (largestSum(aggregation) > MOST_CELL_VALUES) {
    return {
      kind: "refused",
      reason: `symbol sums up to ${largestSum(aggregation)} are too many values for one cell (${MOST_CELL_VALUES})`,
      advice: [{ setting: "levels", value: "4", reason: "fewer levels make smaller cells" }],
    };
  }
  const program = cellProgram(aggregation, task.inputs);
  // Cells of equal function share their training.
  const kinds = [...new Map(program.cells.map((cell) => [functionOf(cell), cell])).entries()];
  const trained = new Map<string, TrainedCell>();
  const curves: TrainingCurve[] = [];
  let steps = 0;
  for (const [index, [key, cell]] of kinds.entries()) {
    const part = { name: cell.name, index, count: kinds.length };
    for (let start = 0; start < CELL_STARTS && !trained.has(key); start++) {
      const own: TrainingSettings = {
        ...settings,
        seed: settings.seed + 1009 * start,
        rate: CELL_RATE,
        steps: CELL_STEPS,
        cycles: 1,
        method: "manifold",
        threads: 1,
      };
      const attempt = await trainCell(cell, own, cellHooks(hooks), part);
      const { end } = attempt;
      steps += end.kind === "mismatch" ? 0 : end.step;
      if (end.kind === "stopped") {
        return { kind: "stopped", because: end.because, reason: `while training cell ${index + 1} of ${kinds.length}` };
      }
      if (end.kind === "reached") {
        trained.set(key, attempt);
        curves.push(end.curve);
      }
    }
    if (!trained.has(key)) {
      return {
        kind: "refused",
        reason: `cell ${cell.name} with ${cell.max + 1} values missed its margin from ${CELL_STARTS} starts`,
        advice: [
          { setting: "seed", value: String(settings.seed + 1), reason: "other starts" },
          { setting: "levels", value: "4", reason: "fewer levels make smaller cells" },
        ],
      };
    }
  }
  const cells = program.cells.map((cell) => trained.get(functionOf(cell))!);
  const layersOf = (cell: number): TrainedCell["layers"] => cells[cell]!.layers;
  const proof = proveCells(program, layersOf, PLATEAU);
  const mlp = composeCells(program, layersOf, task.inputs, aggregation.workers);
  const { domain } = inputGrid(aggregation, task.inputs);
  let because: "budget" | "cancelled" | null = null;
  const proceed = (): boolean => {
    because = hooks.interrupt?.() ?? null;
    return because === null;
  };
  let report: ExhaustiveReport | null = null;
  if (program.chain) report = await streamCells(program, layersOf, aggregation, task.inputs, proceed);
  else if (domain <= MOST_ENUMERATED) report = await evaluateExhaustively(mlp, aggregation, proceed);
  else if (proof.holds) report = { vectors: 0, wrong: 0, accuracy: 1, errors: [], worst: proof.worst };
  if (report === null) {
    return { kind: "stopped", because: because ?? "budget", reason: "during the exhaustive evaluation" };
  }
  const checked =
    report.vectors > 0
      ? `all ${report.vectors} input vectors were sent through the cells in double precision`
      : `the ${domain} input vectors were not enumerated; the proof covers them`;
  const proved = proof.holds
    ? `proved for every input by stages: symbols within ${proof.worst.toFixed(3)}, cells read within ${proof.deviation.toFixed(3)} of an integer`
    : "not proved by stages";
  const values = kinds.reduce((sum, [, cell]) => sum + cell.max + 1, 0);
  const summary = { structure: "cells" as const, steps, loss: 0, notes: [checked, proved], curves };
  const network = {
    mlp,
    description:
      `${cells.length} cells (${kinds.length} different), one per digit, started near the exact construction and trained ` +
      `exhaustively on their ${values} values; composed into ${mlp.layers.length} layers`,
    checkedVectors: report.vectors,
    wrongVectors: report.wrong,
  };
  if (report.wrong <= Math.floor((1 - settings.target) * report.vectors + 1e-9)) {
    return { kind: "reached", network, report, summary };
  }
  const advice = [{ setting: "seed", value: String(settings.seed + 1), reason: "other starts" }];
  return { kind: "short", because: "cycles", network, report, summary, advice };
}

function functionOf(cell: CellPlan): string {
  return JSON.stringify(cell.outputs.map(({ table }) => table));
}

/** Cells take seconds: they are trained again rather than saved. */
function cellHooks(hooks: TrainingHooks): TrainingHooks {
  const { checkpoint: _, resume: __, ...rest } = hooks;
  return rest;
}
