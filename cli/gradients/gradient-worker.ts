import { closeSync, openSync, readSync, writeSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import { type Diagnostic, plainDiagnostic } from "../../dsl/index.ts";
import { type Circuit, compileSimulation } from "../../netlist/index.ts";
import {
  addTotals,
  aggregateBlocks,
  type BlockTotals,
  bytesOfType,
  fromFloat32,
  fromFloat64,
  type GradientTable,
  loseBlock,
  type NumberType,
  noTotals,
  openFastAggregation,
  toFloat32,
  wordFunction,
} from "../../training-sim/index.ts";
import { aggregationError, dequantize, quantizeBlocks, referenceWords } from "../../verify/index.ts";
import { displayName } from "../files/read.ts";
import { ioDiagnostic } from "../text/findings.ts";
import type { NumberedAnswer, NumberedTask } from "../threads.ts";
import { chipMade, type NumberedChip } from "./chip.ts";
import type { GradientRow } from "./gradient-files.ts";

/** Through what the words go. */
export type Way =
  | { readonly kind: "table"; readonly table: GradientTable }
  /** Every device; of a chip the words of every worker are kept, else those of worker 0. */
  | { readonly kind: "circuit"; readonly circuit: Circuit; readonly chip: NumberedChip | null };

export interface GradientOrders {
  /** Of every input; null for a neutral word. */
  readonly rows: readonly (GradientRow | null)[];
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

const { rows, gain, type, block, way, out: target, places } = workerData as GradientOrders;
const width = bytesOfType[type];

/** Elements that are in memory together: their rows stay in a core's cache. */
const pieceLength = Math.max(block, Math.floor(2 ** 15 / block) * block);

/** What a piece of gradients becomes: values for each row of the output. */
interface Aggregate {
  /** Where the gradients of each worker are read to; null: anywhere. */
  readonly rooms: readonly Float32Array[] | null;
  run(pieces: readonly Float32Array[], first: number): Exclude<GradientAnswer, { kind: "done" | "failed" }> | Values;
}

interface Values {
  readonly kind: "values";
  /** Numbers as the output has them, one a row. */
  readonly values: readonly Uint8Array[];
  readonly totals: BlockTotals;
  readonly unalike: number;
}

const aggregate: Aggregate = way.kind === "table" ? throughTable(way.table) : throughCircuit(way.circuit, way.chip);

parentPort?.on("message", ({ number, task }: NumberedTask<GradientTask>) => {
  const news: NumberedAnswer<GradientAnswer> = { number, answer: answerTo(task) };
  parentPort?.postMessage(news);
});

function answerTo(task: GradientTask): GradientAnswer {
  const files = new Map<string, number>();
  let doing: readonly [string, string] = ["write", "the output"];
  try {
    const output = openSync(target, "r+");
    files.set("", output);
    for (const { path } of rows.filter((row) => row !== null)) {
      doing = ["read", path];
      if (!files.has(path)) files.set(path, openSync(path, "r"));
    }
    const totals = noTotals();
    let unalike = 0;
    for (let first = task.from; first < task.to; first += pieceLength) {
      const length = Math.min(pieceLength, task.to - first);
      const pieces: Float32Array[] = [];
      for (const [worker, row] of rows.entries()) {
        const room = aggregate.rooms?.[worker]?.subarray(0, length) ?? null;
        if (row === null) {
          // The word of 0 is the neutral one.
          pieces.push(room?.fill(0) ?? new Float32Array(length));
          continue;
        }
        const { path, position } = row;
        doing = ["read", path];
        const bytes =
          room === null || type !== "f32"
            ? new Uint8Array(length * width)
            : new Uint8Array(room.buffer, room.byteOffset, room.byteLength);
        if (!readAll(files.get(path)!, bytes, position + first * width)) {
          const message = `${displayName(path)} became shorter while it was read`;
          return { kind: "failed", diagnostic: plainDiagnostic("OPT0507", message) };
        }
        const piece = toFloat32(bytes, type);
        if (room !== null && type !== "f32") room.set(piece);
        pieces.push(room ?? piece);
      }
      const made = aggregate.run(pieces, first);
      if (made.kind !== "values") return made;
      made.totals.maximumSteps *= gain;
      made.totals.squares *= gain * gain;
      addTotals(totals, made.totals);
      unalike += made.unalike;
      doing = ["write", "the output"];
      for (const [row, values] of made.values.entries()) {
        writeAll(output, values, places[row]! + first * width);
      }
    }
    return { kind: "done", totals, unalike };
  } catch (error) {
    return { kind: "failed", diagnostic: ioDiagnostic(error, ...doing) };
  } finally {
    for (const file of files.values()) closeSync(file);
  }
}

function readAll(file: number, bytes: Uint8Array, position: number): boolean {
  for (let at = 0; at < bytes.length; ) {
    const read = readSync(file, bytes, at, bytes.length - at, position + at);
    if (read === 0) return false;
    at += read;
  }
  return true;
}

function writeAll(file: number, bytes: Uint8Array, position: number): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at, bytes.length - at, position + at);
}

function rescaled(values: Float64Array): Float64Array {
  return gain === 1 ? values : values.map((value) => value * gain);
}

function throughTable(table: GradientTable): Aggregate {
  const fast = gain === 1 ? openFastAggregation(table, block, pieceLength) : null;
  const run: Aggregate["run"] = (pieces, first) => {
    const { length } = pieces[0]!;
    const totals = noTotals();
    if (fast !== null) {
      fast.run(length, first, totals);
      return { kind: "values", values: [fromFloat32(fast.out.subarray(0, length), type)], totals, unalike: 0 };
    }
    const values = new Float64Array(length);
    aggregateBlocks(table, block, pieces, first, values, totals);
    return { kind: "values", values: [fromFloat64(rescaled(values), type)], totals, unalike: 0 };
  };
  return { rooms: fast?.rows ?? null, run };
}

function throughCircuit(circuit: Circuit, chip: NumberedChip | null): Aggregate {
  const exact = compileSimulation(circuit);
  const through = wordFunction(chip === null ? exact : chipMade(exact, chip));
  const run: Aggregate["run"] = (pieces, first) => {
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
    const kept = chip === null ? 1 : pieces.length;
    const quantized = quantizeBlocks(gradients, circuit.aggregate, block);
    const received = through.aggregate(quantized.words);
    const means = referenceWords(quantized.words, circuit.aggregate);
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
    const values = received.slice(0, kept).map((row) => {
      const back = dequantize(row, quantized);
      for (const start of lost) back.fill(Number.NaN, start, start + block);
      return fromFloat64(rescaled(back), type);
    });
    return { kind: "values", values, totals, unalike };
  };
  return { rooms: null, run };
}
