import { borrowKernelMemory } from "../netlist/index.ts";
import { blockScale } from "../verify/index.ts";
import { type BlockTotals, type GradientTable, loseBlock } from "./block-aggregation.ts";

/**
 * Blocks of gradients through a table by WebAssembly: quantization with a shared exponent as `quantizeBlocks` has it, the row of
 * the words, what is received, and its value. Gradients are put where it reads them; a block with one that is not finite becomes NaN.
 */
export interface FastAggregation {
  /** Room for the gradients of each worker. */
  readonly rows: readonly Float32Array[];
  /** Where the values go, as float32; beyond the largest number they are that. */
  readonly out: Float32Array;
  /** The first `length` elements, whole blocks but for the last one, number `first` on. Adds to the totals. */
  run(length: number, first: number, totals: BlockTotals): void;
}

/** Bytes of tables that each thread copies for itself. */
const MOST_TABLE_BYTES = 2 ** 26;
const [LEAST_EXPONENT, MOST_EXPONENT] = [-149, 128];

/** null for words of one bit, sums that are not rounded, tables that are not exact or too large, and without WebAssembly. */
export function openFastAggregation(table: GradientTable, block: number, most: number): FastAggregation | null {
  const { workers, bits, signed } = table.aggregate;
  const received = table.received[0]!;
  const shares = [...new Set(table.shares)];
  const tableBytes = received.byteLength + shares.reduce((sum, share) => sum + share.byteLength, 0);
  if (bits === 1 || table.scale !== 1 || !table.exact || tableBytes > MOST_TABLE_BYTES) return null;
  let top = 64;
  const room = (bytes: number): number => {
    const at = top;
    top += 16 * Math.ceil(bytes / 16);
    return at;
  };
  const rowsAt = Array.from({ length: workers }, () => room(4 * most));
  const outAt = room(4 * most);
  const sharesAt = new Map(shares.map((share) => [share, room(share.byteLength)]));
  const receivedAt = room(received.byteLength);
  const scalesAt = room(16 * (MOST_EXPONENT - LEAST_EXPONENT + 1));
  const pointersAt = room(8 * workers);
  const totalsAt = room(24);
  const opened = borrowKernelMemory(top);
  if (opened === null) return null;
  const { kernels, buffer } = opened;
  for (const [share, at] of sharesAt) new Int32Array(buffer, at, share.length).set(share);
  const codes = new Uint8Array(received.buffer, received.byteOffset, received.byteLength);
  new Uint8Array(buffer, receivedAt, codes.length).set(codes);
  const pointers = new Uint32Array(buffer, pointersAt, 2 * workers);
  pointers.set(
    table.shares.map((share) => sharesAt.get(share)!),
    workers,
  );
  const scales = new Float64Array(buffer, scalesAt);
  for (let e = LEAST_EXPONENT; e <= MOST_EXPONENT; e++) {
    const { step, scale } = blockScale(e, table.aggregate);
    scales.set([step, scale], 2 * (e - LEAST_EXPONENT));
  }
  const { zero } = blockScale(0, table.aggregate);
  const offset = signed ? 2 ** (bits - 1) : 0;
  const numbers = new Float64Array(buffer, totalsAt, 3);
  const rows = rowsAt.map((at) => new Float32Array(buffer, at, most));
  const out = new Float32Array(buffer, outAt, most);
  return {
    rows,
    out,
    run: (length, first, totals) => {
      for (let from = 0; from < length; ) {
        pointers.set(rowsAt.map((at) => at + 4 * from));
        numbers.set([totals.maximumSteps, totals.worstElement, totals.squares]);
        const bad = kernels.aggregateTable(
          pointersAt,
          pointersAt + 4 * workers,
          workers,
          length - from,
          block,
          scalesAt,
          zero + offset,
          receivedAt,
          received.BYTES_PER_ELEMENT,
          outAt + 4 * from,
          first + from,
          totalsAt,
        );
        [totals.maximumSteps, totals.worstElement, totals.squares] = [numbers[0]!, numbers[1]!, numbers[2]!];
        const end = bad < 0 ? length : from + bad;
        totals.elements += end - from;
        if (bad < 0) return;
        const count = Math.min(block, length - end);
        loseBlock(rows, end, count, first, totals);
        out.fill(Number.NaN, end, end + count);
        from = end + count;
      }
    },
  };
}
