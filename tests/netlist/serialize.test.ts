import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Certificate, formatNumber, serializeCircuit } from "../../netlist/index.ts";
import { circuit, mesh, mzi, section, tinyCircuit } from "./build.ts";
import { randomCircuit } from "./random-circuit.ts";

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

  it("reads back random circuits equal, byte for byte on the second round", () => {
    fc.assert(
      fc.property(fc.infiniteStream(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })), (stream) => {
        const it = randomCircuit(() => stream.next().value as number, {
          workers: 2,
          symbols: 1,
          layers: 2,
          spare: 2,
          devices: 4,
        });
        const once = text(it);
        expect(JSON.parse(once)).toEqual(it);
        expect(text(JSON.parse(once))).toBe(once);
      }),
      { numRuns: 30 },
    );
  });

  it("puts one device on a line, ends lines with LF and does not depend on the order of keys", () => {
    const it = { ...tinyCircuit(), certificate };
    const devices = it.sections.flatMap((part) => part.meshes.flatMap((each) => each.devices));
    const lines = text(it).split("\n");
    expect(lines.filter((one) => one.includes('"phiRad"')).length).toBe(devices.length);
    expect(text(it)).not.toContain("\r");
    expect(text(reverseKeys(it))).toBe(text(it));
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

function reverseKeys<T>(value: T): T {
  if (Array.isArray(value)) {
    return value.map(reverseKeys) as T;
  }
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(
      Object.entries(value)
        .reverse()
        .map(([key, item]) => [key, reverseKeys(item)]),
    ) as T;
  }
  return value;
}
