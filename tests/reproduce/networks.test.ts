import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { aggregationOf, approximateLayer, importNetwork, weightsOf } from "../../compiler/index.ts";
import { exactNetwork } from "../../dev/reproduce/exact-networks.ts";
import { tableOne, tableTwo } from "../../dev/reproduce/published.ts";
import { exactNetworkFor, judge, largestCosine } from "../../dev/reproduce/table-two.ts";
import { parseSpecs } from "../../dsl/index.ts";
import { forwardMlp } from "../compiler/network/mlps.ts";

const rows = [...tableOne, tableTwo[4]!];
const nameOf = (row: (typeof rows)[number]): string =>
  `${row.bits} bits, ${row.workers} servers, ${row.first}-${row.last}`;

/** Symbols of the mean, halves rounded up, from its definition. */
function meanSymbols(sums: readonly number[], bits: number, workers: number): number[] {
  const digitBits = BigInt(bits / sums.length);
  const total = sums.reduce((sum, digit) => (sum << digitBits) + BigInt(digit), 0n);
  const mean = (2n * total + BigInt(workers)) / BigInt(2 * workers);
  return Array.from({ length: bits / 2 }, (_, i) => Number((mean >> BigInt(bits - 2 - 2 * i)) & 3n));
}

describe.each(rows.map((row) => [nameOf(row), row] as const))("the paper's network for %s", (_, row) => {
  const network = exactNetworkFor(row);
  const { workers, bits } = row;
  const digits = row.widths[0]!;
  const largest = workers * (2 ** (bits / digits) - 1);

  it("has its widths, and gives the mean through all of its neurons: corners, long carries, draws", () => {
    expect([network.layers[0]!.cols, ...network.layers.map((layer) => layer.rows)]).toEqual(row.widths);
    const radix = 2 ** (bits / digits);
    const edges = [0, 1, radix - 1, radix, largest - radix, largest - 1, largest];
    const vectors = Array.from({ length: 60 }, (_, n) =>
      Array.from({ length: digits }, (_, k) =>
        n < 30 ? edges[(n * 5 + k * (n + 1)) % edges.length]! : (n * 7919 + k * 104_729 + n * k * 31) % (largest + 1),
      ),
    );
    for (const sums of vectors) {
      const got = forwardMlp(
        network,
        Float64Array.from(sums, (sum) => sum / workers),
      );
      expect([...got].map((x) => Math.abs(x))).toEqual(meanSymbols(sums, bits, workers));
    }
  });

  it("is right on inputs in even steps, and counts the words of a network that is not", () => {
    expect(judge(network, row, 2003)).toEqual({ inputs: 2003, wrong: 0, largestError: 0 });
    const [first, ...rest] = network.layers;
    const bias = first!.bias.map((x, i) => (i === network.lit[0]![0] ? x - 1 : x));
    const off = { ...network, layers: [{ ...first!, bias }, ...rest] };
    expect(judge(off, row, 2003).wrong).toBeGreaterThan(0);
  });

  it("has rows at right angles in every block of the layers that it replaces", () => {
    for (let l = row.first; l <= row.last; l++) {
      expect(largestCosine(network.layers[l - 1]!), `layer ${l}`).toBeLessThan(1e-12);
    }
  });
});

it("all 28 561 inputs of the first row are right", () => {
  expect(judge(exactNetworkFor(tableOne[0]!), tableOne[0]!)).toEqual({ inputs: 28_561, wrong: 0, largestError: 0 });
});

it("replacing layers as `network imported` does changes nothing: they are diag(d) U already", () => {
  const { layers } = exactNetworkFor(tableOne[0]!);
  for (const layer of [layers[0]!, layers[1]!, layers[4]!, layers[5]!]) {
    expect(approximateLayer(layer).relativeError).toBeLessThan(1e-12);
  }
});

it("without the entries on dark neurons the same rows are no such product", () => {
  const { layers } = exactNetwork({ ...tableTwo[0]!, first: 9, last: 9 });
  expect(largestCosine(layers[3]!)).toBeGreaterThan(0.9);
});

it("asks for widths that it can use, and powers of two of workers", () => {
  const shape = tableTwo[0]!;
  expect(() => exactNetwork({ ...shape, workers: 3 })).toThrow("no plan for 3 workers");
  expect(() => exactNetwork({ ...shape, widths: [4, 64, 128, 64, 8] })).toThrow("no plan");
  expect(() => exactNetwork({ ...shape, widths: [4, 16, 128, 256, 64, 8] })).toThrow("layer 1 needs 33 neurons");
  expect(() => exactNetwork({ ...shape, widths: [4, 64, 64, 64, 64, 8], first: 2, last: 5 })).toThrow("dark columns");
});

it("examples/imported/mean-4x16.npz is what `npm run reproduce -- weights` writes, and the importer reads it so", () => {
  const folder = new URL("../../examples/imported/", import.meta.url);
  const text = readFileSync(new URL("mean-4x16.optinc", folder), "utf8");
  const { value, diagnostics } = parseSpecs({ name: "mean-4x16.optinc", text }, { emitTargets: ["spice", "phases"] });
  expect(diagnostics).toEqual([]);
  const { network, ...spec } = value![0]!;
  if (network.kind !== "imported") throw new Error("the example imports its network");
  expect(network.approximate).toEqual({ kind: "layers", first: 3, last: 7 });
  const file = { name: network.weights, bytes: readFileSync(new URL(network.weights, folder)) };
  const unreplaced = { ...network, approximate: { kind: "none" } } as const;
  const imported = importNetwork(unreplaced, aggregationOf({ ...spec, network }), file);
  expect(imported.diagnostics).toEqual([]);
  const layers = imported.value!.mlp.layers;
  const wanted = exactNetworkFor(tableTwo[0]!).layers;
  // an assertion a number takes seconds
  const differences = layers.map((layer, l) => {
    const { weights, bias } = wanted[l]!;
    return weightsOf(layer).findIndex((x, i) => x !== weights[i]) + layer.bias.findIndex((x, i) => x !== bias[i]);
  });
  expect(differences).toEqual(wanted.map(() => -2));
});
