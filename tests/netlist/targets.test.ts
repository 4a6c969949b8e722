import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Circuit,
  identifierOf,
  legaliseNames,
  PYTHON_WORDS,
  phasesTarget,
  spiceTarget,
  subjectOf,
  targetNames,
  targets,
} from "../../netlist/index.ts";
import { attenuator, circuit, mesh, mzi, output, section, tinyCircuit, worker } from "./build.ts";
import { emitText } from "./emit-text.ts";
import { spiceText } from "./spice-text.ts";

const whole = (circuit: Circuit) => subjectOf(circuit, { kind: "circuit" });

it("the names of the formats are those of the registry", () => {
  expect(targetNames).toEqual(targets.map(({ name }) => name));
});

describe("phases.csv", () => {
  it("has one row a device, in the order of the light, phases in [0, 2 pi)", async () => {
    const text = emitText(phasesTarget, tinyCircuit(), {});
    await expect(text).toMatchFileSnapshot("golden/tiny.csv");
    const rows = text.trimEnd().split("\n");
    expect(rows[0]).toBe("layer,mesh,column,modes,kind,theta_rad,phi_rad");
    expect(rows.length).toBe(1 + 15);
    expect(rows[2]).toBe(`0 P,0 sum,1,0,phase,,${2 * Math.PI - 0.4}`);
    for (const row of rows.slice(1)) {
      for (const phase of row.split(",").slice(5)) {
        expect(Number(phase)).toBeGreaterThanOrEqual(0);
        expect(Number(phase)).toBeLessThan(2 * Math.PI);
      }
    }
  });

  it("keeps phases in range at the ends and quotes names", () => {
    const devices = [mzi(0, 0, -1e-17, 2 * Math.PI), mzi(0, 1, -2 * Math.PI, 7)];
    const quoted = circuit({
      modes: 2,
      inputs: [],
      outputs: [],
      sections: [section("layer", 'a "b", c', [mesh("left", "m", [1, 0], devices)])],
    });
    const text = emitText(phasesTarget, quoted);
    expect(text.split("\n").slice(1, 3)).toEqual([
      '"0 a ""b"", c",0 m,0,1 0,mzi,0,0',
      `"0 a ""b"", c",0 m,1,1 0,mzi,0,${7 - 2 * Math.PI}`,
    ]);
  });
});

describe("phases for converters", () => {
  const one = (thetaRad: number, options: Record<string, string>) => {
    const devices = [mzi(0, 0, thetaRad, Math.PI)];
    const parts = {
      modes: 2,
      inputs: [],
      outputs: [],
      sections: [section("layer", "a", [mesh("left", "m", [0, 1], devices)])],
    };
    return emitText(phasesTarget, circuit(parts), options).split("\n")[1]!.split(",").slice(7).map(Number);
  };

  it("counts codes in turns, and a turn is no turn", () => {
    expect(one(Math.PI / 2, { bits: "8" })).toEqual([64, 128]);
    expect(one(2 * Math.PI - 1e-6, { bits: "8" })).toEqual([0, 128]);
  });

  it("gives the voltage of a phase, and codes of voltages", () => {
    const [theta, phi] = one(Math.PI / 4, { drive: "thermal", vpi: "4" });
    expect(theta).toBeCloseTo(2, 12);
    expect(phi).toBe(4);
    expect(one(Math.PI / 4, { drive: "linear", vpi: "4" })[0]).toBe(1);
    expect(one(2 * Math.PI - 1e-6, { drive: "thermal", bits: "8" }).slice(2)).toEqual([255, 181]);
  });
});

describe("identifierOf", () => {
  it("is reversible, legal and no reserved word, for any name", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.constantFrom("lambda", "in", "n_k_x", "0", "_", "R1", "a-b", "é")),
        (name) => {
          const identifier = identifierOf(name, PYTHON_WORDS);
          expect(identifier).toMatch(/^[A-Za-z][A-Za-z0-9_]*$/);
          expect(PYTHON_WORDS.has(identifier.toLowerCase())).toBe(false);
          expect(nameOfIdentifier(identifier)).toBe(name);
        },
      ),
    );
    expect(identifierOf("lambda", PYTHON_WORDS)).toBe("n_k_lambda");
  });
});

describe("SPICE text", () => {
  it("is the golden file", async () => {
    await expect(spiceText(tinyCircuit(), { save: "sections" })).toMatchFileSnapshot("golden/tiny.sp");
  });

  it("explains every port and every name in the headers, before anything else", () => {
    const [bench, circuit] = spiceTarget.emit(whole(tinyCircuit()), {}).map(({ content }) => {
      const text = [...content].join("");
      return text.slice(0, text.search(/^[^*]/m));
    });
    for (const wanted of ["w0_s0_re", "w1_s0_re", "ref_rail_re", "out_w0_s0_re"]) {
      expect(bench).toContain(wanted);
      expect(circuit).toContain(wanted);
    }
    expect(bench).toContain("level_w1_s0");
    expect(circuit).toContain('s2_m0_v_t = mesh "V^T"');
    expect(bench).not.toContain("offset-binary");
  });

  it("explains offset-binary where words are signed", () => {
    const { aggregate } = tinyCircuit();
    const signed = spiceText({ ...tinyCircuit(), aggregate: { ...aggregate, signed: true } });
    expect(signed).toContain("offset-binary: the symbols are those of word + 2. The word 0 is sent as 2;");
    expect(signed).toContain("all symbols 0 are the word -2");
  });

  it("has few enough parameters in a part that ngspice sorts them in time", () => {
    const devices = (count: number) => Array.from({ length: count }, (_, column) => mzi(0, column, 1, 1));
    const long = (count: number): string =>
      spiceText({
        ...tinyCircuit(),
        sections: [section("layer", "s", [mesh("left", "m", [0, 1], devices(count))])],
      }).replaceAll("\n+ ", " ");
    expect(long(1000)).toContain("theta={theta_d999} phi={phi_d999}");
    expect(long(1001)).not.toMatch(/^\.param theta/m);
    expect(long(1001)).toContain("mzi theta=1 phi=1");
  });

  it("defines every subcircuit once, before nothing else than it uses, and uses legal words only", () => {
    const text = spiceText(tinyCircuit(), {}).replaceAll("\n+ ", " ");
    const defined = [...text.matchAll(/^\.subckt (\S+)/gm)].map((it) => it[1]!);
    expect(new Set(defined).size).toBe(defined.length);
    for (const [, used] of text.matchAll(/^X[^\n]*? (\S+)(?: \S+=\S+)*$/gm)) {
      expect(defined).toContain(used);
    }
    const body = text.replace(/^\*.*$/gm, "");
    expect(body).toMatch(/^[\x20-\x7e\n]*$/);
  });

  it("builds no wall with more pins than ngspice 39 takes", () => {
    const modes = 300;
    const wide = circuit({
      modes,
      aggregate: { workers: modes, bits: 2, levels: 4, signed: false, rounding: "floor", symbols: 1 },
      inputs: Array.from({ length: modes }, (_, i) => worker(i, 0, i)),
      sections: [
        section("layer", "wide", [
          mesh(
            "singular",
            "S",
            Array.from({ length: modes }, (_, i) => i),
            Array.from({ length: modes }, (_, i) => attenuator(i, 0, 1, 1)),
          ),
        ]),
      ],
      outputs: Array.from({ length: modes }, (_, i) => output(i, 0, i, 1)),
    });
    const text = spiceText(wide, {}).replaceAll("\n+ ", " ");
    for (const [line] of text.matchAll(/^(\.subckt|X).*$/gm)) {
      expect(line.split(" ").length).toBeLessThan(1000);
    }
    expect([...text.matchAll(/^X\S+ .* attenuator /gm)].length).toBe(modes);
  });

  it("warns about circuits that ngspice would take minutes for", () => {
    const devices = Array.from({ length: 40_001 }, (_, column) => mzi(0, column, 1, 1));
    const long = { ...tinyCircuit(), sections: [section("layer", "s", [mesh("left", "m", [0, 1], devices)])] };
    expect(spiceTarget.check(whole(long), {})).toMatchObject([{ code: "OPT0430", severity: "warning" }]);
  });
});

describe("legaliseNames", () => {
  it("gives plain, distinct, unreserved names for any names", () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.string(), fc.constantFrom("a", "A", "a_2", "gnd", "time", "V^T", "v t"))),
        (names) => {
          const legal = legaliseNames(names);
          expect(legal.length).toBe(names.length);
          expect(new Set(legal).size).toBe(names.length);
          for (const name of legal) {
            expect(name).toMatch(/^[a-z][a-z0-9_]*$/);
            expect(["gnd", "time"]).not.toContain(name);
          }
        },
      ),
    );
  });

  it("keeps readable names and tells colliding ones apart", () => {
    expect(legaliseNames(["layer 1", "Layer-1", "layer_1_2", "V^T", "gnd", "3x", ""])).toEqual([
      "layer_1",
      "layer_1_2",
      "layer_1_2_2",
      "v_t",
      "n_gnd",
      "n_3x",
      "n",
    ]);
  });
});

/** The name that `identifierOf` was given. */
function nameOfIdentifier(identifier: string): string {
  const escaped = identifier.startsWith("n_k_") ? identifier.slice("n_k_".length) : identifier;
  return escaped.replace(/_(?:_|([0-9a-f]+)_)/g, (_, hex: string | undefined) =>
    hex === undefined ? "_" : String.fromCodePoint(Number.parseInt(hex, 16)),
  );
}
