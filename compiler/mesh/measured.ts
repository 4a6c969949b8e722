import {
  couplerErrorRad,
  type MeasuredMzi,
  type Mesh,
  type Mzi,
  mziMatrix,
  unequalMziMatrix,
} from "../../netlist/index.ts";
import { turn } from "./program.ts";

/** A share of power that couplers do not let an MZI pass, at any theta. */
export interface OutOfReach {
  /** Shares of power from an input to the output of the same lane: that is wanted, and the least and the most of it that there is. */
  readonly wanted: number;
  readonly least: number;
  readonly most: number;
}

/** Shares of power are rounded, and so is the end of what can be reached. */
const ROUNDING = 2 ** -48;

/**
 * The mesh of an adder or splitter (one MZI and the phases behind it) of the same matrix with the couplers and the loss that were measured. With a and b the field
 * that stays and that crosses, e1 and e2 the errors of the couplers' field angles,
 *   a^2 = sin^2(e1 + e2) + cos 2e1 cos 2e2 sin^2(theta/2),  b^2 = sin^2(e1 - e2) + cos 2e1 cos 2e2 cos^2(theta/2),
 * so that theta follows from both where each is at least its first term; phi and the phases behind compensate the rest. `cols` inputs
 * are lit, `rows` outputs go on.
 */
export function measuredMesh(mesh: Mesh, measured: MeasuredMzi, rows: number, cols: number): Mesh | OutOfReach {
  const mzi = theOnly(mesh);
  const { lossDb } = measured;
  const lossy = lossDb === null ? {} : { fieldFactor: 10 ** (-lossDb / 20) };
  if (measured.crossPower === null) {
    return { ...mesh, devices: mesh.devices.map((device) => (device === mzi ? { ...mzi, ...lossy } : device)) };
  }
  const [firstCrossPower, secondCrossPower] = measured.crossPower;
  const [e1, e2] = [couplerErrorRad(firstCrossPower), couplerErrorRad(secondCrossPower)];
  const stays = Math.sin(mzi.thetaRad / 2) ** 2;
  const [least, lost] = [Math.sin(e1 + e2) ** 2, Math.sin(e1 - e2) ** 2];
  const [sine, cosine] = [stays - least, Math.cos(mzi.thetaRad / 2) ** 2 - lost];
  if (sine < -ROUNDING || cosine < -ROUNDING) return { wanted: stays, least, most: 1 - lost };
  const thetaRad = 2 * Math.atan2(Math.sqrt(Math.max(0, sine)), Math.sqrt(Math.max(0, cosine)));

  const behind = [0, 1].map((mode) => {
    const shifter = mesh.devices.find((device) => device.kind === "phase" && device.mode === mode);
    return shifter?.kind === "phase" ? shifter.phiRad : 0;
  });
  const [ideal, real] = [mziMatrix(mzi.thetaRad, mzi.phiRad), unequalMziMatrix(thetaRad, 0, e1, e2)];
  /** What the light between two ports still has to be turned by. */
  const owedRad = (re: "aRe" | "bRe" | "cRe", im: "aIm" | "bIm" | "cIm", output: 0 | 1): number =>
    behind[output]! + Math.atan2(ideal[im], ideal[re]) - Math.atan2(real[im], real[re]);
  const upper = owedRad("aRe", "aIm", 0);
  const outer = cols > 1 ? owedRad("bRe", "bIm", 0) : upper;
  const phi = turn(upper - outer);
  const outputs = [turn(outer), rows > 1 ? turn(owedRad("cRe", "cIm", 1) - phi) : 0];
  const solved: Mzi = { ...mzi, thetaRad, phiRad: phi, firstCrossPower, secondCrossPower, ...lossy };
  const column = mzi.column + 1;
  return {
    ...mesh,
    devices: [
      solved,
      ...outputs.flatMap((phiRad, mode) => (phiRad === 0 ? [] : [{ kind: "phase" as const, column, mode, phiRad }])),
    ],
  };
}

export function isOutOfReach(made: Mesh | OutOfReach): made is OutOfReach {
  return "wanted" in made;
}

function theOnly({ name, devices }: Mesh): Mzi {
  const [first, ...others] = devices.filter(({ kind }) => kind !== "phase");
  if (first?.kind !== "mzi" || others.length > 0) throw new Error(`the mesh ${name} is not one MZI`);
  return first;
}
