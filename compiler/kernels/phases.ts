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

/** MZIs by column, then mode; angles in radians. */
export interface PhaseTable {
  readonly column: Int32Array;
  readonly mode: Int32Array;
  readonly thetaRad: Float64Array;
  readonly phiRad: Float64Array;
}

/** mesh/realise.ts in the kernels: columns and phases of all MZIs; what the modes owe in the end is left in `owed`. */
export function phasesOf(rotations: Rotations, transposed: boolean, owed: OwedPhases): PhaseTable {
  const { count, split, mode, at, c, sRe, sIm, diagonalRad } = rotations;
  const { quarters, restRad, dark, met } = owed;
  const modes = quarters.length;
  const whole = (i32s: number): number => 8 * Math.ceil(i32s / 2);
  const workI32s = 2 * modes + 2 * count + 3;
  const parts = sIm === null ? 2 : 3;
  const f64s = parts * c.length + diagonalRad.length + 2 * modes + 2 * count;
  const { memory, at: start } = borrow(whole(workI32s) + 4 * whole(count) + whole(count) + 8 * f64s);
  const { buffer, kernels } = memory;
  let top = start;
  const place = (bytes: number): number => {
    top += bytes;
    return top - bytes;
  };
  const cAt = place(8 * c.length);
  const reAt = place(8 * c.length);
  const imAt = sIm === null ? 0 : place(8 * c.length);
  const diagonalAt = place(8 * diagonalRad.length);
  const stateAt = place(16 * modes);
  const thetaAt = place(8 * count);
  const phiAt = place(8 * count);
  const orderAt = place(16 * count);
  const spotsAt = place(whole(count));
  const workAt = place(whole(workI32s));

  const doubles = (from: number, length: number): Float64Array => new Float64Array(buffer, from, length);
  const words = (from: number, length: number): Int32Array => new Int32Array(buffer, from, length);
  words(orderAt, count).set(mode.subarray(0, count));
  words(workAt, workI32s).fill(0);
  kernels.layOut(orderAt, count, modes, Number(transposed), workAt);

  doubles(cAt, c.length).set(c);
  doubles(reAt, c.length).set(sRe);
  if (sIm !== null) doubles(imAt, c.length).set(sIm);
  doubles(diagonalAt, diagonalRad.length).set(diagonalRad);
  words(spotsAt, count).set(at.subarray(0, count));
  const rests = doubles(stateAt, 2 * modes);
  const counts = words(stateAt, 4 * modes);
  for (let m = 0; m < modes; m++) {
    rests[2 * m] = restRad[m]!;
    counts[4 * m + 2] = quarters[m]!;
    counts[4 * m + 3] = dark[m]! + 2 * met[m]!;
  }
  const turnAt = transposed ? count - split : split;
  const [columnAt, modeAt, factorsAt] = [1, 2, 3].map((k) => orderAt + 4 * k * count) as [number, number, number];
  kernels.setPhases(
    count,
    turnAt,
    Number(transposed),
    factorsAt,
    modeAt,
    spotsAt,
    cAt,
    reAt,
    imAt,
    diagonalAt,
    stateAt,
    thetaAt,
    phiAt,
  );
  for (let m = 0; m < modes; m++) {
    restRad[m] = rests[2 * m]!;
    quarters[m] = counts[4 * m + 2]!;
    dark[m] = counts[4 * m + 3]! & 1;
    met[m] = counts[4 * m + 3]! >> 1;
  }
  return {
    column: words(columnAt, count).slice(),
    mode: words(modeAt, count).slice(),
    thetaRad: doubles(thetaAt, count).slice(),
    phiRad: doubles(phiAt, count).slice(),
  };
}
