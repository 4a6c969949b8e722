import { gaussianFrom, seededRandom } from "../../netlist/index.ts";
import type { Steps } from "../../verify/index.ts";
import { streamedWords, wrongWords } from "../chips/tried-words.ts";
import type { Calibration } from "./calibrated-chips.ts";
import { AVERAGED, carryOut, driftedSince, problemsIn, type StepOutcome } from "./carry-out.ts";
import type { Instruments } from "./instruments.ts";
import type { Drive, Monitor, Procedure, Rule } from "./procedure.ts";
import type { SimulatedChip } from "./simulated-chip.ts";
import { monitorOf } from "./wiring.ts";

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
function probesOf({ steps }: Pick<Procedure, "steps">): HealthProbe[] {
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

/** What a chip reads of all probes beside what the other one reads now. */
export function comparedTo(
  { wiring, procedure, fullScale }: Calibration,
  { instruments }: SimulatedChip,
): (chip: SimulatedChip) => ProbeReading[] {
  const probes = probesOf(procedure);
  const scales = new Map(wiring.sinks.map((sink, k) => [monitorOf(sink).name, fullScale[k]!]));
  const readAll = ({ read }: Instruments): number[] =>
    probes.map(({ monitor, drive }) => read(monitor, drive, AVERAGED));
  const expected = readAll(instruments);
  return (chip) =>
    readAll(chip.instruments).map((read, i): ProbeReading => {
      const probe = probes[i]!;
      return { ...probe, expected: expected[i]!, read, shift: (read - expected[i]!) / scales.get(probe.monitor.name)! };
    });
}

/** What walks while the steps are carried out, rad: of each heater and fibre a normal number, times this when they end. */
export interface Walks {
  readonly heaterRad: number;
  readonly fibreRad: number;
}

/** The state of a chip after its steps. */
export interface Health {
  /** What speaks against settings: of the last step of each knob, and of phases that drifted since. */
  readonly problems: readonly StepOutcome[];
  readonly readings: readonly ProbeReading[];
  readonly words: number;
  readonly wrong: number;
}

/** Brings a chip up that walks meanwhile, and reads all probes beside those of the chip as designed. */
export function* healthSteps(
  calibration: Calibration,
  { chip, designed }: { readonly chip: SimulatedChip; readonly designed: SimulatedChip },
  { heaterRad, fibreRad }: Walks,
  seed: number,
): Steps<Health> {
  const { wiring, procedure } = calibration;
  const { steps } = procedure;
  const gaussian = gaussianFrom(seededRandom(seed ^ 0x1f83d9ab));
  const heaters = Float64Array.from(wiring.heaters.values(), () => heaterRad * gaussian());
  const fibres = Float64Array.from(wiring.circuit.inputs, ({ kind }) =>
    kind === "worker" ? fibreRad * gaussian() : 0,
  );
  const outcomes: StepOutcome[] = [];
  for (const outcome of carryOut(steps, chip.instruments)) {
    outcomes.push(outcome);
    const share = outcomes.length / steps.length;
    const now = (rad: number): number => share * rad;
    chip.turn({ heaters: heaters.map(now), fibres: fibres.map(now), radPerUm: 0 });
    yield { done: outcomes.length, total: steps.length, unit: "steps", wrong: null };
  }
  const problems = [...problemsIn(outcomes), ...driftedSince(steps, chip.instruments)];
  const readings = comparedTo(calibration, designed)(chip);
  const words = streamedWords(wiring.circuit, seed);
  return { problems, readings, words: words.vectors, wrong: wrongWords(words, chip.light()) };
}
