import { compileSimulation, type InputPort, levelsOfSymbol, type WorkerInput } from "../../netlist/index.ts";
import type { ReachableStates } from "../../verify/index.ts";
import { type Amplifier, type DrivenStates, drivenStates, type Sides } from "./compared-states.ts";
import type { Drive, Knob, Monitor, Procedure, ProcedureStep, Response } from "./procedure.ts";
import { designedResponses } from "./responses.ts";
import {
  type Coupling,
  couplingsTo,
  type KnobWire,
  monitorOf,
  type NeuronPlace,
  oscillatorOf,
  type Wiring,
  wayOf,
} from "./wiring.ts";

/** `trimming`: electronics alone, launch light, thresholds and gains; `bring-up`: from unknown phases, all heaters too. */
export type Extent = "trimming" | "bring-up";

/**
 * The procedure of a circuit: for the detectors in the order of light, the couplers in front of each are lit, set and put in phase;
 * then levels, heights, the range and slope of amplifiers, and thresholds are trimmed.
 */
export function deriveProcedure(wiring: Wiring, states: ReachableStates, extent: Extent): Procedure {
  const driven = drivenStates(wiring, states);
  const plan = planOf(wiring, driven.amplifiers);
  const heaters =
    extent === "trimming"
      ? []
      : [...phaseSteps(plan, true), ...phaseSteps(plan, false), ...weightSteps(plan, "bring-up")];
  const trimming = [
    ...receiverPhaseSteps(plan),
    ...launchPhaseSteps(plan),
    ...weightSteps(plan, "trimming"),
    ...amplifierSteps(plan),
    ...receiverSteps(plan, driven),
    ...thresholdSteps(plan, driven),
  ];
  const steps = [...heaters, ...trimming].map((step, i) => ({ number: i + 1, ...step }));
  const { name } = wiring.circuit;
  return { format: "optinc.bringup", version: 1, circuit: name, trimming_from: heaters.length + 1, steps };
}

/** The largest reading that workers and neurons can make at each detector, of either sign. */
export function fullScales(wiring: Wiring): number[] {
  const plan = planOf(wiring, new Map());
  return wiring.sinks.map(({ wire }, sink) => {
    const weights = wire.sources.map((source) => weightOf(plan, sink, source));
    const sum = (sign: number): number => weights.reduce((all, weight) => all + Math.max(0, sign * weight), 0);
    return Math.max(sum(1), sum(-1));
  });
}

type Step = Omit<ProcedureStep, "number">;

interface Plan {
  readonly wiring: Wiring;
  /** [sink][source] */
  readonly designed: readonly Float64Array[];
  /** By the number of their neuron. */
  readonly amplifiers: ReadonlyMap<number, Amplifier>;
}

function planOf(wiring: Wiring, amplifiers: Plan["amplifiers"]): Plan {
  const { coefficients } = compileSimulation(wiring.circuit).program;
  return { wiring, designed: designedResponses(wiring, coefficients), amplifiers };
}

/** `first`: from unknown phases; otherwise once more, because heaters that were set later have warmed those set before. */
function phaseSteps(plan: Plan, first: boolean): Step[] {
  const { sinks } = plan.wiring;
  const set = new Set<number>();
  const aligned = new Set<number>();
  const steps: Step[] = [];
  for (const [k, sink] of sinks.entries()) {
    const monitor = monitorOf(sink);
    const oscillator = oscillatorOf(sink);
    const couplings = couplingsTo(sink.wire);
    const opened = new Set<number>();
    for (const mzi of couplings) {
      if (mzi.theta === null || set.has(mzi.step)) continue;
      const source = representative(plan, k, mzi.inputs[0] ?? mzi.inputs[1]!);
      const way = wayOf(source, sink.wire);
      const rule = { kind: "power-maximum", ...lit(plan, [source], monitor), quadrature: oscillator } as const;
      for (const { mzi: each } of first ? way : []) {
        if (each.theta === null || set.has(each.step) || opened.has(each.step)) continue;
        opened.add(each.step);
        steps.push({ purpose: "light", knob: each.theta, rule: { ...rule, offset_rad: 0 } });
      }
      const { input, output } = way.find((passage) => passage.mzi === mzi)!;
      // bar, at pi, carries an input to the output of its own side, cross, at 0, to the other one
      const offset_rad = mzi.thetaRad - (input === output ? Math.PI : 0);
      steps.push({ purpose: "splitting", knob: mzi.theta, rule: { ...rule, offset_rad } });
      set.add(mzi.step);
    }
    for (const mzi of couplings) {
      const [a, b] = mzi.inputs;
      if (mzi.phi === null || aligned.has(mzi.step) || a === null || b === null) continue;
      aligned.add(mzi.step);
      steps.push(extremum(plan, k, oscillator, [representative(plan, k, b)], monitor));
      steps.push(extremum(plan, k, mzi.phi, [representative(plan, k, a)], monitor));
    }
    steps.push(extremum(plan, k, oscillator, [representative(plan, k, sink.wire)], monitor));
  }
  return steps;
}

/** The phase of each worker's light, where no heater is touched: at the first detector that sees it. */
function launchPhaseSteps(plan: Plan): Step[] {
  return phaseDetectors(plan).map(({ sink, source }) => {
    const knob: Knob = { kind: "launch-phase", name: portOf(plan, source).name };
    return extremum(plan, sink, knob, [source], monitorOf(plan.wiring.sinks[sink]!));
  });
}

/** The phase of each receiver's oscillator, by the light that is brightest there. */
function receiverPhaseSteps(plan: Plan): Step[] {
  return plan.wiring.sinks.flatMap((sink, k): Step[] => {
    if (sink.kind !== "receiver") return [];
    return [extremum(plan, k, oscillatorOf(sink), [representative(plan, k, sink.wire)], monitorOf(sink))];
  });
}

/**
 * Levels and heights detector by detector, in the order of light: the workers that are first seen there are set against the brightest bit
 * whose height is set already, or else against all of them together; then the bits that are first seen there against the workers.
 */
function weightSteps(plan: Plan, extent: Extent): Step[] {
  const { sinks, sources } = plan.wiring;
  const homes = sources.map((_, source) => homesOf(plan, source));
  // a bit that is compared with nothing is the unit of those that are compared with it, and of the range of amplifiers that see it
  const set = new Set<number>();
  const absolute = sources.flatMap((each, source): Step[] => {
    if (each.kind !== "neuron" || amplifierOf(plan, source) !== null || homes[source]!.length > 0) return [];
    set.add(source);
    const k = sinks.findIndex(
      (sink) => sink.kind === "neuron" && plan.amplifiers.has(sink.neuron.number) && sink.wire.sources.includes(source),
    );
    if (k < 0) return [];
    const over = [lit(plan, [source], monitorOf(sinks[k]!))];
    const rule = { kind: "ratio", over, under: [], target: weightOf(plan, k, source) } as const;
    return [{ purpose: "height", knob: { kind: "gain", name: each.neuron.name }, rule }];
  });
  const relativeSteps = inOrderOfSources(plan).flatMap((k): Step[] => {
    const sink = sinks[k]!;
    const fresh = sink.wire.sources.filter((source) => !set.has(source));
    const workers = fresh.filter((source) => isWorker(plan, source));
    const known = sink.wire.sources.filter((source) => set.has(source));
    const steps: Step[] = [];
    // against a bit, or where none is there yet, against all of them together: many levels, little noise
    const bit = brightest(plan, k, known);
    for (const source of workers) {
      set.add(source);
      steps.push({
        purpose: "level",
        knob: { kind: "launch-level", name: portOf(plan, source).name },
        rule: { kind: "ratio", ...relative(plan, k, source, bit === null ? fellows(plan, k, source) : [bit]) },
      });
    }
    for (const source of fresh) {
      const each = sources[source]!;
      const [first = -1, last = first] = homes[source]!;
      if (each.kind !== "neuron" || amplifierOf(plan, source) !== null || last !== k) continue;
      const compared = [...new Set([first, last])].flatMap((sink) => {
        const by = yardstickOf(plan, sink, source, set);
        return by === null ? [] : [relative(plan, sink, source, by)];
      });
      if (compared.length === 0) continue;
      set.add(source);
      const rule = {
        kind: "ratio",
        over: compared.flatMap(({ over }) => over),
        under: compared.flatMap(({ under }) => under),
        target: compared.reduce((product, { target }) => product * target, 1),
      } as const;
      if (extent === "bring-up") steps.push(...copySteps(plan, source));
      steps.push({ purpose: "height", knob: { kind: "gain", name: each.neuron.name }, rule });
    }
    return steps;
  });
  return [...absolute, ...relativeSteps];
}

/**
 * Amplifiers in the order of light. The range of each is put in the middle of the numbers that it sends; then its slope is set where it
 * is first seen beside workers or bits. Where it is seen alone, thresholds and receivers follow it.
 */
function amplifierSteps(plan: Plan): Step[] {
  const set = new Set<number>();
  return inOrderOfSources(plan).flatMap((k): Step[] => {
    const sink = plan.wiring.sinks[k]!;
    const steps: Step[] = [];
    for (const source of sink.wire.sources) {
      const each = plan.wiring.sources[source]!;
      const by = yardstickOf(plan, k, source, null);
      if (each.kind !== "neuron" || amplifierOf(plan, source) === null || set.has(source) || by === null) continue;
      set.add(source);
      const rule = { kind: "ratio", ...relative(plan, k, source, by) } as const;
      steps.push({ purpose: "height", knob: { kind: "gain", name: each.neuron.name }, rule });
    }
    const own = sink.kind === "neuron" ? plan.amplifiers.get(sink.neuron.number) : undefined;
    return sink.kind !== "neuron" || own === undefined ? steps : [...steps, thresholdStep(sink.neuron, own, own.range)];
  });
}

/** Numbers of the detectors, receivers right behind the last neuron whose light they see. */
function inOrderOfSources({ wiring: { sinks, sources } }: Plan): number[] {
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
function homesOf(plan: Plan, source: number): number[] {
  let best: number[] = [];
  let most = 0;
  for (const [k, { wire }] of plan.wiring.sinks.entries()) {
    if (!wire.sources.includes(source)) continue;
    const worker = brightest(
      plan,
      k,
      wire.sources.filter((each) => isWorker(plan, each)),
    );
    const compared = worker !== null || yardstickOf(plan, k, source, null) !== null;
    const weight = worker === null ? 1e-9 : Math.abs(weightOf(plan, k, source) / weightOf(plan, k, worker));
    if (!compared || weight < most * 0.999) continue;
    // equal up to rounding
    const same = weight <= most * 1.001;
    const sawReceiver = best.some((sink) => plan.wiring.sinks[sink]!.kind === "receiver");
    if (same && (worker === null || sawReceiver)) continue;
    [best, most] = [same ? [best[0]!, k] : [k], weight];
  }
  return best;
}

/** Splitters that see light of this source alone, the last ones first. */
function copySteps(plan: Plan, source: number): Step[] {
  const { sinks } = plan.wiring;
  const seenBy = sinks.flatMap(({ wire }, k) => (wire.sources.includes(source) ? [k] : []));
  const splitters = new Map<number, Coupling>();
  for (const k of seenBy) {
    for (const { mzi } of wayOf(source, sinks[k]!.wire)) {
      if (mzi.outputs[0]!.sources.length === 1) splitters.set(mzi.step, mzi);
    }
  }
  return [...splitters.values()]
    .sort((a, b) => b.step - a.step)
    .flatMap((mzi): Step[] => {
      const behind = ([0, 1] as const).map((output) =>
        seenBy.find(
          (k) =>
            yardstickOf(plan, k, source, null) !== null &&
            wayOf(source, sinks[k]!.wire).some((passage) => passage.mzi === mzi && passage.output === output),
        ),
      );
      const [left, right] = behind;
      if (mzi.theta === null || left === undefined || right === undefined || left === right) return [];
      const by = (sink: number): number[] => yardstickOf(plan, sink, source, null)!;
      const [l, r] = [relative(plan, left, source, by(left)), relative(plan, right, source, by(right))];
      const [over, under] = [
        [...l.over, ...r.under],
        [...l.under, ...r.over],
      ];
      const rule = { kind: "ratio", over, under, target: l.target / r.target } as const;
      return [{ purpose: "height", knob: mzi.theta, rule }];
    });
}

/** Response of a source over that of others together. */
function relative(
  plan: Plan,
  sink: number,
  source: number,
  by: readonly number[],
): { readonly over: Response[]; readonly under: Response[]; readonly target: number } {
  const { response, weight } = sent(plan, sink, source);
  return {
    over: [response],
    under: [lit(plan, by, response.monitor)],
    target: weight / sumOf(plan, sink, by),
  };
}

/** What a detector reads of a source, a worker at its highest level, of an amplifier the slope; and what it reads on the circuit as it is meant. */
function sent(plan: Plan, sink: number, source: number): { readonly response: Response; readonly weight: number } {
  const monitor = monitorOf(plan.wiring.sinks[sink]!);
  const amplifier = amplifierOf(plan, source);
  const each = plan.wiring.sources[source]!;
  const weight = weightOf(plan, sink, source);
  if (amplifier === null || each.kind !== "neuron") return { response: lit(plan, [source], monitor), weight };
  const { from, to, share } = amplifier.slope;
  const live = (drive: Drive): Drive => ({ ...drive, live: [...(drive.live ?? []), each.neuron.name] });
  return { response: { drive: live(to), from: live(from), monitor }, weight: share * weight };
}

/** Null where a source decides, or is a port. */
function amplifierOf({ wiring, amplifiers }: Plan, source: number): Amplifier | null {
  const each = wiring.sources[source];
  return (each?.kind === "neuron" ? amplifiers.get(each.neuron.number) : null) ?? null;
}

function sumOf(plan: Plan, sink: number, sources: readonly number[]): number {
  return sources.reduce((sum, source) => sum + weightOf(plan, sink, source), 0);
}

/** All workers that send the same symbol to the same detector. */
function fellows(plan: Plan, sink: number, worker: number): number[] {
  const { symbol } = portOf(plan, worker);
  return plan.wiring.sinks[sink]!.wire.sources.filter(
    (each) => isWorker(plan, each) && portOf(plan, each).symbol === symbol,
  );
}

/**
 * What a source is compared with at a detector: all workers of the symbol that is brightest there, or else the brightest other bit; of
 * those in `among`, null: all, for a bit those before it. Null where there is nothing.
 */
function yardstickOf(plan: Plan, sink: number, source: number, among: ReadonlySet<number> | null): number[] | null {
  const sends = amplifierOf(plan, source) !== null;
  const others = plan.wiring.sinks[sink]!.wire.sources.filter((each) => {
    if (each === source || amplifierOf(plan, each) !== null) return false;
    return among === null ? isWorker(plan, each) || sends || source < 0 || each < source : among.has(each);
  });
  const workers = others.filter((each) => isWorker(plan, each));
  const worker = brightest(plan, sink, workers);
  if (worker !== null) return fellows(plan, sink, worker).filter((each) => others.includes(each));
  const other = brightest(plan, sink, others);
  return other === null ? null : [other];
}

/** The gain of each receiver, by the workers' light where it sees any, else by the brightest bit; then where it decides. */
function receiverSteps(plan: Plan, { received }: DrivenStates): Step[] {
  return plan.wiring.sinks.flatMap((sink, k): Step[] => {
    if (sink.kind !== "receiver") return [];
    const light = yardstickOf(plan, k, -1, null);
    const { response, weight } =
      light === null
        ? sent(plan, k, brightest(plan, k, sink.wire.sources)!)
        : { response: lit(plan, light, monitorOf(sink)), weight: sumOf(plan, k, light) };
    const { off, on } = received.get(plan.wiring.circuit.outputs[sink.output]!.symbol)!;
    const decides: Step = {
      purpose: "receiver",
      knob: { kind: "receiver-threshold", name: sink.name },
      rule: { kind: "midpoint", monitor: monitorOf(sink), off, on, range: 0 },
    };
    const rule = { kind: "ratio", over: [response], under: [], target: weight } as const;
    const scaled: Step = { purpose: "receiver", knob: { kind: "receiver-gain", name: sink.name }, rule };
    return off.length > 0 && on.length > 0 ? [scaled, decides] : [scaled];
  });
}

/** Thresholds of comparators in the middle between the states on their two sides. */
function thresholdSteps({ wiring }: Plan, { comparators }: DrivenStates): Step[] {
  return wiring.neurons.flatMap((neuron): Step[] => {
    const sides = comparators.get(neuron.number);
    const { activation } = neuron;
    if (sides === undefined || activation.kind !== "saturating") return [];
    return [thresholdStep(neuron, sides, activation.range)];
  });
}

function thresholdStep(neuron: NeuronPlace, { off, on }: Sides, range: number): Step {
  const { name } = neuron;
  return {
    purpose: "threshold",
    knob: { kind: "threshold", name },
    rule: { kind: "midpoint", monitor: { kind: "neuron", name }, off, on, range },
  };
}

/** The reading of some sources together, workers at their highest level. */
function lit({ wiring }: Plan, sources: readonly number[], monitor: Monitor): Response {
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
function weightOf({ wiring, designed }: Plan, sink: number, source: number): number {
  const each = wiring.sources[source]!;
  return designed[sink]![source]! * (each.kind === "port" ? topLevel(wiring, each.port) : 1);
}

function isWorker({ wiring }: Plan, source: number): boolean {
  const each = wiring.sources[source]!;
  return each.kind === "port" && each.port.kind === "worker";
}

function portOf({ wiring }: Plan, source: number): WorkerInput {
  const each = wiring.sources[source]!;
  if (each.kind !== "port" || each.port.kind !== "worker") throw new Error("not a worker");
  return each.port;
}

/** The first receiver that sees each worker's port, or else the first detector. */
function phaseDetectors(plan: Plan): { readonly sink: number; readonly source: number }[] {
  const { sinks, sources } = plan.wiring;
  return sources.flatMap((_, source) => {
    if (!isWorker(plan, source)) return [];
    const seeing = [...sinks.entries()].filter(([, { wire }]) => wire.sources.includes(source));
    const at = seeing.find(([, { kind }]) => kind === "receiver") ?? seeing[0];
    return at === undefined ? [] : [{ sink: at[0], source }];
  });
}

function brightest(plan: Plan, sink: number, among: readonly number[]): number | null {
  let best: number | null = null;
  for (const source of among) {
    if (best === null || Math.abs(weightOf(plan, sink, source)) > Math.abs(weightOf(plan, sink, best))) best = source;
  }
  return best;
}

/** The source by whose light the couplers on a lane are set: the brightest on it at the detector. */
function representative(plan: Plan, sink: number, wire: KnobWire): number {
  return brightest(plan, sink, wire.sources)!;
}

function extremum(plan: Plan, sink: number, knob: Knob, sources: readonly number[], monitor: Monitor): Step {
  const kind = sumOf(plan, sink, sources) >= 0 ? "maximum" : "minimum";
  return { purpose: "phase", knob, rule: { kind, ...lit(plan, sources, monitor) } };
}
