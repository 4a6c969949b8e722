import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkCircuit, seededRandom, serializeCircuit } from "../../netlist/index.ts";
import { certificate, circuit, mesh, mzi, phase, section, tinyCircuit } from "./build.ts";
import { changed, followsSchema, type Path } from "./changed.ts";
import { randomCircuit } from "./random-circuit.ts";

const sound = { ...tinyCircuit(), certificate };

const codesOf = (value: unknown) => [...new Set(checkCircuit(value).findings.map((it) => it.code))];

describe("checkCircuit", () => {
  it("accepts sound circuits as they are read from disk", () => {
    for (const it of [sound, { ...sound, certificate: null }]) {
      const read: unknown = JSON.parse([...serializeCircuit(it)].join(""));
      const checked = checkCircuit(read);
      expect(checked.findings).toEqual([]);
      expect(checked.circuit).toBe(read);
      expect(followsSchema(read)).toBe(true);
    }
  });

  it("accepts random circuits apart from light that their meshes absorb", () => {
    for (let seed = 0; seed < 30; seed += 1) {
      const it = randomCircuit(seededRandom(seed), { workers: 2, symbols: 2, layers: 3, spare: 4, devices: 9 });
      expect(codesOf(it).filter((code) => code !== "OPT0412")).toEqual([]);
    }
  });

  it("follows columns along every waveguide", () => {
    const of = (...devices: Parameters<typeof mesh>[3][number][]) =>
      codesOf({ ...tinyCircuit(), sections: [section("layer", "s", [mesh("left", "m", [0, 4, 1], devices)])] });
    expect(of(mzi(0, 0, 1, 1), mzi(1, 1, 1, 1), mzi(0, 2, 1, 1), phase(1, 2, 1), mzi(1, 3, 1, 1))).toEqual([]);
    expect(of(mzi(0, 3, 1, 1), mzi(0, 1, 1, 1))).toEqual(["OPT0410"]);
    expect(of(mzi(0, 0, 1, 1), mzi(1, 0, 1, 1))).toEqual(["OPT0410"]);
    expect(of(mzi(0, 1, 1, 1), phase(1, 1, 1), mzi(1, 1, 1, 1))).toEqual(["OPT0410"]);
  });

  it("knows that absorbed light is gone, until it comes back", () => {
    const absorbed = (...more: ReturnType<typeof mesh>[]) =>
      codesOf({
        ...tinyCircuit(),
        sections: [section("layer", "s", [mesh("left", "m", [0, 4], [mzi(0, 0, 1, 1)], [4]), ...more])],
      });
    expect(absorbed()).toEqual(["OPT0412"]);
    expect(absorbed(mesh("left", "n", [1, 4], [mzi(0, 0, 1, 1)]))).toEqual([]);
  });

  it("lists fifty findings and counts the rest", () => {
    const devices = Array.from({ length: 200 }, (_, column) => mzi(5, column, 1, 1));
    const { findings } = checkCircuit({
      ...tinyCircuit(),
      sections: [section("layer", "bad", [mesh("left", "m", [0, 1], devices)])],
    });
    expect(findings.length).toBe(51);
    expect(findings.at(-1)).toMatchObject({ code: "OPT0414", message: "150 more findings are not listed" });
  });

  it("never throws, whatever is put anywhere", () => {
    const paths: Path[] = [];
    const collect = (value: unknown, path: Path): void => {
      paths.push(path);
      if (typeof value === "object" && value !== null) {
        for (const [key, item] of Object.entries(value)) {
          collect(item, [...path, Array.isArray(value) ? Number(key) : key]);
        }
      }
    };
    collect(sound, []);
    const places = paths.filter((path) => path.length > 0);
    // what JavaScript finds on every object, and numbers that overflow
    const nasty = ["__proto__", "constructor", "toString", 1e308, -1e308, 5e-324, 2 ** 53, -0, [], {}, "\0", "../x"];
    for (const path of places) {
      for (const value of [...nasty, JSON.parse('{"__proto__": {"kind": "mzi"}, "toString": 1, "valueOf": 1}')]) {
        expect(() => checkCircuit(changed(sound, path, value))).not.toThrow();
      }
    }
    fc.assert(
      fc.property(fc.constantFrom(...places), fc.jsonValue(), (path, value) => {
        const { circuit: result, findings } = checkCircuit(changed(sound, path, value));
        expect(result === null).toBe(findings.some((it) => it.severity === "error"));
        const refused = findings.some(({ code, message }) => /OPT040[35]/.test(code) || message.includes("magnitude"));
        if (refused || result !== null) expect(followsSchema(changed(sound, path, value))).toBe(!refused);
      }),
      { numRuns: 2000 },
    );
    for (const value of [undefined, null, 1, "x", [], {}, [sound]]) {
      expect(codesOf(value)).toEqual(["OPT0401"]);
    }
  });

  it("accepts a circuit without light as what it is", () => {
    const empty = circuit({ modes: 0, inputs: [], sections: [], outputs: [] });
    expect(codesOf(empty)).toEqual(["OPT0407", "OPT0408"]);
  });
});
