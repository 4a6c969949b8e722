import type { Circuit, Device, Mesh } from "../../netlist/index.ts";
import { distinctVectors, type Steps, verifySteps, within } from "../../verify/index.ts";
import { LIGHT_SPEED_M_S } from "../light/part-figures.ts";
import { qOfError } from "../noise/noise.ts";
import { isNotGiven, type Reading, readingOf } from "../technology/recorder.ts";
import type { Technology } from "../technology/technology.ts";
import type { Answer } from "./budget.ts";

/** How far light may turn after its phases were set, until a word is wrong. */
export interface Drift {
  /** The longest waveguide between devices, um; the phase below is its. */
  readonly longestUm: number;
  /** The largest phase, of either sign, at which no word is wrong, rad; pi where none up to there is. */
  readonly phaseRad: number;
  /** The same as a change of the chip's temperature, K, and of the laser's frequency, Hz. */
  readonly temperatureK: number;
  readonly frequencyHz: number;
  readonly fibres: Fibres;
  readonly vectors: number;
  /** Whether these are all. */
  readonly all: boolean;
}

/** What the workers' fibres may differ in. */
export interface Fibres {
  /** The largest phase of every worker's light against the reference, of any signs, at which no word is wrong, rad. */
  readonly phaseRad: number;
  /** Difference in length, m, at which the laser's linewidth alone takes that phase as often as words may be wrong. */
  readonly mismatchM: number;
  /** Change of temperature, K, of 1 m of one fibre that takes it. */
  readonly temperatureKPerM: number;
}

/** Of standard single-mode fibre at 1550 nm (Corning SMF-28, product information). */
const FIBRE_GROUP_INDEX = 1.4682;
/** Of 1 m of such a fibre, rad/K (10.1117/12.2556424). */
const FIBRE_RAD_PER_M_K = 48;

/** Vectors that are all tried; of more a sample of that size. */
const MOST_VECTORS = 30_000;
const SAMPLE = 4096;
/** From the first phase the search doubles, then halves so often. */
const FIRST_RAD = 0.01;
const HALVINGS = 5;

/**
 * A common change of temperature or of the laser turns each waveguide's light by a phase that grows with its length:
 * 2 pi L index-by-temperature dT / wavelength, and 2 pi L group-index df / c. Light of neurons' carriers and of the references is
 * taken as not turned, and so are devices, of which all light passes about the same. Fibres turn all light of a worker: phase noise of a laser of
 * linewidth v between paths that differ by L has the variance 2 pi v L n / c (a Wiener process). Words are compared with the mean, without noise;
 * `wordErrorRate` says how often a phase may be beyond. Null where the circuit has no lengths.
 */
export function* driftSteps(
  circuit: Circuit,
  technology: Technology,
  wordErrorRate: number,
  seed: number,
): Steps<Answer<Drift> | null> {
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
  const drift = yield* largestPhase(circuit, seed, (phaseRad) =>
    [1, -1].map((sign) => withDrift(circuit, (sign * phaseRad) / longestUm)),
  );
  const fibre = yield* largestPhase(circuit, seed, (phaseRad) => [
    withFibres(circuit, () => phaseRad),
    withFibres(circuit, (worker) => (worker % 2 === 0 ? phaseRad : -phaseRad)),
  ]);
  const value: Drift = {
    longestUm,
    phaseRad: drift.phaseRad,
    temperatureK: drift.phaseRad / turns.radPerKelvin,
    frequencyHz: drift.phaseRad / turns.radPerHertz,
    fibres: {
      phaseRad: fibre.phaseRad,
      mismatchM: (fibre.phaseRad / qOfError(wordErrorRate)) ** 2 / turns.fibreRad2PerM,
      temperatureKPerM: fibre.phaseRad / FIBRE_RAD_PER_M_K,
    },
    vectors: drift.vectors,
    all: drift.all,
  };
  return { kind: "value", value, uses: [...reading.used] };
}

/** The largest phase at which all of the circuits that are turned by it have no wrong word, found by doubling and halving. */
function* largestPhase(
  circuit: Circuit,
  seed: number,
  turned: (phaseRad: number) => readonly Circuit[],
): Steps<{ readonly phaseRad: number; readonly vectors: number; readonly all: boolean }> {
  const all = distinctVectors(circuit.aggregate) <= MOST_VECTORS;
  const inputs = all ? ({ kind: "tried" } as const) : ({ kind: "sampled", samples: SAMPLE } as const);
  let vectors = 0;
  let done = 0;
  function* holds(phaseRad: number): Steps<boolean> {
    for (const each of turned(phaseRad)) {
      const at = { done: done++, total: 2 * (HALVINGS + 5), unit: "phases", wrong: null } as const;
      const report = yield* within(verifySteps(each, { inputs, seed }), () => at);
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
  return { phaseRad: low, vectors, all };
}

/** Phases of that much waveguide, m, and the variance of a metre of fibre by the linewidth. */
function turnsOf(reading: Reading, lengthM: number) {
  const perTurn = 2 * Math.PI * lengthM;
  return {
    radPerKelvin: (perTurn * Math.abs(reading.value("index-by-temperature"))) / reading.value("wavelength"),
    radPerHertz: (perTurn * reading.value("group-index")) / LIGHT_SPEED_M_S,
    fibreRad2PerM: (2 * Math.PI * reading.value("laser-linewidth") * FIBRE_GROUP_INDEX) / LIGHT_SPEED_M_S,
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

/** The circuit with a phase in front of every port of a worker. */
function withFibres(circuit: Circuit, radOf: (worker: number) => number): Circuit {
  const ports = circuit.inputs.flatMap((port) => (port.kind === "worker" ? [port] : []));
  const fibres: Mesh = {
    kind: "lanes",
    name: "fibres",
    modes: ports.map(({ mode }) => mode),
    devices: ports.map(({ worker }, mode) => ({ kind: "phase", column: 0, mode, phiRad: radOf(worker) })),
    terminated: [],
  };
  const [first, ...others] = circuit.sections;
  return { ...circuit, sections: [{ ...first!, meshes: [fibres, ...first!.meshes] }, ...others] };
}
