import {
  type Arrival,
  CONSTANT,
  type FloorPlan,
  type FloorPort,
  type FloorStage,
  type FloorStation,
  measurePlacement,
  newClocks,
  type Optics,
  type Placement,
} from "../../netlist/index.ts";

/** A lane between two devices: what it crosses, and its length. */
export interface Segment {
  readonly crossings: number;
  readonly lengthUm: number;
}

/** A mesh by the modes on which light comes and leaves; without either: one lane that goes on as it came, past no device. */
export interface Station extends FloorStation {
  /** From any input to any output. */
  readonly delayS: number;
}

/** Cells one after the other, then neurons side by side. */
export interface Stage extends FloorStage {
  readonly stations: readonly Station[];
}

/** A mode that carries light from the start; constant light has no time at which it has to arrive. */
export interface Source extends FloorPort {
  readonly constant: boolean;
}

export const BARE: Segment = { crossings: 0, lengthUm: 0 };

/** A wait shorter than this is rounding. */
const ROUNDING_S = 1e-20;

/**
 * What the lanes of placed stages pass, a segment a stretch: what they cross, and the lanes that they move over. Where lanes of different arrival times
 * meet, the earlier ones get delay lines, if `optics` asks for it. Two never wait: constant light, and symbols that have met nothing
 * yet, as their transmitters can send them later. Where the lanes were drawn, delay lines among them, `drawnUm` are their lengths.
 */
export function layLanes(
  plan: FloorPlan,
  placement: Placement,
  sources: readonly Source[],
  stages: readonly Stage[],
  optics: Optics,
  drawnUm: readonly number[] | null = null,
): readonly Segment[] {
  const { devices, stretches } = plan.floor;
  const { crossings, moved } = measurePlacement(plan.floor, placement);
  if (drawnUm !== null) {
    return drawnUm.map((lengthUm, i) => ({ crossings: crossings[i]!, lengthUm }));
  }
  const segments = stretches.map((_, i) => ({ crossings: crossings[i]!, lengthUm: moved[i]! * optics.lanePitchUm }));
  const delaysS = new Float64Array(devices.length);
  plan.stages.forEach(({ stations, neurons }, s) => {
    stations.forEach(({ device }, i) => {
      if (device >= 0) delaysS[device] = stages[s]!.stations[i]!.delayS;
    });
    for (const { device } of neurons) if (device >= 0) delaysS[device] = optics.neuronDelayS;
  });
  const clocks = newClocks();
  const starts = new Array<Arrival>(stretches.length).fill(CONSTANT);
  plan.sources.forEach((stretch, i) => {
    starts[stretch] = sources[i]!.constant ? CONSTANT : clocks.fresh();
  });
  const arrivalOf = (stretch: number): Arrival => {
    const { crossings: crossed, lengthUm } = segments[stretch]!;
    return later(starts[stretch]!, crossed * optics.crossingDelayS + lengthUm * optics.delaySPerUm);
  };
  for (const d of placement.sequence) {
    const { kind, inputs, outputs } = devices[d]!;
    const meeting = clocks.meet(inputs.map(arrivalOf));
    if (kind === "mesh") {
      inputs.forEach((stretch, i) => {
        const waitS = meeting.waitsS[i]!;
        const { crossings: crossed, lengthUm } = segments[stretch]!;
        if (optics.matchDelays && optics.delaySPerUm > 0 && waitS > Math.max(ROUNDING_S, optics.shortestWaitS)) {
          segments[stretch] = { crossings: crossed, lengthUm: lengthUm + waitS / optics.delaySPerUm };
        }
      });
    }
    for (const stretch of outputs) starts[stretch] = later(meeting.arrival, delaysS[d]!);
  }
  return segments;
}

function later({ clock, atS }: Arrival, byS: number): Arrival {
  return { clock, atS: atS + byS };
}
