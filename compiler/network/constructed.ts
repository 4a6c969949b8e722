import type { NetworkLight } from "./fields.ts";
import type { Trees } from "./light.ts";
import type { Onn } from "./onn.ts";
import { type LayerSchedule, layersOf, scheduleGraph } from "./schedule.ts";
import type { Topology } from "./topology.ts";

export function scheduleTopology({ graph, inputs, signals, combiners }: Topology, trees: Trees): LayerSchedule {
  const published = signals.map(({ wire }) => wire);
  return scheduleGraph(graph, trees, inputs, published, combiners);
}

/** A constructed network with its fields, in blocks. */
export function onnOf({ graph, inputs, outputs }: Topology, schedule: LayerSchedule, light: NetworkLight): Onn {
  const { laneOf, lanes } = schedule;
  const field = light.fieldPerUnit;
  const tap = (wire: number) => ({ lane: laneOf[wire]!, fieldPerUnit: field[wire]! });
  const biases = graph.nodes.flatMap((node) =>
    node.kind === "bias" ? [{ lane: laneOf[node.output]!, field: field[node.output]! }] : [],
  );
  const layers = layersOf(schedule, light.weights, light.neurons);
  return { lanes, inputs: inputs.map(tap), biases, layers, outputs: outputs.map(tap) };
}
