import type { Circuit, Device, Section } from "../../../netlist/index.ts";

/** A circuit that may be changed. */
export type Draft<T> = T extends readonly (infer E)[]
  ? Draft<E>[]
  : T extends object
    ? { -readonly [K in keyof T]: Draft<T[K]> }
    : T;
export type DraftCircuit = Draft<Circuit>;

export type Random = () => number;

export function devicesOf({ sections }: DraftCircuit): Draft<Device>[] {
  return sections.flatMap(({ meshes }) => meshes.flatMap(({ devices }) => devices));
}

export function draftOf(circuit: Circuit | DraftCircuit): DraftCircuit {
  const draft: DraftCircuit = JSON.parse(JSON.stringify(circuit));
  delete draft.placement;
  return draft;
}

export const pick = <T>(of: readonly T[], random: Random): T => of[Math.floor(random() * of.length)]!;
export const between = (low: number, high: number, random: Random): number => low + (high - low) * random();
/** 10 to a power between the two. */
export const decade = (low: number, high: number, random: Random): number => 10 ** between(low, high, random);

/** The least version that has everything in it. */
export function versioned(draft: DraftCircuit): DraftCircuit {
  const devices = draft.sections.flatMap(({ meshes }) => meshes.flatMap((mesh) => mesh.devices));
  const neurons = draft.sections.flatMap(({ activations }) => activations);
  const isMeasured = devices.some(
    (it) => it.kind === "mzi" && (it.firstCrossPower ?? it.secondCrossPower) !== undefined,
  );
  const isLossy = devices.some((it) => it.kind === "waveguide" || it.fieldFactor !== undefined);
  draft.version = isMeasured ? 4 : neurons.some(({ kind }) => kind === "saturating") ? 3 : isLossy ? 2 : 1;
  return draft;
}

/** Puts sections behind section `at`; what the certificate says stays where it was. */
export function insert(draft: DraftCircuit, at: number, sections: readonly Draft<Section>[]): void {
  draft.sections.splice(at + 1, 0, ...sections);
  for (const signal of draft.certificate?.signals ?? []) if (signal.section > at) signal.section += sections.length;
}

export function sectionOf(
  name: string,
  meshes: readonly {
    readonly modes: readonly number[];
    readonly devices: readonly Device[];
    readonly terminated?: number[];
  }[],
  activations: Section["activations"] = [],
): Draft<Section> {
  const section: Section = {
    kind: "layer",
    name,
    meshes: meshes.map(({ modes, devices, terminated = [] }, i) => ({
      kind: "left",
      name: `${name}_${i}`,
      modes,
      devices,
      terminated,
    })),
    activations,
  };
  const draft: Draft<Section> = JSON.parse(JSON.stringify(section));
  return draft;
}

/** One lane that loses the share `loss` of its field: an attenuator near its bar state, or a waveguide. */
export function losing(loss: number, isWaveguide: boolean): Device {
  if (isWaveguide) {
    return { kind: "waveguide", column: 0, mode: 0, crossings: 0, lengthUm: 0, fieldFactor: 1 - loss };
  }
  // i e^(i (pi/2 - tilt + phi)) = 1, times cos(tilt)
  const tilt = Math.sqrt(2 * loss);
  return { kind: "attenuator", column: 0, mode: 0, thetaRad: Math.PI - 2 * tilt, phiRad: Math.PI + tilt };
}

/** Where light of the share `share` leaves a lane for a new mode: both fields stay real. */
export function tap(lane: number, fresh: number, share: number): { modes: number[]; devices: Device[] } {
  const device: Device = { kind: "mzi", column: 0, mode: 0, thetaRad: Math.PI - 2 * share, phiRad: Math.PI + share };
  return { modes: [lane, fresh], devices: [device] };
}

/** Where that light comes back, added or subtracted. */
export function back(
  lane: number,
  fresh: number,
  share: number,
  sign: 1 | -1,
): { modes: number[]; devices: Device[]; terminated: number[] } {
  const phiRad = sign > 0 ? 0 : Math.PI;
  const devices: Device[] = [
    { kind: "mzi", column: 0, mode: 0, thetaRad: Math.PI - 2 * share, phiRad },
    { kind: "phase", column: 1, mode: 0, phiRad: sign > 0 ? Math.PI + share : share },
  ];
  return { modes: [lane, fresh], devices, terminated: [fresh] };
}

/** A window on a lane behind section `at`: two neurons behind taps; what they add stands between their edges and nowhere else. */
export interface Window {
  readonly share: number;
  /** Which activations of the section `at` + 1 they are. */
  readonly section: number;
  /** Their place among all neurons of the circuit. */
  readonly first: number;
}

const NEVER = 1e60;

/** Puts a window in that never opens; `open` sets its edges. */
export function addWindow(draft: DraftCircuit, at: number, lane: number, share: number): Window {
  const [low, high] = [draft.modes, draft.modes + 1];
  draft.modes += 2;
  const neuron = (mode: number) => ({ kind: "saturating", mode, gain: 1, threshold: NEVER, range: 1 }) as const;
  insert(draft, at, [
    sectionOf("window", [tap(lane, low, share), tap(lane, high, share)], [neuron(low), neuron(high)]),
    sectionOf("window_back", [back(lane, low, share, 1), back(lane, high, share, -1)]),
  ]);
  const first = draft.sections.slice(0, at + 1).reduce((sum, { activations }) => sum + activations.length, 0);
  return { share, section: at + 1, first };
}

/** Between the fields `low` and `high` in front of the neurons, `field` is added to the lane; edges are `width` wide. */
export function openWindow(
  draft: DraftCircuit,
  window: Window,
  low: number,
  high: number,
  width: number,
  field: number,
): void {
  const gain = field / (width * Math.sin(window.share));
  draft.sections[window.section]!.activations.forEach((neuron, i) => {
    if (neuron.kind !== "saturating") return;
    neuron.threshold = i === 0 ? low : high;
    neuron.range = width;
    neuron.gain = Math.abs(gain);
  });
  if (field < 0) {
    const { meshes } = draft.sections[window.section + 1]!;
    meshes.reverse();
    for (const [i, mesh] of meshes.entries()) {
      const other = back(mesh.modes[0]!, mesh.modes[1]!, window.share, i === 0 ? 1 : -1);
      mesh.devices = other.devices;
    }
  }
}
