import { closeSync, openSync, readSync, writeSync } from "node:fs";
import { workerData } from "node:worker_threads";
import { type Diagnostic, plainDiagnostic } from "../../dsl/index.ts";
import { type Aggregate, type Circuit, compileSimulation } from "../../netlist/index.ts";
import {
  addTotals,
  type BlockTotals,
  bytesOfType,
  type CircuitFunction,
  type FastAggregation,
  fromFloat32,
  fromFloat64,
  type GradientTable,
  loseBlock,
  type NumberType,
  noTotals,
  openFastAggregation,
  tableFunction,
  takenByRounding,
  toFloat32,
  wordFunction,
} from "../../training-sim/index.ts";
import { aggregationError, dequantize, ditherOf, quantizeBlocks, referenceWords } from "../../verify/index.ts";
import { displayName } from "../files/read.ts";
import { ioDiagnostic } from "../text/findings.ts";
import { answerTasks } from "../threads.ts";
import { chipMade, type NumberedChip } from "./chip.ts";
import type { GradientRow, InputRow } from "./gradient-files.ts";

/** Through what the words go. */
export type Way =
  | { readonly kind: "table"; readonly table: GradientTable }
  /** Every device; of a chip the words of every worker are kept, else those of worker 0. */
  | { readonly kind: "circuit"; readonly circuit: Circuit; readonly chip: NumberedChip | null };

export interface GradientOrders {
  readonly aggregate: Aggregate;
  /** Of every input; null for a neutral word. */
  readonly rows: readonly (InputRow | null)[];
  /** What words are drawn from; null: gradients become the nearest word. */
  readonly dither: { readonly seed: number; readonly tensor: number } | null;
  /** Residuals of each worker, which are added to the gradients; null without error feedback. */
  readonly residuals: readonly GradientRow[] | null;
  /** Where each worker's residuals after rounding are written; null where they are not kept. */
  readonly kept: { readonly path: string; readonly places: readonly number[] } | null;
  /** Of what is received. */
  readonly gain: number;
  readonly type: NumberType;
  readonly block: number;
  readonly way: Way;
  readonly out: string;
  /** Byte of the output file at which the first number of each row stands. */
  readonly places: readonly number[];
}

/** Elements to aggregate; whole blocks but for the last ones. */
export interface GradientTask {
  readonly from: number;
  readonly to: number;
}

export type GradientAnswer =
  | { readonly kind: "done"; readonly totals: BlockTotals; readonly unalike: number }
  | { readonly kind: "unreadable"; readonly element: number }
  | { readonly kind: "failed"; readonly diagnostic: Diagnostic };

const orders = workerData as GradientOrders;
const { rows, gain, type, block, way, out: target, places, kept } = orders;
const draw = orders.dither === null ? null : ditherOf(orders.dither.seed, orders.dither.tensor);
const hasResiduals = orders.residuals !== null || kept !== null;
const width = bytesOfType[type];

/** Elements that are in memory together: their rows stay in a core's cache. */
const pieceLength = Math.max(block, Math.floor(2 ** 15 / block) * block);

/** What a piece of gradients becomes: values for each row of the output. */
interface PieceAggregation {
  /** Where the gradients of each worker are read to; null: anywhere. */
  readonly rooms: readonly Float32Array[] | null;
  /** `residuals` [worker] of finite blocks become what rounding takes; null where they are not kept. */
  run(
    pieces: readonly Float32Array[],
    first: number,
    residuals: readonly Float32Array[] | null,
  ): Exclude<GradientAnswer, { kind: "done" | "failed" }> | Values;
}

interface Values {
  readonly kind: "values";
  /** Numbers as the output has them, one a row. */
  readonly values: readonly Uint8Array[];
  readonly totals: BlockTotals;
  readonly unalike: number;
}

const isPlain = draw === null && !hasResiduals && gain === 1;
const fast = isPlain && way.kind === "table" ? openFastAggregation(way.table, block, pieceLength) : null;
const aggregation = fast === null ? throughWords(functionOf(way)) : throughKernel(fast);

answerTasks(answerTo);

function answerTo(task: GradientTask): GradientAnswer {
  const files = new Map<string, number>();
  let doing: readonly [string, string] = ["write", "the output"];
  try {
    const output = openSync(target, "r+");
    files.set("", output);
    const after = kept === null ? null : { places: kept.places, file: openSync(kept.path, "r+") };
    if (after !== null) files.set("residuals", after.file);
    for (const { path } of [...rows.filter((row) => row !== null), ...(orders.residuals ?? [])]) {
      doing = ["read", path];
      if (!files.has(path)) files.set(path, openSync(path, "r"));
    }
    const totals = noTotals();
    let unalike = 0;
    for (let first = task.from; first < task.to; first += pieceLength) {
      const length = Math.min(pieceLength, task.to - first);
      const pieces: Float32Array[] = [];
      for (const [worker, row] of rows.entries()) {
        const room = aggregation.rooms?.[worker]?.subarray(0, length) ?? null;
        if (row === null) {
          // The word of 0 is the neutral one.
          pieces.push(room?.fill(0) ?? new Float32Array(length));
          continue;
        }
        doing = ["read", row.path];
        const bytes =
          room === null || type !== "f32"
            ? new Uint8Array(length * width)
            : new Uint8Array(room.buffer, room.byteOffset, room.byteLength);
        const missing = readRow(files, row, bytes, first * width);
        if (missing !== null) return { kind: "failed", diagnostic: missing };
        const piece = toFloat32(bytes, type);
        if (room !== null && type !== "f32") room.set(piece);
        pieces.push(room ?? piece);
      }
      const residuals = hasResiduals ? rows.map(() => new Float32Array(length)) : null;
      for (const [worker, row] of (orders.residuals ?? []).entries()) {
        const own = residuals![worker]!;
        doing = ["read", row.path];
        const missing = readRow(files, row, bytesOf(own), first * bytesOfType.f32);
        if (missing !== null) return { kind: "failed", diagnostic: missing };
        const bad = own.findIndex((value) => !Number.isFinite(value));
        if (bad >= 0) {
          const message = `${displayName(row.path)}: the residual of worker ${worker} is not finite at element ${first + bad}`;
          return { kind: "failed", diagnostic: plainDiagnostic("OPT0513", message) };
        }
      }
      for (const [input, row] of rows.entries()) {
        const [piece, own] = [pieces[input]!, row === null ? null : residuals?.[row.worker]];
        if (own) for (let i = 0; i < length; i++) piece[i] = piece[i]! + own[i]!;
      }
      const made = aggregation.run(pieces, first, residuals);
      if (made.kind !== "values") return made;
      made.totals.maximumSteps *= gain;
      made.totals.squares *= gain * gain;
      addTotals(totals, made.totals);
      unalike += made.unalike;
      doing = ["write", "the output"];
      for (const [row, values] of made.values.entries()) {
        writeAll(output, values, places[row]! + first * width);
      }
      doing = ["write", "the residuals"];
      for (const [worker, row] of (after === null ? [] : (residuals ?? [])).entries()) {
        writeAll(after!.file, bytesOf(row), after!.places[worker]! + first * bytesOfType.f32);
      }
    }
    return { kind: "done", totals, unalike };
  } catch (error) {
    return { kind: "failed", diagnostic: ioDiagnostic(error, ...doing) };
  } finally {
    for (const file of files.values()) closeSync(file);
  }
}

function readRow(
  files: ReadonlyMap<string, number>,
  { path, position }: GradientRow,
  bytes: Uint8Array,
  from: number,
): Diagnostic | null {
  for (let at = 0; at < bytes.length; ) {
    const read = readSync(files.get(path)!, bytes, at, bytes.length - at, position + from + at);
    if (read === 0) return plainDiagnostic("OPT0507", `${displayName(path)} became shorter while it was read`);
    at += read;
  }
  return null;
}

/** As the machine has them: little-endian, as `toFloat32` takes it. */
function bytesOf(values: Float32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

function writeAll(file: number, bytes: Uint8Array, position: number): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at, bytes.length - at, position + at);
}

function throughKernel(fast: FastAggregation): PieceAggregation {
  const run: PieceAggregation["run"] = (pieces, first) => {
    const { length } = pieces[0]!;
    const totals = noTotals();
    fast.run(length, first, totals);
    return { kind: "values", values: [fromFloat32(fast.out.subarray(0, length), type)], totals, unalike: 0 };
  };
  return { rooms: fast.rows, run };
}

function functionOf(through: Way): CircuitFunction {
  if (through.kind === "table") return tableFunction(through.table);
  const exact = compileSimulation(through.circuit);
  return wordFunction(through.chip === null ? exact : chipMade(exact, through.chip));
}

function throughWords(through: CircuitFunction): PieceAggregation {
  const run: PieceAggregation["run"] = (pieces, first, residuals) => {
    const { length } = pieces[0]!;
    const gradients = { workers: pieces.length, length, data: new Float32Array(pieces.length * length) };
    for (const [worker, piece] of pieces.entries()) gradients.data.set(piece, worker * length);
    const totals = noTotals();
    const lost: number[] = [];
    for (let start = 0; start < length; start += block) {
      const end = Math.min(start + block, length);
      if (pieces.every((piece) => piece.subarray(start, end).every(Number.isFinite))) continue;
      loseBlock(pieces, start, end - start, first, totals);
      lost.push(start);
      // Zeros take the place of the block on the way.
      for (let worker = 0; worker < pieces.length; worker++)
        gradients.data.fill(0, worker * length + start, worker * length + end);
    }
    const drawn = (input: number, element: number): number => {
      const row = rows[input]!;
      // A neutral word is the nearest one.
      return row === null || draw === null ? 0.5 : draw(row.worker, first + element);
    };
    const quantized = quantizeBlocks(gradients, orders.aggregate, block, draw === null ? null : drawn);
    if (residuals !== null) {
      const taken = takenByRounding(gradients.data, quantized);
      for (const [input, row] of rows.entries()) {
        if (row === null) continue;
        for (let start = 0; start < length; start += block) {
          // A block that is not finite leaves the residual as it was.
          if (lost.includes(start)) continue;
          const at = input * length;
          residuals[row.worker]!.set(taken.subarray(at + start, at + Math.min(start + block, length)), start);
        }
      }
    }
    const received = through.aggregate(quantized.words);
    const means = referenceWords(quantized.words, orders.aggregate);
    const distinct = [...new Set(received)];
    let [wrong, unalike] = [0, 0];
    for (let i = 0; i < length; i++) {
      if (distinct.some((row) => Number.isNaN(row[i]))) return { kind: "unreadable", element: first + i };
      if (distinct.some((row) => row[i] !== means[i])) wrong++;
      if (distinct.some((row) => row[i] !== distinct[0]![i])) unalike++;
    }
    const { maximumSteps, rmsSteps, worstElement } = aggregationError(gradients, quantized, received[0]!);
    const squares = rmsSteps * rmsSteps * length;
    addTotals(totals, {
      ...noTotals(),
      elements: length,
      wrong,
      maximumSteps,
      worstElement: first + (worstElement ?? 0),
      squares,
    });
    const values = received.slice(0, places.length).map((row) => {
      const back = dequantize(row, quantized);
      for (const start of lost) back.fill(Number.NaN, start, start + block);
      return fromFloat64(gain === 1 ? back : back.map((value) => value * gain), type);
    });
    return { kind: "values", values, totals, unalike };
  };
  return { rooms: null, run };
}
