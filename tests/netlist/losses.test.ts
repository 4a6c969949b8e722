import { describe, expect, it } from "vitest";
import {
  type Circuit,
  checkCircuit,
  circuitVersion,
  compileSimulation,
  countDevices,
  type ModeFields,
  seededRandom,
  serializeCircuit,
  simulate,
  transferMatrix,
} from "../../netlist/index.ts";
import { attenuator, circuit, mesh, mzi, output, phase, section, tinyCircuit, worker } from "./build.ts";
import { expectReferenceStates, propagateFields } from "./light.ts";
import { waveguide, withDevices, withRandomLosses } from "./lossy.ts";
import { randomCircuit } from "./random-circuit.ts";

const shape = { workers: 2, symbols: 2, layers: 3, spare: 3, devices: 8 };
const lossyTiny = withRandomLosses(tinyCircuit(), seededRandom(5));
const text = (of: Circuit) => [...serializeCircuit(of)].join("");

describe("a device that loses light", () => {
  it("multiplies both of its outputs, one output or its mode by its field factor", () => {
    const power = (devices: Parameters<typeof mesh>[3], from: number) => {
      const { rows, cols, re, im } = transferMatrix([mesh("left", "m", [0, 1], devices)], [0, 1]);
      return Array.from({ length: rows }, (_, row) => Math.hypot(re[row * cols + from]!, im[row * cols + from]!));
    };
    const half = Math.SQRT1_2;
    expect(power([{ ...mzi(0, 0, Math.PI / 2, 0.3), fieldFactor: 0.8 }], 0)).toEqual([
      expect.closeTo(0.8 * half, 14),
      expect.closeTo(0.8 * half, 14),
    ]);
    expect(power([{ ...attenuator(0, 0, Math.PI / 2, 0.3), fieldFactor: 0.8 }], 0)[0]).toBeCloseTo(0.8 * half, 14);
    expect(power([{ ...phase(0, 0, 0.3), fieldFactor: 0.8 }], 0)).toEqual([expect.closeTo(0.8, 14), 0]);
    const m = transferMatrix([mesh("left", "m", [0, 1], [waveguide(1, 0, 0.6)])], [0, 1]);
    expect([...m.re, ...m.im]).toEqual([1, 0, 0, 0.6, 0, 0, 0, 0]);
  });

  it("agrees with dense matrices built from couplers, on every mode after every section", () => {
    for (let seed = 0; seed < 40; seed += 1) {
      const random = seededRandom(seed);
      const lossy = withRandomLosses(seed === 0 ? tinyCircuit() : randomCircuit(random, shape), random);
      const width = lossy.aggregate.workers * lossy.aggregate.symbols;
      const symbols = Array.from({ length: width }, () => Math.floor(4 * random()));
      expectReferenceStates(lossy, symbols);
    }
  });

  it("is nothing where it is a waveguide without losses", () => {
    const symbols = Uint8Array.from([0, 0, 1, 3, 3, 3, 2, 1]);
    const bare = withDevices(tinyCircuit(), (each) => each.devices.flatMap((d) => [waveguide(d.mode, d.column, 1), d]));
    expect(simulate(bare, symbols)).toEqual(simulate(tinyCircuit(), symbols));
  });

  it("makes every step of a passive circuit passive", () => {
    const start = { modes: 6, vectors: 1, re: Float64Array.of(1, 2, 3, 4, 5, 6), im: new Float64Array(6) };
    const power = (fields: ModeFields) => fields.re.reduce((sum, x, i) => sum + x * x + fields.im[i]! ** 2, 0);
    for (let seed = 0; seed < 20; seed += 1) {
      const lossy = withRandomLosses(tinyCircuit(), seededRandom(seed));
      for (const [s, { activations }] of lossy.sections.entries()) {
        if (activations.length > 0) continue;
        expect(power(propagateFields(compileSimulation(lossy), start, s, s + 1))).toBeLessThanOrEqual(power(start));
      }
    }
  });
});

describe("version 2", () => {
  it("is the version of circuits with losses, and only of them", () => {
    expect(circuitVersion(tinyCircuit().sections)).toBe(1);
    expect(lossyTiny.version).toBe(2);
    expect(text(lossyTiny)).toContain('"version": 2');
    const one = withDevices(tinyCircuit(), (each) => each.devices.map((d) => ({ ...d, fieldFactor: 1 })));
    expect(one.version).toBe(2);
    const bare = withDevices(tinyCircuit(), (each) => [...each.devices, waveguide(0, 9, 1)]);
    expect(bare.version).toBe(2);
  });

  it("is refused where it says version 1: a reader of version 1 would take it for ideal", () => {
    const { circuit: refused, findings } = checkCircuit({ ...lossyTiny, version: 1 });
    expect(refused).toBeNull();
    expect(findings).toMatchObject([{ code: "OPT0402", severity: "error", where: "version" }]);
    expect(checkCircuit({ ...tinyCircuit(), version: 2 }).findings).toEqual([]);
    for (const version of [0, 5, 1.5, "2", null, Number.NaN, [2]]) {
      expect(checkCircuit({ ...tinyCircuit(), version }).findings.map(({ code }) => code)).toEqual(["OPT0402"]);
    }
  });

  const factors = [0, -0.5, 1.0000000001, 2, 1e-200, Number.NaN, Number.POSITIVE_INFINITY, "0.9", null, [0.9]];
  const places = ["mzi", "attenuator", "phase", "waveguide"] as const;
  it.each(places.flatMap((kind) => factors.map((value) => [kind, value] as const)))(
    "refuses a %s with a field factor of %s",
    (kind, value) => {
      expect(findingsWith(kind, { fieldFactor: value })).toEqual([
        [typeof value === "number" ? "OPT0404" : "OPT0403", `${placeOf(kind)}.fieldFactor`],
      ]);
    },
  );

  it.each([
    ["crossings", -1, "OPT0404"],
    ["crossings", 0.5, "OPT0404"],
    ["crossings", 1e300, "OPT0404"],
    ["crossings", Number.NaN, "OPT0404"],
    ["crossings", "1", "OPT0403"],
    ["crossings", undefined, "OPT0403"],
    ["lengthUm", -1e-9, "OPT0404"],
    ["lengthUm", Number.NaN, "OPT0404"],
    ["lengthUm", 1e300, "OPT0404"],
    ["lengthUm", null, "OPT0403"],
    ["lengthUm", undefined, "OPT0403"],
    ["fieldFactor", undefined, "OPT0403"],
    ["mode", 9, "OPT0409"],
  ])("refuses a waveguide with %s of %s", (key, value, code) => {
    const where = code === "OPT0409" ? placeOf("waveguide") : `${placeOf("waveguide")}.${key}`;
    expect(findingsWith("waveguide", { [key]: value })).toEqual([[code, where]]);
  });

  it("lets a waveguide stand in the column of the device behind it, and never behind a later one", () => {
    const codes = (...devices: Parameters<typeof mesh>[3][number][]) =>
      checkCircuit(withDevices(passive(), () => devices)).findings.map(({ code }) => code);
    expect(codes(waveguide(0, 0, 0.9), mzi(0, 0, 1, 1), waveguide(1, 1, 0.9), phase(1, 1, 1))).toEqual([]);
    expect(codes(mzi(0, 1, 1, 1), waveguide(0, 0, 0.9))).toEqual(["OPT0410"]);
  });
});

describe("counts", () => {
  it("know every crossing once, though both of its waveguides name it, and the length beside the devices", () => {
    const crossed = withDevices(passive(), () => [
      waveguide(0, 0, 0.9, 2, 30),
      waveguide(1, 0, 0.9, 2, 12.5),
      mzi(0, 0, 1, 1),
    ]);
    const counts = countDevices(crossed);
    expect(counts).toMatchObject({ mzis: 1, phaseShifters: 2, crossings: 2, waveguideUm: 42.5, depth: 1 });
    expect(counts.bySection.layer).toMatchObject({ crossings: 2, waveguideUm: 42.5 });
    expect(countDevices(tinyCircuit())).toMatchObject({ crossings: 0, waveguideUm: 0 });
  });
});

/** One of every kind. */
function passive(): Circuit {
  const devices = [
    { ...mzi(0, 0, 1, 1), fieldFactor: 0.9 },
    { ...attenuator(0, 1, 1, 1), fieldFactor: 0.9 },
    { ...phase(1, 1, 1), fieldFactor: 0.9 },
    waveguide(0, 2, 0.9, 1, 20),
  ];
  return circuit({
    version: 2,
    modes: 2,
    inputs: [worker(0, 0, 0), worker(1, 0, 1)],
    sections: [section("layer", "l", [mesh("left", "m", [0, 1], devices)])],
    outputs: [output(0, 0, 0, 1), output(1, 0, 1, 1)],
  });
}

const deviceOf = { mzi: 0, attenuator: 1, phase: 2, waveguide: 3 } as const;

function placeOf(kind: keyof typeof deviceOf): string {
  return `sections[0].meshes[0].devices[${deviceOf[kind]}]`;
}

/** Code and place of what is found when some fields of one device are replaced. */
function findingsWith(kind: keyof typeof deviceOf, fields: Readonly<Record<string, unknown>>): unknown[] {
  expect(checkCircuit(passive()).findings).toEqual([]);
  const broken = {
    ...passive(),
    sections: passive().sections.map((each) => ({
      ...each,
      meshes: each.meshes.map((one) => ({
        ...one,
        devices: one.devices.map((device, d) => (d === deviceOf[kind] ? { ...device, ...fields } : device)),
      })),
    })),
  };
  const checked = checkCircuit(broken);
  expect(checked.circuit).toBeNull();
  return checked.findings.map(({ code, where }) => [code, where]);
}
