import type { InputPort, OutputPort } from "../netlist/index.ts";
import { type GraphLight, type LightRules, passive, powerOf, propagate } from "./network/light.ts";
import type { Layer, Onn } from "./network/onn.ts";
import { layersOf } from "./network/schedule.ts";
import { lossesOf, type PhysicalContext } from "./physical-context.ts";
import type { NetName, Structure } from "./structure.ts";

/** P, bias distribution and T with the fields that a network asks of them, and the circuit's ports. */
export interface Distribution {
  readonly layers: Readonly<Record<Exclude<NetName, "network">, readonly Layer[]>>;
  readonly inputs: readonly InputPort[];
  readonly outputs: readonly OutputPort[];
}

/** All workers launch a field of 1 a level. */
export function distributionOf(structure: Structure, onn: Onn, context: PhysicalContext): Distribution {
  const { nets, inputs, outputs, referenceMode } = structure;
  const layers = (net: keyof Distribution["layers"], { weights }: GraphLight): Layer[] =>
    layersOf(nets[net].schedule, weights);
  const broadcast = lightOf(structure, context, "broadcast", (symbol) => onn.outputs[symbol]!.fieldPerUnit);
  const biases = biasLight(structure, onn, context);
  const ports = inputs.map(({ worker, symbol, mode }): InputPort => {
    return { kind: "worker", name: `w${worker}_s${symbol}`, mode, worker, symbol, fieldPerLevel: 1 };
  });
  if (referenceMode !== null) {
    ports.push({ kind: "reference", name: "reference", mode: referenceMode, field: biases.field });
  }
  return {
    layers: {
      combine: layers("combine", combineLight(structure, context)),
      reference: layers("reference", biases.light),
      broadcast: layers("broadcast", broadcast),
    },
    inputs: ports,
    outputs: outputs.map(({ worker, symbol, wire, mode }, i) => {
      const levelsPerField = 1 / (broadcast.fieldPerUnit[wire]! * context.receivers[i]!.fieldFactor);
      return { name: `o${worker}_s${symbol}`, mode, worker, symbol, levelsPerField };
    }),
  };
}

/** Field per unit of every symbol sum behind P, in the order of `Onn.inputs`. */
export function sumFields(structure: Structure, context: PhysicalContext): number[] {
  const { fieldPerUnit } = combineLight(structure, context);
  return structure.sums.map((wire) => fieldPerUnit[wire]!);
}

function combineLight(structure: Structure, context: PhysicalContext): GraphLight {
  return lightOf(structure, context, "combine", () => 1);
}

/** `field`: that the reference port needs for its tree to give every bias exactly what the network asks for. */
function biasLight(
  structure: Structure,
  { biases }: Onn,
  context: PhysicalContext,
): { readonly light: GraphLight; readonly field: number } {
  const { reference } = structure.nets;
  const wanted = biases.map(({ field }) => field);
  const light = lightOf(structure, context, "reference", () => 1, { ...passive, wanted: () => wanted });
  const [tree] = reference.trees.values();
  const losses = lossesOf(context.nets.reference, reference.schedule);
  return { light, field: tree === undefined ? (wanted[0] ?? 0) : Math.sqrt(powerOf(tree, wanted, losses)) };
}

function lightOf(
  { nets }: Structure,
  context: PhysicalContext,
  net: keyof Distribution["layers"],
  fieldOf: (input: number) => number,
  rules: LightRules = passive,
): GraphLight {
  const { graph, trees, schedule, inputs } = nets[net];
  const lit = inputs.map((wire, i) => [wire, fieldOf(i)] as const);
  return propagate(graph, lit, trees, lossesOf(context.nets[net], schedule), rules);
}
