import type { Circuit, SumCell } from "../netlist/index.ts";
import { INFLATE, modulus, ROUNDING, TINY } from "./ball.ts";
import { newBoxes } from "./bounds.ts";
import { levelsOf, type SumSource } from "./composition.ts";
import { boxOf, emptyHull, type Hull, newHull, widen } from "./hulls.ts";
import type { Slice } from "./slices.ts";
import { type Part, weightOf } from "./states.ts";

/** Lemma 5: which symbol of which workers the light of a sum adds, and what speaks against its being that. */
export function addedBy(
  { inputs, aggregate, certificate }: Circuit,
  id: number,
  { ports, outputs, neurons, re }: Slice,
): { readonly source: SumSource; readonly problems: readonly string[] } {
  const { name, max } = certificate!.signals[id]!;
  const shares = outputs[0]!.sources.flatMap((source, i) => {
    const input = inputs[ports[source] ?? -1];
    return input?.kind === "worker" ? [{ ...input, share: Math.abs(re[outputs[0]!.slots[i]!]!) }] : [];
  });
  const strongest = shares.reduce((best, { share }) => Math.max(best, share), 0);
  const symbol = shares.find(({ share }) => share === strongest)?.symbol ?? 0;
  const workers = shares.flatMap((it) => (it.symbol === symbol ? [it.worker] : [])).sort((p, q) => p - q);
  const reach = workers.length * (levelsOf(aggregate, symbol) - 1);
  const isPlain = workers.length > 0 && neurons.length === 0;
  const problems: string[] = [];
  if (!isPlain) problems.push(`${name} is not the plain sum of workers' symbols`);
  else if (max !== reach) problems.push(`${name} reaches ${reach}, not ${max}`);
  return { source: { symbol, workers }, problems };
}

/**
 * Lemma 5: boxes of a sum's fields by its values. A combiner that is off weighs its workers differently, so that a field depends on
 * who sends: each part of it is largest when the workers of the largest weights send first, and least when those of the least do.
 */
export function boundSum({ inputs, aggregate }: Circuit, slice: Slice, { symbol }: SumSource, max: number): Hull {
  const { outputs, ports, rad } = slice;
  const { sources, slots, constant } = outputs[0]!;
  const hull = newHull(max + 1);
  for (const [partOf, low, high] of [
    [slice.re, hull.lowRe, hull.highRe],
    [slice.im, hull.lowIm, hull.highIm],
  ] as const) {
    const added: number[] = [];
    const light = constant < 0 ? 0 : partOf[constant]!;
    const rounding = (2 * sources.length + 8) * (ROUNDING / 4);
    let [least, most, off] = [light, light, constant < 0 ? 0 : rad[constant]! + rounding * Math.abs(light)];
    let levels = 0;
    for (const [i, source] of sources.entries()) {
      const input = inputs[ports[source]!]!;
      const weight = partOf[slots[i]!]!;
      if (input.kind !== "worker") continue;
      const top = levelsOf(aggregate, input.symbol) - 1;
      off += (rad[slots[i]!]! + rounding * Math.abs(weight)) * top;
      if (input.symbol === symbol) {
        added.push(weight);
        levels = top;
        continue;
      }
      least += Math.min(0, weight * top);
      most += Math.max(0, weight * top);
    }
    added.sort((a, b) => a - b);
    const fill = (weights: readonly number[], from: number, bound: Float64Array): void => {
      let [base, at] = [from, 0];
      bound[0] = base;
      for (const weight of weights) {
        for (let level = 1; level <= levels && at < max; level++) bound[++at] = base + weight * level;
        base += weight * levels;
      }
    };
    fill(added, least - off * INFLATE, low);
    fill(added.reverse(), most + off * INFLATE, high);
  }
  return hull;
}

/** Lemma 5: boxes of a sum of signals by its values. It is linear, so that they are sums of the boxes of its terms, found term by term. */
export function boundTotal(
  { signals, outputs, re, im, rad }: Slice,
  cell: SumCell,
  max: number,
  from: readonly Part[],
): Hull {
  const { sources, slots, constant } = outputs[0]!;
  let [sums, next] = [newHull(max + 1), newHull(max + 1)];
  const box = newBoxes(1);
  const rounding = (2 * from.length + 8) * (ROUNDING / 4);
  const [x, y] = constant < 0 ? [0, 0] : [re[constant]!, im[constant]!];
  let off = constant < 0 ? 0 : rad[constant]! + rounding * modulus(x, y);
  emptyHull(sums);
  widen(sums, 0, x, x, y, y);
  for (const { signals: made, values, hull } of from) {
    const id = made[0]!;
    const slot = slots[sources.indexOf(signals.indexOf(id))];
    const [cRe, cIm, cRad] = slot === undefined ? [0, 0, 0] : [re[slot]!, im[slot]!, rad[slot]!];
    const weight = weightOf(cell, id);
    let largest = 0;
    emptyHull(next);
    for (const [row, value] of values.entries()) {
      boxOf(hull, row, box, 0);
      const [midRe, midIm, aside, above] = [box.re[0]!, box.im[0]!, box.spreadRe[0]!, box.spreadIm[0]!];
      largest = Math.max(largest, Math.abs(midRe) + Math.abs(midIm) + aside + above);
      const [byRe, byIm] = [cRe * midRe - cIm * midIm, cRe * midIm + cIm * midRe];
      const spreadRe = Math.abs(cRe) * aside + Math.abs(cIm) * above;
      const spreadIm = Math.abs(cRe) * above + Math.abs(cIm) * aside;
      const by = weight * value;
      for (let sum = 0; sum + by <= max; sum++) {
        const [left, right] = [sums.lowRe[sum]! + (byRe - spreadRe), sums.highRe[sum]! + (byRe + spreadRe)];
        widen(next, sum + by, left, right, sums.lowIm[sum]! + (byIm - spreadIm), sums.highIm[sum]! + (byIm + spreadIm));
      }
    }
    off += (cRad + rounding * modulus(cRe, cIm)) * largest;
    [sums, next] = [next, sums];
  }
  off = off * INFLATE + TINY;
  for (const bound of [sums.lowRe, sums.lowIm]) for (const [i, it] of bound.entries()) bound[i] = it - off;
  for (const bound of [sums.highRe, sums.highIm]) for (const [i, it] of bound.entries()) bound[i] = it + off;
  return sums;
}
