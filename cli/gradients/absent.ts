import { type Checked, plainDiagnostic, refused } from "../../dsl/index.ts";
import type { Aggregate } from "../../netlist/index.ts";
import type { GradientRow, InputRow } from "./gradient-files.ts";

/**
 * What stands at the inputs of absent workers. rescaled: the neutral word, and receivers multiply by N / M; neutral: the neutral word;
 * field: nothing, and each of the M workers that are present sends N / M times its field, which gives the same symbol sums as repeating it.
 */
export const standIns = ["rescaled", "neutral", "field"] as const;
export type StandIn = (typeof standIns)[number];

export interface Absence {
  readonly workers: readonly number[];
  readonly standIn: StandIn;
  /** Factor of what is received. */
  readonly gain: number;
  /**
   * Proved bound, in steps of a block, on the distance from the mean of those present, or from that of all with zeros where nothing is
   * rescaled: half a step by the words, a whole one where they are drawn, and r N / M by the rounded mean, r = 1/2, 1 for floor, 0 for none.
   */
  readonly mostSteps: number;
}

/** Checks the absent workers of a circuit, as they are named in order. `isDrawn`: words are rounded at random. */
export function absenceOf(
  named: readonly number[],
  standIn: StandIn,
  aggregate: Aggregate,
  isDrawn: boolean,
): Checked<Absence> {
  const { workers, bits, rounding } = aggregate;
  const stranger = named.find((worker) => worker >= workers);
  const refuse = (message: string, help: string): Checked<never> => refused(plainDiagnostic("OPT0512", message, help));
  if (stranger !== undefined) {
    return refuse(`there is no worker ${stranger}`, `workers are 0 to ${workers - 1}`);
  }
  const present = workers - named.length;
  if (present === 0) return refuse("every worker is absent", "leave at least one of them");
  if (standIn === "field" && workers % present !== 0) {
    const help = "with `--stand-in rescaled` any number of workers may be absent";
    return refuse(`${present} present workers do not divide ${workers}`, help);
  }
  if (standIn !== "field" && bits === 1) {
    return refuse("words of one bit have no neutral word", "use `--stand-in field`");
  }
  const gain = standIn === "rescaled" ? workers / present : 1;
  const rounded = { none: 0, floor: 1, "half-up": 0.5, "half-even": 0.5 }[rounding];
  const mostSteps = (isDrawn ? 1 : 0.5) + rounded * gain;
  return { value: { workers: named, standIn, gain, mostSteps }, diagnostics: [] };
}

/** The row of every input; null for the neutral word. `rows` are those of the workers that are present. */
export function inputRows(rows: readonly GradientRow[], absence: Absence | null): readonly (InputRow | null)[] {
  const absent = absence?.workers ?? [];
  let next = 0;
  const own = Array.from({ length: rows.length + absent.length }, (_, worker) =>
    absent.includes(worker) ? null : { ...rows[next++]!, worker },
  );
  if (absence?.standIn !== "field") return own;
  const present = own.filter((row) => row !== null);
  let repeated = 0;
  return own.map((row) => row ?? present[repeated++ % present.length]!);
}

export function absenceText({ workers, standIn, mostSteps }: Absence): string {
  const how = { rescaled: "the neutral word stands in, results are rescaled", neutral: "the neutral word stands in" };
  const what = standIn === "field" ? "the others send more field" : how[standIn];
  const from = standIn === "neutral" ? "of all, with zeros" : "of those present";
  return `  absent   ${workers.join(", ")}: ${what}; at most ${mostSteps.toPrecision(4)} steps from the mean ${from}`;
}
