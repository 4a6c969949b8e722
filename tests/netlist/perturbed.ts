import {
  type Circuit,
  chipCircuit,
  compileSimulation,
  type Device,
  drawnChips,
  gaussianFrom,
  type Simulator,
} from "../../netlist/index.ts";

/** Independent Gaussian errors of `sigmaRad` on every phase, theta before phi, in the circuit's order. `random`: uniform in [0, 1). */
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

export function perturbSimulator({ circuit }: Simulator, sigmaRad: number, random: () => number): Simulator {
  return compileSimulation(perturbPhases(circuit, sigmaRad, random));
}

/** The first chip that a seed draws, with phase errors alone, as a circuit. */
export function firstChip(circuit: Circuit, sigmaRad: number, seed: number): Circuit {
  const { devices } = drawnChips(chipCircuit(compileSimulation(circuit)), { kind: "phases", sigmaRad }, seed)(0).light;
  let step = 0;
  const off = (device: Device): Device => {
    const [theta, phi] = [devices.thetaRad[step]!, devices.phiRad[step]!];
    step += 1;
    if (device.kind === "waveguide") return device;
    const phiRad = device.phiRad + phi;
    return device.kind === "phase" ? { ...device, phiRad } : { ...device, phiRad, thetaRad: device.thetaRad + theta };
  };
  const sections = circuit.sections.map((section) => {
    const meshes = section.meshes.map((mesh) => {
      const made = { ...mesh, devices: mesh.devices.map(off) };
      step += mesh.terminated.length;
      return made;
    });
    step += section.activations.length;
    return { ...section, meshes };
  });
  return { ...circuit, sections };
}
