import type { Rotations } from "./nulling.ts";
import { borrow } from "./scratch.ts";

/** How light enters and leaves a mesh of rotations. */
export interface Ports {
  readonly modes: number;
  /** Modes 0..lit-1 carry light at the input, the others are dark. */
  readonly lit: number;
  /** Realise the transposed matrix: the factors in reverse, each transposed. */
  readonly transposed: boolean;
  /** Phases that the inputs still owe, radians per mode; null: none. */
  readonly owedRad: Float64Array | null;
}

/** MZIs by column, then mode; angles in [0, 2 pi) in the convention of netlist/convention.ts. */
export interface PhaseTable {
  readonly column: Int32Array;
  readonly mode: Int32Array;
  readonly thetaRad: Float64Array;
  readonly phiRad: Float64Array;
}

/**
 * Phases that the outputs of a mesh owe: quarters[m] * pi/2 + restRad[m]. Quarter turns are counted, not added: pi is no double, and near
 * identities and permutations its rounding would add up with equal signs along the whole mesh.
 */
interface OwedPhases {
  readonly quarters: Float64Array;
  readonly restRad: Float64Array;
  /** 1: no light has met the mode. */
  readonly dark: Uint8Array;
}

const QUARTER = Math.PI / 2;
/** Flags of a mode, as assembly/phases.ts has them. */
const [DARK, MET] = [1, 2];

/** mesh/isometry.ts in the kernels: columns and phases of all MZIs, and what the outputs owe. */
export function phasesOf(
  { count, split, mode, at, c, s, diagonalRad }: Rotations,
  { modes, lit, transposed, owedRad }: Ports,
): PhaseTable & OwedPhases {
  // Two numbers go together: what has an odd number of them has a zero behind it.
  const total = c.length + (c.length & 1);
  const work = 2 * modes + 2 * count + 3;
  const numbers = 4 * total + diagonalRad.length + 3 * modes + 2 * count + (5 * count + work + 4) / 2;
  const { kernels, doubles, words, giveBack } = borrow(numbers);
  const [thetas, etas] = [doubles(total), doubles(total)];
  const [cs, ss] = [doubles(total, c), doubles(total, s)];
  const diagonal = doubles(diagonalRad.length, diagonalRad);
  const owed = Float64Array.from({ length: modes }, (_, m) => owedRad?.[m] ?? 0);
  const whole = owed.map((phase) => Math.floor(phase / QUARTER + 0.5));
  const restRad = owed.map((phase, m) => phase - whole[m]! * QUARTER);
  const [rests, turns] = [doubles(modes, restRad), doubles(modes, whole)];
  const [theta, phi] = [doubles(count), doubles(count)];
  const flags = words(modes);
  for (let m = 0; m < modes; m++) flags[m] = (m < lit ? 0 : DARK) + (m < diagonalRad.length ? 0 : MET);
  const spots = words(count, at.subarray(0, count));
  const order = words(4 * count, mode.subarray(0, count));
  const column = order.subarray(count, 2 * count);
  const sorted = order.subarray(2 * count, 3 * count);
  const factors = order.subarray(3 * count);
  const zeros = words(work);
  kernels.layOut(order.byteOffset, count, modes, transposed, zeros.byteOffset);
  kernels.setPhases(
    modes,
    count,
    total,
    transposed ? count - split : split,
    transposed,
    factors.byteOffset,
    sorted.byteOffset,
    spots.byteOffset,
    cs.byteOffset,
    ss.byteOffset,
    diagonal.byteOffset,
    rests.byteOffset,
    turns.byteOffset,
    flags.byteOffset,
    thetas.byteOffset,
    etas.byteOffset,
    theta.byteOffset,
    phi.byteOffset,
  );
  const made = {
    column: column.slice(),
    mode: sorted.slice(),
    thetaRad: theta.slice(),
    phiRad: phi.slice(),
    quarters: turns.slice(),
    restRad: rests.slice(),
    dark: Uint8Array.from(flags, (flag) => flag & DARK),
  };
  giveBack();
  return made;
}
