import type { Spec } from "../dsl/index.ts";
import {
  type Circuit,
  drawnLengths,
  idealOptics,
  isIdeal,
  type MeasuredChip,
  type Optics,
  type PortOrder,
} from "../netlist/index.ts";
import { type Aggregation, aggregationOf } from "./aggregation/aggregation.ts";
import type { Plan } from "./aggregation/plan.ts";
import { planAggregation } from "./aggregation/plan-aggregation.ts";
import { sumFields } from "./distribution.ts";
import { certify, type Design, depthsOf, emitCircuit } from "./emit.ts";
import { type MeasuredBlocks, measuredBlocks, measuredContext, type Reached } from "./measured.ts";
import { assignFields, type NetworkLight } from "./network/fields.ts";
import type { Mlp } from "./network/mlp.ts";
import { type MlpOnn, mlpToOnn } from "./network/mlp-onn.ts";
import type { Onn } from "./network/onn.ts";
import { type LayerSchedule, layersOf, scheduleGraph } from "./network/schedule.ts";
import { buildTopology, type Topology } from "./network/topology.ts";
import { residualsOf } from "./network/tuning.ts";
import { padNetwork } from "./padding.ts";
import { contextOf, lossesOf, type PhysicalContext, placeIn } from "./physical-context.ts";
import { structureOf } from "./structure.ts";

/** What a spec needs beside itself; the caller trains or reads it, because that takes time, files and diagnostics. */
export interface Resources {
  /** For `network trained` (`TrainedNetwork.mlp`) and `network imported` (`importNetwork`); null for `network constructed`. */
  readonly network: Mlp | null;
}

/** Everything that the stages made, in their order. */
export interface Synthesis {
  readonly spec: Spec;
  readonly aggregation: Aggregation;
  /** The arithmetic of a constructed network; null for the others, whose circuits carry no certificate. */
  readonly plan: Plan | null;
  /** Figures of a trained or imported network; null for constructed ones. */
  readonly perceptron: Omit<MlpOnn, "onn"> | null;
  readonly onn: Onn;
  readonly circuit: Circuit;
}

const noResources: Resources = { network: null };

/**
 * Spec -> circuit. With other `optics` than ideal ones its devices lose light, its lanes cross, wait and lose, and the
 * circuit compensates that: it computes the same words. Deterministic: the same spec, resources and optics give the same
 * circuit, bit for bit. Throws when a trained or imported
 * network is asked for and not given, TooDark (physical-context.ts) where a lane would lose more than 200 dB, and RangeError when it does not fit the aggregation: callers have checked both.
 */
export function synthesise(spec: Spec, resources: Resources = noResources, optics: Optics = idealOptics): Synthesis {
  const aggregation = aggregationOf(spec);
  switch (spec.network.kind) {
    case "constructed": {
      const plan = planAggregation(aggregation, residualsOf(spec.network));
      const topology = buildTopology(aggregation, plan, spec.network);
      const design = designTopology(aggregation, topology, optics, spec.portOrder);
      const circuit = emitConstructed(spec.name, aggregation, design);
      return { spec, aggregation, plan, perceptron: null, onn: design.onn, circuit };
    }
    case "trained":
    case "imported": {
      if (resources.network === null) throw new Error(`${spec.name}: the ${spec.network.kind} network is not given`);
      const { onn: network, ...perceptron } = mlpToOnn(resources.network, aggregation);
      const { left, ...design } = designPerceptron(aggregation, network, optics, spec.portOrder);
      const circuit = emitCircuit(spec.name, aggregation, design, null);
      const figures = { ...perceptron, gain: perceptron.gain / left };
      return { spec, aggregation, plan: null, perceptron: figures, onn: design.onn, circuit };
    }
  }
}

/**
 * The circuit of a constructed network again, for a fabricated chip of it: MZIs with the couplers and losses that were measured, phases, thresholds
 * and gains that compensate them. `chip` was read for the circuit of the same spec and optics. A list where couplers do not reach what is needed.
 */
export function synthesiseMeasured(spec: Spec, optics: Optics, chip: MeasuredChip): Synthesis | readonly Reached[] {
  if (spec.network.kind !== "constructed")
    throw new Error(`${spec.name}: a ${spec.network.kind} network has no measured form`);
  const aggregation = aggregationOf(spec);
  const plan = planAggregation(aggregation, residualsOf(spec.network));
  const topology = buildTopology(aggregation, plan, spec.network);
  const designed = designTopology(aggregation, topology, optics, spec.portOrder);
  const blocks = measuredBlocks(chip, emitConstructed(spec.name, aggregation, designed), designed.structure.combiners);
  const design = compensateLosses(designed, measuredContext(designed.structure, designed.context, blocks));
  const circuit = emitConstructed(spec.name, aggregation, design, blocks);
  if (blocks.outOfReach.length > 0) return blocks.outOfReach;
  return { spec, aggregation, plan, perceptron: null, onn: design.onn, circuit };
}

/** A design whose network was constructed: its fields can be assigned again for other losses. */
export interface ConstructedDesign extends Design {
  readonly topology: Topology;
  readonly schedule: LayerSchedule;
  readonly light: NetworkLight;
}

/** Fields, layers and a place for a network; with losses, fields again that compensate them. */
export function designTopology(
  aggregation: Aggregation,
  topology: Topology,
  optics: Optics,
  ports: PortOrder,
): ConstructedDesign {
  const idealSum = 1 / Math.sqrt(aggregation.fanIn?.[0] ?? aggregation.workers);
  const light = assignFields(
    topology,
    topology.inputs.map(() => idealSum),
  );
  const { graph, inputs, signals } = topology;
  const published = signals.map(({ wire }) => wire);
  const schedule = scheduleGraph(graph, light.trees, inputs, published, topology.combiners);
  const onn = onnOf(topology, schedule, light);
  const { structure, context } = placeIn(structureOf(aggregation, onn, schedule.runs), onn, optics, ports);
  const design = { topology, schedule, light, structure, onn, context };
  return isIdeal(optics) ? design : routeDesign(aggregation, compensateLosses(design, context));
}

/** A constructed network with its fields, in blocks. */
function onnOf({ graph, inputs, outputs }: Topology, schedule: LayerSchedule, light: NetworkLight): Onn {
  const { laneOf, lanes } = schedule;
  const field = light.fieldPerUnit;
  const tap = (wire: number) => ({ lane: laneOf[wire]!, fieldPerUnit: field[wire]! });
  const biases = graph.nodes.flatMap((node) =>
    node.kind === "bias" ? [{ lane: laneOf[node.output]!, field: field[node.output]! }] : [],
  );
  const layers = layersOf(schedule, light.weights, light.neurons);
  return { lanes, inputs: inputs.map(tap), biases, layers, outputs: outputs.map(tap) };
}

/** The design with the lengths that its lanes have where it is drawn. Another round changes none: a drawing depends on no field. */
function routeDesign(aggregation: Aggregation, placed: ConstructedDesign): ConstructedDesign {
  const { structure, context } = placed;
  const { optics, placement } = context;
  if (optics.layout === null || placement === null) return placed;
  const { rules } = optics.layout;
  // light waits for neurons in delay lines only
  const layout = optics.matchDelays ? optics.layout : { ...optics.layout, rules: { ...rules, neuronDelayUm: 0 } };
  const drawnUm = drawnLengths(emitConstructed("", aggregation, placed), layout);
  return compensateLosses(placed, contextOf(structure, optics, placement, null, drawnUm));
}

/** The same design with weights, thresholds, gains and biases for the losses of `context`. */
function compensateLosses(design: ConstructedDesign, context: PhysicalContext): ConstructedDesign {
  const { topology, schedule, structure } = design;
  const losses = lossesOf(context.nets.network, schedule);
  const light = assignFields(topology, sumFields(structure, context), design.light.trees, losses);
  return { ...design, light, onn: onnOf(topology, schedule, light), context };
}

export function emitConstructed(
  name: string,
  aggregation: Aggregation,
  design: ConstructedDesign,
  measured: MeasuredBlocks | null = null,
): Circuit {
  const certificate = certify(design.topology, design.schedule, design.light);
  return emitCircuit(name, aggregation, design, certificate, measured);
}

/** A place for a network of meshes, whose lanes are padded until all of a layer lose the same. `left`: share of an output's ideal field. */
export function designPerceptron(
  aggregation: Aggregation,
  network: Onn,
  optics: Optics,
  ports: PortOrder,
): Design & { readonly left: number } {
  const ideal = isIdeal(optics);
  const depths = ideal ? null : depthsOf(network);
  const { structure, context } = placeIn(structureOf(aggregation, network), network, optics, ports, depths);
  const unpadded = { onn: network, context, left: 1 };
  const padded = ideal ? unpadded : padNetwork(network, context, sumFields(structure, context));
  return { ...padded, structure };
}
