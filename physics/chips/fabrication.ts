import {
  type ChipLight,
  gaussianFrom,
  noDeviceErrors,
  type Pitch,
  seededRandom,
  seedOfChip,
} from "../../netlist/index.ts";
import type { Steps } from "../../verify/index.ts";
import { chipIsGood } from "./judge.ts";
import type { MonteCarloPlan } from "./monte-carlo-plan.ts";
import type { Fabrication } from "./technology-errors.ts";

/** What the bring-up corrects: nothing of it is in the yield. */
export interface StaticErrors {
  readonly chips: number;
  /** Root mean square of the phase of a shifter's arm against an exact waveguide, rad. */
  readonly armRad: number;
  /** Root mean square of what theta and phi are off by: one arm against the other, rad. */
  readonly shifterRad: number;
  /** Chips that would be good without a bring-up, other errors aside. */
  readonly goodUncorrected: number;
}

/** Waves that a field over the chip is made of. */
const waves = 64;

/**
 * A Gaussian field over the plane of standard deviation 1, whose correlation at a distance d is exp(-(d / length)^2): a sum
 * of waves with random directions, lengths and phases, new ones for every chip.
 */
export function gaussianField(lengthM: number, random: () => number): (xM: number, yM: number) => number {
  const gaussian = gaussianFrom(random);
  const scale = Math.SQRT2 / lengthM;
  const all = Array.from({ length: waves }, () => ({
    alongX: scale * gaussian(),
    alongY: scale * gaussian(),
    phase: 2 * Math.PI * random(),
  }));
  const size = Math.sqrt(2 / waves);
  return (xM, yM) => {
    let sum = 0;
    for (const { alongX, alongY, phase } of all) sum += Math.cos(alongX * xM + alongY * yM + phase);
    return size * sum;
  };
}

/** Chips whose widths and heights are off, and no bring-up. */
export function* staticErrorSteps(
  plan: MonteCarloPlan,
  fabrication: Fabrication,
  pitch: Pitch,
  seed: number,
  chips: number,
): Steps<StaticErrors> {
  let arms = 0;
  let shifters = 0;
  let good = 0;
  for (let chip = 0; chip < chips; chip++) {
    const { light, armSquare, shifterSquare } = fabricated(plan, fabrication, pitch, seedOfChip(seed, chip));
    arms += armSquare / chips;
    shifters += shifterSquare / chips;
    if (chipIsGood(plan, light)) good++;
    yield { done: chip + 1, total: chips, unit: "chips", wrong: null };
  }
  return { chips, armRad: Math.sqrt(arms), shifterRad: Math.sqrt(shifters), goodUncorrected: good };
}

interface Fabricated {
  readonly light: ChipLight;
  /** Means of the squares. */
  readonly armSquare: number;
  readonly shifterSquare: number;
}

/**
 * Every shifter has two arms, on its lane and on the next one, of `armM` each, whose phase is off by 2 pi armM dn / wavelength.
 * The phases of a column are taken against their mean, because a lane that passes it has a waveguide as well.
 */
function fabricated(plan: MonteCarloPlan, fabrication: Fabrication, pitch: Pitch, seed: number): Fabricated {
  const random = seededRandom(seed);
  const width = gaussianField(fabrication.widthCorrelationM, random);
  const height = gaussianField(fabrication.heightCorrelationM, random);
  const turns = (2 * Math.PI * fabrication.armM) / fabrication.wavelengthM;
  const armOf = (column: number, lane: number): number => {
    const [x, y] = [column * pitch.columnM, lane * pitch.laneM];
    const { widthSigmaM, heightSigmaM, byWidth, byHeight } = fabrication;
    return turns * (byWidth * widthSigmaM * width(x, y) + byHeight * heightSigmaM * height(x, y));
  };
  const { theta, phi, column, lane } = plan.places;
  const devices = noDeviceErrors(column.length);
  const mean = new Map<number, number>();
  const { modes } = plan.simulator.circuit;
  const meanOf = (at: number): number => {
    const known = mean.get(at) ?? (armOf(at, 0) + armOf(at, (modes - 1) / 2) + armOf(at, modes - 1)) / 3;
    mean.set(at, known);
    return known;
  };
  let armSum = 0;
  let shifterSum = 0;
  let shifters = 0;
  for (const [has, at, errors] of [
    [phi, 0.25, devices.phiRad],
    [theta, 0.75, devices.thetaRad],
  ] as const) {
    for (let step = 0; step < has.length; step++) {
      if (has[step] === 0) continue;
      const place = column[step]! + at;
      const upper = armOf(place, lane[step]!);
      // A phase shifter alone is on one lane, and so is all of its error.
      const lower = theta[step] === 1 ? armOf(place, lane[step]! + 1) : meanOf(place);
      errors[step] = upper - lower;
      devices.commonRad[step] = devices.commonRad[step]! + lower - meanOf(place);
      armSum += upper ** 2;
      shifterSum += (upper - lower) ** 2;
      shifters++;
    }
  }
  const { launch } = plan.simulator;
  const count = Math.max(1, shifters);
  return { light: { devices, launch }, armSquare: armSum / count, shifterSquare: shifterSum / count };
}
