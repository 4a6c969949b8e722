import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Certificate, checkCircuit, formatNumber, seededRandom, serializeCircuit } from "../../netlist/index.ts";
import { circuit, mesh, mzi, section, tinyCircuit } from "./build.ts";
import { withRandomLosses } from "./lossy.ts";
import { randomCircuit } from "./random-circuit.ts";
import { withRandomSaturation } from "./saturated.ts";

const text = (value: Parameters<typeof serializeCircuit>[0]) => [...serializeCircuit(value)].join("");

const certificate: Certificate = {
  signals: [{ name: "A 0", kind: "sum", max: 6, section: 0, mode: 0, fieldPerUnit: 0.1 }],
  cells: [
    { kind: "split", name: "c", terms: [{ signal: 0, weight: 1 }], offset: 0, bits: [], residual: null },
    { kind: "only", name: "o", set: 0, unless: 0, bit: 0 },
    { kind: "nonzero", name: "n", terms: [], bit: 0 },
  ],
  symbols: [[{ signal: 0, weight: 2 }], []],
};

describe("serializeCircuit", () => {
  it("reads back equal, with and without a certificate, with and without content", () => {
    const empty = circuit({ modes: 0, inputs: [], sections: [], outputs: [] });
    for (const it of [tinyCircuit(), { ...tinyCircuit(), certificate }, empty]) {
      expect(JSON.parse(text(it))).toEqual(it);
    }
  });

  it("reads back random circuits equal, lossy and saturating ones too, byte for byte on the second round", () => {
    for (let seed = 0; seed < 20; seed += 1) {
      const random = seededRandom(seed);
      const bare = randomCircuit(random, { workers: 2, symbols: 2, layers: 3, spare: 3, devices: 8 });
      for (const it of [bare, withRandomLosses(bare, random), withRandomSaturation(bare, random)]) {
        const once = text(it);
        const { findings } = checkCircuit(JSON.parse(once));
        expect(findings.filter(({ code }) => code !== "OPT0412")).toEqual([]);
        expect(JSON.parse(once)).toEqual(it);
        expect(text(JSON.parse(once))).toBe(once);
      }
    }
  });

  it("puts one device on a line, and ends lines with LF", () => {
    const it = { ...tinyCircuit(), certificate };
    const devices = it.sections.flatMap((part) => part.meshes.flatMap((each) => each.devices));
    const lines = text(it).split("\n");
    expect(lines.filter((one) => one.includes('"phiRad"')).length).toBe(devices.length);
    expect(text(it)).not.toContain("\r");
  });

  it("streams in small pieces", () => {
    const it = circuit({
      modes: 2,
      inputs: [],
      outputs: [],
      sections: [
        section("layer", "long", [
          mesh(
            "left",
            "chain",
            [0, 1],
            Array.from({ length: 5000 }, (_, column) => mzi(0, column, 1, 2)),
          ),
        ]),
      ],
    });
    expect(Math.max(...[...serializeCircuit(it)].map((piece) => piece.length))).toBeLessThan(300);
  });
});

describe("formatNumber", () => {
  it("round-trips every finite double, keeps the sign of zero, refuses the rest", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (x) => Object.is(Number(formatNumber(x)), x)),
    );
    expect(formatNumber(-0)).toBe("-0");
    expect(() => formatNumber(Number.NaN)).toThrow(RangeError);
    expect(() => formatNumber(Number.POSITIVE_INFINITY)).toThrow(RangeError);
  });
});
