import type { Cell, Certificate, SplitCell, Term } from "../netlist/index.ts";

/** Fractions are integers in steps of 2^-96, rounded up: bounds stay bounds. */
const STEP_BITS = 96n;
const STEP = 1n << STEP_BITS;

/** Which cell writes each signal; sums of the workers have none. */
export function producersOf(certificate: Certificate): Map<number, number> {
  const producers = new Map<number, number>();
  certificate.cells.forEach((cell, i) => {
    for (const signal of writtenBy(cell)) producers.set(signal, i);
  });
  return producers;
}

function writtenBy(cell: Cell): number[] {
  switch (cell.kind) {
    case "split":
      return [...cell.bits.map((bit) => bit.signal), ...(cell.residual === null ? [] : [cell.residual])];
    case "sum":
      return [cell.total];
    default:
      return [cell.bit];
  }
}

/**
 * The largest E = sum(terms) + offset of a split cell that any input reaches, or Infinity when nothing is known.
 *
 * Digits that come from one unit cannot all be full at once, which joint states of cells do not show. But outputs of a
 * split cell obey sum(weight * output) <= its E, so that a sum of outputs is at most its largest ratio of coefficient to
 * weight times that E; so, cell by cell backwards, E is bounded by a sum over the workers' symbols.
 */
export function largestValue(
  certificate: Certificate,
  producers: ReadonlyMap<number, number>,
  cell: SplitCell,
): number {
  const form = new Map<number, bigint>();
  const open = new Set<number>();
  let total = BigInt(cell.offset) * STEP;
  const add = (terms: readonly Term[], factor: bigint): boolean => {
    for (const { signal, weight } of terms) {
      if (weight < 0) return false;
      const producer = producers.get(signal);
      if (producer === undefined) total += factor * BigInt(weight) * BigInt(certificate.signals[signal]!.max);
      else {
        form.set(signal, (form.get(signal) ?? 0n) + factor * BigInt(weight));
        open.add(producer);
      }
    }
    return true;
  };
  if (!add(cell.terms, STEP)) return Number.POSITIVE_INFINITY;
  // The last cell first: all that reads its outputs has been replaced by then.
  for (let last = certificate.cells.length - 1; last >= 0; last--) {
    if (!open.has(last)) continue;
    const source = certificate.cells[last]!;
    const coefficient = (signal: number): bigint => form.get(signal) ?? 0n;
    let good = true;
    if (source.kind === "sum") good = add(source.terms, coefficient(source.total));
    else if (source.kind === "split") {
      const outputs = [...source.bits, ...(source.residual === null ? [] : [{ signal: source.residual, weight: 1 }])];
      let ratio = 0n;
      for (const { signal, weight } of outputs) {
        if (weight < 1) return Number.POSITIVE_INFINITY;
        const needed = (coefficient(signal) + BigInt(weight) - 1n) / BigInt(weight);
        if (needed > ratio) ratio = needed;
      }
      total += ratio * BigInt(source.offset);
      good = add(source.terms, ratio);
    } else total += coefficient(source.bit);
    if (!good) return Number.POSITIVE_INFINITY;
  }
  return Number(total >> STEP_BITS);
}
