import type { Circuit, Device } from "../circuit/circuit.ts";
import { gaussianFrom } from "./gaussian.ts";
import { coefficientsFor, OP_MZI, OP_SCALE } from "./program.ts";
import type { Simulator } from "./simulate.ts";

/**
 * A chip as built: independent Gaussian errors of standard deviation `sigmaRad` on every phase of every device, theta
 * before phi, in the order of the circuit. `random` gives uniform numbers in [0, 1).
 */
export function perturbPhases(circuit: Circuit, sigmaRad: number, random: () => number): Circuit {
  const gaussian = gaussianFrom(random);
  const perturbed = (device: Device): Device => {
    switch (device.kind) {
      case "mzi":
      case "attenuator": {
        const thetaRad = device.thetaRad + sigmaRad * gaussian();
        return { ...device, thetaRad, phiRad: device.phiRad + sigmaRad * gaussian() };
      }
      case "phase":
        return { ...device, phiRad: device.phiRad + sigmaRad * gaussian() };
      case "waveguide":
        return device;
    }
  };
  return {
    ...circuit,
    sections: circuit.sections.map((section) => ({
      ...section,
      meshes: section.meshes.map((mesh) => ({ ...mesh, devices: mesh.devices.map(perturbed) })),
    })),
  };
}

/**
 * The same chip without building objects: the fields of the returned simulator equal those of
 * `compileSimulation(perturbPhases(simulator.circuit, sigmaRad, random))` for the same stream of random numbers, to the
 * bit. Its `circuit` stays the unperturbed one.
 */
export function perturbSimulator(simulator: Simulator, sigmaRad: number, random: () => number): Simulator {
  const gaussian = gaussianFrom(random);
  const { program } = simulator;
  const thetaRad = program.thetaRad.slice();
  const phiRad = program.phiRad.slice();
  for (let i = 0; i < program.op.length; i += 1) {
    if (program.op[i] !== OP_MZI && program.op[i] !== OP_SCALE) {
      continue;
    }
    if (!Number.isNaN(thetaRad[i]!)) {
      thetaRad[i] = thetaRad[i]! + sigmaRad * gaussian();
    }
    if (!Number.isNaN(phiRad[i]!)) {
      phiRad[i] = phiRad[i]! + sigmaRad * gaussian();
    }
  }
  const coefficients = coefficientsFor(program, thetaRad, phiRad);
  return { ...simulator, program: { ...program, thetaRad, phiRad, coefficients } };
}
