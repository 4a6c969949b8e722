import {
  type Circuit,
  compileSimulation,
  type Device,
  type DeviceErrors,
  heatersOf,
  namedDevices,
  noDeviceErrors,
  type Simulator,
} from "../../netlist/index.ts";
import { orElse, type Reading } from "../technology/recorder.ts";
import { withoutFreePhases, wrapped } from "./free-phases.ts";
import { LIGHT_SPEED_M_S } from "./part-figures.ts";

/** How far the laser and the chip are from where the phases were set. */
export interface Offset {
  readonly wavelengthM: number;
  readonly temperatureK: number;
}

/** How the parts of a technology answer to it, in base units. */
export interface Dispersion {
  readonly wavelengthM: number;
  readonly groupIndex: number;
  readonly dispersion: number;
  readonly indexByTemperature: number;
  /** Of a coupler's field angle, and of the phase between its outputs. */
  readonly couplerAngle: number;
  readonly couplerPhase: number;
}

/** `trimmed`: the heaters are set again at the offset; `untrimmed`: they are as they were. */
export type Trim = "untrimmed" | "trimmed";

/** What a technology does not give is 0, and named in `notGiven`; without lengths only couplers count. Throws NotGiven without a wavelength. */
export function dispersionOf({ value }: Reading, hasLengths: boolean, notGiven: string[]): Dispersion {
  const either = (make: () => number): number => orElse(notGiven, make, 0);
  const ofLengths = hasLengths ? either : () => 0;
  return {
    wavelengthM: value("wavelength"),
    groupIndex: ofLengths(() => value("group-index")),
    dispersion: ofLengths(() => value("dispersion")),
    indexByTemperature: ofLengths(() => value("index-by-temperature")),
    couplerAngle: either(() => value("coupler-angle-by-wavelength")),
    couplerPhase: either(() => value("coupler-phase-by-wavelength")),
  };
}

/** The phase that 1 m of waveguide gains, rad: its effective index to second order in the wavelength. */
function waveguideRadPerM(parts: Dispersion, { wavelengthM, temperatureK }: Offset): number {
  const { wavelengthM: set, groupIndex, dispersion, indexByTemperature } = parts;
  const byWavelength = (groupIndex * wavelengthM + (LIGHT_SPEED_M_S * dispersion * wavelengthM ** 2) / 2) / set;
  return (2 * Math.PI * (indexByTemperature * temperatureK - byWavelength)) / (set + wavelengthM);
}

/** What the devices of a circuit do at an offset, as errors of a chip. Carriers and oscillators are taken as not turned. */
export function offsetErrors(circuit: Circuit, parts: Dispersion): (offset: Offset, trim: Trim) => DeviceErrors {
  const { program } = compileSimulation(circuit);
  const heaters = new Set(heatersOf(circuit).values());
  const free = new Map(namedDevices(withoutFreePhases(circuit)).map(({ name, device }) => [name, device]));
  const places = namedDevices(circuit).map(({ name, step }) => ({
    step,
    device: free.get(name)!,
    isHeated: heaters.has(`${name}.theta`),
  }));
  return (offset, trim) => {
    const errors = noDeviceErrors(program.op.length);
    const change = changeAt(parts, offset);
    for (const { step, device, isHeated } of places) {
      if (trim === "untrimmed") leave(errors, step, device, change);
      else trimTheta(errors, step, program, change, isHeated);
    }
    return errors;
  };
}

type Change = ReturnType<typeof changeAt>;

/** What changes in every device at an offset. */
function changeAt(parts: Dispersion, offset: Offset) {
  const { wavelengthM } = offset;
  return {
    /** Of couplers: of the field angle, and of the phase between the outputs, rad. */
    angleRad: parts.couplerAngle * wavelengthM,
    betweenRad: parts.couplerPhase * wavelengthM,
    /** Of heaters and of fixed couplers, over what they were. */
    phases: parts.wavelengthM / (parts.wavelengthM + wavelengthM),
    waveguideRadPerUm: 1e-6 * waveguideRadPerM(parts, offset),
  };
}

/**
 * A device whose heaters are as they were; only phases that are built change. A coupler whose outputs are `between` apart has half of it on each
 * side of each arm, of opposite signs, as it is the same in both directions.
 */
function leave(errors: DeviceErrors, step: number, device: Device, change: Change): void {
  const { angleRad, betweenRad, phases, waveguideRadPerUm } = change;
  if (device.kind === "waveguide") errors.commonRad[step] = waveguideRadPerUm * device.lengthUm;
  if (device.kind !== "mzi" && device.kind !== "attenuator") return;
  errors.firstCouplerRad[step] = angleRad;
  errors.secondCouplerRad[step] = angleRad;
  errors.thetaRad[step] = (phases - 1) * device.thetaRad + 2 * betweenRad;
  errors.phiRad[step] = (phases - 1) * device.phiRad + betweenRad;
  errors.outputRad[step] = betweenRad;
  errors.commonRad[step] = -2 * betweenRad;
}

/**
 * Where all phases are set again, a device differs by what its couplers share out alone: theta takes the nearest share that the couplers allow,
 * a theta without heater what comes. The share is written as the theta that has it with the couplers of the circuit.
 */
function trimTheta(
  errors: DeviceErrors,
  step: number,
  program: Simulator["program"],
  change: Change,
  isHeated: boolean,
): void {
  if (Number.isNaN(program.thetaRad[step]!)) return;
  const theta = wrapped(program.thetaRad[step]!);
  const [first, second] = [program.firstCouplerRad, program.secondCouplerRad].map((rad) => Math.PI / 4 + rad[step]!);
  const wanted = barPower(theta, first!, second!);
  const [changedFirst, changedSecond] = [first! + change.angleRad, second! + change.angleRad];
  const reached = isHeated
    ? Math.min(
        Math.max(wanted, Math.cos(changedFirst + changedSecond) ** 2),
        Math.cos(changedFirst - changedSecond) ** 2,
      )
    : barPower(change.phases * theta + 2 * change.betweenRad, changedFirst, changedSecond);
  if (reached === wanted) return;
  const [bar, cross] = [Math.cos(first!) * Math.cos(second!), Math.sin(first!) * Math.sin(second!)];
  const cosine = (bar ** 2 + cross ** 2 - reached) / (2 * bar * cross);
  const error = (theta < 0 ? -1 : 1) * Math.acos(Math.min(1, Math.max(-1, cosine))) - theta;
  errors.thetaRad[step] = error;
  errors.commonRad[step] = -error / 2;
}

/** Share of the power that stays on its lane in an MZI whose couplers have these field angles. */
function barPower(thetaRad: number, first: number, second: number): number {
  const [bar, cross] = [Math.cos(first) * Math.cos(second), Math.sin(first) * Math.sin(second)];
  return bar ** 2 + cross ** 2 - 2 * bar * cross * Math.cos(thetaRad);
}
