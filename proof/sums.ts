import type { Aggregate, Cell, Circuit, SumCell } from "../netlist/index.ts";
import { add, divide, INFLATE, largest, ONE, scale, ZERO } from "./ball.ts";
import { levelsOf, type SumSource, type SumSources } from "./composition.ts";
import { type Flow, flowOf, placeOf, type Slice, sliceOf } from "./linear.ts";
import { inputsOf, termsOf } from "./states.ts";

/** A bound in units of the signal, what it is off by where its terms are exact, and what speaks against the claim. */
export interface Bounded {
  readonly deviation: number;
  readonly off: number;
  readonly problems: readonly string[];
}

/** Lemma 5 for a sum of workers: which symbol of which workers its light adds, and how far it is from adding every one equally and nothing else. */
export function boundSum(flow: Flow, id: number): Bounded & { readonly source: SumSource } {
  const { inputs, aggregate, certificate } = flow.circuit;
  const { name, max, fieldPerUnit } = certificate!.signals[id]!;
  const slice = sliceOf(flow, [placeOf(flow, id)], null);
  const { constant, ports } = slice.outputs[0]!;
  const shares = [...ports].flatMap(([port, weight]) => {
    const input = inputs[port]!;
    return input.kind === "worker" ? [{ ...input, share: divide(weight, fieldPerUnit) }] : [];
  });
  const strongest = shares.reduce((best, it) => Math.max(best, Math.abs(it.share.re)), 0);
  const symbol = shares.find(({ share }) => Math.abs(share.re) === strongest)?.symbol ?? 0;
  const workers = shares.flatMap((it) => (it.symbol === symbol ? [it.worker] : [])).sort((p, q) => p - q);
  const problems: string[] = [];
  let deviation = largest(divide(constant, fieldPerUnit));
  let worst = deviation;
  for (const it of shares) {
    const off = add(it.share, scale(ONE, it.symbol === symbol ? -1 : 0));
    worst = Math.max(worst, Math.hypot(off.re, off.im));
    deviation += topOf(aggregate, it.symbol) * largest(off) * INFLATE;
  }
  const reach = workers.length * topOf(aggregate, symbol);
  if (workers.length === 0 || slice.neurons.length > 0) {
    problems.push(`${name} is not the plain sum of workers' symbols`);
  } else if (max !== reach) problems.push(`${name} reaches ${reach}, not ${max}`);
  if (!(deviation < 0.5)) problems.push(`${name} can be off by ${deviation} of its unit`);
  return { deviation: deviation * INFLATE, problems, off: worst * max, source: { symbol, workers } };
}

function topOf(aggregate: Aggregate, symbol: number): number {
  return levelsOf(aggregate, symbol) - 1;
}

/** Of all sums of workers in a circuit with a certificate. */
export function sumSources(circuit: Circuit): SumSources {
  const flow = flowOf(circuit);
  const { signals } = circuit.certificate!;
  const sums = [...signals.keys()].filter((id) => signals[id]!.kind === "sum");
  return new Map(sums.map((id) => [id, boundSum(flow, id).source]));
}

/** Lemma 5 for a sum of signals with the deviations of its terms: linear optics, with the claimed weight from each term to the total. */
export function boundTotal(flow: Flow, cell: SumCell, deviations: ArrayLike<number>): Bounded {
  const { signals } = flow.circuit.certificate!;
  const { name, fieldPerUnit } = signals[cell.total]!;
  const slice = sliceOf(flow, [placeOf(flow, cell.total)], new Set([cell.total]));
  const { constant, signals: weights } = slice.outputs[0]!;
  const problems =
    slice.neurons.length > 0
      ? [`cell ${cell.name} is not linear`]
      : strangers(flow, `cell ${cell.name}`, slice, inputsOf(cell));
  let deviation = largest(divide(constant, fieldPerUnit));
  let exact = deviation;
  for (const id of inputsOf(cell)) {
    const share = divide(scale(weights.get(id) ?? ZERO, signals[id]!.fieldPerUnit), fieldPerUnit);
    const missing = add(share, scale(ONE, -weightOf(cell, id)));
    const off = largest(missing);
    exact += signals[id]!.max * Math.hypot(missing.re, missing.im);
    deviation += (signals[id]!.max * off + largest(share) * deviations[id]!) * INFLATE;
  }
  if (!(deviation < 0.5)) problems.push(`cell ${cell.name}: ${name} can be off by ${deviation}`);
  return { deviation: deviation * INFLATE, off: exact, problems };
}

/** What an input counts in its cell's sum. */
export function weightOf(cell: Cell, id: number): number {
  return termsOf(cell).reduce((sum, { signal, weight }) => sum + (signal === id ? weight : 0), 0);
}

/** How far the sum of a cell may be off: what its inputs may be off by. */
export function stepsOff(cell: Cell, deviations: ArrayLike<number>): number {
  const off = inputsOf(cell).reduce((sum, id) => sum + Math.abs(weightOf(cell, id)) * deviations[id]!, 0);
  return off * INFLATE;
}

/** A slice must depend on the claimed inputs only: on no other signal and on no worker's light that no sum has added. */
export function strangers(flow: Flow, name: string, slice: Slice, allowed: readonly number[]): string[] {
  const { sections, certificate } = flow.circuit;
  const problems = slice.signals
    .filter((id) => !allowed.includes(id))
    .map((id) => {
      const { name: stranger, section } = certificate!.signals[id]!;
      return `${name} depends on ${stranger} in section ${section} (${sections[section]!.name}), which it does not claim to read`;
    });
  return slice.ports.length > 0 ? [...problems, `${name} depends on a worker's light directly`] : problems;
}
