import { gaussianFrom } from "../simulation/gaussian.ts";
import { seededRandom, seededWords } from "../simulation/random.ts";
import type { Simulator } from "../simulation/simulator.ts";

/** The random numbers of one chip, standard normal if nothing else is said: errors of any size are drawn from the same ones. */
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
  /** Uniform from 0 to 2 pi: the phases that light has without heat, which each heater has to compensate. */
  readonly thetaUnheated: Float64Array;
  readonly phiUnheated: Float64Array;
  /** [input] */
  readonly fibrePhase: Float64Array;
}

/** A seed of its own for every chip, so that chips can be drawn in any order and anywhere: different chips, different seeds. */
export function seedOfChip(seed: number, chip: number): number {
  return (seededWords(seed)() ^ Math.imul(chip + 1, 0x9e3779b1)) >>> 0;
}

export function drawNumbers(simulator: Simulator, seed: number, chip: number): Draw {
  const random = seededRandom(seedOfChip(seed, chip));
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
    fibrePhase: normal(simulator.circuit.inputs.length),
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
