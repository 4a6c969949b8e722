import { compileSimulation, type InputPort, levelsOfSymbol, type WorkerInput } from "../../netlist/index.ts";
import type { Amplifier } from "./compared-states.ts";
import type { Drive, Monitor, Response } from "./procedure.ts";
import { drivenField, fieldAt } from "./responses.ts";
import { type KnobWire, monitorOf, type Wiring } from "./wiring.ts";

/** What each detector reads of each source on the circuit as it is meant. */
export interface DesignedLight {
  readonly wiring: Wiring;
  /** [sink][source], at a worker's level 1, of a neuron that is on. */
  readonly designed: readonly Float64Array[];
  /** By the number of their neuron. */
  readonly amplifiers: ReadonlyMap<number, Amplifier>;
}

export function designedLightOf(wiring: Wiring, amplifiers: DesignedLight["amplifiers"]): DesignedLight {
  const { coefficients } = compileSimulation(wiring.circuit).program;
  const { sinks, sources } = wiring;
  const re = new Float64Array(sources.length);
  const im = new Float64Array(sources.length);
  const designed = sinks.map(({ wire }) => {
    const row = new Float64Array(sources.length);
    for (const source of wire.sources) {
      const each = sources[source]!;
      const [levels, on] = each.kind === "neuron" ? [{}, [each.neuron.name]] : [{ [each.port.name]: 1 }, []];
      re[source] = drivenField(each, { levels, on });
      row[source] = fieldAt(wire, coefficients, { re, im }).re;
      re[source] = 0;
    }
    return row;
  });
  return { wiring, designed, amplifiers };
}

/** Numbers of the detectors, receivers right behind the last neuron whose light they see. */
export function inOrderOfSources({ wiring: { sinks, sources } }: DesignedLight): number[] {
  const placeOf = sinks.map((sink) => {
    if (sink.kind === "neuron") return sink.neuron.number;
    const neurons = sink.wire.sources.map((source) => sources[source]!).filter((source) => source.kind === "neuron");
    return Math.max(-1, ...neurons.map(({ neuron }) => neuron.number)) + 0.5;
  });
  return sinks.map((_, k) => k).sort((a, b) => placeOf[a]! - placeOf[b]!);
}

/**
 * Where a bit weighs most in units of a worker's level, because errors of its height count most there: the first detector and the
 * last one (of receivers the first) where it weighs the same, between which the error is shared out. Where no worker is seen, the
 * first detector with something to compare it with.
 */
export function homesOf(light: DesignedLight, source: number): number[] {
  let best: number[] = [];
  let most = 0;
  for (const [k, { wire }] of light.wiring.sinks.entries()) {
    if (!wire.sources.includes(source)) continue;
    const worker = brightest(
      light,
      k,
      wire.sources.filter((each) => isWorker(light, each)),
    );
    const compared = worker !== null || yardstickOf(light, k, source, null) !== null;
    const weight = worker === null ? 1e-9 : Math.abs(weightOf(light, k, source) / weightOf(light, k, worker));
    if (!compared || weight < most * 0.999) continue;
    // equal up to rounding
    const same = weight <= most * 1.001;
    const sawReceiver = best.some((sink) => light.wiring.sinks[sink]!.kind === "receiver");
    if (same && (worker === null || sawReceiver)) continue;
    [best, most] = [same ? [best[0]!, k] : [k], weight];
  }
  return best;
}

/** Response of a source over that of others together. */
export function relative(
  light: DesignedLight,
  sink: number,
  source: number,
  by: readonly number[],
): { readonly over: Response[]; readonly under: Response[]; readonly target: number } {
  const { response, weight } = sent(light, sink, source);
  return {
    over: [response],
    under: [lit(light, by, response.monitor)],
    target: weight / sumOf(light, sink, by),
  };
}

/** What a detector reads of a source, a worker at its highest level, of an amplifier the slope; and what it reads on the circuit as it is meant. */
export function sent(
  light: DesignedLight,
  sink: number,
  source: number,
): { readonly response: Response; readonly weight: number } {
  const monitor = monitorOf(light.wiring.sinks[sink]!);
  const amplifier = amplifierOf(light, source);
  const each = light.wiring.sources[source]!;
  const weight = weightOf(light, sink, source);
  if (amplifier === null || each.kind !== "neuron") return { response: lit(light, [source], monitor), weight };
  const { from, to, share } = amplifier.slope;
  const live = (drive: Drive): Drive => ({ ...drive, live: [...(drive.live ?? []), each.neuron.name] });
  return { response: { drive: live(to), from: live(from), monitor }, weight: share * weight };
}

/** Null where a source decides, or is a port. */
export function amplifierOf({ wiring, amplifiers }: DesignedLight, source: number): Amplifier | null {
  const each = wiring.sources[source];
  return (each?.kind === "neuron" ? amplifiers.get(each.neuron.number) : null) ?? null;
}

export function sumOf(light: DesignedLight, sink: number, sources: readonly number[]): number {
  return sources.reduce((sum, source) => sum + weightOf(light, sink, source), 0);
}

/** All workers that send the same symbol to the same detector. */
export function fellows(light: DesignedLight, sink: number, worker: number): number[] {
  const { symbol } = portOf(light, worker);
  return light.wiring.sinks[sink]!.wire.sources.filter(
    (each) => isWorker(light, each) && portOf(light, each).symbol === symbol,
  );
}

/**
 * What a source is compared with at a detector: all workers of the symbol that is brightest there, or else the brightest other bit; of
 * those in `among`, null: all, for a bit those before it. Null where there is nothing.
 */
export function yardstickOf(
  light: DesignedLight,
  sink: number,
  source: number,
  among: ReadonlySet<number> | null,
): number[] | null {
  const sends = amplifierOf(light, source) !== null;
  const others = light.wiring.sinks[sink]!.wire.sources.filter((each) => {
    if (each === source || amplifierOf(light, each) !== null) return false;
    return among === null ? isWorker(light, each) || sends || source < 0 || each < source : among.has(each);
  });
  const workers = others.filter((each) => isWorker(light, each));
  const worker = brightest(light, sink, workers);
  if (worker !== null) return fellows(light, sink, worker).filter((each) => others.includes(each));
  const other = brightest(light, sink, others);
  return other === null ? null : [other];
}

/** The reading of some sources together, workers at their highest level. */
export function lit({ wiring }: DesignedLight, sources: readonly number[], monitor: Monitor): Response {
  const levels: Record<string, number> = {};
  const on: string[] = [];
  for (const source of sources) {
    const each = wiring.sources[source]!;
    if (each.kind === "neuron") on.push(each.neuron.name);
    else levels[each.port.name] = topLevel(wiring, each.port);
  }
  return { drive: { levels, on }, monitor };
}

export function topLevel({ circuit }: Wiring, port: InputPort): number {
  return port.kind === "worker" ? levelsOfSymbol(circuit.aggregate, port.symbol) - 1 : 1;
}

/** What `alone` reads on the circuit as it is meant. */
export function weightOf({ wiring, designed }: DesignedLight, sink: number, source: number): number {
  const each = wiring.sources[source]!;
  return designed[sink]![source]! * (each.kind === "port" ? topLevel(wiring, each.port) : 1);
}

export function isWorker({ wiring }: DesignedLight, source: number): boolean {
  const each = wiring.sources[source]!;
  return each.kind === "port" && each.port.kind === "worker";
}

export function portOf({ wiring }: DesignedLight, source: number): WorkerInput {
  const each = wiring.sources[source]!;
  if (each.kind !== "port" || each.port.kind !== "worker") throw new Error("not a worker");
  return each.port;
}

export function brightest(light: DesignedLight, sink: number, among: readonly number[]): number | null {
  let best: number | null = null;
  for (const source of among) {
    if (best === null || Math.abs(weightOf(light, sink, source)) > Math.abs(weightOf(light, sink, best))) best = source;
  }
  return best;
}

/** The source by whose light the couplers on a lane are set: the brightest on it at the detector. */
export function representative(light: DesignedLight, sink: number, wire: KnobWire): number {
  return brightest(light, sink, wire.sources)!;
}
