import { add, append, type Graph, type GraphWire, neuron } from "./graph.ts";
import type { Decisions, Tuning } from "./tuning.ts";

/** What the nodes of a comparator depend on. */
export interface Comparators {
  readonly graph: Graph;
  readonly decisions: Decisions;
  readonly tuning: Tuning;
}

/** Steps of the comparators per grid unit: 1 / (1 - 2 margin). */
export function slopeOf({ margin }: Decisions): number {
  return 1 / (1 - 2 * margin);
}

/** The bit `signal`, [t >= threshold], for t on an integer grid. */
export function compare(
  comparators: Comparators,
  name: string,
  t: GraphWire,
  threshold: number,
  signal: number,
): GraphWire {
  const { graph, decisions } = comparators;
  switch (decisions.neuron) {
    case "relu":
      return clamp(comparators, name, t, threshold - decisions.margin, signal);
    case "saturating": {
      // As far behind the value below the threshold as it reaches its limit before the threshold.
      const level = threshold - 1 + decisions.margin;
      if (decisions.threshold === "electronic") return neuron(graph, t, { kind: "compare", level, signal });
      const beyond = add(graph, `${name}_level`, t, 1, levelBias(comparators, t, level), -level);
      return neuron(graph, beyond.output, { kind: "compare", level: 0, signal });
    }
  }
}

/** Bias that the next adder weighs against t. */
function levelBias({ graph, tuning }: Comparators, t: GraphWire, level: number): GraphWire {
  const meets = { coupler: graph.couplers, input: 1 } as const;
  const strength = { level: Math.max(Math.abs(level), 0.5), balance: tuning.biasBalance, over: 1 };
  return append(graph, { kind: "bias", beside: [t], ...strength, meets });
}

/** Two rectifiers of equal gain: inner = relu(level - t), bit = relu(1 - slope * inner). */
function clamp(comparators: Comparators, name: string, t: GraphWire, level: number, signal: number): GraphWire {
  const { graph, decisions, tuning } = comparators;
  const slope = slopeOf(decisions);
  const below = add(graph, `${name}_level`, t, -1, levelBias(comparators, t, level), level);
  const first = graph.neurons;
  const coupler = graph.couplers;
  const inner = neuron(graph, below.output, { kind: "clamp", coupler, step: first + 1, signal });
  const unit = append(graph, {
    kind: "bias",
    beside: [inner],
    level: tuning.clampTangent,
    balance: 1,
    over: slope,
    meets: { coupler, input: 0 },
  });
  const step = add(graph, `${name}_clamp`, unit, 1, inner, -slope);
  return neuron(graph, step.output, { kind: "step", of: first });
}
