import {
  type Circuit,
  compileSimulation,
  deviceName,
  type ErrorDeviations,
  serializeCircuit,
} from "../../netlist/index.ts";
import { carryOut, planMonteCarlo, uncalibratedChip } from "../../physics/index.ts";
import { finish } from "../../verify/index.ts";
import { withDevices } from "../netlist/lossy.ts";
import { calibrationOf, question } from "../physics/bringup-circuits.ts";

/** A chip as its light finds it: a circuit, and what circuit.json has no place for. */
export interface ChipAsBuilt {
  readonly circuit: string;
  /** Of each input: what its field is multiplied by. */
  readonly launch: readonly (readonly [re: number, im: number])[];
  /** Of each neuron in the order of light. */
  readonly heights: readonly number[];
  /** Of each output: what a receiver multiplies its field by. */
  readonly receivers: readonly (readonly [re: number, im: number])[];
}

/** The circuit as it is meant. */
export function asDesigned(circuit: Circuit): ChipAsBuilt {
  return {
    circuit: [...serializeCircuit(circuit)].join(""),
    launch: circuit.inputs.map(() => [1, 0] as const),
    heights: circuit.sections.flatMap(({ activations }) => activations.map(() => 1)),
    receivers: circuit.outputs.map(() => [1, 0] as const),
  };
}

/** Chips 0 .. `chips` - 1, brought up from unknown phases through knobs and detectors without noise. `errors` are all their errors. */
export function broughtUp(circuit: Circuit, chips: number, errors: Partial<ErrorDeviations>): ChipAsBuilt[] {
  const calibration = calibrationOf(circuit, "bring-up");
  const plan = finish(planMonteCarlo(circuit, 1));
  return Array.from({ length: chips }, (_, number) => {
    const chip = uncalibratedChip(plan, calibration, question(errors), { monitorNoise: 0 }, number);
    for (const _ of carryOut(calibration.procedure.steps, chip.instruments));
    return asBuilt(circuit, chip.light());
  });
}

type Light = ReturnType<ReturnType<typeof uncalibratedChip>["light"]>;

function asBuilt(circuit: Circuit, { devices, launch, receivers }: Light): ChipAsBuilt {
  const stepOf = new Map<string, number>();
  const neurons: number[] = [];
  let step = 0;
  for (const { name, meshes, activations } of circuit.sections) {
    for (const mesh of meshes) {
      for (const d of mesh.devices.keys()) stepOf.set(deviceName(name, mesh.name, d), step + d);
      step += mesh.devices.length + mesh.terminated.length;
    }
    for (const _ of activations) neurons.push(step++);
  }
  if (step !== compileSimulation(circuit).program.op.length) throw new Error("steps are counted wrong");
  const sectionOf = new Map(
    circuit.sections.flatMap(({ name, meshes }) => meshes.map((mesh) => [mesh, name] as const)),
  );
  const crossing = (errorRad: number): number => Math.sin(Math.PI / 4 + errorRad) ** 2;
  const chip = withDevices(circuit, (mesh) =>
    mesh.devices.map((device, d) => {
      const at = stepOf.get(deviceName(sectionOf.get(mesh)!, mesh.name, d))!;
      if (device.kind === "waveguide") return device;
      const phiRad = device.phiRad + devices.phiRad[at]!;
      if (device.kind === "phase") return { ...device, phiRad: phiRad + devices.commonRad[at]! };
      const thetaRad = device.thetaRad + devices.thetaRad[at]!;
      if (device.kind === "attenuator") return { ...device, thetaRad, phiRad };
      const [firstCrossPower, secondCrossPower] = [devices.firstCouplerRad, devices.secondCouplerRad].map((each) =>
        crossing(each[at]!),
      );
      return { ...device, thetaRad, phiRad, firstCrossPower: firstCrossPower!, secondCrossPower: secondCrossPower! };
    }),
  );
  return {
    circuit: [...serializeCircuit(chip)].join(""),
    launch: circuit.inputs.map((_, i) => [launch.re[i]!, launch.im[i]!] as const),
    heights: neurons.map((at) => devices.factor[at]!),
    receivers: circuit.outputs.map((_, i) => [receivers!.re[i]!, receivers!.im[i]!] as const),
  };
}
