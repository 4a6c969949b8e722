import type { Phase, PhasedSchedule, Route, Transfer, TransferOp } from "../schedule/schedule.ts";
import { allToAll, allToAllWavelengths } from "./all-to-all.ts";
import { alongEdge, phase, phased, sent } from "./phased.ts";

export interface WrhtOptions {
  /** Wavelengths of one waveguide. */
  readonly wavelengths: number;
  /** Finish with an all-to-all among the last representatives where the wavelengths suffice: one step less. */
  readonly allToAll: boolean;
}

/**
 * Wavelength-reused hierarchical tree on an optical ring (Dai et al., arXiv 2207.10982): in each level consecutive
 * members form groups; the middle one collects whole buffers from both sides at once, with the same wavelengths in both
 * directions, and represents the group in the next level. The sums return the same way.
 *
 * @throws RangeError unless wavelengths >= 1 is an integer
 */
export function wrht(workers: number, length: number, options: WrhtOptions): PhasedSchedule {
  const { levels, last } = wrhtLevels(workers, options);
  const exchange = (): readonly Transfer[] =>
    sent((send) => {
      for (const { src, dst, direction, wavelength } of allToAll(last).arcs) {
        send("reduce", src, dst, 0, length, arc(direction, wavelength));
      }
    });
  const phases: Phase[] = levels.map((groups, i) =>
    phase(`collect ${i + 1}`, 1, () => aroundMiddles(groups, "reduce", length)),
  );
  if (last.length > 1) phases.push(phase("all-to-all", 1, exchange));
  for (let i = levels.length - 1; i >= 0; i--) {
    phases.push(phase(`return ${i + 1}`, 1, () => aroundMiddles(levels[i]!, "copy", length)));
  }
  return phased({ name: "wrht", workers, switches: 0, length, phases });
}

/** Largest group that `wavelengths` serve: the middle node hears as many neighbours on either side. */
export function wrhtGroup(wavelengths: number): number {
  return 2 * wavelengths + 1;
}

/** Groups of each level, and the members that exchange all to all at the top (one member: nothing to exchange). */
function wrhtLevels(
  workers: number,
  { wavelengths, allToAll: finish }: WrhtOptions,
): { readonly levels: readonly (readonly (readonly number[])[])[]; readonly last: readonly number[] } {
  if (!Number.isInteger(wavelengths) || wavelengths < 1) throw new RangeError(`${wavelengths} wavelengths`);
  const size = wrhtGroup(wavelengths);
  let members = Array.from({ length: workers }, (_, node) => node);
  const levels: (readonly number[])[][] = [];
  while (members.length > 1) {
    if (finish && members.length <= size && allToAllWavelengths(members.length) <= wavelengths) break;
    const groups: (readonly number[])[] = [];
    for (let first = 0; first < members.length; first += size) groups.push(members.slice(first, first + size));
    levels.push(groups);
    members = groups.map((nodes) => nodes[nodes.length >> 1]!);
  }
  return { levels, last: members };
}

/** Whole buffers to the middle of each group, from both sides with the same wavelengths, or from it. */
export function aroundMiddles(
  groups: readonly (readonly number[])[],
  op: TransferOp,
  length: number,
): readonly Transfer[] {
  return sent((send) => {
    for (const group of groups) {
      const middle = group.length >> 1;
      group.forEach((node, position) => {
        if (position === middle) return;
        const direction = position < middle === (op === "reduce") ? "up" : "down";
        alongEdge(send, op, node, group[middle]!, length, arc(direction, Math.abs(position - middle) - 1));
      });
    }
  });
}

export function arc(direction: "up" | "down", wavelength: number): Route {
  return { kind: "arc", direction, firstWavelength: wavelength, wavelengths: 1 };
}
