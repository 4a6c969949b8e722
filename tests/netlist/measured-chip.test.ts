import { describe, expect, it } from "vitest";
import {
  blockMatrix,
  type Circuit,
  findTarget,
  linearBlocks,
  matrixOfMzi,
  namedMzis,
  readMeasuredChip,
  readSpice,
  serializeMeasuredChip,
  subjectOf,
} from "../../netlist/index.ts";
import { tinyCircuit } from "./build.ts";
import { withDevices } from "./lossy.ts";
import { mziFromCouplers } from "./reference.ts";
import { saxMatrix } from "./sax-model.ts";
import { spiceText } from "./spice-text.ts";

const withPrefix = (ports: readonly string[], prefix: string) => ports.filter((port) => port.startsWith(prefix));

/** The circuit with couplers of every MZI given. */
function measured(circuit: Circuit): Circuit {
  let n = 0;
  return withDevices(circuit, (mesh) =>
    mesh.devices.map((device) => {
      n += 1;
      return device.kind === "mzi"
        ? { ...device, firstCrossPower: 0.455 + 0.01 * (n % 9), secondCrossPower: 0.535 - 0.01 * (n % 7) }
        : device;
    }),
  );
}

const tiny = tinyCircuit();
const target = (name: string) => findTarget(name)!;
const [first] = namedMzis(tiny);
const whole = {
  format: "optinc.measured-chip",
  version: 1,
  circuit: tiny.name,
  mzis: [{ name: first!.name, crossPower: [0.47, 0.52], lossDb: 0.3 }],
};
const read = (value: unknown) => readMeasuredChip(typeof value === "string" ? value : JSON.stringify(value), tiny);

describe("the file of a chip", () => {
  it("says what was measured of each MZI that it lists, and is printed as it was read", () => {
    const { value, findings } = read(whole);
    expect(findings).toEqual([]);
    expect([...value!.mzis]).toEqual([[first!.name, { crossPower: [0.47, 0.52], lossDb: 0.3 }]]);
    const text = [...serializeMeasuredChip(value!)].join("");
    expect(JSON.parse(text)).toEqual(whole);
    expect(read(text).value).toEqual(value);
    expect(read({ ...whole, mzis: [] }).value!.mzis.size).toBe(0);
    expect(read([...serializeMeasuredChip(read({ ...whole, mzis: [] }).value!)].join("")).value!.mzis.size).toBe(0);
  });

  it("has the old name of its format for one release, with a warning", () => {
    const { value, findings } = read({ ...whole, format: "optinc.die" });
    expect(value).toEqual(read(whole).value);
    expect(findings.map(({ code, severity, where }) => [code, severity, where])).toEqual([
      ["OPT0246", "warning", "format"],
    ]);
  });

  it("may leave out what was not measured", () => {
    const { value } = read({ ...whole, mzis: [{ name: first!.name }] });
    expect(value!.mzis.get(first!.name)).toEqual({ crossPower: null, lossDb: null });
  });

  const entry = whole.mzis[0]!;
  const changed = (part: object) => ({ ...whole, mzis: [{ ...entry, ...part }] });
  it.each<readonly [string, unknown, string]>([
    ["no JSON", "{", "the file is not a complete JSON text"],
    [
      "a key twice",
      `{"format": "optinc.measured-chip", "format": "optinc.measured-chip"}`,
      'the key "format" occurs twice in an object',
    ],
    ["a list", [], "an object is wanted, not a list of 0"],
    ["another format", { ...whole, format: "optinc.circuit" }, '"optinc.circuit" is no measured chip'],
    ["another version", { ...whole, version: 2 }, "version 2 of a measured chip is unknown"],
    ["another circuit", { ...whole, circuit: "other" }, `the chip is of "other", the circuit is ${tiny.name}`],
    ["an unknown key", { ...whole, chips: 1 }, 'unknown key "chips"'],
    ["no list", { ...whole, mzis: {} }, "a list is wanted, not an object"],
    ["an entry that is none", { ...whole, mzis: [7] }, "an object is wanted, not 7"],
    ["a misspelt key", changed({ crosspower: [0.5, 0.5] }), 'unknown key "crosspower"'],
    ["an unknown name", changed({ name: "layer9/x[0]" }), `${tiny.name} has no MZI "layer9/x[0]"`],
    ["a name that is none", changed({ name: ["x"] }), `${tiny.name} has no MZI a list of 1`],
    ["a name of the language", changed({ name: "__proto__" }), `${tiny.name} has no MZI "__proto__"`],
    ["an entry twice", { ...whole, mzis: [entry, entry] }, `${first!.name} is listed twice`],
    ["one share", changed({ crossPower: [0.5] }), "two shares are wanted, not a list of 1"],
    ["a share above 1", changed({ crossPower: [0.5, 1.2] }), "1.2 is not a share between 0 and 1"],
    ["no share", changed({ crossPower: [0, 0.5] }), "0 is not a share between 0 and 1"],
    ["a share as text", changed({ crossPower: ["0.5", 0.5] }), '"0.5" is not a share between 0 and 1'],
    ["a gain", changed({ lossDb: -0.1 }), "-0.1 is not a loss of 0 to 200 dB"],
    ["a loss beyond all light", changed({ lossDb: 1e9 }), "1000000000 is not a loss of 0 to 200 dB"],
  ])("is refused with %s", (_, value, message) => {
    const found = read(value);
    expect(found.value).toBeNull();
    expect(found.findings.map((finding) => finding.message)).toEqual([message]);
    expect(found.findings.every(({ code, severity }) => code === "OPT0446" && severity === "error")).toBe(true);
  });
});

describe("an MZI whose couplers were measured", () => {
  it("is what couplers and phase shifters multiply to", () => {
    for (const [k1, k2] of [
      [0.4, 0.7],
      [0.51, 0.49],
      [0.02, 0.99],
    ] as const) {
      const m = matrixOfMzi({ thetaRad: 1.2, phiRad: 2.3, firstCrossPower: k1, secondCrossPower: k2 });
      const expected = mziFromCouplers(1.2, 2.3, k1, k2).flat(2);
      [m.aRe, m.aIm, m.bRe, m.bIm, m.cRe, m.cIm, m.dRe, m.dIm].forEach((part, i) => {
        expect(part).toBeCloseTo(expected[i]!, 14);
      });
    }
  });

  it("is the same circuit in SPICE, and in SAX", () => {
    const circuit = measured(tiny);
    const back = readSpice(spiceText(circuit)).value!;
    expect(back.version).toBe(4);
    const couplers = (of: Circuit) => namedMzis(of).map(({ mzi }) => [mzi.firstCrossPower, mzi.secondCrossPower]);
    expect(couplers(back)).toEqual(couplers(circuit));
    const subject = subjectOf(circuit, { kind: "circuit" });
    const files = target("sax").emit(subject, {});
    for (const block of linearBlocks(subject)) {
      const file = files.find(({ name }) => name.startsWith(`${block.stem}.`))!;
      const text = [...file.content].join("");
      const ports = Object.keys(Object.values<{ ports: object }>(JSON.parse(text))[0]!.ports);
      const found = saxMatrix(text, withPrefix(ports, "in"), withPrefix(ports, "out"));
      const { re, im, cols } = blockMatrix(block);
      found.forEach((row, i) => {
        row.forEach(([x, y], j) => {
          expect(x).toBeCloseTo(re[i * cols + j]!, 11);
          expect(y).toBeCloseTo(im[i * cols + j]!, 11);
        });
      });
    }
  });

  it("is refused by formats whose couplers all halve the power, and by those alone", () => {
    const codes = (circuit: Circuit, name: string) =>
      target(name)
        .check(subjectOf(circuit, { kind: "circuit" }), {})
        .map(({ code }) => code);
    for (const name of ["gdsfactory", "lumerical", "perceval"]) {
      expect(codes(measured(tiny), name)).toContain("OPT0445");
      expect(codes(tiny, name)).not.toContain("OPT0445");
    }
    for (const name of ["sax", "spice", "touchstone", "lumerical-dat", "table", "phases"]) {
      expect(codes(measured(tiny), name)).toEqual(codes(tiny, name));
    }
  });
});
