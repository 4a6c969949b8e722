import { type Aggregate, bitsOfSymbol, type Cell, type Certificate, type Term } from "../../netlist/index.ts";
import type { SumSources } from "../../proof/index.ts";
import { quantizeSum } from "../verify/definition.ts";

/** Sources of the sums as the compiler numbers them: unit by unit, symbol by symbol. */
export function sourcesInOrder(aggregate: Aggregate, certificate: Certificate): SumSources {
  const { workers, symbols, fanIn } = aggregate;
  const inputs = fanIn?.[0] ?? workers;
  const sums = certificate.signals.flatMap(({ kind }, id) => (kind === "sum" ? [id] : []));
  return new Map(
    sums.map((id, i) => {
      const first = Math.floor(i / symbols) * inputs;
      const summed = Array.from({ length: Math.min(inputs, workers - first) }, (_, k) => first + k);
      return [id, { symbol: i % symbols, workers: summed }];
    }),
  );
}

/** Values of all signals for the workers' codes, if every cell does what it claims; null where a claim cannot be kept. */
export function signalsOf(
  aggregate: Aggregate,
  certificate: Certificate,
  sources: SumSources,
  codes: readonly number[],
): Map<number, number> | null {
  const values = new Map<number, number>();
  for (const [id, { symbol, workers }] of sources) {
    values.set(
      id,
      workers.reduce((sum, worker) => sum + symbolOf(aggregate, codes[worker]!, symbol), 0),
    );
  }
  const total = (terms: readonly Term[]): number =>
    terms.reduce((sum, { signal, weight }) => sum + weight * (values.get(signal) ?? Number.NaN), 0);
  for (const cell of certificate.cells) if (!evaluate(cell, certificate, values, total)) return null;
  return values;
}

function symbolOf({ levels, symbols }: Aggregate, code: number, symbol: number): number {
  return Math.floor(code / levels ** (symbols - 1 - symbol)) % levels;
}

function evaluate(
  cell: Cell,
  { signals }: Certificate,
  values: Map<number, number>,
  total: (terms: readonly Term[]) => number,
): boolean {
  switch (cell.kind) {
    case "sum":
      values.set(cell.total, total(cell.terms));
      return total(cell.terms) <= signals[cell.total]!.max;
    case "nonzero":
      values.set(cell.bit, total(cell.terms) >= 1 ? 1 : 0);
      return true;
    case "only":
      values.set(cell.bit, values.get(cell.set) === 1 && values.get(cell.unless) === 0 ? 1 : 0);
      return true;
    case "split": {
      let rest = total(cell.terms) + cell.offset;
      let keeps = rest >= 0;
      for (const { signal, weight } of cell.bits) {
        const bit = rest >= weight ? 1 : 0;
        values.set(signal, bit);
        rest -= bit * weight;
        if (rest >= weight) keeps = false;
      }
      if (cell.residual === null) return keeps;
      values.set(cell.residual, rest);
      return keeps && rest <= signals[cell.residual]!.max;
    }
    default:
      return cell satisfies never;
  }
}

/** All combinations of the workers' codes. */
export function* allCodes({ workers, bits }: Aggregate): Generator<number[]> {
  const codes = 2 ** bits;
  for (let v = 0; v < codes ** workers; v++) {
    yield Array.from({ length: workers }, (_, worker) => Math.floor(v / codes ** worker) % codes);
  }
}

/** Whether the symbols that the certificate ends in are those of the rounded mean, for all words of all workers. */
export function computesMean(aggregate: Aggregate, certificate: Certificate, sources: SumSources): boolean {
  const { workers, rounding, signed, bits } = aggregate;
  const offset = signed ? 2n ** BigInt(bits - 1) : 0n;
  for (const codes of allCodes(aggregate)) {
    const values = signalsOf(aggregate, certificate, sources, codes);
    if (values === null) return false;
    const sum = codes.reduce((all, code) => all + BigInt(code) - offset, 0n);
    const mean = Number(quantizeSum(sum, { workers, rounding }) + offset);
    const right = certificate.symbols.every((terms, j) => {
      const read = terms.reduce((all, { signal, weight }) => all + weight * values.get(signal)!, 0);
      return read === symbolOf(aggregate, mean, j) && read < 2 ** bitsOfSymbol(aggregate, j);
    });
    if (!right) return false;
  }
  return true;
}

/** The certificate with one of its claims changed: weights, terms, signals, offsets, bits, rests, ranges, the order of cells. */
export function* changedClaims(certificate: Certificate): Generator<{ change: string; certificate: Certificate }> {
  const { signals, cells, symbols } = certificate;
  for (const [i, cell] of cells.entries()) {
    for (const [change, changed] of changedCells(cell, signals.length)) {
      yield { change: `${cell.name}: ${change}`, certificate: { signals, cells: cells.with(i, changed), symbols } };
    }
    yield { change: `${cell.name} dropped`, certificate: { signals, cells: cells.toSpliced(i, 1), symbols } };
    if (i > 0) {
      const swapped = cells.with(i, cells[i - 1]!).with(i - 1, cell);
      yield { change: `${cell.name} before its predecessor`, certificate: { signals, cells: swapped, symbols } };
    }
  }
  for (const [j, terms] of symbols.entries()) {
    for (const [change, changed] of changedTerms(terms, signals.length)) {
      yield { change: `symbol ${j}: ${change}`, certificate: { signals, cells, symbols: symbols.with(j, changed) } };
    }
  }
  for (const [id, signal] of signals.entries()) {
    if (signal.kind === "sum") continue;
    for (const max of [signal.max - 1, signal.max + 1]) {
      const changed = signals.with(id, { ...signal, max });
      yield { change: `${signal.name} up to ${max}`, certificate: { signals: changed, cells, symbols } };
    }
  }
}

function* changedTerms(terms: readonly Term[], signals: number): Generator<[string, readonly Term[]]> {
  for (const [t, term] of terms.entries()) {
    for (const weight of [term.weight + 1, term.weight - 1, -term.weight, 2 * term.weight]) {
      yield [`term ${t} weighs ${weight}`, terms.with(t, { ...term, weight })];
    }
    for (let signal = 0; signal < signals; signal++) {
      if (signal !== term.signal) yield [`term ${t} is signal ${signal}`, terms.with(t, { ...term, signal })];
    }
    yield [`term ${t} dropped`, terms.toSpliced(t, 1)];
    yield [`term ${t} doubled`, [...terms, term]];
  }
  for (let signal = 0; signal < signals; signal++) yield [`signal ${signal} added`, [...terms, { signal, weight: 1 }]];
}

function* changedCells(cell: Cell, signals: number): Generator<[string, Cell]> {
  if (cell.kind === "only") {
    for (let id = 0; id < signals; id++) {
      if (id !== cell.set) yield [`set is ${id}`, { ...cell, set: id }];
      if (id !== cell.unless) yield [`unless is ${id}`, { ...cell, unless: id }];
    }
    return;
  }
  for (const [change, terms] of changedTerms(cell.terms, signals)) yield [change, { ...cell, terms }];
  if (cell.kind !== "split") return;
  for (const by of [-3, -1, 1, 3]) yield [`offset ${by} more`, { ...cell, offset: cell.offset + by }];
  for (const [b, bit] of cell.bits.entries()) {
    for (const weight of [bit.weight + 1, bit.weight - 1, 2 * bit.weight]) {
      yield [`bit ${b} weighs ${weight}`, { ...cell, bits: cell.bits.with(b, { ...bit, weight }) }];
    }
    yield [`bit ${b} dropped`, { ...cell, bits: cell.bits.toSpliced(b, 1) }];
    if (b > 0) {
      const swapped = cell.bits
        .with(b, { ...bit, signal: cell.bits[b - 1]!.signal })
        .with(b - 1, { ...cell.bits[b - 1]!, signal: bit.signal });
      yield [`bits ${b - 1} and ${b} swapped`, { ...cell, bits: swapped }];
    }
  }
  if (cell.residual !== null) yield ["rest not kept", { ...cell, residual: null }];
}
