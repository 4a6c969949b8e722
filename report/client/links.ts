import type { SectionKind } from "../../netlist/index.ts";
import { symbolOf } from "../../netlist/index.ts";
import type { Chip } from "./model.ts";

/** Names by which devices, rows of tables and clauses of the spec know each other: of devices, cells, checks and settings. */
export interface Linked {
  /** Of the thing itself. */
  readonly own: readonly string[];
  /** Of what it depends on or counts in. */
  readonly settings: readonly string[];
}

const settingsOf: Readonly<Record<SectionKind, readonly string[]>> = {
  combine: ["workers"],
  reference: [],
  layer: ["precision", "levels", "rounding"],
  broadcast: ["workers"],
};

/** What a device is linked with. */
export function linkedOf({ parts, comparators, circuit }: Chip, step: number): Linked {
  const part = parts.parts[step]!;
  const cells = circuit.certificate?.cells ?? [];
  const cell =
    part.kind === "neuron"
      ? comparators.get(step)?.cell
      : cells.find(({ name }) => part.mesh.name.startsWith(`${name}_`))?.name;
  const kind = symbolOf(part);
  const counted = kind === "MZI" ? ["mzis"] : part.kind === "neuron" ? ["neuron", "decision-margin"] : [];
  return {
    own: [parts.names[step]!, ...(cell === undefined ? [] : [cell])],
    settings: [...settingsOf[part.section.kind], ...counted],
  };
}

/** Steps by every name that links them. */
export function stepsByName(chip: Chip): ReadonlyMap<string, readonly number[]> {
  const found = new Map<string, number[]>();
  for (const step of chip.parts.parts.keys()) {
    const { own, settings } = linkedOf(chip, step);
    for (const name of [...own, ...settings]) {
      const steps = found.get(name) ?? [];
      steps.push(step);
      found.set(name, steps);
    }
  }
  return found;
}

/** Names of a row of a table: its first two cells. */
export function namesOfRow({ cells }: HTMLTableRowElement): readonly string[] {
  return [...cells].slice(0, 2).flatMap(({ textContent }) => (textContent === "" ? [] : [textContent ?? ""]));
}
