import type { Circuit, Device } from "../../netlist/index.ts";
import { distinctVectors, type Steps, verifySteps, within } from "../../verify/index.ts";
import { LIGHT_SPEED_M_S } from "../light/part-figures.ts";
import { isNotGiven, type Reading, readingOf } from "../technology/recorder.ts";
import type { Technology } from "../technology/technology.ts";
import type { Answer } from "./budget.ts";

/** How far a chip may drift as a whole until a word is wrong, its phases set before. */
export interface Drift {
  /** The longest waveguide between devices, um; the phase below is its. */
  readonly longestUm: number;
  /** The largest phase, of either sign, at which no word is wrong, rad; pi where none up to there is. */
  readonly phaseRad: number;
  /** The same as a change of the chip's temperature, K, and of the laser's frequency, Hz. */
  readonly temperatureK: number;
  readonly frequencyHz: number;
  readonly vectors: number;
  /** Whether these are all. */
  readonly all: boolean;
}

/** Vectors that are all tried; of more a sample of that size. */
const MOST_VECTORS = 30_000;
const SAMPLE = 4096;
/** From the first phase the search doubles, then halves so often. */
const FIRST_RAD = 0.01;
const HALVINGS = 5;

/**
 * A common change of temperature or of the laser turns each waveguide's light by a phase that grows with its length:
 * 2 pi L index-by-temperature dT / wavelength, and 2 pi L group-index df / c. Light of neurons' carriers and of the references is
 * taken as not turned, and so are devices, of which all light passes about the same. Words are compared with the mean, without noise.
 * Null where the circuit has no lengths.
 */
export function* driftSteps(circuit: Circuit, technology: Technology, seed: number): Steps<Answer<Drift> | null> {
  const lengths = circuit.sections.flatMap(({ meshes }) =>
    meshes.flatMap(({ devices }) => devices.flatMap((it) => (it.kind === "waveguide" ? [it.lengthUm] : []))),
  );
  const longestUm = lengths.reduce((longest, length) => Math.max(longest, length), 0);
  if (longestUm === 0) return null;
  const reading = readingOf(technology);
  let turns: ReturnType<typeof turnsOf>;
  try {
    turns = turnsOf(reading, longestUm * 1e-6);
  } catch (error) {
    if (!isNotGiven(error)) throw error;
    return { kind: "not-computed", reason: error.message, missing: error.key };
  }
  const all = distinctVectors(circuit.aggregate) <= MOST_VECTORS;
  const inputs = all ? ({ kind: "tried" } as const) : ({ kind: "sampled", samples: SAMPLE } as const);
  let vectors = 0;
  let done = 0;
  function* holds(phaseRad: number): Steps<boolean> {
    for (const sign of [1, -1]) {
      const turned = withDrift(circuit, (sign * phaseRad) / longestUm);
      const at = { done: done++, total: 2 * (HALVINGS + 5), unit: "phases", wrong: null } as const;
      const report = yield* within(verifySteps(turned, { inputs, seed }), () => at);
      vectors = report.vectors;
      if (report.wrong > 0) return false;
    }
    return true;
  }
  let low = 0;
  let high = FIRST_RAD;
  while (high < Math.PI && (yield* holds(high))) [low, high] = [high, Math.min(Math.PI, 2 * high)];
  for (let i = 0; i < HALVINGS && low < Math.PI; i++) {
    const middle = (low + high) / 2;
    if (yield* holds(middle)) low = middle;
    else high = middle;
  }
  const value: Drift = {
    longestUm,
    phaseRad: low,
    temperatureK: low / turns.radPerKelvin,
    frequencyHz: low / turns.radPerHertz,
    vectors,
    all,
  };
  return { kind: "value", value, uses: [...reading.used] };
}

/** Phases of that much waveguide, m. */
function turnsOf(reading: Reading, lengthM: number): { readonly radPerKelvin: number; readonly radPerHertz: number } {
  const perTurn = 2 * Math.PI * lengthM;
  return {
    radPerKelvin: (perTurn * Math.abs(reading.value("index-by-temperature"))) / reading.value("wavelength"),
    radPerHertz: (perTurn * reading.value("group-index")) / LIGHT_SPEED_M_S,
  };
}

/** The circuit with a phase behind each waveguide. */
function withDrift(circuit: Circuit, radPerUm: number): Circuit {
  const drifted = (device: Device): Device[] =>
    device.kind === "waveguide" && device.lengthUm > 0
      ? [device, { kind: "phase", column: device.column, mode: device.mode, phiRad: radPerUm * device.lengthUm }]
      : [device];
  return {
    ...circuit,
    sections: circuit.sections.map((section) => ({
      ...section,
      meshes: section.meshes.map((mesh) => ({ ...mesh, devices: mesh.devices.flatMap(drifted) })),
    })),
  };
}
