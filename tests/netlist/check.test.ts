import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { circuitJsonSchema } from "../../netlist/circuit/json-schema.ts";
import { checkCircuit, circuitCodes, seededRandom, serializeCircuit } from "../../netlist/index.ts";
import { certificate, circuit, mesh, mzi, phase, section, tinyCircuit } from "./build.ts";
import { randomCircuit } from "./random-circuit.ts";

type Path = readonly (string | number)[];

/** A deep copy with one place changed. */
function changed(value: unknown, path: Path, by: unknown): unknown {
  const copy = structuredClone(value);
  let at = copy as Record<string | number, unknown>;
  for (const key of path.slice(0, -1)) {
    at = at[key] as Record<string | number, unknown>;
  }
  const last = path.at(-1)!;
  if (by === undefined) {
    delete at[last];
  } else {
    at[last] = by;
  }
  return copy;
}

const sound = { ...tinyCircuit(), certificate };

/** The published schema, in the hands of a validator that knows no other rule. */
const followsSchema = new Ajv2020({ strict: true }).compile(circuitJsonSchema());

const codesOf = (value: unknown) => [...new Set(checkCircuit(value).findings.map((it) => it.code))];

const broken: readonly (readonly [string, string, Path, unknown])[] = [
  ["another format", "OPT0401", ["format"], "spice"],
  ["a later version", "OPT0402", ["version"], 5],
  ["no version", "OPT0402", ["version"], undefined],
  ["a missing name", "OPT0403", ["name"], undefined],
  ["modes as text", "OPT0403", ["modes"], "6"],
  ["no inputs", "OPT0403", ["inputs"], undefined],
  ["an unknown port kind", "OPT0403", ["inputs", 0, "kind"], "laser"],
  ["a section that is a list", "OPT0403", ["sections", 1], []],
  ["an unknown device", "OPT0403", ["sections", 0, "meshes", 0, "devices", 0, "kind"], "ring"],
  ["an MZI without theta", "OPT0403", ["sections", 0, "meshes", 0, "devices", 0, "thetaRad"], undefined],
  ["another rounding", "OPT0403", ["aggregate", "rounding"], "up"],
  ["signed as a number", "OPT0403", ["aggregate", "signed"], 1],
  ["a null phase (NaN in JSON)", "OPT0403", ["sections", 0, "meshes", 0, "devices", 0, "phiRad"], null],
  ["an infinite phase", "OPT0404", ["sections", 0, "meshes", 0, "devices", 0, "phiRad"], Number.POSITIVE_INFINITY],
  ["an infinite reference", "OPT0404", ["inputs", 2, "field"], Number.NaN],
  ["a receiver behind the last mode", "OPT0404", ["outputs", 0, "mode"], 6],
  ["a fractional mode", "OPT0404", ["inputs", 0, "mode"], 0.5],
  ["a negative gain", "OPT0404", ["sections", 2, "activations", 0, "gain"], -1],
  ["a blind receiver", "OPT0404", ["outputs", 0, "levelsPerField"], 0],
  ["a worker that does not exist", "OPT0404", ["inputs", 1, "worker"], 2],
  ["modes without end", "OPT0404", ["modes"], 1e12],
  ["an unknown key", "OPT0405", ["sections", 0, "meshes", 0, "devices", 0, "thetarad"], 1],
  ["a wrong number of symbols", "OPT0406", ["aggregate", "symbols"], 2],
  ["levels that are no power of two", "OPT0406", ["aggregate", "levels"], 3],
  ["a symbol fed twice", "OPT0407", ["inputs", 1, "worker"], 0],
  ["two inputs on a mode", "OPT0407", ["inputs", 2, "mode"], 1],
  ["a symbol received twice", "OPT0408", ["outputs", 1, "worker"], 0],
  ["two receivers on a mode", "OPT0408", ["outputs", 1, "mode"], 0],
  ["an MZI over the edge", "OPT0409", ["sections", 0, "meshes", 0, "devices", 0, "mode"], 1],
  ["a mode twice in a mesh", "OPT0409", ["sections", 0, "meshes", 0, "modes", 1], 0],
  ["absorption elsewhere", "OPT0409", ["sections", 0, "meshes", 0, "terminated", 0], 4],
  ["a column that goes back", "OPT0410", ["sections", 2, "meshes", 2, "devices", 2, "column"], 0],
  ["two neurons on a mode", "OPT0411", ["sections", 2, "activations", 1, "mode"], 0],
  ["a dark receiver", "OPT0412", ["outputs", 1, "mode"], 5],
  ["a dark neuron", "OPT0412", ["sections", 2, "activations", 2, "mode"], 5],
  ["a phase that no sine is accurate for", "OPT0404", ["sections", 0, "meshes", 0, "devices", 0, "thetaRad"], 1e308],
  ["a gain that overflows", "OPT0404", ["sections", 2, "activations", 0, "gain"], 1e308],
  ["a field that overflows", "OPT0404", ["inputs", 2, "field"], -1e308],
  ["a scale that overflows", "OPT0404", ["outputs", 0, "levelsPerField"], 1e308],
  ["a launch that vanishes", "OPT0404", ["inputs", 0, "fieldPerLevel"], 1e-308],
  ["a unit that vanishes", "OPT0404", ["certificate", "signals", 0, "fieldPerUnit"], 5e-324],
  ["more modes than it can use", "OPT0404", ["modes"], 1 << 24],
  ["a name that leaves its directory", "OPT0415", ["name"], "../../evil"],
  ["an absolute name", "OPT0415", ["name"], "/abs/evil"],
  ["a name with a drive", "OPT0415", ["name"], "C:evil"],
  ["a name with a backslash", "OPT0415", ["sections", 0, "name"], "a\\b"],
  ["a name with NUL", "OPT0415", ["name"], "a\0b"],
  ["a name with an escape code", "OPT0415", ["outputs", 0, "name"], "\u001b[31mred"],
  ["a name of two lines", "OPT0415", ["sections", 0, "meshes", 0, "name"], "a\nb"],
  ["a name that runs backwards", "OPT0415", ["inputs", 0, "name"], "a\u202eb"],
  ["half a character", "OPT0415", ["inputs", 0, "name"], "a\ud800"],
  ["a name that is too long", "OPT0415", ["name"], "a".repeat(129)],
  ["an empty name", "OPT0415", ["name"], ""],
  ["the directory above as a name", "OPT0415", ["certificate", "cells", 0, "name"], ".."],
  ["the name of a prototype", "OPT0415", ["certificate", "signals", 0, "name"], "__proto__"],
  ["a cell of the kind __proto__", "OPT0403", ["certificate", "cells", 0, "kind"], "__proto__"],
  ["a cell of the kind constructor", "OPT0403", ["certificate", "cells", 0, "kind"], "constructor"],
  ["a kind that is no text", "OPT0403", ["certificate", "cells", 0, "kind"], { toString: 1 }],
  ["a device of the kind toString", "OPT0403", ["sections", 0, "meshes", 0, "devices", 0, "kind"], "toString"],
  ["a list without end in a list", "OPT0403", ["name"], JSON.parse("[".repeat(50_000) + "]".repeat(50_000))],
  ["a missing signal", "OPT0404", ["certificate", "cells", 0, "residual"], 5],
  ["a signal in no section", "OPT0404", ["certificate", "signals", 0, "section"], 5],
  ["a fractional weight", "OPT0404", ["certificate", "symbols", 0, 0, "weight"], 0.5],
  ["a signal read too early", "OPT0413", ["certificate", "cells", 0, "terms", 0, "signal"], 4],
  ["a signal written twice", "OPT0413", ["certificate", "cells", 1, "bit"], 1],
  ["a sum written by a cell", "OPT0413", ["certificate", "cells", 2, "bit"], 0],
  ["a symbol too many", "OPT0413", ["certificate", "symbols", 1], []],
];

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

  it.each(broken)("reports %s as %s", (name, code, path, by) => {
    const checked = checkCircuit(changed(sound, path, by));
    expect(checked.findings.map((it) => it.code)).toContain(code);
    const errors = checked.findings.filter((it) => it.severity === "error");
    expect(checked.circuit === null).toBe(errors.length > 0);
    expect(errors.length > 0).toBe(name !== "a dark neuron");
    // Unlike these, counts, ports, devices and signals are beyond a schema.
    if (/OPT040[1-35]/.test(code)) expect(followsSchema(changed(sound, path, by))).toBe(false);
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

  it("says where", () => {
    const where = (path: Path, by: unknown) => checkCircuit(changed(sound, path, by)).findings[0]?.where;
    expect(where(["sections", 2, "meshes", 1, "devices", 1, "thetaRad"], "x")).toBe(
      "sections[2].meshes[1].devices[1].thetaRad",
    );
    expect(where(["outputs", 0, "mode"], 6)).toBe("outputs[0].mode");
    expect(where(["certificate", "symbols", 0, 0, "signal"], 9)).toBe("certificate.symbols[0][0].signal");
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

  it("has a page for every code it reports", () => {
    const pages = Object.keys(circuitCodes);
    // OPT0416 is reported in placement.test.ts
    const reported = [...broken.map((it) => it[1]), "OPT0414", "OPT0416"];
    for (const code of reported) expect(pages).toContain(code);
    // From OPT0430 on they are the formats' codes, held by their own tests.
    for (const page of pages) if (page < "OPT0430") expect(reported).toContain(page);
  });

  it("accepts a circuit without light as what it is", () => {
    const empty = circuit({ modes: 0, inputs: [], sections: [], outputs: [] });
    expect(codesOf(empty)).toEqual(["OPT0407", "OPT0408"]);
  });
});
