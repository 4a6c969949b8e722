import {
  type Circuit,
  type MeasuredChip,
  type MeasuredMzi,
  type Mesh,
  mziFactor,
  namedMzis,
} from "../netlist/index.ts";
import { factorOf, isOutOfReach, measuredMesh, type OutOfReach } from "./mesh/index.ts";
import type { Block } from "./network/onn.ts";
import type { LayerRun } from "./network/schedule.ts";
import { couplerDepth, type PhysicalContext } from "./physical-context.ts";
import { byNet, type NetName, type Structure, sectionNameOf } from "./structure.ts";

/** A measured MZI that cannot be set as the circuit needs it. */
export interface Reached extends OutOfReach {
  /** Of the MZI. */
  readonly name: string;
}

/** What was measured of a chip, by the blocks of its circuit. Every block of a constructed network is one MZI, with the name of its mesh. */
export interface MeasuredBlocks {
  readonly meshesOf: (net: NetName, layer: number, block: Block, drawn: readonly Mesh[]) => readonly Mesh[];
  /** Whether the couplers of a block's MZI were measured: theta then has a heater, wherever it stands. */
  readonly isTuned: (net: NetName, layer: number, name: string) => boolean;
  /** Field factor of a block's MZI; null where it was not measured. */
  readonly fieldFactor: (net: NetName, layer: number, name: string) => number | null;
  /** Of the meshes that `meshesOf` named. */
  readonly outOfReach: readonly Reached[];
}

/** `designed` is the circuit whose chip was measured. */
export function measuredBlocks(
  { mzis }: MeasuredChip,
  designed: Circuit,
  combiners: readonly LayerRun[],
): MeasuredBlocks {
  const byMesh = new Map<string, { readonly name: string; readonly measured: MeasuredMzi }>();
  for (const { name, section, mesh } of namedMzis(designed)) {
    const measured = mzis.get(name);
    if (measured !== undefined) byMesh.set(`${section}/${mesh}`, { name, measured });
  }
  const at = (net: NetName, layer: number, name: string) =>
    byMesh.get(`${sectionNameOf(combiners, net, layer)}/${name}`);
  const outOfReach: Reached[] = [];
  return {
    outOfReach,
    meshesOf: (net, layer, block, drawn) => {
      const known = at(net, layer, block.name);
      if (known === undefined) return drawn;
      return drawn.map((mesh) => {
        const made = measuredMesh(mesh, known.measured, block.rows, block.cols);
        if (!isOutOfReach(made)) return made;
        outOfReach.push({ name: known.name, ...made });
        return mesh;
      });
    },
    isTuned: (net, layer, name) => (at(net, layer, name)?.measured.crossPower ?? null) !== null,
    fieldFactor: (net, layer, name) => {
      const lossDb = at(net, layer, name)?.measured.lossDb ?? null;
      return lossDb === null ? null : 10 ** (-lossDb / 20);
    },
  };
}

/** The context of a design with the heaters and losses of the MZIs that were measured. */
export function measuredContext(
  { nets }: Structure,
  context: PhysicalContext,
  { isTuned, fieldFactor }: MeasuredBlocks,
): PhysicalContext {
  const { optics } = context;
  const measured = byNet((net) =>
    context.nets[net].map(({ blocks, neurons }, layer) => ({
      neurons,
      blocks: blocks.map((block, index) => {
        const { name, cols } = nets[net].layers[layer]!.blocks[index]!;
        const depth = isTuned(net, layer, name) ? couplerDepth(cols) : block.depth;
        const factor = factorOf(depth, optics);
        const measured = fieldFactor(net, layer, name);
        if (measured === null) return { ...block, depth, factor };
        return { ...block, depth, factor: (factor / mziFactor(optics, depth.heaters)) * measured };
      }),
    })),
  );
  return { ...context, nets: measured };
}
