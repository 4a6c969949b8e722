import { synthesise } from "../../compiler/index.ts";
import { countDevices } from "../../netlist/index.ts";
import { meanSpec } from "../bench/specs.ts";
import { builtLayerMzis, exactLayerMzis, paperArea, paperBlockMzis } from "./paper-area.ts";
import { cascadeOverheadPercent, type PublishedNetwork, tableOne, tableTwo } from "./published.ts";

/** A published figure beside the same figure recomputed here. */
export interface AreaRow {
  readonly name: string;
  /** As printed in the paper; percent. Null where it prints none. */
  readonly published: number | null;
  /** Percent in the paper's own counting, or MZIs of our designs (`unit`). */
  readonly computed: number;
  readonly unit: "%" | "MZIs";
  readonly note: string;
}

const exactNote = "m n a layer by SVD without dark modes, nothing approximated; the layers alone, no biases";
const builtNote = "the layers alone, with every bias and all splitters; the bias waveguides take one MZI a bias more";
const constructedNote =
  "the whole circuit of a real compile: P, bias, layers and T, exact and proved; half-up, margin 0.4";

/** Tables I and II of the paper (areas), the cascade's overhead, and the exact counts of our designs beside them. */
export function reproduceArea(): readonly AreaRow[] {
  const rows: AreaRow[] = [];
  for (const row of tableOne) {
    const { mzis, mzisWithoutApproximation, share } = paperArea(row);
    const name = `Table I, ${row.bits} bits / ${row.workers} servers`;
    const widths = row.widths.join("-");
    const which =
      row.first === 1 && row.last === row.widths.length - 1 ? "all layers" : `layers ${row.first}-${row.last}`;
    const counted = `${mzis} of ${mzisWithoutApproximation} MZIs as the paper counts`;
    const note = `${widths}, ${which} approximated: ${counted}; ${agreement(100 * share, row.areaPercent)}`;
    rows.push({ name, published: row.areaPercent, computed: 100 * share, unit: "%", note });
    const own = [
      ["every layer exact", exactLayerMzis(row), exactNote],
      ["as built here", builtLayerMzis(row), builtNote],
      ["constructed network", constructedMzis(row), constructedNote],
    ] as const;
    for (const [what, computed, note] of own) {
      rows.push({ name: `${name}, ${what}`, published: null, computed, unit: "MZIs", note });
    }
  }
  for (const row of tableTwo) {
    const computed = 100 * paperArea(row).share;
    const layers = `layers ${row.first}-${row.last}`;
    const name = `Table II, 16 bits / 4 servers, ${layers}`;
    const note = `${layers} of the same network approximated; ${agreement(computed, row.areaPercent)}`;
    rows.push({ name, published: row.areaPercent, computed, unit: "%", note });
  }
  const unit = paperArea(tableOne[0]!).mzis;
  const extra = 2 * paperBlockMzis(64);
  rows.push({
    name: "cascade of 4-server units, overhead of the expanded network",
    published: cascadeOverheadPercent,
    computed: (100 * extra) / unit,
    unit: "%",
    note: `two approximated 64 x 64 layers, ${extra} MZIs on ${unit}; ${agreement((100 * extra) / unit, cascadeOverheadPercent)}`,
  });
  return rows;
}

/** Whether a printed percentage with one digit is the recomputed one. */
function agreement(computed: number, printed: number): string {
  const off = Math.abs(computed - printed);
  return off <= 0.05 ? "rounds to the printed figure" : `${off.toFixed(2)} points from the printed figure`;
}

function constructedMzis({ workers, bits }: PublishedNetwork): number {
  return countDevices(synthesise(meanSpec(workers, bits, "network constructed { decision-margin 0.4 }")).circuit).mzis;
}
