import { describe, expect, it } from "vitest";
import { synthesise, synthesiseMeasured } from "../../compiler/synthesise.ts";
import type { Spec } from "../../dsl/index.ts";
import {
  type Circuit,
  checkCircuit,
  gaussianFrom,
  idealOptics,
  type MeasuredChip,
  type MeasuredMzi,
  namedMzis,
  type Optics,
  seededRandom,
  serializeCircuit,
  simulate,
} from "../../netlist/index.ts";
import { prove, verifyCircuit } from "../../verify/index.ts";
import { withDevices } from "../netlist/lossy.ts";
import { perturbPhases } from "../netlist/perturbed.ts";
import { referenceStates } from "../netlist/reference.ts";
import { lossyOptics } from "./optics.ts";
import { specOf } from "./specs.ts";

const none = { network: null };

/** A chip of the circuit whose couplers are off by so much in field angle, and whose MZIs lose up to half a dB more than they were designed to. */
function chipSampleOf(circuit: Circuit, seed: number, couplerRad: number, share: number = 1): MeasuredChip {
  const random = seededRandom(seed);
  const gaussian = gaussianFrom(random);
  const cross = (): number => Math.sin(Math.PI / 4 + couplerRad * gaussian()) ** 2;
  const mzis = new Map(
    namedMzis(circuit).flatMap(({ name, mzi }): [string, MeasuredMzi][] => {
      const lossDb = -20 * Math.log10(mzi.fieldFactor ?? 1) + 0.5 * random();
      const crossPower = [cross(), cross()] as const;
      return random() < share ? [[name, { crossPower, lossDb }]] : [];
    }),
  );
  return { format: "optinc.measured-chip", version: 1, circuit: circuit.name, mzis };
}

function compiled(spec: Spec, optics: Optics, chip: MeasuredChip): Circuit {
  const made = synthesiseMeasured(spec, optics, chip);
  if (!("circuit" in made)) throw new Error(made.map(({ name }) => name).join());
  return made.circuit;
}

/** The designed circuit with a chip's couplers and losses, its phases as they were: what the chip does without this compile. */
function unmended(circuit: Circuit, chip: MeasuredChip): Circuit {
  const names = new Map(namedMzis(circuit).map(({ mzi, name }) => [mzi, name]));
  return withDevices(circuit, (mesh) =>
    mesh.devices.map((device) => {
      const measured = device.kind === "mzi" ? chip.mzis.get(names.get(device)!) : undefined;
      if (measured === undefined || device.kind !== "mzi") return device;
      const [firstCrossPower, secondCrossPower] = measured.crossPower!;
      return { ...device, firstCrossPower, secondCrossPower, fieldFactor: 10 ** (-measured.lossDb! / 20) };
    }),
  );
}

const saturating = (workers: number, bits: number): Spec =>
  specOf(workers, bits, 4, "half-up", true, 0.4, { kind: "single" }, "saturating");

const both = [idealOptics, lossyOptics];
/** With the standard deviation of the couplers' angles. Networks that divide have MZIs that pass little of the power, in lossy light less than couplers of per cents let. */
const specs: readonly (readonly [string, Spec, number, readonly Optics[]])[] = [
  ["4 workers, neurons that saturate", saturating(4, 8), 0.02, both],
  ["3 workers, neurons that saturate", saturating(3, 8), 0.02, [idealOptics]],
  ["16 workers, neurons that saturate", saturating(16, 8), 0.02, both],
  ["4 workers, rectifiers", specOf(4, 8, 4), 0.02, both],
  ["5 workers, rectifiers, half-even", specOf(5, 6, 4, "half-even"), 0.005, [idealOptics]],
  [
    "optical thresholds",
    specOf(4, 8, 4, "half-up", true, 0.3, { kind: "single" }, "saturating", "optical"),
    0.02,
    both,
  ],
  ["a cascade", specOf(8, 4, 4, "half-up", true, 0.3, { kind: "cascade", fanIn: [2, 2, 2] }, "saturating"), 0.02, both],
];

describe("a chip that was measured", () => {
  it.each(specs)("is proved exact with its own couplers and losses: %s", (_, spec, couplerRad, allOptics) => {
    for (const optics of allOptics) {
      const designed = synthesise(spec, none, optics).circuit;
      const chip = chipSampleOf(designed, 3, couplerRad);
      const circuit = compiled(spec, optics, chip);
      const read = checkCircuit(JSON.parse([...serializeCircuit(circuit)].join("")));
      expect(read.findings).toEqual([]);
      expect(read.circuit!.version).toBe(4);
      const proof = prove(read.circuit!);
      expect(proof.problems).toEqual([]);
      const margin = spec.network.kind === "constructed" ? spec.network.margin : Number.NaN;
      expect(proof.comparatorMargin).toBeGreaterThan(margin - 1e-6);
      expect(proof.receiverMargin).toBeGreaterThan(0.499);
      // the devices are those that were measured, and nothing beside phases, levels and neurons has moved
      expect(namedMzis(circuit).map(({ name }) => name)).toEqual(namedMzis(designed).map(({ name }) => name));
      for (const { name, mzi } of namedMzis(circuit)) {
        const { crossPower, lossDb } = chip.mzis.get(name)!;
        expect([mzi.firstCrossPower, mzi.secondCrossPower]).toEqual(crossPower);
        expect(mzi.fieldFactor).toBeCloseTo(10 ** (-lossDb! / 20), 14);
      }
      expect(circuit.placement).toEqual(designed.placement);
    }
  });

  it("would read wrong words with the phases that were designed", () => {
    const spec = saturating(16, 8);
    const designed = synthesise(spec, none).circuit;
    const chip = chipSampleOf(designed, 3, 0.02);
    expect(prove(unmended(designed, chip)).holds).toBe(false);
    expect(prove(compiled(spec, idealOptics, chip)).holds).toBe(true);
  });

  it("computes in every device what dense matrices of couplers and phase shifters do", () => {
    const spec = saturating(4, 8);
    const circuit = compiled(spec, idealOptics, chipSampleOf(synthesise(spec, none).circuit, 5, 0.03));
    const random = seededRandom(9);
    const symbols = Uint8Array.from({ length: 16 * 20 }, () => Math.floor(4 * random()));
    const fields = simulate(circuit, symbols);
    for (let v = 0; v < 20; v++) {
      const state = referenceStates(circuit, [...symbols.subarray(16 * v, 16 * v + 16)]).at(-1)!;
      for (const [i, { mode, levelsPerField, worker }] of circuit.outputs.entries()) {
        const read = state[mode]![0] * levelsPerField;
        expect(read).toBeCloseTo(Math.round(read), 9);
        expect(fields.re[v * circuit.outputs.length + i]! * levelsPerField).toBeCloseTo(read, 9);
        expect(worker).toBeLessThan(4);
      }
    }
  });

  it("reads all words through its devices", () => {
    const spec = saturating(2, 4);
    const circuit = compiled(spec, lossyOptics, chipSampleOf(synthesise(spec, none, lossyOptics).circuit, 7, 0.05));
    const report = verifyCircuit(circuit, { inputs: { kind: "exhaustive" }, seed: 1 });
    expect(report).toMatchObject({ wrong: 0, counterexample: null });
    // which errors of phases spoil
    expect(prove(perturbPhases(circuit, 0.3, seededRandom(1))).holds).toBe(false);
  });

  it("takes what is not listed for what was designed", () => {
    const spec = saturating(4, 8);
    for (const optics of [idealOptics, lossyOptics]) {
      const designed = synthesise(spec, none, optics).circuit;
      const chip = chipSampleOf(designed, 11, 0.02, 0.3);
      const circuit = compiled(spec, optics, chip);
      expect(prove(circuit).problems).toEqual([]);
      const listed = namedMzis(circuit).filter(({ mzi }) => mzi.firstCrossPower !== undefined);
      expect(listed.map(({ name }) => name)).toEqual([...chip.mzis.keys()]);
      expect(listed.length).toBeGreaterThan(5);
      expect(listed.length).toBeLessThan(namedMzis(circuit).length / 2);
    }
  });

  it("is the designed circuit, to rounding, where all is as designed", () => {
    const spec = saturating(4, 8);
    for (const optics of [idealOptics, lossyOptics]) {
      const designed = synthesise(spec, none, optics).circuit;
      const same = namedMzis(compiled(spec, optics, { ...chipSampleOf(designed, 1, 0), mzis: new Map() }));
      for (const [i, { mzi, name }] of namedMzis(designed).entries()) {
        expect(same[i]!.name).toBe(name);
        expect(same[i]!.mzi.thetaRad).toBeCloseTo(mzi.thetaRad, 12);
        expect(same[i]!.mzi.fieldFactor).toBe(mzi.fieldFactor);
      }
    }
  });

  it("is named with what is wanted of it where its couplers do not reach that", () => {
    const spec = saturating(4, 8);
    const designed = synthesise(spec, none).circuit;
    const [first, second] = namedMzis(designed);
    const mzis = new Map([
      // 50:50 is out of reach of two couplers that both let 95 % cross: they make an MZI that stays in its lane
      [first!.name, { crossPower: [0.95, 0.95] as const, lossDb: null }],
      [second!.name, { crossPower: [0.6, 0.45] as const, lossDb: null }],
    ]);
    const made = synthesiseMeasured(spec, idealOptics, { ...chipSampleOf(designed, 1, 0), mzis });
    if ("circuit" in made) throw new Error("it was reached");
    expect(made.map(({ name }) => name)).toEqual([first!.name]);
    const { wanted, least, most } = made[0]!;
    expect(wanted).toBeCloseTo(0.5, 12);
    // |c1 c2 e^{i theta} - s1 s2|^2 between its ends, s^2 = .95
    expect(least).toBeCloseTo((0.95 - 0.05) ** 2, 12);
    expect(most).toBeCloseTo(1, 12);
  });
});
