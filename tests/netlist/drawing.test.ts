import { describe, expect, it } from "vitest";
import { synthesise } from "../../compiler/index.ts";
import { drawnCrossings } from "../../netlist/drawing/crossings.ts";
import {
  type Circuit,
  floorOfCircuit,
  layOut,
  layOutPlaced,
  measurePlacement,
  modesOf,
  partsOf,
  placeFloor,
  seededRandom,
} from "../../netlist/index.ts";
import { specOf } from "../compiler/specs.ts";
import { circuitOf } from "../physics/specs.ts";
import { perturbPhases } from "./perturbed.ts";

const circuits: readonly (readonly [string, () => Circuit | Promise<Circuit>])[] = [
  ["mean-4x8", () => synthesise(specOf(4, 8, 4, "half-up", true, 0.25)).circuit],
  ["a cascade", () => circuitOf("workers 8; precision 4 bits; topology cascade 4 x 2")],
  ["odd workers", () => synthesise(specOf(5, 3, 2)).circuit],
];

describe.each(circuits)("the drawing of %s", (_, make) => {
  it("places every part behind what its light has met, within its section", async () => {
    const circuit = await make();
    const parts = partsOf(circuit);
    const layout = layOut(circuit, parts);
    const reached = new Int32Array(circuit.modes).fill(-1);
    expect(parts.parts.length).toBe(layout.column.length);
    for (const { firstStep, endStep, from, to } of layout.sections) {
      for (let step = firstStep; step < endStep; step++) {
        const part = parts.parts[step]!;
        const column = layout.column[step]!;
        expect(column).toBeGreaterThanOrEqual(from);
        expect(column).toBeLessThanOrEqual(part.kind === "termination" ? to : to - 1);
        if (part.kind === "termination") continue;
        for (const mode of modesOf(part)) {
          expect(column).toBeGreaterThan(reached[mode]!);
          reached[mode] = column;
        }
      }
    }
    expect(layout.sections.at(-1)!.to).toBe(layout.columns);
  });

  it("never draws two lanes over each other, and leaves no gap in a lane", async () => {
    const circuit = await make();
    const { lanes, rows } = layOut(circuit, partsOf(circuit));
    const byRow = new Map<number, [number, number][]>();
    for (const { from, to, row } of lanes) {
      expect(from).toBeLessThanOrEqual(to);
      expect(row).toBeLessThan(rows);
      byRow.set(row, [...(byRow.get(row) ?? []), [from, to]]);
    }
    for (const stretches of byRow.values()) {
      stretches.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
      for (let i = 1; i < stretches.length; i++) expect(stretches[i]![0]).toBeGreaterThanOrEqual(stretches[i - 1]![1]);
    }
  });

  it("names every part once, and hangs on no phase", async () => {
    const circuit = await make();
    const { names } = partsOf(circuit);
    expect(new Set(names).size).toBe(names.length);
    const other = perturbPhases(circuit, 0.1, seededRandom(1));
    expect(layOut(other, partsOf(other))).toEqual(layOut(circuit, partsOf(circuit)));
  });
});

describe.each(circuits)("the placed drawing of %s", (_, make) => {
  const made = Promise.resolve(make()).then((circuit) => {
    const parts = partsOf(circuit);
    const placement = placeFloor(floorOfCircuit(circuit).floor, "free", 1e6);
    return { circuit, parts, placement, layout: layOutPlaced(circuit, parts, placement) };
  });

  it("has every part in its rows, behind what its light has met", async () => {
    const { circuit, parts, layout } = await made;
    const reached = new Float64Array(circuit.modes).fill(-1);
    const misplaced = parts.parts.filter((part, step) => {
      const [top, bottom] = [Math.min(layout.row[2 * step]!, layout.row[2 * step + 1]!), layout.row[2 * step + 1]!];
      const column = layout.column[step]!;
      const early = part.kind !== "termination" && modesOf(part).some((mode) => column <= reached[mode]!);
      if (part.kind !== "termination") for (const mode of modesOf(part)) reached[mode] = column;
      return top < -0.5 || bottom > layout.rows - 0.5 || column >= layout.columns || early;
    });
    expect(misplaced).toEqual([]);
  });

  it("crosses bends and lanes as often as the placement counts", async () => {
    const { circuit, placement, layout } = await made;
    expect(drawnCrossings(layout)).toHaveLength(
      measurePlacement(floorOfCircuit(circuit).floor, placement).totalCrossings,
    );
  });

  it("sends light on from where it came, without a gap", async () => {
    const { layout } = await made;
    const { lanes, bends, wires } = layout;
    const ends = new Set<string>();
    const place = (column: number, row: number): string => `${column.toFixed(3)} ${row.toFixed(3)}`;
    for (const { from, toRow } of bends) ends.add(place(from + 1, toRow));
    for (const { to, row } of lanes) ends.add(place(to, row));
    for (const { column, toRow } of wires) ends.add(place(column, toRow));
    const gaps: string[] = [];
    const follows = (column: number, row: number): void => {
      if (!ends.has(place(column, row))) gaps.push(place(column, row));
    };
    // within a device light may begin on a mode that was dark
    for (const { from, row } of lanes) if (Number.isInteger(from)) follows(from, row);
    for (const { from, fromRow } of bends) if (from > 0) follows(from, fromRow);
    expect(gaps).toEqual([]);
  });
});
