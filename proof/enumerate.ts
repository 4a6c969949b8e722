import type { Circuit } from "../netlist/index.ts";
import { add, type Disc, INFLATE, largest, scale } from "./ball.ts";
import { levelsOf } from "./composition.ts";
import { type Form, flowOf, sliceOf } from "./linear.ts";
import {
  boundOutputs,
  type Deviation,
  newBounds,
  newTree,
  type Share,
  type Shares,
  type States,
  systemOf,
  type Tree,
  type Unit,
} from "./slice-bounds.ts";

/** Work that a vector may cost, and all of them together, beyond which nothing is shown. */
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
  const slice = sliceOf(
    flow,
    outputs.map(({ mode }) => ({ mode, after: flow.last[mode]! })),
    null,
  );
  const unit = aggregate.fanIn?.[0] ?? workers;
  const sums: { readonly port: number; readonly top: number }[][] = [];
  for (const [port, input] of inputs.entries()) {
    if (input.kind !== "worker") continue;
    const sum = Math.floor(input.worker / unit) * symbols + input.symbol;
    sums[sum] ??= [];
    sums[sum].push({ port, top: levelsOf(aggregate, input.symbol) - 1 });
  }
  const deviations: Deviation[] = inputs.map((input) => ({
    radius: input.kind === "worker" ? levelsOf(aggregate, input.symbol) - 1 : 0,
    steps: 0,
  }));
  const sharesOf = (form: Form, follows: boolean): Shares => {
    const values: Share[] = [];
    const parts: Share[] = [];
    let rest = 0;
    for (const [sum, ports] of sums.entries()) {
      const weights = (ports ?? []).flatMap(({ port }) => form.ports.get(port) ?? []);
      if (weights.length === 0) continue;
      const middle = (pick: (z: Disc) => number): number => weights.reduce((all, z) => all + pick(z), 0) / ports.length;
      const centre = { re: middle(({ re }) => re), im: middle(({ im }) => im), rad: 0 };
      values.push([sum, centre]);
      for (const { port, top } of ports) {
        const off = add(form.ports.get(port) ?? scale(centre, 0), scale(centre, -1));
        if (follows) parts.push([port, off]);
        else rest += top * largest(off) * INFLATE;
      }
    }
    return { values, deviations: parts, rest };
  };
  const units = outputs.map(({ levelsPerField }): Unit => ({ times: levelsPerField, over: 1, realPart: true }));
  const terms = [...slice.neurons.map(({ form }) => form), ...slice.outputs].reduce(
    (all, { neurons, ports }) => all + neurons.size + ports.size,
    0,
  );
  const followed = terms * (deviations.length + slice.neurons.length) * vectors <= MOST_WORK;
  const open = (follows: boolean): { readonly system: ReturnType<typeof systemOf>; readonly tree: Tree } => {
    const system = systemOf(slice, units, follows ? deviations : [], (form) => sharesOf(form, follows), follows);
    return { system, tree: newTree(system) };
  };
  const plain = open(false);
  let exact: ReturnType<typeof open> | null = null;
  const reads = ({ system, tree }: typeof plain, states: States): boolean => {
    const bounds = newBounds(outputs.length);
    boundOutputs(system, tree, states, 1, 0, bounds);
    return bounds.errors.every((error) => error < 0.5);
  };
  return {
    covers(given) {
      const states = { ...given, width: Math.ceil(workers / unit) * symbols };
      if (exact === null && reads(plain, states)) return true;
      if (!followed) return false;
      exact ??= open(true);
      return reads(exact, states);
    },
  };
}
