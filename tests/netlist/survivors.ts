import type { Circuit, Mesh } from "../../netlist/index.ts";

/** A step that takes away what does not matter, and why it does not. */
export interface Indifference<T> {
  readonly reason: string;
  /** What two values share that differ in nothing else, numbers within `tolerance`. */
  readonly form: (value: T) => unknown;
  readonly tolerance: number;
}

/** The first reason that makes the two one, or null: the change matters, or nobody has said why not. */
export function reasonFor<T>(original: T, survivor: T, reasons: readonly Indifference<T>[]): string | null {
  return reasons.find(({ form, tolerance }) => isAlike(form(original), form(survivor), tolerance))?.reason ?? null;
}

/** The same values, in lists in the same order; keys have none. */
function isAlike(a: unknown, b: unknown, tolerance: number): boolean {
  if (typeof a === "number" && typeof b === "number") return Math.abs(a - b) <= tolerance;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return a === b;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const x = a as Record<string, unknown>;
  const y = b as Record<string, unknown>;
  return Object.keys({ ...x, ...y }).every((key) => isAlike(x[key], y[key], tolerance));
}

/** Why two circuits do the same to every word. */
export const circuitReasons: readonly Indifference<Circuit>[] = [
  { reason: "identical: the same circuit is read", form: (circuit) => circuit, tolerance: 0 },
  { reason: "labels: names, and the kinds of sections and meshes", form: unlabelled, tolerance: 0 },
  {
    reason: "order: ports and neurons side by side have none, nor have meshes that share no mode",
    form: (circuit) => sorted(unlabelled(circuit)),
    tolerance: 0,
  },
  {
    reason: "precision: numbers that differ by less than 1e-8",
    form: (circuit) => sorted(unlabelled(circuit)),
    tolerance: 1e-8,
  },
  {
    reason: "spare: modes that nothing uses, and the numbers of those that start dark",
    form: (circuit) => renumbered(unlabelled(circuit)),
    tolerance: 0,
  },
];

/** Beyond those, of circuits through which every distinct vector was driven and every word came out right. */
export const verifiedReasons: readonly Indifference<Circuit>[] = [
  {
    reason: "tolerance: other phases, gains and scales within the margin: all words are right through them",
    form: (circuit) => sorted(unlabelled(shapeOf(circuit))),
    tolerance: 0,
  },
  {
    reason: "exchange: the same devices between exchanged modes: all words are right through them",
    form: partsOf,
    tolerance: 0,
  },
];

/** Fields, gains and phases. */
const QUANTITIES: ReadonlySet<string> = new Set("thetaRad,phiRad,gain,field,fieldPerLevel,levelsPerField".split(","));

function shapeOf(circuit: Circuit): Circuit {
  return JSON.parse(JSON.stringify(circuit, (key, value: unknown) => (QUANTITIES.has(key) ? 0 : value)));
}

/** Ports, neurons and devices without the modes that they are on. */
function partsOf({ aggregate, inputs, outputs, sections }: Circuit): unknown {
  const texts = (all: readonly object[]): string[] => all.map((each) => JSON.stringify({ ...each, mode: 0 })).sort();
  const meshes = sections.flatMap((section) => section.meshes);
  return [
    aggregate,
    texts(inputs),
    texts(outputs),
    texts(sections.flatMap((section) => section.activations)),
    texts(meshes.flatMap((mesh) => mesh.devices)),
    meshes.reduce((sum, mesh) => sum + mesh.terminated.length, 0),
  ];
}

function unlabelled(circuit: Circuit): Circuit {
  return {
    ...circuit,
    name: "",
    inputs: circuit.inputs.map((port) => ({ ...port, name: "" })),
    outputs: circuit.outputs.map((port) => ({ ...port, name: "" })),
    sections: circuit.sections.map((section) => ({
      ...section,
      name: "",
      kind: "layer",
      meshes: section.meshes.map((mesh) => ({ ...mesh, name: "", kind: "left" })),
    })),
  };
}

/** Modes numbered as they are met: by inputs, meshes, neurons, outputs. */
function renumbered(circuit: Circuit): unknown {
  const numbers = new Map<number, number>();
  const number = (mode: number): number => {
    if (!numbers.has(mode)) numbers.set(mode, numbers.size);
    return numbers.get(mode)!;
  };
  const moved = <T extends { readonly mode: number }>(all: readonly T[]): T[] =>
    all.toSorted((a, b) => a.mode - b.mode).map((each) => ({ ...each, mode: number(each.mode) }));
  return {
    aggregate: circuit.aggregate,
    inputs: moved(circuit.inputs),
    sections: circuit.sections.map(({ meshes, activations }) => [
      meshes.map((mesh) => ({ ...mesh, modes: mesh.modes.map(number), terminated: mesh.terminated.map(number) })),
      moved(activations),
    ]),
    outputs: moved(circuit.outputs),
    certificate: circuit.certificate,
  };
}

function sorted(circuit: Circuit): unknown {
  return {
    ...circuit,
    inputs: circuit.inputs.toSorted((a, b) => a.mode - b.mode),
    outputs: circuit.outputs.toSorted((a, b) => a.mode - b.mode),
    sections: circuit.sections.map((section) => {
      const met = new Map<number, Mesh[]>();
      for (const mesh of section.meshes) {
        for (const mode of mesh.modes) met.set(mode, [...(met.get(mode) ?? []), mesh]);
      }
      return {
        activations: section.activations.toSorted((a, b) => a.mode - b.mode),
        meshes: [...met].sort(([a], [b]) => a - b),
      };
    }),
  };
}

/** Survivors of one subject, by reason. */
export interface SurvivorList {
  readonly add: (reason: string, entry: string) => void;
  /** A heading a reason, under it an entry a line, with the number of times that it came up. */
  readonly print: () => string;
}

export function newSurvivorList(): SurvivorList {
  const all = new Map<string, Map<string, number>>();
  return {
    add: (reason, entry) => {
      const entries = all.get(reason) ?? new Map<string, number>();
      entries.set(entry, (entries.get(entry) ?? 0) + 1);
      all.set(reason, entries);
    },
    print: () =>
      [...all]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([reason, entries]) => {
          const lines = [...entries].map(([entry, times]) => `  ${entry}${times > 1 ? ` (${times} times)` : ""}`);
          return `${reason}\n${lines.sort(byLine).join("\n")}\n`;
        })
        .join("\n"),
  };
}

function byLine(a: string, b: string): number {
  const [x, y] = [a, b].map((each) => Number(/line (\d+)/.exec(each)?.[1] ?? 0));
  return x! - y! || (a < b ? -1 : a > b ? 1 : 0);
}

/** Where a text was changed first, what stood there and what stands there now. A comment is named alone: its words decide nothing. */
export function changeAt(original: string, changed: string, change: string): string {
  let at = 0;
  while (at < original.length && original[at] === changed[at]) at += 1;
  const line = original.slice(0, at).split("\n").length;
  const start = Math.max(original.lastIndexOf("\n", at - 1) + 1, at - 24);
  const [before, after] = [original, changed].map((text) => {
    const end = text.indexOf("\n", at);
    if (text[text.lastIndexOf("\n", at - 1) + 1] === "*") return "a comment";
    return text.slice(start, Math.min(end === -1 ? text.length : end, at + 40)).trim();
  });
  return `line ${line}, ${change}: ${before === "" ? "nothing" : before} -> ${after === "" ? "nothing" : after}`;
}
