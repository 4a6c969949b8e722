import type { Activation, Circuit, Device, Mesh } from "../../netlist/index.ts";

/**
 * A second, slow way to the fields of a circuit, sharing no code with netlist/: complex numbers as pairs, every device
 * built from couplers and phase shifters (never from the closed form), embedded in a dense matrix over all modes.
 */
export type C = readonly [number, number];

const zero: C = [0, 0];
const one: C = [1, 0];

function mul(a: C, b: C): C {
  return [a[0] * b[0] - a[1] * b[1], a[0] * b[1] + a[1] * b[0]];
}

function add(a: C, b: C): C {
  return [a[0] + b[0], a[1] + b[1]];
}

function turn(phi: number): C {
  return [Math.cos(phi), Math.sin(phi)];
}

export function product(a: readonly C[][], b: readonly C[][]): C[][] {
  return a.map((row) => b[0]!.map((_, j) => row.reduce<C>((sum, x, k) => add(sum, mul(x, b[k]![j]!)), zero)));
}

/** Of which this share of the power crosses. */
export function coupler(crossing: number): C[][] {
  const [stays, crosses] = [Math.sqrt(1 - crossing), Math.sqrt(crossing)];
  return [
    [
      [stays, 0],
      [0, crosses],
    ],
    [
      [0, crosses],
      [stays, 0],
    ],
  ];
}

export function upperPhase(phi: number): C[][] {
  return [
    [turn(phi), zero],
    [zero, one],
  ];
}

export function mziFromCouplers(theta: number, phi: number, first: number = 0.5, second: number = 0.5): C[][] {
  return product(coupler(second), product(upperPhase(theta), product(coupler(first), upperPhase(phi))));
}

/** Of the fields on its modes, losses included. */
export function deviceMatrix(device: Device): C[][] {
  const left = device.fieldFactor ?? 1;
  return losslessMatrix(device).map((row) => row.map(([re, im]): C => [left * re, left * im]));
}

function losslessMatrix(device: Device): C[][] {
  switch (device.kind) {
    case "mzi":
      return mziFromCouplers(device.thetaRad, device.phiRad, device.firstCrossPower, device.secondCrossPower);
    case "attenuator":
      return [[mziFromCouplers(device.thetaRad, device.phiRad)[0]![0]!]];
    case "phase":
      return [[turn(device.phiRad)]];
    case "waveguide":
      return [[one]];
  }
}

function apply(device: Device, modes: readonly number[], state: C[]): void {
  const matrix = deviceMatrix(device);
  const at = matrix.map((_, i) => modes[device.mode + i]!);
  const before = at.map((mode) => state[mode]!);
  at.forEach((mode, i) => {
    state[mode] = before.reduce<C>((sum, x, j) => add(sum, mul(matrix[i]![j]!, x)), zero);
  });
}

function through(mesh: Mesh, state: C[]): void {
  for (const device of mesh.devices) {
    apply(device, mesh.modes, state);
  }
  for (const mode of mesh.terminated) {
    state[mode] = zero;
  }
}

/** What a neuron sends for the real part of a field, region by region. */
export function sent(neuron: Activation, field: number): number {
  if (neuron.kind === "relu") return field < 0 ? 0 : neuron.gain * field;
  const { gain, threshold, range } = neuron;
  if (field < threshold) return 0;
  return field > threshold + range ? gain * range : gain * (field - threshold);
}

/** Fields on all modes after every section, for one vector of symbols [worker * symbols + symbol]; `curve` of the neurons. */
export function referenceStates(circuit: Circuit, symbols: readonly number[], curve: typeof sent = sent): C[][] {
  const state: C[] = Array.from({ length: circuit.modes }, () => zero);
  for (const port of circuit.inputs) {
    state[port.mode] =
      port.kind === "reference"
        ? [port.field, 0]
        : [port.fieldPerLevel * symbols[port.worker * circuit.aggregate.symbols + port.symbol]!, 0];
  }
  return circuit.sections.map((section) => {
    for (const mesh of section.meshes) {
      through(mesh, state);
    }
    for (const neuron of section.activations) {
      state[neuron.mode] = [curve(neuron, state[neuron.mode]![0]), 0];
    }
    return state.slice();
  });
}

/** The matrix of a mesh on its local modes. */
export function referenceMesh(mesh: Mesh): C[][] {
  const n = mesh.modes.length;
  const local: Mesh = {
    ...mesh,
    modes: mesh.modes.map((_, i) => i),
    terminated: mesh.terminated.map((mode) => mesh.modes.indexOf(mode)),
  };
  const columns = Array.from({ length: n }, (_, j) => {
    const state: C[] = Array.from({ length: n }, (_, i) => (i === j ? one : zero));
    through(local, state);
    return state;
  });
  return Array.from({ length: n }, (_, i) => columns.map((column) => column[i]!));
}
