import type { Rotations } from "./nulling.ts";
import { borrow } from "./scratch.ts";

/**
 * Phases that the modes of a mesh owe: quarters[m] * pi/2 + restRad[m]. Quarter turns are counted, not added: pi is no double, and near
 * identities and permutations its rounding would add up with equal signs along the whole mesh.
 */
export interface OwedPhases {
  readonly quarters: Int32Array;
  readonly restRad: Float64Array;
  /** 1: no light has met the mode yet. */
  readonly dark: Uint8Array;
  /** 1: what the mode owes has the diagonal in it. */
  readonly met: Uint8Array;
}

/** MZIs by column, then mode; angles in [0, 2 pi) in the convention of netlist/convention.ts. */
export interface PhaseTable {
  readonly column: Int32Array;
  readonly mode: Int32Array;
  readonly thetaRad: Float64Array;
  readonly phiRad: Float64Array;
}

/** mesh/realise.ts in the kernels: columns and phases of all MZIs; what the modes owe in the end is left in `owed`. */
export function phasesOf(rotations: Rotations, transposed: boolean, owed: OwedPhases): PhaseTable {
  const { count, split, mode, at, c, s, diagonalRad } = rotations;
  const { quarters, restRad, dark, met } = owed;
  const modes = quarters.length;
  // Two numbers go together: what has an odd number of them has a zero behind it.
  const total = c.length + (c.length & 1);
  const work = 2 * modes + 2 * count + 3;
  const { memory, at: start, giveBack } = borrow(
    8 * (4 * total + diagonalRad.length + 3 * modes + 2 * count) + 4 * (5 * count + work + 4),
  );
  const { buffer, kernels } = memory;
  let top = start;
  const place = (bytes: number): number => {
    top += bytes;
    return top - bytes;
  };
  const doubles = (from: ArrayLike<number>, length: number = from.length): Float64Array => {
    const array = new Float64Array(buffer, place(8 * length), length);
    array.set(from);
    return array;
  };
  const words = (length: number): Int32Array => new Int32Array(buffer, place(8 * Math.ceil(length / 2)), length);
  const thetas = place(8 * total);
  const etas = place(8 * total);
  const cs = doubles(c, total);
  const ss = doubles(s, total);
  for (const array of [cs, ss]) array.fill(0, c.length);
  const diagonal = doubles(diagonalRad);
  const rests = doubles(restRad);
  const turns = doubles(quarters);
  const theta = doubles([], count);
  const phi = doubles([], count);
  const flags = words(modes);
  for (let m = 0; m < modes; m++) flags[m] = dark[m]! + 2 * met[m]!;
  const spots = words(count);
  spots.set(at.subarray(0, count));
  const order = words(4 * count);
  order.set(mode.subarray(0, count));
  const column = order.subarray(count, 2 * count);
  const sorted = order.subarray(2 * count, 3 * count);
  const factors = order.subarray(3 * count);
  const zeros = words(work).fill(0);
  kernels.layOut(order.byteOffset, count, modes, transposed, zeros.byteOffset);
  kernels.setPhases(
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
    thetas,
    etas,
    theta.byteOffset,
    phi.byteOffset,
  );
  restRad.set(rests);
  quarters.set(turns);
  for (let m = 0; m < modes; m++) {
    dark[m] = flags[m]! & 1;
    met[m] = flags[m]! >> 1;
  }
  const table = { column: column.slice(), mode: sorted.slice(), thetaRad: theta.slice(), phiRad: phi.slice() };
  giveBack();
  return table;
}
