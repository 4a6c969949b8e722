import type { Aggregate, Cell, Certificate, NonzeroCell, OnlyCell, SymbolFormat, Term } from "../netlist/index.ts";

/** What a `sum` signal adds up: one symbol of some workers. */
export interface SumSource {
  readonly symbol: number;
  readonly workers: readonly number[];
}

/** Sources of the `sum` signals by signal number. */
export type SumSources = ReadonlyMap<number, SumSource>;

/** How often signals count, in steps of 2^-96. */
type Form = Map<number, bigint>;

const STEP_BITS = 96n;
const STEP = 1n << STEP_BITS;

/** For all values that the cells allow: form before = form after + constant - dropped. */
interface Traced {
  readonly constant: bigint;
  /** Outputs that count less than their cell's E does. */
  readonly dropped: Form;
  /** The most that residuals are, which no signal holds. */
  readonly unnamed: bigint;
}

function addTerms(form: Form, terms: readonly Term[], factor: bigint): void {
  for (const { signal, weight } of terms) form.set(signal, (form.get(signal) ?? 0n) + factor * BigInt(weight));
}

/**
 * Lemma 9: replaces outputs of split and sum cells by the inputs of their cells, the last cell first. With E = sum(weight output)
 * and m the largest ratio of coefficient to weight, sum(coefficient output) = m E - sum((m weight - coefficient) output).
 * Null where a bit weighs less than 1.
 */
function traceBack(cells: readonly Cell[], form: Form): Traced | null {
  const dropped: Form = new Map();
  let [constant, unnamed] = [0n, 0n];
  const take = (signal: number): bigint => {
    const coefficient = form.get(signal) ?? 0n;
    form.delete(signal);
    return coefficient;
  };
  for (const cell of cells.toReversed()) {
    if (cell.kind === "sum") addTerms(form, cell.terms, take(cell.total));
    if (cell.kind !== "split") continue;
    const rest = cell.residual === null ? [] : [{ signal: cell.residual, weight: 1 }];
    const outputs = [...cell.bits, ...rest].map((it) => ({ ...it, count: take(it.signal) }));
    if (outputs.some(({ weight }) => weight < 1)) return null;
    const m = outputs.reduce((most, { count, weight }) => {
      const ratio = (count + BigInt(weight) - 1n) / BigInt(weight);
      return ratio > most ? ratio : most;
    }, 0n);
    for (const { signal, weight, count } of outputs) {
      const missing = m * BigInt(weight) - count;
      if (missing > 0n) dropped.set(signal, missing);
    }
    if (cell.residual === null) unnamed += m * BigInt((cell.bits.at(-1)?.weight ?? 1) - 1);
    constant += m * BigInt(cell.offset);
    addTerms(form, cell.terms, m);
  }
  return { constant, dropped, unnamed };
}

function mostOf(form: Form, { signals }: Certificate): bigint {
  return [...form].reduce((sum, [id, count]) => (count > 0n ? sum + count * BigInt(signals[id]!.max) : sum), 0n);
}

/** Lemma 7: an upper bound of sum(terms) for all words; Infinity where none is known. Digits of one unit cannot all be full at once. */
export function largestValue(certificate: Certificate, terms: readonly Term[]): number {
  const form: Form = new Map();
  addTerms(form, terms, STEP);
  const traced = traceBack(certificate.cells, form);
  if (traced === null) return Number.POSITIVE_INFINITY;
  return Number((traced.constant + mostOf(form, certificate)) >> STEP_BITS);
}

/** The words that workers receive: as they send them or, where nothing is rounded, as long as the largest sum needs. */
export function receivedOf(aggregate: Aggregate): SymbolFormat {
  const { workers, bits, levels, rounding } = aggregate;
  if (rounding !== "none") return aggregate;
  const { length } = (BigInt(workers) * (2n ** BigInt(bits) - 1n)).toString(2);
  return { bits: length, levels, symbols: Math.ceil(length / Math.log2(levels)) };
}

/** Lemma 9: the reasons why the cells' claims do not make the symbols those of Q(mean); empty when they do. */
export function checkComposition(aggregate: Aggregate, certificate: Certificate, sources: SumSources): string[] {
  const problems: string[] = [];
  const received = receivedOf(aggregate);
  // The quotient of the sum by 1 is the sum.
  const divisor = aggregate.rounding === "none" ? 1 : aggregate.workers;
  const ties = tieCells(certificate);
  const quotient: Form = new Map();
  for (const [j, all] of certificate.symbols.entries()) {
    const terms = all.filter(({ signal }) => signal !== ties?.only.bit);
    for (const { weight } of terms) if (weight <= 0) problems.push(`symbol ${j} has a term of weight ${weight}`);
    const reach = terms.reduce((sum, { signal, weight }) => sum + weight * certificate.signals[signal]!.max, 0);
    if (!(reach < levelsOf(received, j))) {
      problems.push(`symbol ${j} can reach ${reach}, more than its ${Math.log2(levelsOf(received, j))} bits hold`);
    }
    addTerms(quotient, terms, STEP * BigInt(divisor) * placeOf(received, j));
  }
  const form = new Map(quotient);
  const traced = traceBack(certificate.cells, form);
  if (traced === null) return [...problems, "a bit weighs less than 1"];
  problems.push(...checkSums(aggregate, certificate, sources, form));
  const offset = aggregate.rounding === "floor" ? 0 : Math.floor(divisor / 2);
  if (traced.constant !== STEP * BigInt(offset)) {
    problems.push(`the rounding offset is ${countOf(traced.constant)}, not ${offset}`);
  }
  const remainder = mostOf(traced.dropped, certificate) + traced.unnamed;
  if (remainder > STEP * BigInt(divisor - 1)) {
    problems.push(`the remainder can reach ${countOf(remainder)}, not below ${divisor}`);
  }
  return [...problems, ...checkTies(aggregate, certificate, ties, quotient, traced)];
}

export function levelsOf({ bits, levels, symbols }: SymbolFormat, symbol: number): number {
  const perSymbol = Math.log2(levels);
  return 2 ** (symbol === 0 ? bits - perSymbol * (symbols - 1) : perSymbol);
}

/** What one level of a symbol counts in a code. */
function placeOf({ levels, symbols }: SymbolFormat, symbol: number): bigint {
  return BigInt(levels) ** BigInt(symbols - 1 - symbol);
}

function countOf(steps: bigint): number {
  return Number(steps) / Number(STEP);
}

/** Every symbol of every worker counts once, with the weight of its place, and nothing else does. */
function checkSums(aggregate: Aggregate, { signals }: Certificate, sources: SumSources, form: Form): string[] {
  const problems: string[] = [];
  const counted = new Uint32Array(aggregate.workers * aggregate.symbols);
  for (const [id, { kind, name }] of signals.entries()) {
    const count = form.get(id) ?? 0n;
    if (kind !== "sum") {
      if (count !== 0n) problems.push(`${name} counts in the quotient, but is no part of the sum`);
      continue;
    }
    const source = sources.get(id);
    if (source === undefined || source.symbol >= aggregate.symbols) {
      problems.push(`${name} is a sum of nothing`);
      continue;
    }
    const wanted = placeOf(aggregate, source.symbol);
    if (count !== STEP * wanted) problems.push(`${name} counts ${countOf(count)} times, not ${wanted} times`);
    for (const worker of source.workers) counted[worker * aggregate.symbols + source.symbol]!++;
  }
  const wrong = counted.findIndex((times) => times !== 1);
  if (wrong >= 0) {
    const worker = Math.floor(wrong / aggregate.symbols);
    problems.push(`symbol ${wrong % aggregate.symbols} of worker ${worker} is in ${counted[wrong]} sums, not in one`);
  }
  return problems;
}

/** The first cells of their kinds. */
function tieCells({ cells }: Certificate): { readonly nonzero: NonzeroCell; readonly only: OnlyCell } | null {
  const nonzero = cells.find((cell) => cell.kind === "nonzero");
  const only = cells.find((cell) => cell.kind === "only");
  return nonzero === undefined || only === undefined ? null : { nonzero, only };
}

/** Half-even: excess = (last bit of q) and R = 0, taken off symbol M - 1. Other roundings must not have such a term. */
function checkTies(
  { workers, rounding, signed, bits, symbols }: Aggregate,
  certificate: Certificate,
  ties: ReturnType<typeof tieCells>,
  quotient: Form,
  { dropped, unnamed }: Traced,
): string[] {
  // Odd N has no ties; for signed 1-bit words code 1 is the even word 0, where ties up already go.
  const needed = rounding === "half-even" && workers % 2 === 0 && !(signed && bits === 1);
  if (ties === null) return needed ? ["half-even rounding without a tie cell"] : [];
  if (!needed) return ["a tie cell although this rounding moves no ties"];
  const problems: string[] = [];
  const { nonzero, only } = ties;
  const tested = new Set(nonzero.terms.map(({ signal }) => signal));
  if (unnamed > 0n) problems.push("a part of the remainder is no signal, so ties cannot be seen");
  if (tested.size !== dropped.size || [...dropped.keys()].some((signal) => !tested.has(signal))) {
    problems.push("the tie cell does not test exactly the parts of the remainder");
  }
  if (nonzero.terms.some(({ weight }) => weight < 1)) problems.push("a tie weight below 1 could miss a remainder");
  if (only.unless !== nonzero.bit) problems.push("the even cell does not read the tie cell");
  const unit = STEP * BigInt(workers);
  for (const [signal, count] of quotient) {
    if (signal === only.set ? count !== unit : count % (2n * unit) !== 0n) {
      problems.push(`${certificate.signals[signal]!.name} decides the parity of the quotient beside the last bit`);
    }
  }
  if (certificate.signals[only.set]?.kind !== "bit") problems.push("the quotient's last bit is not a bit signal");
  const uses = certificate.symbols.flatMap((terms, j) =>
    terms.filter(({ signal }) => signal === only.bit).map(({ weight }) => ({ j, weight })),
  );
  if (uses.length !== 1 || uses[0]!.j !== symbols - 1 || uses[0]!.weight !== -1) {
    problems.push("the excess bit is not taken off the last symbol once");
  }
  return problems;
}
