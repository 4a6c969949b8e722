import type { Aggregate, Cell, Certificate, SplitCell, Term } from "../netlist/index.ts";

/** What a `sum` signal adds up: one symbol of some workers. */
export interface SumSource {
  readonly symbol: number;
  readonly workers: readonly number[];
}

/** Sources of the `sum` signals by signal number. */
export type SumSources = ReadonlyMap<number, SumSource>;

/**
 * The integer half of the proof: if every cell keeps its claim, the symbols are the digits of Q(mean).
 *
 * Each split cell claims an exact identity, E = sum(terms) + offset = sum(weight_i * bit_i) + rest. Starting from
 * N * sum_j L^j symbol_j and walking the cells backwards, outputs are replaced by the inputs of their cell, each with the
 * multiplier that the bits' coefficients dictate; what a cell drops is collected in R. What remains must read
 *
 *   N * q + R = S + c,   0 <= R <= N - 1,   with S the sum of the workers' codes and c the rounding offset,
 *
 * and then q = floor((S + c) / N). A sum cell is an identity without a rest. S is complete when every symbol of every worker
 * is in exactly one of the sums. Half-even further needs a signal that is 0 exactly when R is, and the quotient's last bit.
 * Returns the reasons why the identity fails; empty when it holds.
 */
export function checkComposition(aggregate: Aggregate, certificate: Certificate, sources: SumSources): string[] {
  const problems: string[] = [];
  if (!isWhole(aggregate)) return ["the aggregate is none: levels are powers of 2, and symbols hold the bits exactly"];
  const workers = BigInt(aggregate.workers);
  const ties = tieCells(certificate);
  const form = new Map<number, bigint>();
  const addTo = (signal: number, amount: bigint): void => void form.set(signal, (form.get(signal) ?? 0n) + amount);

  certificate.symbols.forEach((terms, j) => {
    const place = 1n << BigInt(Math.log2(aggregate.levels) * (aggregate.symbols - 1 - j));
    let reach = 0;
    for (const term of terms) {
      if (term.signal === ties?.only.bit) continue;
      if (term.weight <= 0) problems.push(`symbol ${j} has a term of weight ${term.weight}`);
      reach += term.weight * certificate.signals[term.signal]!.max;
      addTo(term.signal, workers * place * BigInt(term.weight));
    }
    if (!(reach < levelsOf(aggregate, j))) {
      problems.push(`symbol ${j} can reach ${reach}, more than its ${Math.log2(levelsOf(aggregate, j))} bits hold`);
    }
  });
  const quotient = new Map(form);

  const leftover: Leftover = { max: 0n, parts: new Set(), unnamed: false };
  let constant = 0n;
  for (const cell of certificate.cells.toReversed()) {
    if (cell.kind === "sum") {
      const factor = form.get(cell.total) ?? 0n;
      form.delete(cell.total);
      for (const term of cell.terms) addTo(term.signal, factor * BigInt(term.weight));
      continue;
    }
    if (cell.kind !== "split") continue;
    const multiplier = multiplierOf(cell, form);
    if (multiplier === null) {
      problems.push(`cell ${cell.name}: its outputs are not used in proportion to their weights`);
      continue;
    }
    // What is dropped would lower the remainder below 0.
    if (multiplier < 0n) problems.push(`cell ${cell.name} counts ${multiplier} times`);
    collectLeftover(cell, multiplier, form, certificate, leftover, problems);
    for (const term of cell.terms) addTo(term.signal, multiplier * BigInt(term.weight));
    constant += multiplier * BigInt(cell.offset);
  }

  for (const problem of checkSums(aggregate, certificate, sources, form)) problems.push(problem);
  const offset = aggregate.rounding === "floor" ? 0n : workers / 2n;
  if (constant !== offset) problems.push(`the rounding offset is ${constant}, not ${offset}`);
  if (leftover.max > workers - 1n) problems.push(`the remainder can reach ${leftover.max}, not below ${workers}`);
  problems.push(...checkTies(aggregate, certificate, ties, quotient, leftover));
  return problems;
}

/** Numbers that the rest counts with: powers of two, and as many symbols as bits need. */
function isWhole({ workers, bits, levels, symbols }: Aggregate): boolean {
  const perSymbol = Math.log2(levels);
  return (
    [workers, bits, perSymbol, symbols].every((it) => Number.isSafeInteger(it) && it > 0) &&
    symbols === Math.ceil(bits / perSymbol)
  );
}

/** Levels of a symbol; the first takes the bits that the others leave. */
export function levelsOf({ bits, levels, symbols }: Aggregate, symbol: number): number {
  const perSymbol = Math.log2(levels);
  return 2 ** (symbol === 0 ? bits - perSymbol * (symbols - 1) : perSymbol);
}

interface Leftover {
  max: bigint;
  readonly parts: Set<number>;
  /** Some dropped rest is no signal, so that nothing can test whether it is zero. */
  unnamed: boolean;
}

/** What the cell's outputs stand for, per unit of E; null if they disagree. Larger than any single use, as drops only add. */
function multiplierOf(cell: SplitCell, form: ReadonlyMap<number, bigint>): bigint | null {
  const outputs: Term[] = [...cell.bits, ...(cell.residual === null ? [] : [{ signal: cell.residual, weight: 1 }])];
  for (const output of outputs) {
    const coefficient = form.get(output.signal) ?? 0n;
    if (coefficient === 0n) continue;
    if (output.weight < 1) return null;
    return coefficient % BigInt(output.weight) === 0n ? coefficient / BigInt(output.weight) : null;
  }
  return null;
}

function collectLeftover(
  cell: SplitCell,
  multiplier: bigint,
  form: Map<number, bigint>,
  certificate: Certificate,
  leftover: Leftover,
  problems: string[],
): void {
  const drop = (signal: number, weight: number): void => {
    const missing = multiplier * BigInt(weight) - (form.get(signal) ?? 0n);
    form.delete(signal);
    if (missing === 0n) return;
    if (missing < 0n) problems.push(`cell ${cell.name} counts ${certificate.signals[signal]!.name} more than once`);
    leftover.max += missing * BigInt(certificate.signals[signal]!.max);
    leftover.parts.add(signal);
  };
  for (const bit of cell.bits) drop(bit.signal, bit.weight);
  if (cell.residual !== null) drop(cell.residual, 1);
  else {
    const restMax = (cell.bits.at(-1)?.weight ?? 1) - 1;
    leftover.max += multiplier * BigInt(restMax);
    if (restMax > 0) leftover.unnamed = true;
  }
}

/** Every symbol of every worker counts once, with the weight of its place. */
function checkSums(
  aggregate: Aggregate,
  certificate: Certificate,
  sources: SumSources,
  form: ReadonlyMap<number, bigint>,
): string[] {
  const problems: string[] = [];
  const counted = new Uint32Array(aggregate.workers * aggregate.symbols);
  certificate.signals.forEach((signal, id) => {
    if (signal.kind !== "sum") return;
    const source = sources.get(id);
    if (source === undefined || source.symbol >= aggregate.symbols) {
      problems.push(`${signal.name} is a sum of nothing`);
      return;
    }
    const coefficient = form.get(id) ?? 0n;
    const wanted = 1n << BigInt(Math.log2(aggregate.levels) * (aggregate.symbols - 1 - source.symbol));
    if (coefficient !== wanted) problems.push(`${signal.name} counts ${coefficient} times, not ${wanted} times`);
    for (const worker of source.workers) counted[worker * aggregate.symbols + source.symbol]!++;
  });
  for (const [id, coefficient] of form) {
    const { kind, name } = certificate.signals[id]!;
    if (kind !== "sum" && coefficient !== 0n)
      problems.push(`${name} counts in the quotient, but is no part of the sum`);
  }
  const wrong = counted.findIndex((times) => times !== 1);
  if (wrong >= 0) {
    const worker = Math.floor(wrong / aggregate.symbols);
    problems.push(`symbol ${wrong % aggregate.symbols} of worker ${worker} is in ${counted[wrong]} sums, not in one`);
  }
  return problems;
}

interface TieCells {
  readonly nonzero: Extract<Cell, { kind: "nonzero" }>;
  readonly only: Extract<Cell, { kind: "only" }>;
}

function tieCells(certificate: Certificate): TieCells | null {
  const nonzero = certificate.cells.find((cell) => cell.kind === "nonzero");
  const only = certificate.cells.find((cell) => cell.kind === "only");
  return nonzero === undefined || only === undefined ? null : { nonzero, only };
}

/** Half-even: excess = (last bit of q) and R = 0, taken off symbol M - 1. Other roundings must not have such a term. */
function checkTies(
  aggregate: Aggregate,
  certificate: Certificate,
  ties: TieCells | null,
  quotient: ReadonlyMap<number, bigint>,
  leftover: Leftover,
): string[] {
  // Odd N has no ties; for signed 1-bit words code 1 is the even word 0, where ties up already go.
  const needed =
    aggregate.rounding === "half-even" && aggregate.workers % 2 === 0 && !(aggregate.signed && aggregate.bits === 1);
  if (ties === null) return needed ? ["half-even rounding without a tie cell"] : [];
  if (!needed) return ["a tie cell although this rounding moves no ties"];
  const problems: string[] = [];
  const tested = new Set(ties.nonzero.terms.map((term) => term.signal));
  if (leftover.unnamed) problems.push("a part of the remainder is no signal, so ties cannot be seen");
  if (tested.size !== leftover.parts.size || [...leftover.parts].some((signal) => !tested.has(signal))) {
    problems.push("the tie cell does not test exactly the parts of the remainder");
  }
  if (ties.nonzero.terms.some((term) => term.weight < 1)) problems.push("a tie weight below 1 could miss a remainder");
  if (ties.only.unless !== ties.nonzero.bit) problems.push("the even cell does not read the tie cell");
  const unit = BigInt(aggregate.workers);
  for (const [signal, coefficient] of quotient) {
    const isUnit = signal === ties.only.set;
    if (isUnit ? coefficient !== unit : coefficient % (2n * unit) !== 0n) {
      problems.push(`${certificate.signals[signal]!.name} decides the parity of the quotient beside the last bit`);
    }
  }
  if (certificate.signals[ties.only.set]?.kind !== "bit") problems.push("the quotient's last bit is not a bit signal");
  const uses = certificate.symbols.flatMap((terms, j) =>
    terms.filter((term) => term.signal === ties.only.bit).map((term) => ({ j, weight: term.weight })),
  );
  if (uses.length !== 1 || uses[0]!.j !== aggregate.symbols - 1 || uses[0]!.weight !== -1) {
    problems.push("the excess bit is not taken off the last symbol once");
  }
  return problems;
}
