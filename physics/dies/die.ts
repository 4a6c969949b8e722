import {
  type DeviceErrors,
  dieSimulator,
  gaussianFrom,
  type Launch,
  noDeviceErrors,
  onChip,
  type Receivers,
  type Simulator,
  seededRandom,
  seededWords,
  simulateWords,
} from "../../netlist/index.ts";
import { chipIsPerfect } from "../../verify/index.ts";
import type { Crosstalk, Dac, DieErrors, Pitch } from "./die-errors.ts";
import type { DiePlan } from "./die-plan.ts";

/** The random numbers of one die, standard normal if nothing else is said: errors of any size are drawn from the same ones. */
export interface Draw {
  readonly couplerCommon: number;
  readonly reference: number;
  /** [worker] */
  readonly workerPhase: Float64Array;
  /** One a step. */
  readonly theta: Float64Array;
  readonly phi: Float64Array;
  /** What few questions ask for is drawn when it is. */
  readonly rest: () => RestOfDraw;
}

interface RestOfDraw {
  readonly firstCoupler: Float64Array;
  readonly secondCoupler: Float64Array;
  /** Of the loss of a device, of the gain of a neuron. */
  readonly factor: Float64Array;
  readonly offset: Float64Array;
  /** Uniform from 0 to 2 pi: the phases that light has without heat, which each heater has to make up for. */
  readonly thetaUnheated: Float64Array;
  readonly phiUnheated: Float64Array;
}

/** A seed of its own for every die, so that dies can be drawn in any order and anywhere: different dies, different seeds. */
export function seedOfDie(seed: number, die: number): number {
  return (seededWords(seed)() ^ Math.imul(die + 1, 0x9e3779b1)) >>> 0;
}

export function drawDie({ simulator }: Pick<DiePlan, "simulator">, seed: number, die: number): Draw {
  const random = seededRandom(seedOfDie(seed, die));
  const gaussian = gaussianFrom(random);
  const steps = simulator.program.op.length;
  const normal = (count: number): Float64Array => Float64Array.from({ length: count }, gaussian);
  const turn = (): Float64Array => Float64Array.from({ length: steps }, () => 2 * Math.PI * random());
  let rest: RestOfDraw | null = null;
  const drawRest = (): RestOfDraw => ({
    firstCoupler: normal(steps),
    secondCoupler: normal(steps),
    factor: normal(steps),
    offset: normal(steps),
    thetaUnheated: turn(),
    phiUnheated: turn(),
  });
  return {
    couplerCommon: gaussian(),
    reference: gaussian(),
    workerPhase: normal(simulator.circuit.aggregate.workers),
    theta: normal(steps),
    phi: normal(steps),
    rest: () => {
      rest ??= drawRest();
      return rest;
    },
  };
}

/** Which heaters warm which: places of a plan's heaters, theta of step i at 2 i and phi at 2 i + 1. */
export interface Warmth {
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly share: Float64Array;
}

/** Below this part of the share a heater does not feel another one. */
const unfelt = 1e-3;

/** Phi of a device stands at a quarter of its column, theta at three quarters. */
export function warmthOf(plan: Pick<DiePlan, "places">, { share, distanceM, decayM }: Crosstalk, pitch: Pitch): Warmth {
  const { column, lane, theta, phi } = plan.places;
  const reachM = distanceM + decayM * Math.log(1 / unfelt);
  const heaters: { readonly at: number; readonly x: number; readonly y: number }[] = [];
  for (let step = 0; step < column.length; step++) {
    const [x, y] = [column[step]! * pitch.columnM, lane[step]! * pitch.laneM];
    if (theta[step] === 1) heaters.push({ at: 2 * step, x: x + 0.75 * pitch.columnM, y });
    if (phi[step] === 1) heaters.push({ at: 2 * step + 1, x: x + 0.25 * pitch.columnM, y });
  }
  heaters.sort((a, b) => a.x - b.x);
  const from: number[] = [];
  const to: number[] = [];
  const shares: number[] = [];
  for (const [i, a] of heaters.entries()) {
    for (let j = i + 1; j < heaters.length && heaters[j]!.x - a.x <= reachM; j++) {
      const b = heaters[j]!;
      const distance = Math.hypot(a.x - b.x, a.y - b.y);
      if (distance > reachM) continue;
      const felt = share * Math.exp(-Math.max(0, distance - distanceM) / decayM);
      from.push(a.at, b.at);
      to.push(b.at, a.at);
      shares.push(felt, felt);
    }
  }
  return { from: Int32Array.from(from), to: Int32Array.from(to), share: Float64Array.from(shares) };
}

/** All of a plan that the light of its dies hangs on; nothing that judges them. */
export type LitDie = Omit<DiePlan, "judge">;

export interface DieLight {
  readonly devices: DeviceErrors;
  readonly launch: Launch;
  /** Absent: as the circuit asks for. */
  readonly receivers?: Receivers;
}

/** The errors of one die. `warmth` is that of the errors' crosstalk, null where there is none. */
export function errorsOfDie(plan: LitDie, draw: Draw, errors: DieErrors, warmth: Warmth | null): DieLight {
  const { passes, theta, phi } = plan.places;
  const steps = passes.length;
  const devices = noDeviceErrors(steps);
  const common = errors.couplerCommonRad * draw.couplerCommon;
  const { couplerRad, lossDb, gain, offset } = errors;
  const rest = couplerRad !== 0 || lossDb !== 0 || gain !== 0 || offset !== 0 ? draw.rest() : null;
  for (let step = 0; step < steps; step++) {
    if (passes[step] === 1) {
      if (theta[step] === 1) devices.thetaRad[step] = errors.phaseRad * draw.theta[step]!;
      if (phi[step] === 1) devices.phiRad[step] = errors.phaseRad * draw.phi[step]!;
      devices.firstCouplerRad[step] = common + couplerRad * (rest?.firstCoupler[step] ?? 0);
      devices.secondCouplerRad[step] = common + couplerRad * (rest?.secondCoupler[step] ?? 0);
      devices.factor[step] = 10 ** ((-lossDb * (rest?.factor[step] ?? 0)) / 20);
    } else {
      devices.factor[step] = 1 + gain * (rest?.factor[step] ?? 0);
      devices.offset[step] = offset * (rest?.offset[step] ?? 0) * plan.inputScale[step]!;
    }
  }
  if (errors.dac !== null || warmth !== null) heat(plan, draw, errors.dac, warmth, devices);
  return { devices, launch: launchOf(plan, draw, errors) };
}

/** Dies of a plan as simulators, by their numbers: those that `yield` judges under the same seed. */
export function diesOf(plan: LitDie, errors: DieErrors, pitch: Pitch, seed: number): (die: number) => Simulator {
  const warmth = errors.crosstalk === null ? null : warmthOf(plan, errors.crosstalk, pitch);
  return (die) => {
    const { devices, launch } = errorsOfDie(plan, drawDie(plan, seed, die), errors, warmth);
    return dieSimulator(plan.simulator, devices, launch);
  };
}

/** What drivers and neighbouring heaters make of the phases. */
function heat(plan: LitDie, draw: Draw, dac: Dac | null, warmth: Warmth | null, devices: DeviceErrors): void {
  const { thetaRad, phiRad } = plan.simulator.program;
  const heated = new Float64Array(2 * thetaRad.length);
  for (const [has, wanted, unheated, errors, side] of [
    [plan.places.theta, thetaRad, draw.rest().thetaUnheated, devices.thetaRad, 0],
    [plan.places.phi, phiRad, draw.rest().phiUnheated, devices.phiRad, 1],
  ] as const) {
    for (let step = 0; step < has.length; step++) {
      if (has[step] === 0) continue;
      const phase = wrapped(wanted[step]! - unheated[step]!);
      heated[2 * step + side] = phase;
      if (dac !== null) errors[step] = errors[step]! + dacError(phase, dac);
    }
  }
  if (warmth === null) return;
  const { from, to, share } = warmth;
  for (let pair = 0; pair < from.length; pair++) {
    const errors = to[pair]! % 2 === 0 ? devices.thetaRad : devices.phiRad;
    const step = to[pair]! >> 1;
    errors[step] = errors[step]! + share[pair]! * heated[from[pair]!]!;
  }
}

function wrapped(phase: number): number {
  const turn = 2 * Math.PI;
  return phase - turn * Math.floor(phase / turn);
}

/** The nearest phase that the driver's voltages make, less the wanted one; beyond the range it is the highest. */
export function dacError(phaseRad: number, { bits, rangeRad }: Dac): number {
  const top = 2 ** bits - 1;
  const code = Math.min(top, Math.round(top * Math.sqrt(phaseRad / rangeRad)));
  return rangeRad * (code / top) ** 2 - phaseRad;
}

function launchOf(plan: LitDie, draw: Draw, errors: DieErrors): Launch {
  const { inputs } = plan.simulator.circuit;
  const turned = (part: (phase: number) => number, reference: number): Float64Array =>
    Float64Array.from(inputs, (port) =>
      port.kind === "reference" ? reference : part(errors.workerPhaseRad * draw.workerPhase[port.worker]!),
    );
  return { re: turned(Math.cos, 1 + errors.reference * draw.reference), im: turned(Math.sin, 0) };
}

/** Whether every worker reads every word as the reference has it; by states, whether that could be shown. */
export function dieIsGood({ simulator, judge }: DiePlan, { devices, launch, receivers }: DieLight): boolean {
  const die = dieSimulator(simulator, devices, launch, receivers);
  if (judge.kind === "states") return chipIsPerfect(judge.plan, onChip(judge.plan.index, die));
  const { workers, symbols: width } = simulator.circuit.aggregate;
  const vector = workers * width;
  return judge.batches.every(({ symbols, expected }) => {
    const read = simulateWords(die, symbols);
    return read.every((symbol, i) => symbol === expected[Math.floor(i / vector) * width + (i % width)]);
  });
}
