import { describe, expect, test } from "vitest";
import { reproduceArea } from "../../dev/reproduce/area.ts";
import {
  builtLayerMzis,
  exactLayerMzis,
  paperApproximatedMzis,
  paperArea,
  paperSvdMzis,
} from "../../dev/reproduce/paper-area.ts";

const rows = reproduceArea();
const percent = (name: string): string => rows.find((row) => row.name === name)!.computed.toFixed(2);

describe("the paper's counting gives the paper's figures", () => {
  test.each([
    ["Table I, 8 bits / 4 servers", "39.27"],
    ["Table I, 8 bits / 8 servers", "40.92"],
    ["Table I, 8 bits / 16 servers", "40.39"],
    ["Table I, 16 bits / 4 servers", "49.35"],
    ["Table II, 16 bits / 4 servers, layers 4-6", "49.35"],
    ["Table II, 16 bits / 4 servers, layers 4-7", "47.96"],
    ["Table II, 16 bits / 4 servers, layers 4-8", "47.55"],
    ["Table II, 16 bits / 4 servers, layers 3-6", "43.72"],
    ["Table II, 16 bits / 4 servers, layers 3-7", "42.33"],
    ["cascade of 4-server units, overhead of the expanded network", "9.92"],
  ])("%s: %s %", (name, share) => {
    expect(percent(name)).toBe(share);
  });

  test("MZIs behind the shares", () => {
    expect(paperSvdMzis(64, 4)).toBe(64 * 32.5 + 6);
    expect(paperApproximatedMzis(64, 4)).toBe(160);
    const widths = [4, 64, 128, 256, 128, 64, 4];
    const all = paperArea({ workers: 4, bits: 8, widths, first: 1, last: 6 });
    expect(all.mzis).toBe(41_936);
    const none = paperArea({ workers: 4, bits: 8, widths, first: 1, last: 0 });
    expect(none.mzis).toBe(all.mzisWithoutApproximation);
    expect(none.mzis - 272).toBe(106_512);
  });
});

test("here: m n a layer, blocks with biases and splitters, and constructed networks a hundred times smaller", () => {
  const widths = [4, 64, 128, 256, 128, 64, 4];
  expect(exactLayerMzis({ workers: 4, bits: 8, widths, first: 1, last: 0 })).toBe(82_432);
  expect(builtLayerMzis({ workers: 4, bits: 8, widths, first: 1, last: 6 })).toBe(41_664 + 252);
  const constructed = rows.filter((row) => row.name.endsWith("constructed network")).map((row) => row.computed);
  expect(constructed).toHaveLength(4);
  expect(Math.max(...constructed)).toBeLessThan(680);
  for (const row of rows) expect(row.published === null).toBe(row.unit === "MZIs");
});
