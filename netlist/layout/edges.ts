import type { Floor } from "../placement/floor.ts";

/** Edge couplers, from the edge of the chip. */
export const FIBRE_UM = 100;

/** Of fibres in an array, side by side: the usual pitch, as in docs/reference/technology.md. */
export const FIBRE_PITCH_UM = 127;

/** Input ports whose light becomes one lane, and the devices that join it, as light passes them. */
export interface PortTree {
  readonly ports: readonly number[];
  readonly devices: readonly number[];
  /** All stretches, ports among them. */
  readonly stretches: readonly number[];
}

/** Devices whose light reaches outputs only, as light passes them, and the stretches that lead to them. */
export interface OutputGroup {
  readonly inputs: readonly number[];
  readonly devices: readonly number[];
  readonly ports: readonly number[];
}

/** Where the light of ports meets other light, with nothing on one side of it but trees that have not met yet. */
export interface Meeting {
  readonly tree: PortTree;
  /** In front of this device those of the tree can be drawn. */
  readonly device: number;
  readonly above: boolean;
  /** Ports between it and the long edge. */
  readonly outside: readonly number[];
}

/** A tree whose light enters from the upper or lower edge, its ports from the inside out. */
export interface EdgeEntry {
  readonly tree: PortTree;
  readonly device: number;
  readonly above: boolean;
  /** Where the first of them may enter. */
  readonly fromX: number;
}

/** What takes a long edge of the chip. */
export interface EdgePorts {
  readonly entries: readonly EdgeEntry[];
  /** What leaves as soon as nothing is lit outside of it. */
  readonly exits: readonly OutputGroup[];
  /** From the outermost rows to the couplers, past carriers and pads. */
  readonly aboveUm: number;
  readonly belowUm: number;
}

/** What a drawing without `EdgePorts` shows of them. */
export interface EdgeFigures {
  readonly meetings: readonly Meeting[];
  /** Of input stretches: by how much further to the right their light could enter with nothing else moved. */
  readonly spareUm: ReadonlyMap<number, number>;
  /** Of stretches that no port feeds: where they begin. */
  readonly beginX: ReadonlyMap<number, number>;
  /** Stretches that cross others. */
  readonly crossed: ReadonlySet<number>;
  readonly widthUm: number;
}

/** Of each stretch the tree of inputs that ends with it. */
export function inputTrees({ devices, stretches }: Floor): ReadonlyMap<number, PortTree> {
  const trees = new Map<number, PortTree>();
  stretches.forEach(({ sender }, it) => {
    if (sender >= 0) trees.set(it, { ports: [it], devices: [], stretches: [it] });
  });
  devices.forEach(({ kind, inputs, outputs }, d) => {
    const joined = inputs.flatMap((it) => trees.get(it) ?? []);
    if (kind === "mesh" && outputs.length === 1 && joined.length === inputs.length) {
      trees.set(outputs[0]!, merge(joined, d, outputs[0]!));
    }
  });
  return trees;
}

/** The groups of devices whose light reaches outputs only. */
function outputGroups({ devices, stretches }: Floor): readonly OutputGroup[] {
  const groupOf = new Map<number, { ports: number[]; devices: number[]; inputs: number[] }>();
  for (const [d, { kind, inputs, outputs }] of [...devices.entries()].reverse()) {
    const next = outputs.map((it) => groupOf.get(stretches[it]!.to));
    const isLast = (it: number, i: number): boolean => next[i] !== undefined || stretches[it]!.receiver >= 0;
    if (kind !== "mesh" || outputs.length === 0 || !outputs.every(isLast)) continue;
    const behind = [...new Set(next)].filter((it) => it !== undefined);
    const group = {
      ports: [...outputs.filter((_, i) => next[i] === undefined), ...behind.flatMap(({ ports }) => ports)],
      devices: [d, ...behind.flatMap((it) => it.devices)].sort((a, b) => a - b),
      inputs: [...inputs, ...behind.flatMap((it) => it.inputs)].filter((it) => !outputs.includes(it)),
    };
    for (const each of group.devices) groupOf.set(each, group);
  }
  return [...new Set(groupOf.values())];
}

/** Devices are numbered as light meets them. */
function merge(trees: readonly PortTree[], device: number, stretch: number): PortTree {
  return {
    ports: trees.flatMap(({ ports }) => ports),
    devices: [...trees.flatMap(({ devices }) => devices), device].sort((a, b) => a - b),
    stretches: [...trees.flatMap(({ stretches }) => stretches), stretch],
  };
}

/**
 * What may enter and leave by a long edge, near where it is needed: it crosses nothing, and it would run along the chip by `gainUm` further
 * than it is to the edge. All that lies outside of what enters has to enter still later.
 */
export function edgePorts(
  floor: Floor,
  figures: EdgeFigures,
  [aboveUm, belowUm]: readonly [number, number],
  gainUm: number,
): EdgePorts {
  const { meetings, spareUm, beginX, crossed, widthUm } = figures;
  const crosses = (stretches: readonly number[]): boolean => stretches.some((it) => crossed.has(it));
  const entries: EdgeEntry[] = [];
  const sideOf = new Map<number, boolean>();
  for (const { tree, device, above, outside } of meetings.toReversed()) {
    const lastX = tree.ports.reduce((least, it, i) => {
      const behind = tree.ports.length - 1 - i;
      return Math.min(least, FIBRE_UM + spareUm.get(it)! + behind * FIBRE_PITCH_UM);
    }, Number.POSITIVE_INFINITY);
    const fromX = Math.floor(lastX) - (tree.ports.length - 1) * FIBRE_PITCH_UM;
    if (fromX - (above ? aboveUm : belowUm) < gainUm || crosses(tree.stretches)) continue;
    if (outside.some((it) => sideOf.get(it) !== above)) continue;
    for (const it of tree.ports) sideOf.set(it, above);
    entries.push({ tree, device, above, fromX });
  }
  const exits = outputGroups(floor).filter(({ inputs, devices, ports }) => {
    const fromX = inputs.reduce((most, it) => Math.max(most, beginX.get(it) ?? widthUm), 0);
    const inside = devices.flatMap((d) => floor.devices[d]!.outputs);
    return widthUm - fromX - aboveUm > gainUm && !crosses([...inputs, ...inside, ...ports]);
  });
  return { entries: entries.reverse(), exits, aboveUm, belowUm };
}
