import type { Circuit } from "../netlist/index.ts";
import { add, type Disc, scale, ZERO } from "./ball.ts";
import { levelsOf } from "./composition.ts";
import { type Form, flowOf, sliceOf } from "./linear.ts";
import { boundOutputs, newBounds, type Share, type Shares, type States, systemOf } from "./slice-bounds.ts";

/** Work that all vectors together may cost, beyond which what cancels is not looked at. */
const MOST_WORK = 2e9;

export interface Coverage {
  /**
   * Whether all words of these sums read within half a level of `claims`, for every output. `values` are the sums of a vector: unit
   * by unit (of a cascade; one unit otherwise), symbol by symbol.
   */
  readonly covers: (vectors: Omit<States, "width">) => boolean;
}

/**
 * Lemma 4 with the whole circuit as one slice. The field of a sum S of symbols s_p is c S + sum (c_p - c) s_p for any c: the middle
 * of all c_p keeps the second part small, which is what unequal workers add. `vectors` is how many there will be.
 */
export function coverageOf(circuit: Circuit, vectors: number): Coverage {
  const { aggregate, inputs, outputs } = circuit;
  const { workers, symbols } = aggregate;
  const flow = flowOf({ ...circuit, certificate: null });
  const ends = outputs.map(({ mode }) => ({ mode, after: flow.last[mode]! }));
  const slice = sliceOf(flow, ends, null);
  const unit = aggregate.fanIn?.[0] ?? workers;
  const width = Math.ceil(workers / unit) * symbols;
  const sums = Array.from({ length: width }, (): number[] => []);
  for (const [port, input] of inputs.entries()) {
    if (input.kind === "worker") sums[Math.floor(input.worker / unit) * symbols + input.symbol]!.push(port);
  }
  const deviations = inputs.map((input) => {
    return { radius: input.kind === "worker" ? levelsOf(aggregate, input.symbol) - 1 : 0, steps: 0 };
  });
  const sharesOf = ({ ports: weights }: Form): Shares => {
    const values: Share[] = [];
    const parts: Share[] = [];
    for (const [sum, ports] of sums.entries()) {
      const all = ports.map((port) => weights.get(port) ?? ZERO);
      if (!ports.some((port) => weights.has(port))) continue;
      const middle = (pick: (z: Disc) => number): number => all.reduce((most, z) => most + pick(z), 0) / all.length;
      const centre = { re: middle(({ re }) => re), im: middle(({ im }) => im), rad: 0 };
      values.push([sum, centre]);
      for (const [i, port] of ports.entries()) parts.push([port, add(all[i]!, scale(centre, -1))]);
    }
    return { values, deviations: parts };
  };
  const units = outputs.map(({ levelsPerField }) => ({ times: levelsPerField, over: 1, realPart: true }));
  const system = systemOf(slice, units, deviations, sharesOf);
  const forms = [...slice.neurons.map(({ form }) => form), ...slice.outputs];
  const terms = forms.reduce((all, { neurons, ports }) => all + neurons.size + ports.size, 0);
  const mayFollow = terms * (deviations.length + slice.neurons.length) * vectors <= MOST_WORK;
  let follows = false;
  const reads = (states: States): boolean => {
    const bounds = newBounds(outputs.length);
    boundOutputs(system, states, { size: 1, budget: 0, follows }, bounds);
    return bounds.errors.every((error) => error < 0.5);
  };
  return {
    covers(given) {
      const states = { ...given, width };
      if (reads(states)) return true;
      if (follows || !mayFollow) return false;
      follows = true;
      return reads(states);
    },
  };
}
