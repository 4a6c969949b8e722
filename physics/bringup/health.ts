import { AVERAGED } from "./carry-out.ts";
import type { Instruments } from "./instruments.ts";
import type { Drive, Monitor, Procedure, Rule } from "./procedure.ts";

/** Light that the steps read, with all knobs left as they are. */
export interface HealthProbe {
  /** Number of the first step that reads it. */
  readonly step: number;
  readonly monitor: Monitor;
  readonly drive: Drive;
}

/** What a detector reads of a probe, beside what it read when the chip was set. */
export interface ProbeReading extends HealthProbe {
  readonly expected: number;
  readonly read: number;
  /** Of the detector's largest reading: how far it is off. */
  readonly shift: number;
}

/** A reading leaves its range where it is off by more than this share of the detector's largest one. */
export const LARGEST_SHIFT = 0.01;

/** Everything that a procedure reads, each once, in the order of its steps. */
export function probesOf({ steps }: Pick<Procedure, "steps">): HealthProbe[] {
  const found = new Map<string, HealthProbe>();
  for (const { number, rule } of steps) {
    for (const [monitor, drive] of readOf(rule)) {
      const key = JSON.stringify([monitor, drive]);
      if (!found.has(key)) found.set(key, { step: number, monitor, drive });
    }
  }
  return [...found.values()];
}

function readOf(rule: Rule): (readonly [Monitor, Drive])[] {
  switch (rule.kind) {
    case "power-maximum":
    case "maximum":
    case "minimum":
      return [[rule.monitor, rule.drive]];
    case "ratio":
      return [...rule.over, ...rule.under].flatMap(({ monitor, drive, from }) =>
        [drive, from].flatMap((each) => (each === undefined ? [] : [[monitor, each] as const])),
      );
    case "midpoint":
      return [...rule.off, ...rule.on].map((drive) => [rule.monitor, drive]);
    default:
      return rule satisfies never;
  }
}

export function readProbes(probes: readonly HealthProbe[], { read }: Instruments): number[] {
  return probes.map(({ monitor, drive }) => read(monitor, drive, AVERAGED));
}

/** `scaleOf`: the largest reading of a detector. */
export function probeReadings(
  probes: readonly HealthProbe[],
  expected: readonly number[],
  read: readonly number[],
  scaleOf: (monitor: Monitor) => number,
): ProbeReading[] {
  return probes.map((probe, i) => {
    const [was, is] = [expected[i]!, read[i]!];
    return { ...probe, expected: was, read: is, shift: (is - was) / scaleOf(probe.monitor) };
  });
}
