import { couplerErrorRad } from "../circuit/convention.ts";
import { type MeasuredChip, namedMzis } from "../circuit/measured-chip.ts";
import { chipSimulator, type DeviceErrors, noDeviceErrors } from "../simulation/device-errors.ts";
import type { Launch } from "../simulation/lower.ts";
import type { Receivers, Simulator } from "../simulation/simulator.ts";
import { type Draw, drawNumbers } from "./draw.ts";
import { type ChipErrors, type DrawnErrors, drawnErrors, type ErrorDeviations, leaking, leakOf } from "./errors.ts";
import { heat, type ThermalCrosstalk, thermalCrosstalkOf } from "./heat.ts";
import { type Places, placesOf } from "./places.ts";

/** All that the chips of a circuit share, whatever their errors. */
export interface ChipCircuit {
  readonly simulator: Simulator;
  /** Of each step of the program. */
  readonly places: Places;
  /**
   * Of each step that is a neuron, what its offset is a share of: its range where it saturates, else the largest absolute field
   * before it that any word makes. 0 of the other steps; null where no errors of thresholds are asked for.
   */
  readonly inputScale: Float64Array | null;
}

export function chipCircuit(simulator: Simulator, inputScale: Float64Array | null = null): ChipCircuit {
  return { simulator, places: placesOf(simulator.circuit, simulator.program.op.length), inputScale };
}

/** A chip as it is: what its devices do, and what stands at its ports. */
export interface ChipLight {
  readonly devices: DeviceErrors;
  readonly launch: Launch;
  /** Absent: as the circuit asks for. */
  readonly receivers?: Receivers;
}

/** The errors of one chip. `thermalCrosstalk` is that of the errors' crosstalk, null where there is none. */
export function errorsOfChip(
  of: ChipCircuit,
  draw: Draw,
  errors: ErrorDeviations,
  thermalCrosstalk: ThermalCrosstalk | null,
): ChipLight {
  const { passes, theta, phi } = of.places;
  const steps = passes.length;
  const devices = noDeviceErrors(steps);
  const common = errors.couplerCommonRad * draw.couplerCommon;
  const { couplerRad, lossDb, gain, offset } = errors;
  const rest = couplerRad !== 0 || lossDb !== 0 || gain !== 0 || offset !== 0 ? draw.rest() : null;
  if ((offset !== 0 || errors.extinction !== null) && of.inputScale === null)
    throw new Error("errors of thresholds and modulators need the neurons' largest inputs");
  for (let step = 0; step < steps; step++) {
    if (passes[step] === 1) {
      if (theta[step] === 1) devices.thetaRad[step] = errors.phaseRad * draw.theta[step]!;
      if (phi[step] === 1) devices.phiRad[step] = errors.phaseRad * draw.phi[step]!;
      devices.firstCouplerRad[step] = common + couplerRad * (rest?.firstCoupler[step] ?? 0);
      devices.secondCouplerRad[step] = common + couplerRad * (rest?.secondCoupler[step] ?? 0);
      devices.factor[step] = 10 ** ((-lossDb * (rest?.factor[step] ?? 0)) / 20);
    } else {
      devices.factor[step] = 1 + gain * (rest?.factor[step] ?? 0);
      devices.offset[step] = offset * (rest?.offset[step] ?? 0) * (of.inputScale?.[step] ?? 0);
    }
  }
  if (errors.dac !== null || thermalCrosstalk !== null) heat(of, draw, errors.dac, thermalCrosstalk, devices);
  if (errors.extinction === null) return { devices, launch: launchOf(of, draw, errors) };
  const leak = leakOf(errors.extinction);
  return {
    devices: { ...devices, leak: { ...leak, top: of.inputScale! } },
    launch: leaking(of.simulator.circuit, launchOf(of, draw, errors), leak),
  };
}

/**
 * Chips of a circuit by their numbers: number `chip` under `seed` is the same chip for every command. What is drawn is drawn from
 * `seedOfChip`; a chip without errors, or one that was measured, is the same whatever its number.
 */
export function chipsOf(of: ChipCircuit, errors: ChipErrors, seed: number): (chip: number) => Simulator {
  const { simulator } = of;
  switch (errors.kind) {
    case "none":
      return () => simulator;
    case "measured": {
      const measured = chipSimulator(simulator, measuredErrors(simulator, errors.chip), simulator.launch);
      return () => measured;
    }
    case "phases":
    case "technology": {
      const drawn = drawnChips(of, errors, seed);
      return (chip) => {
        const { devices, launch } = drawn(chip).light;
        return chipSimulator(simulator, devices, launch);
      };
    }
  }
}

/** The same before it is a simulator, with the random numbers that it was made from. */
export function drawnChips(
  of: ChipCircuit,
  drawn: DrawnErrors,
  seed: number,
): (chip: number) => { readonly draw: Draw; readonly light: ChipLight } {
  const { errors, pitch } = drawnErrors(drawn);
  const thermalCrosstalk = thermalCrosstalkOf(of.places, errors.crosstalk, pitch);
  return (chip) => {
    const draw = drawNumbers(of.simulator, seed, chip);
    return { draw, light: errorsOfChip(of, draw, errors, thermalCrosstalk) };
  };
}

/** How far the couplers and losses of that chip are from those of the circuit. */
function measuredErrors({ program, circuit }: Simulator, { mzis }: MeasuredChip): DeviceErrors {
  const errors = noDeviceErrors(program.op.length);
  for (const { name, step } of namedMzis(circuit)) {
    const { crossPower = null, lossDb = null } = mzis.get(name) ?? {};
    if (crossPower !== null) {
      errors.firstCouplerRad[step] = couplerErrorRad(crossPower[0]) - program.firstCouplerRad[step]!;
      errors.secondCouplerRad[step] = couplerErrorRad(crossPower[1]) - program.secondCouplerRad[step]!;
    }
    if (lossDb !== null) errors.factor[step] = 10 ** (-lossDb / 20) / program.fieldFactor[step]!;
  }
  return errors;
}

function launchOf(of: ChipCircuit, draw: Draw, errors: ErrorDeviations): Launch {
  const { inputs } = of.simulator.circuit;
  const { workerPhaseRad, fibrePhaseRad } = errors;
  const fibre = fibrePhaseRad === 0 ? null : draw.rest().fibrePhase;
  const turned = (part: (phase: number) => number, reference: number): Float64Array =>
    Float64Array.from(inputs, (port, p) => {
      if (port.kind === "reference") return reference;
      return part(workerPhaseRad * draw.workerPhase[port.worker]! + fibrePhaseRad * (fibre?.[p] ?? 0));
    });
  return { re: turned(Math.cos, 1 + errors.reference * draw.reference), im: turned(Math.sin, 0) };
}
