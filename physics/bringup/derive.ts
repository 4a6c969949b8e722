import type { ReachableStates } from "../../verify/index.ts";
import { type DrivenStates, drivenStates, type Sides } from "./compared-states.ts";
import type { Knob, Monitor, Procedure, ProcedureStep } from "./procedure.ts";
import {
  amplifierOf,
  brightest,
  type DesignedLight,
  designedLightOf,
  fellows,
  homesOf,
  inOrderOfSources,
  isWorker,
  lit,
  portOf,
  relative,
  representative,
  sent,
  sumOf,
  weightOf,
  yardstickOf,
} from "./sources.ts";
import { type Coupling, couplingsTo, monitorOf, type NeuronPlace, oscillatorOf, type Wiring, wayOf } from "./wiring.ts";

/** `trimming`: electronics alone, launch light, thresholds and gains; `bring-up`: from unknown phases, all heaters too. */
export type Extent = "trimming" | "bring-up";

/**
 * The procedure of a circuit: for the detectors in the order of light, the couplers in front of each are lit, set and put in phase;
 * then levels, heights, the range and slope of amplifiers, and thresholds are trimmed.
 */
export function deriveProcedure(wiring: Wiring, states: ReachableStates, extent: Extent): Procedure {
  const driven = drivenStates(wiring, states);
  const light = designedLightOf(wiring, driven.amplifiers);
  const heaters =
    extent === "trimming"
      ? []
      : [...phaseSteps(light, true), ...phaseSteps(light, false), ...weightSteps(light, "bring-up")];
  const trimming = [
    ...receiverPhaseSteps(light),
    ...launchPhaseSteps(light),
    ...weightSteps(light, "trimming"),
    ...amplifierSteps(light),
    ...receiverSteps(light, driven),
    ...thresholdSteps(light, driven),
  ];
  const steps = [...heaters, ...trimming].map((step, i) => ({ number: i + 1, ...step }));
  const { name } = wiring.circuit;
  return { format: "optinc.bringup", version: 1, circuit: name, trimming_from: heaters.length + 1, steps };
}

/** The largest reading that workers and neurons can make at each detector, of either sign. */
export function fullScales(wiring: Wiring): number[] {
  const light = designedLightOf(wiring, new Map());
  return wiring.sinks.map(({ wire }, sink) => {
    const weights = wire.sources.map((source) => weightOf(light, sink, source));
    const sum = (sign: number): number => weights.reduce((all, weight) => all + Math.max(0, sign * weight), 0);
    return Math.max(sum(1), sum(-1));
  });
}

type Step = Omit<ProcedureStep, "number">;

/** `first`: from unknown phases; otherwise once more, because heaters that were set later have warmed those set before. */
function phaseSteps(light: DesignedLight, first: boolean): Step[] {
  const { sinks } = light.wiring;
  const set = new Set<number>();
  const aligned = new Set<number>();
  const launched = new Set<number>();
  const steps: Step[] = [];
  for (const [k, sink] of sinks.entries()) {
    const monitor = monitorOf(sink);
    const oscillator = oscillatorOf(sink);
    const couplings = couplingsTo(sink.wire);
    const opened = new Set<number>();
    for (const mzi of couplings) {
      if (mzi.theta === null || set.has(mzi.step)) continue;
      const source = representative(light, k, mzi.inputs[0] ?? mzi.inputs[1]!);
      const way = wayOf(source, sink.wire);
      const rule = { kind: "power-maximum", ...lit(light, [source], monitor), quadrature: oscillator } as const;
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
    for (const worker of sink.wire.sources) {
      if (!isWorker(light, worker) || launched.has(worker)) continue;
      const [first, ...others] = fellows(light, k, worker);
      steps.push(extremum(light, k, oscillator, [first!], monitor));
      for (const other of others) steps.push(extremum(light, k, launchPhase(light, other), [other], monitor));
      for (const each of [first!, ...others]) launched.add(each);
    }
    for (const mzi of couplings) {
      const [a, b] = mzi.inputs;
      if (mzi.phi === null || aligned.has(mzi.step) || a === null || b === null) continue;
      aligned.add(mzi.step);
      steps.push(extremum(light, k, oscillator, [representative(light, k, b)], monitor));
      steps.push(extremum(light, k, mzi.phi, [representative(light, k, a)], monitor));
    }
    steps.push(extremum(light, k, oscillator, [representative(light, k, sink.wire)], monitor));
  }
  return steps;
}

/** The phase of each worker's light, where no heater is touched: at the first receiver that sees it, or else the first detector. */
function launchPhaseSteps(light: DesignedLight): Step[] {
  const { sinks, sources } = light.wiring;
  return sources.flatMap((_, source): Step[] => {
    if (!isWorker(light, source)) return [];
    const seeing = [...sinks.entries()].filter(([, { wire }]) => wire.sources.includes(source));
    const at = seeing.find(([, { kind }]) => kind === "receiver") ?? seeing[0];
    return at === undefined ? [] : [extremum(light, at[0], launchPhase(light, source), [source], monitorOf(at[1]))];
  });
}

function launchPhase(light: DesignedLight, source: number): Knob {
  return { kind: "launch-phase", name: portOf(light, source).name };
}

/** The phase of each receiver's oscillator, by the light that is brightest there. */
function receiverPhaseSteps(light: DesignedLight): Step[] {
  return light.wiring.sinks.flatMap((sink, k): Step[] => {
    if (sink.kind !== "receiver") return [];
    return [extremum(light, k, oscillatorOf(sink), [representative(light, k, sink.wire)], monitorOf(sink))];
  });
}

/**
 * Levels and heights detector by detector, in the order of light: the workers that are first seen there are set against the brightest bit
 * whose height is set already, or else against all of them together; then the bits that are first seen there against the workers.
 */
function weightSteps(light: DesignedLight, extent: Extent): Step[] {
  const { sinks, sources } = light.wiring;
  const homes = sources.map((_, source) => homesOf(light, source));
  // a bit that is compared with nothing is the unit of those that are compared with it, and of the range of amplifiers that see it
  const set = new Set<number>();
  const absolute = sources.flatMap((each, source): Step[] => {
    if (each.kind !== "neuron" || amplifierOf(light, source) !== null || homes[source]!.length > 0) return [];
    set.add(source);
    const k = sinks.findIndex(
      (sink) =>
        sink.kind === "neuron" && light.amplifiers.has(sink.neuron.number) && sink.wire.sources.includes(source),
    );
    if (k < 0) return [];
    const over = [lit(light, [source], monitorOf(sinks[k]!))];
    const rule = { kind: "ratio", over, under: [], target: weightOf(light, k, source) } as const;
    return [{ purpose: "height", knob: { kind: "gain", name: each.neuron.name }, rule }];
  });
  const relativeSteps = inOrderOfSources(light).flatMap((k): Step[] => {
    const sink = sinks[k]!;
    const fresh = sink.wire.sources.filter((source) => !set.has(source));
    const workers = fresh.filter((source) => isWorker(light, source));
    const known = sink.wire.sources.filter((source) => set.has(source));
    const steps: Step[] = [];
    // against a bit, or where none is there yet, against all of them together: many levels, little noise
    const bit = brightest(light, k, known);
    for (const source of workers) {
      set.add(source);
      steps.push({
        purpose: "level",
        knob: { kind: "launch-level", name: portOf(light, source).name },
        rule: { kind: "ratio", ...relative(light, k, source, bit === null ? fellows(light, k, source) : [bit]) },
      });
    }
    for (const source of fresh) {
      const each = sources[source]!;
      const [first = -1, last = first] = homes[source]!;
      if (each.kind !== "neuron" || amplifierOf(light, source) !== null || last !== k) continue;
      const compared = [...new Set([first, last])].flatMap((sink) => {
        const by = yardstickOf(light, sink, source, set);
        return by === null ? [] : [relative(light, sink, source, by)];
      });
      if (compared.length === 0) continue;
      set.add(source);
      const rule = {
        kind: "ratio",
        over: compared.flatMap(({ over }) => over),
        under: compared.flatMap(({ under }) => under),
        target: compared.reduce((product, { target }) => product * target, 1),
      } as const;
      if (extent === "bring-up") steps.push(...copySteps(light, source));
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
function amplifierSteps(light: DesignedLight): Step[] {
  const set = new Set<number>();
  return inOrderOfSources(light).flatMap((k): Step[] => {
    const sink = light.wiring.sinks[k]!;
    const steps: Step[] = [];
    for (const source of sink.wire.sources) {
      const each = light.wiring.sources[source]!;
      const by = yardstickOf(light, k, source, null);
      if (each.kind !== "neuron" || amplifierOf(light, source) === null || set.has(source) || by === null) continue;
      set.add(source);
      const rule = { kind: "ratio", ...relative(light, k, source, by) } as const;
      steps.push({ purpose: "height", knob: { kind: "gain", name: each.neuron.name }, rule });
    }
    const own = sink.kind === "neuron" ? light.amplifiers.get(sink.neuron.number) : undefined;
    return sink.kind !== "neuron" || own === undefined ? steps : [...steps, thresholdStep(sink.neuron, own, own.range)];
  });
}

/** Splitters that see light of this source alone, the last ones first. */
function copySteps(light: DesignedLight, source: number): Step[] {
  const { sinks } = light.wiring;
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
            yardstickOf(light, k, source, null) !== null &&
            wayOf(source, sinks[k]!.wire).some((passage) => passage.mzi === mzi && passage.output === output),
        ),
      );
      const [left, right] = behind;
      if (mzi.theta === null || left === undefined || right === undefined || left === right) return [];
      const by = (sink: number): number[] => yardstickOf(light, sink, source, null)!;
      const [l, r] = [relative(light, left, source, by(left)), relative(light, right, source, by(right))];
      const [over, under] = [
        [...l.over, ...r.under],
        [...l.under, ...r.over],
      ];
      const rule = { kind: "ratio", over, under, target: l.target / r.target } as const;
      return [{ purpose: "height", knob: mzi.theta, rule }];
    });
}

/** The gain of each receiver, by the workers' light where it sees any, else by the brightest bit; then where it decides. */
function receiverSteps(light: DesignedLight, { received }: DrivenStates): Step[] {
  return light.wiring.sinks.flatMap((sink, k): Step[] => {
    if (sink.kind !== "receiver") return [];
    const yardstick = yardstickOf(light, k, -1, null);
    const { response, weight } =
      yardstick === null
        ? sent(light, k, brightest(light, k, sink.wire.sources)!)
        : { response: lit(light, yardstick, monitorOf(sink)), weight: sumOf(light, k, yardstick) };
    const { off, on } = received.get(light.wiring.circuit.outputs[sink.output]!.symbol)!;
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
function thresholdSteps({ wiring }: DesignedLight, { comparators }: DrivenStates): Step[] {
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

function extremum(light: DesignedLight, sink: number, knob: Knob, sources: readonly number[], monitor: Monitor): Step {
  const kind = sumOf(light, sink, sources) >= 0 ? "maximum" : "minimum";
  return { purpose: "phase", knob, rule: { kind, ...lit(light, sources, monitor) } };
}
