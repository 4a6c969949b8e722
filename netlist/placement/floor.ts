/**
 * What is to be placed: devices that join stretches of lit waveguide. A stretch begins at a port or behind a device and ends in front of
 * the next one; only light is placed, dark modes have no waveguide.
 */
export interface Floor {
  /** In an order in which light may meet them. */
  readonly devices: readonly FloorDevice[];
  readonly stretches: readonly Stretch[];
}

export interface FloorDevice {
  /** A neuron is electrical in the middle: its light continues wherever a wire leads. */
  readonly kind: "mesh" | "neuron";
  /** Stretches side by side, in the order in which the device has them. */
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
}

export interface Stretch {
  /** The device that it comes from; a port of the left edge: -1. */
  readonly from: number;
  /** The device that it leads to; the right edge: the number of devices. */
  readonly to: number;
  /** Whose port it begins at, -1 without one. Ports of the same owner can be asked to stand side by side. */
  readonly sender: number;
  /** Whose port it ends at, -1 without one. */
  readonly receiver: number;
}

/** A mesh by the modes on which light may come and on which it leaves. */
export interface FloorStation {
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
}

export interface FloorStage {
  readonly stations: readonly FloorStation[];
  /** Modes. */
  readonly neurons: readonly number[];
}

export interface FloorPort {
  readonly mode: number;
  /** A number that tells owners apart, >= 0. */
  readonly owner: number;
}

/** Which devices and stretches of a floor the stages have become that it was made of; -1 where there is no light. */
export interface FloorPlan {
  readonly floor: Floor;
  readonly sources: readonly number[];
  readonly stages: readonly {
    readonly stations: readonly {
      readonly device: number;
      readonly inputs: readonly number[];
      readonly outputs: readonly number[];
    }[];
    readonly neurons: readonly { readonly device: number; readonly input: number; readonly output: number }[];
  }[];
  readonly ends: readonly number[];
}

/** The floor of stages that act one after the other, their stations first. O(n). */
export function floorOf(
  modes: number,
  sources: readonly FloorPort[],
  stages: readonly FloorStage[],
  ends: readonly FloorPort[],
): FloorPlan {
  const devices: FloorDevice[] = [];
  const stretches: { from: number; to: number; sender: number; receiver: number }[] = [];
  const lit = new Int32Array(modes).fill(-1);
  const begin = (mode: number, from: number, sender: number): number => {
    stretches.push({ from, to: -1, sender, receiver: -1 });
    lit[mode] = stretches.length - 1;
    return lit[mode]!;
  };
  const end = (mode: number, to: number): number => {
    const stretch = lit[mode]!;
    if (stretch >= 0) stretches[stretch]!.to = to;
    lit[mode] = -1;
    return stretch;
  };
  const started = sources.map(({ mode, owner }) => begin(mode, -1, owner));
  const walked = stages.map(({ stations, neurons }) => ({
    stations: stations.map((station) => {
      const device = devices.length;
      const inputs = station.inputs.map((mode) => end(mode, device));
      const lit = inputs.filter((it) => it >= 0);
      if (lit.length === 0) return { device: -1, inputs, outputs: station.outputs.map(() => -1) };
      const outputs = station.outputs.map((mode) => begin(mode, device, -1));
      devices.push({ kind: "mesh", inputs: lit, outputs });
      return { device, inputs, outputs };
    }),
    neurons: neurons.map((mode) => {
      const device = devices.length;
      const input = end(mode, device);
      if (input < 0) return { device: -1, input, output: -1 };
      const output = begin(mode, device, -1);
      devices.push({ kind: "neuron", inputs: [input], outputs: [output] });
      return { device, input, output };
    }),
  }));
  const last = ends.map(({ mode, owner }) => {
    const stretch = end(mode, devices.length);
    if (stretch >= 0) stretches[stretch]!.receiver = owner;
    return stretch;
  });
  for (const stretch of stretches) if (stretch.to < 0) stretch.to = devices.length;
  return { floor: { devices, stretches }, sources: started, stages: walked, ends: last };
}
