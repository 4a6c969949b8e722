import type { Instruments } from "./instruments.ts";
import { type Drive, type Knob, lastSteps, type ProcedureStep, type Response, type Rule } from "./procedure.ts";

/** Values of a knob in a sweep over a turn: a field is a sine of every phase, so few are enough. */
const SWEPT = 8;

/** Newton's steps towards a ratio; the first one is exact for levels and gains. */
const APPROACHES = 3;

/** Furthest that a heater is moved in one of them, rad. */
const LARGEST_MOVE = 0.3;

/** Difference of a heater by which the slope of a ratio is measured, rad. */
export const PROBE = 0.1;

/** Readings of which every one that is used is the mean. A step that is unsure is repeated with so many times as many, up to so many. */
export const AVERAGED = 256;
export const MORE = 4;
export const MOST = 64;

/** An unsure step leaves its phase off by more than this, rad, or its ratio; one that stays off by the second is named. */
export const UNSURE = 0.01;
export const TOO_UNSURE = 0.03;

/** A crest has so many times the height of what the sweep leaves unexplained; noise alone has less but once in 10 000 sweeps. */
export const LEAST_CONTRAST = 5;

/** Furthest from the wanted ratio that readings end. */
export const LARGEST_MISS = 0.1;

/** Of a phase since it was set, rad. */
export const LARGEST_DRIFT = 0.1;

/** What turned out while a step was carried out. */
export interface StepOutcome {
  readonly step: ProcedureStep;
  readonly setTo: number;
  /** What speaks against the setting: the chip is not what the procedure takes it for. Null: nothing. */
  readonly problem: string | null;
}

/**
 * Carries out the steps in their order, through the instruments alone. A step that is unsure, or whose reading speaks against its setting,
 * is repeated; the detectors that it reads are read as often from then on.
 */
export function* carryOut(steps: readonly ProcedureStep[], instruments: Instruments): Generator<StepOutcome, void> {
  let clipped: string | null = null;
  const factors = new Map<string, number>();
  const seen = new Set<string>();
  const factorOf = (name: string): number => factors.get(name) ?? 1;
  const watched: Instruments = {
    ...instruments,
    read: (monitor, drive, times = 1) => {
      const read = instruments.read(monitor, drive, times * factorOf(monitor.name));
      if (Math.abs(read) >= instruments.limit(monitor)) clipped = monitor.name;
      seen.add(monitor.name);
      return read;
    },
  };
  for (const step of steps) {
    for (let isOpen = true; isOpen; ) {
      clipped = null;
      seen.clear();
      const { setTo, problem, off } = settingFor(step.knob, step.rule, watched);
      instruments.set(step.knob, setTo);
      const noisy = [...seen].filter((name) => factorOf(name) < MOST);
      isOpen = clipped === null && noisy.length > 0 && (problem !== null || off > UNSURE);
      if (isOpen) for (const name of noisy) factors.set(name, MORE * factorOf(name));
      else if (clipped !== null) yield { step, setTo, problem: `${clipped} reads no more: light beyond its range` };
      else yield { step, setTo, problem: problem ?? (off > TOO_UNSURE ? `too noisy: off by ${rounded(off)}` : null) };
    }
  }
}

/** The phases that are no longer where their last step set them, though its reading was good. */
export function driftedSince(steps: readonly ProcedureStep[], instruments: Instruments): readonly StepOutcome[] {
  return lastSteps(steps).flatMap((step): StepOutcome[] => {
    const { knob, rule } = step;
    if (rule.kind !== "maximum" && rule.kind !== "minimum") return [];
    const setTo = instruments.setting(knob);
    const [here, before, behind] = [0, -1, 1].map((quarter) => {
      instruments.set(knob, setTo + (quarter * Math.PI) / 2);
      return (rule.kind === "maximum" ? 1 : -1) * respond(instruments, rule);
    });
    instruments.set(knob, setTo);
    const offRad = Math.atan2((behind! - before!) / 2, here!);
    return Math.abs(offRad) < LARGEST_DRIFT
      ? []
      : [{ step, setTo, problem: `drifted by ${rounded(offRad)} rad since it was set` }];
  });
}

function rounded(value: number): number {
  return Number(value.toPrecision(2));
}

/** What still speaks against a setting: a later step of the same knob may have mended it. */
export function problemsIn(outcomes: Iterable<StepOutcome>): readonly StepOutcome[] {
  const last = new Map<string, StepOutcome>();
  for (const outcome of outcomes) last.set(`${outcome.step.knob.kind} ${outcome.step.knob.name}`, outcome);
  return [...last.values()].filter(({ problem }) => problem !== null);
}

/** What a step found. `off`: by how much its phase may be off as its readings scatter, rad, or its ratio. */
interface Found {
  readonly setTo: number;
  readonly problem: string | null;
  readonly off: number;
}

function settingFor(knob: Knob, rule: Rule, instruments: Instruments): Found {
  switch (rule.kind) {
    case "power-maximum": {
      const power = (): number => powerOf(rule, rule.quadrature, instruments);
      return crestOf(sweep(knob, instruments, power), rule.offset_rad);
    }
    case "maximum":
    case "minimum": {
      const read = (): number => respond(instruments, rule);
      return crestOf(sweep(knob, instruments, read), rule.kind === "maximum" ? 0 : Math.PI);
    }
    case "ratio":
      return ratioSetting(knob, rule, instruments);
    case "midpoint": {
      const read = (drive: Drive): number => instruments.read(rule.monitor, drive, AVERAGED);
      const below = rule.off.map(read).reduce((most, x) => Math.max(most, x));
      const above = rule.on.map(read).reduce((least, x) => Math.min(least, x));
      const problem = below < above ? null : "readings of the two sides overlap";
      return { setTo: (below + above) / 2 - rule.range / 2, problem, off: 0 };
    }
  }
}

/** Readings at equidistant values over a turn. */
function sweep(knob: Knob, instruments: Instruments, read: () => number): number[] {
  return Array.from({ length: SWEPT }, (_, i) => {
    instruments.set(knob, (2 * Math.PI * i) / SWEPT);
    return read();
  });
}

/** So far from where the first harmonic of readings over a turn is largest, and whether they have one. */
function crestOf(readings: readonly number[], offsetRad: number): Found {
  const count = readings.length;
  let [sum, cosine, sine] = [0, 0, 0];
  for (const [i, reading] of readings.entries()) {
    const angle = (2 * Math.PI * i) / count;
    sum += reading;
    cosine += reading * Math.cos(angle);
    sine += reading * Math.sin(angle);
  }
  const [crest, height] = [Math.atan2(sine, cosine), (2 / count) * Math.hypot(sine, cosine)];
  const rest = readings.map((x, i) => x - sum / count - height * Math.cos((2 * Math.PI * i) / count - crest));
  // three of the readings' degrees of freedom are in the fit
  const unexplained = Math.hypot(...rest) / Math.sqrt(count - 3);
  const isSeen = height > LEAST_CONTRAST * unexplained;
  const problem = isSeen ? null : "no contrast: a dead heater, a dark source, or noise";
  return { setTo: crest + offsetRad, problem, off: (Math.sqrt(2 / count) * unexplained) / height };
}

/** Twice the field, squared, whatever its phase, and whatever else the detector reads: opposite phases are taken from each other. */
function powerOf({ drive, monitor }: Response, quadrature: Knob, instruments: Instruments): number {
  const start = instruments.setting(quadrature);
  const [a, b, c, d] = [0, 1, 2, 3].map((quarter) => {
    instruments.set(quadrature, start + (quarter * Math.PI) / 2);
    return respond(instruments, { drive, monitor });
  });
  instruments.set(quadrature, start);
  return (a! - c!) ** 2 + (b! - d!) ** 2;
}

const DARK: Drive = { levels: {}, on: [] };

/** Less what is read of dark ports, which leak. */
function respond(instruments: Instruments, { drive, from, monitor }: Response): number {
  return instruments.read(monitor, drive, AVERAGED) - instruments.read(monitor, from ?? DARK, AVERAGED);
}

function ratioSetting(knob: Knob, rule: Extract<Rule, { kind: "ratio" }>, instruments: Instruments): Found {
  const product = (all: readonly Response[]): number =>
    all.reduce((value, each) => value * respond(instruments, each), 1);
  const ratio = (): number => product(rule.over) / product(rule.under) / rule.target;
  let now = 1;
  for (let i = 0; i < APPROACHES; i++) {
    const value = instruments.setting(knob);
    now = ratio();
    if (knob.kind !== "heater") {
      // each response is proportional; where nothing sensible is read, nothing is set
      if (now > 0.2 && now < 5) instruments.set(knob, value / now ** (1 / rule.over.length));
      continue;
    }
    instruments.set(knob, value + PROBE);
    const slope = (ratio() - now) / PROBE;
    const move = slope === 0 ? 0 : (1 - now) / slope;
    instruments.set(knob, value + Math.min(Math.max(move, -LARGEST_MOVE), LARGEST_MOVE));
  }
  const problem =
    Math.abs(now - 1) < LARGEST_MISS
      ? null
      : `the ratio of readings ends at ${Number(now.toPrecision(3))} of the wanted one`;
  return { setTo: instruments.setting(knob), problem, off: Math.abs(now - 1) };
}
