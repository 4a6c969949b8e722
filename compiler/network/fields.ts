import { hypotenuse, norm } from "../kernels/index.ts";
import { bitFields, type Draft, noDraft } from "./bit-fields.ts";
import { slopeOf } from "./comparator.ts";
import type { Copy, NeuronNode } from "./graph.ts";
import { behindSplitters, type GraphLight, type Losses, lossless, powerOf, propagate, type Trees } from "./light.ts";
import type { NeuronSetting } from "./onn.ts";
import type { Topology } from "./topology.ts";

/** Light of a network, and the settings of its neurons by number. */
export interface NetworkLight extends GraphLight {
  readonly neurons: readonly NeuronSetting[];
}

/**
 * Assigns every field of a network: weights, thresholds, gains and biases compensate `losses`, so that the network is as exact on lossy devices.
 * `sumFields`: field per unit of each symbol sum behind P. The field at which a bit is wanted depends on the analog value that it will meet, known
 * only after a pass over all of them; a level of a cascade meets what the levels before it make. `trees`: null where none is shaped yet.
 */
export function assignFields(
  topology: Topology,
  sumFields: readonly number[],
  trees: Trees | null = null,
  losses: Losses = lossless,
): NetworkLight {
  const { plan, signals, tuning } = topology;
  let draft = noDraft;
  for (let i = -tuning.drafts; i <= plan.combiners.length; i++) {
    const { light, ownFields } = pass(topology, sumFields, trees, losses, draft);
    const analogFields = new Map(
      plan.signals.flatMap(({ kind }, id): [number, number][] =>
        kind === "residual" || kind === "total" ? [[id, light.fieldPerUnit[signals[id]!.wire]!]] : [],
      ),
    );
    draft = { analogFields, ownFields };
  }
  return pass(topology, sumFields, trees, losses, draft).light;
}

function pass(
  topology: Topology,
  sumFields: readonly number[],
  trees: Trees | null,
  losses: Losses,
  draft: Draft,
): { readonly light: NetworkLight; readonly ownFields: Draft["ownFields"] } {
  const { plan, graph, inputs, signals, decisions, tuning } = topology;
  const slope = slopeOf(decisions);
  const sums = plan.signals.flatMap(({ kind }, id) => (kind === "sum" ? [id] : []));
  const bits = bitFields(plan, new Map(sums.map((id, i) => [id, sumFields[i]!])), draft, tuning);
  const ownFields = new Map<number, number>();
  const neurons: NeuronSetting[] = [];
  const treeOf = new Map([...(trees ?? [])].map(([copy, tree]) => [copy.signal, tree]));

  /** Fields of the copies of a signal where their splitters send them. */
  const copiesOf = (signal: number, field: Float64Array): readonly number[] => {
    const { own } = signals[signal]!;
    const later = bits.wanted[signal]!;
    let wanted = later;
    if (own !== null) {
      const ownField = bits.own(own.bit, field[own.from]!, own.reach);
      ownFields.set(signal, ownField / own.bit.weight);
      wanted = [ownField, ...later];
    }
    const tree = treeOf.get(signal);
    return tree === undefined ? wanted : behindSplitters(tree, wanted, losses);
  };
  /** Field that the neuron of a bit has to send, `after` being lost up to the device that reads it where it is not copied. */
  const wantedOf = (signal: number, field: Float64Array, after: number): number => {
    const wanted = copiesOf(signal, field);
    if (wanted.length < 2) return norm(wanted) / after;
    const tree = treeOf.get(signal);
    return tree === undefined ? norm(wanted) : Math.sqrt(powerOf(tree, wanted, losses));
  };
  const set = (neuron: number, setting: NeuronSetting): void => {
    neurons[neuron] = setting;
  };
  const settle = ({ neuron, input, rule }: NeuronNode, field: Float64Array): number => {
    const { before, after } = losses.neuron(neuron);
    const unit = field[input]! * before;
    switch (rule.kind) {
      case "compare": {
        const range = unit / slope;
        const gain = wantedOf(rule.signal, field, after) / range;
        set(neuron, { kind: "saturating", gain, threshold: rule.level * unit, range });
        return gain * range;
      }
      case "regenerate": {
        const gain = rule.field / unit;
        if (decisions.neuron === "relu") set(neuron, { kind: "relu", gain });
        else set(neuron, { kind: "saturating", gain, threshold: rule.from * unit, range: rule.range * unit });
        return rule.field;
      }
      case "rectify": {
        const gain = wantedOf(rule.signal, field, after) / unit;
        set(neuron, { kind: "relu", gain });
        return unit * gain;
      }
      case "clamp": {
        // tan = slope * unitField / innerField fixes the unit's field from the inner one; gains g^2 make the step `wanted` high.
        const { clampTangent: tangent } = tuning;
        const { inputs: lost, factor } = losses.coupler(rule.coupler);
        const step = losses.neuron(rule.step);
        const passive = ((unit * tangent) / (slope * hypotenuse(1, tangent))) * lost[1]! * factor * step.before;
        const gain = Math.sqrt(wantedOf(rule.signal, field, step.after) / passive);
        set(neuron, { kind: "relu", gain });
        return unit * gain;
      }
      case "step": {
        const { gain } = neurons[rule.of]!;
        set(neuron, { kind: "relu", gain });
        return unit * gain;
      }
    }
  };
  const lit = inputs.map((wire, i) => [wire, sumFields[i]!] as const);
  const wanted = (copy: Copy, field: Float64Array): readonly number[] => copiesOf(copy.signal!, field);
  const light = propagate(graph, lit, trees, losses, { wanted, neuron: settle });
  return { light: { ...light, neurons }, ownFields };
}
