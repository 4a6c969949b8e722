import {
  builtLayerMzis,
  exactLayerMzis,
  type PaperNetwork,
  paperArea,
  paperBlockMzis,
} from "../compiler/network/area.ts";
import { synthesise } from "../compiler/synthesise.ts";
import type { Levels, Spec } from "../dsl/index.ts";
import { countDevices } from "../netlist/index.ts";

/** A published figure beside the same figure recomputed here. */
export interface AreaRow {
  readonly name: string;
  /** As printed in the paper; percent. Null where it prints none. */
  readonly published: number | null;
  /** Percent in the paper's own counting, or MZIs of our designs (`unit`). */
  readonly ours: number;
  readonly unit: "%" | "MZIs";
  readonly note: string;
}

interface PublishedRow {
  readonly bits: number;
  readonly workers: number;
  readonly widths: readonly number[];
  readonly first: number;
  readonly last: number;
  readonly printed: number;
}

const ladder8 = [4, 64, 128, 256, 128, 64, 4];
const ladder16 = [4, 64, 128, 256, 512, 256, 128, 64, 8];

const tableOne: readonly PublishedRow[] = [
  { bits: 8, workers: 4, widths: ladder8, first: 1, last: 6, printed: 39.3 },
  { bits: 8, workers: 8, widths: [4, 64, 128, 256, 512, 256, 128, 64, 4], first: 2, last: 7, printed: 40.9 },
  {
    bits: 8,
    workers: 16,
    widths: [4, 64, 128, 256, 512, 1024, 512, 256, 128, 64, 4],
    first: 2,
    last: 9,
    printed: 40.4,
  },
  { bits: 16, workers: 4, widths: ladder16, first: 4, last: 6, printed: 49.3 },
];

const tableTwo: readonly (readonly [first: number, last: number, printed: number])[] = [
  [4, 6, 49.3],
  [4, 7, 47.9],
  [4, 8, 47.4],
  [3, 6, 43.7],
  [3, 7, 42.2],
];

/** 4-level symbols throughout. */
const levels: Levels = 4;

function networkOf(row: PublishedRow): PaperNetwork {
  const { workers, bits, widths, first, last } = row;
  return { workers, symbols: bits / 2, widths, approximated: { first, last } };
}

/** Tables I and II of the paper (areas), the cascade's overhead, and the exact counts of our designs beside them. */
export function reproduceArea(): readonly AreaRow[] {
  const rows: AreaRow[] = [];
  for (const row of tableOne) {
    const network = networkOf(row);
    const { mzis, mzisWithoutApproximation, share } = paperArea(network);
    const name = `Table I, ${row.bits} bits / ${row.workers} servers`;
    const widths = row.widths.join("-");
    const which =
      row.first === 1 && row.last === row.widths.length - 1 ? "all layers" : `layers ${row.first}-${row.last}`;
    const counted = `${mzis} of ${mzisWithoutApproximation} MZIs as the paper counts`;
    const note = `${widths}, ${which} approximated: ${counted}; ${agreement(100 * share, row.printed)}`;
    rows.push({ name, published: row.printed, ours: 100 * share, unit: "%", note });
    rows.push({
      name: `${name}, every layer exact`,
      published: null,
      ours: exactLayerMzis(network),
      unit: "MZIs",
      note: `m n a layer by SVD without dark modes, nothing approximated; the layers alone, no biases`,
    });
    rows.push({
      name: `${name}, as built here`,
      published: null,
      ours: builtLayerMzis(network),
      unit: "MZIs",
      note: "the layers alone, with every bias and all splitters; the rails take one MZI a bias more",
    });
    rows.push({
      name: `${name}, constructed network`,
      published: null,
      ours: constructedMzis(row),
      unit: "MZIs",
      note: "the whole circuit of a real compile: P, rails, layers and T, exact and proved; half-up, margin 0.4",
    });
  }
  for (const [first, last, printed] of tableTwo) {
    const { share } = paperArea(networkOf({ bits: 16, workers: 4, widths: ladder16, first, last, printed }));
    rows.push({
      name: `Table II, 16 bits / 4 servers, layers ${first}-${last}`,
      published: printed,
      ours: 100 * share,
      unit: "%",
      note: `layers ${first}-${last} of the same network approximated; ${agreement(100 * share, printed)}`,
    });
  }
  const unit = paperArea(networkOf(tableOne[0]!)).mzis;
  const extra = 2 * paperBlockMzis(64);
  rows.push({
    name: "cascade of 4-server units, overhead of the expanded network",
    published: 10.5,
    ours: (100 * extra) / unit,
    unit: "%",
    note: `two approximated 64 x 64 layers, ${extra} MZIs on ${unit}; ${agreement((100 * extra) / unit, 10.5)}`,
  });
  return rows;
}

/** Whether a printed percentage with one digit is the recomputed one. */
function agreement(ours: number, printed: number): string {
  const off = Math.abs(ours - printed);
  return off <= 0.05 ? "rounds to the printed figure" : `${off.toFixed(2)} points from the printed figure`;
}

function constructedMzis(row: PublishedRow): number {
  const spec: Spec = {
    name: "constructed",
    workers: row.workers,
    topology: { kind: "single" },
    precisionBits: row.bits,
    levels,
    signed: true,
    rounding: "half-up",
    network: { kind: "constructed", margin: 0.4 },
    verify: { against: "ring", inputs: { kind: "proof" } },
    emit: [],
    defaults: [],
  };
  return countDevices(synthesise(spec).circuit).mzis;
}
