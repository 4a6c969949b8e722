import { GAP_UM, WIDTH_UM } from "../../netlist/index.ts";
import type { QuantityKey } from "./quantities.ts";
import type { Technology } from "./technology.ts";

/** A length that no chip can keep beside others of the same technology. */
export interface Contradiction {
  readonly key: QuantityKey;
  /** What it would have to be. */
  readonly atLeastUm: number;
  /** The lengths that ask for it. */
  readonly of: readonly QuantityKey[];
  readonly why: string;
}

/** An MZI between two of its ports. */
const mzi = ["coupler-length", "heater-length"] as const;

/** Each length has to be the sum of others, so many times, and of a width or gap that layouts assume. */
const rules: readonly (Pick<Contradiction, "key" | "of" | "why"> & { readonly times: number; readonly um: number })[] =
  [
    { key: "lane-pitch", times: 0, um: WIDTH_UM + GAP_UM, of: [], why: "neighbouring waveguides would touch" },
    { key: "lane-pitch", times: 1, um: 0, of: ["crossing-length"], why: "a crossing would lie on its neighbours" },
    { key: "bend-radius", times: 0, um: WIDTH_UM / 2, of: [], why: "a bend would lie on itself" },
    { key: "reticle-width", times: 2, um: 0, of: mzi, why: "an MZI would not fit" },
    { key: "reticle-height", times: 2, um: 0, of: mzi, why: "an MZI would not fit" },
  ];

export function contradictionsIn(entries: Technology["entries"]): readonly Contradiction[] {
  return rules.flatMap(({ key, times, um, of, why }) => {
    const given = entries[key];
    if (given === undefined || of.some((name) => entries[name] === undefined)) return [];
    const atLeastUm = um + times * of.reduce((sum, name) => sum + 1e6 * entries[name]!.value, 0);
    return 1e6 * given.value < atLeastUm ? [{ key, atLeastUm, of, why }] : [];
  });
}
