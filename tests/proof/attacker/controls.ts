import type { Circuit } from "../../../netlist/index.ts";
import { bases } from "./bases.ts";
import { scaled } from "./families.ts";
import {
  addWindow,
  type DraftCircuit,
  devicesOf,
  draftOf,
  insert,
  losing,
  openWindow,
  pick,
  type Random,
  sectionOf,
  versioned,
} from "./surgery.ts";

/** Changes that leave a circuit right, with room to spare: what refuses them refuses everything. */
const harmless: Readonly<Record<string, (draft: DraftCircuit, random: Random) => void>> = {
  "as it was compiled": () => {},
  "fields near 1e80": (draft) => void scaled(draft, 2 ** 265),
  "fields near 1e-40": (draft) => void scaled(draft, 2 ** -133),
  "phases some turns away": (draft, random) => {
    for (const device of devicesOf(draft))
      if (device.kind !== "waveguide") device.phiRad += 2 * Math.PI * Math.round(6 * random() - 3);
  },
  "signals a little darker": (draft) => {
    for (const signal of draft.certificate?.signals ?? []) {
      insert(draft, signal.section, [sectionOf("dark", [{ modes: [signal.mode], devices: [losing(1e-13, false)] }])]);
      signal.section++;
    }
  },
  "a window that no value reaches": (draft, random) => {
    const { signals, cells } = draft.certificate!;
    // sums of signals have no neurons
    const summed = new Set(cells.flatMap((cell) => (cell.kind === "sum" ? cell.terms.map((term) => term.signal) : [])));
    const signal = pick(
      signals.filter((_, id) => !summed.has(id)),
      random,
    );
    const window = addWindow(draft, signal.section, signal.mode, 1e-7);
    const unit = Math.abs(signal.fieldPerUnit) * Math.sin(1e-7);
    const from = (signal.max + 3.45) * unit;
    openWindow(draft, window, from, from + 0.1 * unit, 0.01 * unit, signal.fieldPerUnit);
  },
};

export function* controls(random: Random): Generator<{ readonly name: string; readonly circuit: Circuit }> {
  for (const base of bases()) {
    for (const [name, change] of Object.entries(harmless)) {
      const draft = draftOf(base);
      change(draft, random);
      yield { name: `${base.name} ${base.aggregate.rounding}, ${name}`, circuit: versioned(draft) };
    }
  }
}
