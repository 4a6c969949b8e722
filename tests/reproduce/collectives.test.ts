import { expect, it } from "vitest";
import { reproduceCollectives } from "../../dev/reproduce/collectives.ts";
import { iterationRows } from "../../dev/reproduce/iterations.ts";
import { collectivesReproduction } from "../../dev/reproduce/print-collectives.ts";

const rows = [...reproduceCollectives(), ...iterationRows()];

function row(part: string) {
  const found = rows.filter(({ quantity }) => quantity.includes(part));
  expect(found, part).toHaveLength(1);
  return found[0]!;
}

it("reproduces the volumes and the WRHT tree exactly, without any fitted input", () => {
  for (const [workers, volume] of [
    [4, 1.5],
    [8, 1.75],
    [16, 1.875],
  ]) {
    expect(row(`OptINC's, ${workers} workers`)).toMatchObject({ computed: volume, standing: "derived" });
  }
  const tree = row("binary tree");
  expect(tree.standing).toBe("derived");
  // (16/20 + 18/22 + 20/24 + 20/24) / 4
  expect(tree.computed).toBeCloseTo((100 * (0.8 + 18 / 22 + 2 * (20 / 24))) / 4, 9);
  expect(tree.computed.toFixed(2)).toBe("82.12");
});

it("comes near the figures whose inputs are declared or fitted, and says which", () => {
  expect(row("4 workers, ResNet50 on CIFAR-100").computed).toBeCloseTo(25.33, 2);
  expect(row("4 workers, LLaMA-like").computed).toBeCloseTo(17, 2);
  expect(row("4 workers, ResNet50 on CIFAR-100").relation).toBe("more than");
  expect(row("exponents of the blocks")).toMatchObject({ relation: "less than", standing: "modelled" });
  // Every block sends 1.5 bytes in a ring of four, for 256 bytes of words: above what is published.
  expect(row("exponents of the blocks").computed).toBeCloseTo(150 / 256, 9);
  expect(row("8 bytes on 128 hosts")).toMatchObject({ published: 2.83, standing: "modelled" });
  expect(row("ring on one wavelength").computed).toBeCloseTo(80.95, 1);
  expect(row("H-Ring").computed).toBeCloseTo(64.85, 1);
  expect(row("H-Ring").how).toContain("64.36 % against H-Ring contradicts it");
  expect(row("H-Ring").standing).toBe("fitted");
});

it("predicts ODDL's ratios from stated inputs and says which inputs would give the published ones", () => {
  for (const part of ["than on a fat-tree", "SiP-Ring"]) {
    const { computed, standing, how, inputs } = row(part);
    expect(standing).toBe("modelled");
    expect(computed).toBeGreaterThan(1);
    expect(how).toMatch(/would give it/);
    expect(inputs.join()).toMatch(/assumed/);
  }
  expect(row("than on a fat-tree").how).toMatch(/[\d.]+ to [\d.]+ over 16 seeds, standard deviation/);
});

it("works compute out of layers: a share of 0.76 would be less than a sample, and overlap leaves little", () => {
  const plain = row("without overlap, compute from layers, ResNet50");
  const hidden = row("with overlap, compute from layers, ResNet50");
  expect(plain.standing).toBe("modelled");
  expect(plain.how).toContain("implausible");
  expect(plain.computed).toBeLessThan(plain.published);
  expect(hidden.computed).toBeLessThan(plain.computed);
  expect(row("entirely eliminating").computed).toBeCloseTo(200 / 3, 9);
});

it("compares ODDL's test bed with ideal switching", () => {
  const bed = row("test bed of 4 nodes");
  expect(bed.computed).toBeGreaterThan(1);
  expect(bed.computed).toBeLessThan(1.01);
});

it("prints every row with the published number beside the computed one", () => {
  const text = collectivesReproduction(rows);
  for (const { quantity } of rows) expect(text).toContain(quantity);
  expect(text.match(/published .*, computed /g)).toHaveLength(rows.length);
});
