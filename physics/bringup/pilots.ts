import { CholeskyDecomposition, Matrix } from "ml-matrix";
import { decodeWords } from "../../verify/index.ts";
import type { Calibration } from "./calibrated-chips.ts";
import { AVERAGED, PROBE } from "./carry-out.ts";
import type { Instruments } from "./instruments.ts";
import { type Drive, type Knob, lastSteps, type Monitor } from "./procedure.ts";
import { topLevel } from "./sources.ts";
import { monitorOf, oscillatorOf, type Wiring } from "./wiring.ts";

/** Light of one source alone, which some detectors read. */
export interface Pilot {
  readonly name: string;
  readonly drive: Drive;
  /** What each worker sends for it. */
  readonly words: readonly number[];
  /** Numbers of the detectors that see it. */
  readonly detectors: readonly number[];
}

/** What pilots read and turn. */
export interface Loop {
  readonly pilots: readonly Pilot[];
  readonly detectors: readonly { readonly monitor: Monitor; readonly scale: number }[];
  /** Of each detector, in their order. */
  readonly oscillators: readonly Knob[];
  /** Phases that are kept: heaters, workers' light and oscillators. */
  readonly knobs: readonly Knob[];
}

const KEPT: readonly Knob["kind"][] = ["heater", "launch-phase", "neuron-phase", "receiver-phase"];

/** Turns of the oscillators at which a field is read. */
export const QUARTERS = 4;

/** Of what a knob does to all readings, squared and summed: knobs that do less together are hardly turned. */
export const WEAK = 1e-3;

/** A heater is turned by the square of this where light or an oscillator would do: drifts of fibres do not run it through its range. */
export const HEATER = 0.3;

/**
 * Of that limit: how strongly a heater goes back to where it was set. Splittings stay about there: some of them together change light in
 * second order alone. Phases follow what drifts, and leave that of fibres to the workers' light.
 */
export const BACK = { theta: 1, phi: 0.01 } as const;

/** Of the largest reading of a detector. */
export const DIM = 0.01;

export function loopOf({ wiring, procedure, fullScale }: Calibration): Loop {
  const pilots = wiring.sources.flatMap((source, number): Pilot[] => {
    const detectors = [...wiring.sinks.keys()].filter((k) => wiring.sinks[k]!.wire.sources.includes(number));
    if (detectors.length === 0) return [];
    if (source.kind === "neuron") {
      const { name } = source.neuron;
      return [{ name, drive: { levels: {}, on: [name] }, words: wordsOf(wiring, null), detectors }];
    }
    const { name } = source.port;
    const drive = { levels: { [name]: topLevel(wiring, source.port) }, on: [] };
    return [{ name, drive, words: wordsOf(wiring, source.input), detectors }];
  });
  return {
    pilots,
    detectors: wiring.sinks.map((sink, k) => ({ monitor: monitorOf(sink), scale: fullScale[k]! })),
    oscillators: wiring.sinks.map(oscillatorOf),
    knobs: lastSteps(procedure.steps).flatMap(({ knob }) => (KEPT.includes(knob.kind) ? [knob] : [])),
  };
}

/** With the symbol of one input at its highest level, all others dark. */
function wordsOf(wiring: Wiring, input: number | null): number[] {
  const { aggregate, inputs } = wiring.circuit;
  const symbols = new Uint8Array(aggregate.workers * aggregate.symbols);
  const port = input === null ? undefined : inputs[input];
  if (port?.kind === "worker") symbols[port.worker * aggregate.symbols + port.symbol] = topLevel(wiring, port);
  return [...decodeWords(symbols, aggregate)];
}

/**
 * The fields of all pilots at the detectors that see them, over the detector's largest reading: real and imaginary parts, pilot by pilot.
 * Readings at opposite turns of the oscillator are taken from each other, so that offsets do not count.
 */
export function readFields({ pilots, detectors, oscillators }: Loop, instruments: Instruments): Float64Array {
  const starts = oscillators.map(instruments.setting);
  const turnTo = (quarter: number): void => {
    for (const [k, knob] of oscillators.entries()) instruments.set(knob, starts[k]! + (quarter * Math.PI) / 2);
  };
  const read = Array.from({ length: QUARTERS }, (_, quarter) => {
    turnTo(quarter);
    return pilots.flatMap(({ drive, detectors: seeing }) =>
      seeing.map((k) => instruments.read(detectors[k]!.monitor, drive, AVERAGED) / detectors[k]!.scale),
    );
  });
  turnTo(0);
  const [a, b, c, d] = read as [number[], number[], number[], number[]];
  return Float64Array.from(a.flatMap((_, i) => [(a[i]! - c[i]!) / 2, (b[i]! - d[i]!) / 2]));
}

/** How far knobs are off, as least squares have it. */
export interface Correction {
  /** [knob][reading]: of a change of each reading. */
  readonly ofReadings: readonly Float64Array[];
  /** [knob][knob]: of how far each heater was moved; where no reading decides, heaters go back. */
  readonly ofMoves: readonly Float64Array[];
}

export function correctionOf(loop: Loop, instruments: Instruments): Correction {
  const slopes = loop.knobs.map((knob) => {
    const start = instruments.setting(knob);
    const [more, less] = [1, -1].map((sign) => {
      instruments.set(knob, start + sign * PROBE);
      return readFields(loop, instruments);
    });
    instruments.set(knob, start);
    return more!.map((value, i) => (shareOf(knob) * (value - less![i]!)) / (2 * Math.sin(PROBE)));
  });
  const rows = new Matrix(slopes.map((slope) => [...slope]));
  const normal = rows.mmul(rows.transpose());
  const weak = (WEAK * normal.trace()) / Math.max(1, normal.rows);
  const moved = Matrix.diag(loop.knobs.map((knob) => (weak * backOf(knob)) / shareOf(knob)));
  const solver = new CholeskyDecomposition(normal.add(Matrix.eye(normal.rows).mul(weak)));
  const scaled = (solved: Matrix): Float64Array[] =>
    loop.knobs.map((knob, k) => Float64Array.from(solved.getRow(k), (weight) => shareOf(knob) * weight));
  return { ofReadings: scaled(solver.solve(rows)), ofMoves: scaled(solver.solve(moved)) };
}

function backOf({ kind, name }: Knob): number {
  return kind !== "heater" ? 0 : name.endsWith(".theta") ? BACK.theta : BACK.phi;
}

function shareOf({ kind }: Knob): number {
  return kind === "heater" ? HEATER : 1;
}

/** How far each knob is from where the readings would be as they were. `moves`: of all knobs since then; without, readings alone count. */
export function errorsOfKnobs(
  { ofReadings, ofMoves }: Correction,
  now: Float64Array,
  was: Float64Array,
  moves: Float64Array | null,
): Float64Array {
  const changes = changesOf(now, was);
  return Float64Array.from(ofReadings, (row, k) => dot(row, changes) + (moves === null ? 0 : dot(ofMoves[k]!, moves)));
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}

/** Of a field f that became g: f log(g / f), which stays in proportion to a phase however large it is; g - f where f is dim. */
function changesOf(now: Float64Array, was: Float64Array): Float64Array {
  const changes = new Float64Array(was.length);
  for (let at = 0; at < was.length; at += 2) {
    const [x, y, u, v] = [was[at]!, was[at + 1]!, now[at]!, now[at + 1]!];
    const [bright, brightNow] = [Math.hypot(x, y), Math.hypot(u, v)];
    const isDim = Math.min(bright, brightNow) < DIM;
    const [grown, turned] = [Math.log(brightNow / bright), Math.atan2(v * x - u * y, u * x + v * y)];
    changes[at] = isDim ? u - x : x * grown - y * turned;
    changes[at + 1] = isDim ? v - y : y * grown + x * turned;
  }
  return changes;
}
