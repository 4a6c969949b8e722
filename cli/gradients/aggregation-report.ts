import type { ChalkInstance } from "chalk";
import { grouped } from "../../dsl/index.ts";
import type { Circuit } from "../../netlist/index.ts";
import type { BlockTotals, NumberType } from "../../training-sim/index.ts";
import { type Absence, absenceText } from "./absent.ts";
import type { NumberedChip } from "./chip.ts";

/** What became of gradients. */
export interface AggregationReport {
  readonly circuit: Circuit;
  readonly type: NumberType;
  /** Elements of one worker. */
  readonly length: number;
  readonly block: number;
  /** What words were drawn from; null where they are the nearest ones. */
  readonly dither: { readonly seed: number; readonly tensor: number } | null;
  /** Whether residuals were added to the gradients, or kept. Errors are those from gradients with residuals. */
  readonly hasFeedback: boolean;
  readonly chip: NumberedChip | null;
  /** Null where all workers are there. */
  readonly absence: Absence | null;
  /** Of the table; null where the words went through every device. */
  readonly rows: number | null;
  readonly totals: BlockTotals;
  /** Elements of which not all workers received the same word. */
  readonly unalike: number;
}

export function aggregationText(report: AggregationReport, paint: ChalkInstance): string {
  const { circuit, type, length, block, dither, hasFeedback, chip, absence, rows, totals, unalike } = report;
  const { aggregate } = circuit;
  const wrong = `${grouped(totals.wrong)} of ${grouped(length)} are not the mean of the words`;
  const lines = [
    `${paint.bold(`aggregate with ${circuit.name}`)}: ${aggregate.workers} workers, ${grouped(length)} gradients of ${type}, blocks of ${grouped(block)}`,
    ...(chip === null ? [] : [`  chip     ${chip.about}`]),
    ...(absence === null ? [] : [absenceText(absence)]),
    ...(dither === null ? [] : [`  rounding up or down at random, seed ${dither.seed}, tensor ${dither.tensor}`]),
    ...(hasFeedback ? ["  feedback residuals count as part of the gradients"] : []),
    `  through  ${rows === null ? "every device, each tuple of words once" : `a table of ${grouped(rows)} vectors of symbol sums`}`,
    `  words    ${totals.wrong === 0 ? wrong : paint.yellow(wrong)}${chip === null ? "" : `; ${grouped(unalike)} reach the workers unalike`}`,
    totals.maximumSteps === 0
      ? "  error    none: each word is the mean of the gradients"
      : `  error    at most ${totals.maximumSteps.toPrecision(4)} steps of ${aggregate.bits}-bit words, at element ${grouped(totals.worstElement)}; ` +
        `root mean square ${rmsOf(totals).toPrecision(4)}${chip === null ? "" : ", as worker 0 has it"}`,
  ];
  return `${lines.join("\n")}\n`;
}

/** The same for programs. */
export function aggregationJson({ circuit, totals, ...rest }: AggregationReport): string {
  const { elements: _, squares: _unused, ...kept } = totals;
  const value = {
    circuit: circuit.name,
    aggregate: circuit.aggregate,
    ...rest,
    chip: rest.chip?.data ?? null,
    ...kept,
    worstElement: totals.maximumSteps === 0 ? null : totals.worstElement,
    rmsSteps: rmsOf(totals),
  };
  return `${JSON.stringify({ format: "optinc.aggregation", version: 1, ...value }, null, 2)}\n`;
}

function rmsOf({ squares, elements }: BlockTotals): number {
  return Math.sqrt(squares / Math.max(1, elements));
}
