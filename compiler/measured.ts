import { type Circuit, type MeasuredDie, type MeasuredMzi, type Mesh, namedMzis } from "../netlist/index.ts";
import { type Frame, type FrameLosses, type NetName, sectionNameOf } from "./frame.ts";
import { isOutOfReach, measuredMesh, type OutOfReach } from "./mesh/index.ts";
import type { LayerRun } from "./network/constructed.ts";
import type { Block } from "./network/onn.ts";
import type { LaneLosses } from "./network/weave.ts";

/** A measured MZI that cannot be set as the circuit needs it. */
export interface Reached extends OutOfReach {
  /** Of the MZI. */
  readonly name: string;
}

/** What was measured of a chip, by the blocks of its circuit. Every block of a constructed network is one MZI, with the name of its mesh. */
export interface MeasuredBlocks {
  readonly meshesOf: (net: NetName, layer: number, block: Block, drawn: readonly Mesh[]) => readonly Mesh[];
  readonly fieldFactor: (net: NetName, layer: number, index: number) => number | null;
  /** Of those that `meshesOf` was asked for. */
  readonly outOfReach: readonly Reached[];
}

/** `designed` is the circuit whose chip was measured, `frame` its frame. */
export function measuredBlocks(
  { mzis }: MeasuredDie,
  designed: Circuit,
  frame: Frame,
  combiners: readonly LayerRun[],
): MeasuredBlocks {
  const byMesh = new Map<string, { readonly name: string; readonly measured: MeasuredMzi }>();
  for (const { name, section, mesh } of namedMzis(designed)) {
    const measured = mzis.get(name);
    if (measured !== undefined) byMesh.set(`${section}/${mesh}`, { name, measured });
  }
  const at = (net: NetName, layer: number, block: Block) =>
    byMesh.get(`${sectionNameOf(combiners, net, layer)}/${block.name}`);
  const outOfReach: Reached[] = [];
  return {
    outOfReach,
    meshesOf: (net, layer, block, drawn) => {
      const known = at(net, layer, block);
      if (known === undefined) return drawn;
      return drawn.map((mesh) => {
        const made = measuredMesh(mesh, known.measured, block.rows, block.cols);
        if (!isOutOfReach(made)) return made;
        outOfReach.push({ name: known.name, ...made });
        return mesh;
      });
    },
    fieldFactor: (net, layer, index) => {
      const lossDb = at(net, layer, frame.nets[net].layers[layer]!.blocks[index]!)?.measured.lossDb ?? null;
      return lossDb === null ? null : 10 ** (-lossDb / 20);
    },
  };
}

/** The losses of a frame with those that were measured in place of the designed MZIs'; `mziFieldFactor` is what they were designed to keep. */
export function measuredLosses(
  designed: FrameLosses & { readonly network: LaneLosses },
  { fieldFactor }: MeasuredBlocks,
  mziFieldFactor: number,
): FrameLosses & { readonly network: LaneLosses } {
  const measured = (net: NetName, losses: LaneLosses): LaneLosses => ({
    neuron: losses.neuron,
    block: (layer, index) => {
      const block = losses.block(layer, index);
      const factor = fieldFactor(net, layer, index);
      return factor === null ? block : { ...block, factor: (block.factor / mziFieldFactor) * factor };
    },
  });
  const known = (net: "combine" | "reference" | "broadcast") => ({
    ...designed[net],
    losses: measured(net, designed[net].losses),
  });
  return {
    combine: known("combine"),
    reference: known("reference"),
    broadcast: known("broadcast"),
    ends: designed.ends,
    network: measured("network", designed.network),
  };
}
