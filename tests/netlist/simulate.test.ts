import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  checkCircuit,
  compileSimulation,
  indexFlow,
  mziMatrix,
  readWords,
  runSlice,
  simulate,
  sliceProgram,
  transferMatrix,
  UNREADABLE,
} from "../../netlist/index.ts";
import { circuit, mesh, mzi, output, phase, relu, section, tinyCircuit, worker } from "./build.ts";
import { expectReferenceStates } from "./light.ts";
import { randomCircuit } from "./random-circuit.ts";
import { mziFromCouplers, referenceMesh, referenceStates } from "./reference.ts";

const uniform = fc.infiniteStream(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }));

describe("the MZI convention", () => {
  it("is the product phase phi, coupler, phase theta, coupler, the phases on mode 0", () => {
    for (const [theta, phi] of [
      [0.3, 1.2],
      [2.9, 5.1],
      [4, 0],
    ] as const) {
      const expected = mziFromCouplers(theta, phi).flat(2);
      const m = mziMatrix(theta, phi);
      const got = [m.aRe, m.aIm, m.bRe, m.bIm, m.cRe, m.cIm, m.dRe, m.dIm];
      got.forEach((value, i) => {
        expect(value).toBeCloseTo(expected[i]!, 14);
      });
    }
  });

  it("is not reciprocal under exchange of rows and columns: phi belongs to input 0", () => {
    const m = transferMatrix([mesh("left", "one", [0, 1], [mzi(0, 0, Math.PI / 2, 1)])], [0, 1]);
    // element [1][0] over element [0][1] is e^{i phi}
    const ratioRe = m.re[2]! * m.re[1]! + m.im[2]! * m.im[1]!;
    const ratioIm = m.im[2]! * m.re[1]! - m.re[2]! * m.im[1]!;
    expect(Math.atan2(ratioIm, ratioRe)).toBeCloseTo(1, 12);
  });
});

describe("simulate", () => {
  it("agrees with dense matrices built from couplers on every mode after every section", () => {
    const tiny = tinyCircuit();
    for (const symbols of [
      [0, 0],
      [3, 1],
      [2, 3],
    ]) {
      expectReferenceStates(tiny, symbols);
    }
  });

  it("agrees with the reference on random circuits, and a batch with single vectors", () => {
    fc.assert(
      fc.property(uniform, fc.integer({ min: 1, max: 3 }), (stream, layers) => {
        const random = () => stream.next().value as number;
        const target = randomCircuit(random, { workers: 2, symbols: 2, layers, spare: 3, devices: 8 });
        const batch = Uint8Array.from({ length: 4 * 5 }, () => Math.floor(random() * 4));
        const simulator = compileSimulation(target);
        const all = simulate(simulator, batch);
        for (let v = 0; v < 5; v += 1) {
          const symbols = batch.slice(4 * v, 4 * v + 4);
          const single = simulate(simulator, symbols);
          const expected = referenceStates(target, [...symbols]).at(-1)!;
          target.outputs.forEach((port, o) => {
            expect(all.re[v * 4 + o]).toBe(single.re[o]);
            expect(all.im[v * 4 + o]).toBe(single.im[o]);
            expect(Math.abs(single.re[o]! - expected[port.mode]![0])).toBeLessThan(1e-11);
            expect(Math.abs(single.im[o]! - expected[port.mode]![1])).toBeLessThan(1e-11);
          });
        }
      }),
      { numRuns: 50 },
    );
  });

  it("refuses part of a vector", () => {
    expect(() => simulate(tinyCircuit(), Uint8Array.from([1, 2, 3]))).toThrow(RangeError);
  });

  it("lets no neuron turn a field that is not a number into clean light or darkness", () => {
    const tiny = tinyCircuit();
    const fields = simulate(tiny, Float64Array.of(Number.NaN, 0));
    expect([...fields.re]).toEqual([Number.NaN, Number.NaN]);
    expect([...readWords(tiny, fields)]).toEqual([UNREADABLE, UNREADABLE]);
  });
});

describe("fields that overflow", () => {
  /** Numbers that a checked circuit may have, in a chain that leaves the doubles: 1e100 at each of six neurons. */
  const chain = (sign: 1 | -1) =>
    circuit({
      modes: 2,
      inputs: [worker(0, 0, 0, 1e100), worker(1, 0, 1)],
      sections: Array.from({ length: 6 }, (_, s) => {
        const turn = phase(0, 0, s === 5 && sign < 0 ? Math.PI : 0);
        return section("layer", `l${s}`, [mesh("left", "m", [0], [turn])], [relu(0, 1e100)]);
      }),
      outputs: [output(0, 0, 0, 1), output(1, 0, 1, 1)],
    });

  it.each([1, -1] as const)("are no words, of either sign (%s)", (sign) => {
    const target = chain(sign);
    expect(checkCircuit(target).findings).toEqual([]);
    const words = readWords(target, simulate(target, Uint8Array.of(3, 2)));
    expect([...words]).toEqual([UNREADABLE, 2]);
  });

  it("are no words in a slice either", () => {
    const index = indexFlow(chain(-1));
    const slice = sliceProgram(index, [{ section: 5, mode: 0 }], [{ section: 4, mode: 0 }]);
    const fields = runSlice(slice, { vectors: 1, re: Float64Array.of(Number.POSITIVE_INFINITY), im: null });
    expect([...fields.re].some(Number.isFinite)).toBe(false);
  });
});

describe("transferMatrix", () => {
  it("equals the reference on meshes with terminations", () => {
    for (const it of tinyCircuit().sections.flatMap((part) => part.meshes)) {
      const expected = referenceMesh(it);
      const got = transferMatrix([it], it.modes);
      expect([got.rows, got.cols]).toEqual([it.modes.length, it.modes.length]);
      expected.flat().forEach(([re, im], i) => {
        expect(got.re[i]).toBeCloseTo(re, 13);
        expect(got.im[i]).toBeCloseTo(im, 13);
      });
    }
  });
});

describe("readWords", () => {
  const target = circuit({
    aggregate: { workers: 2, bits: 3, levels: 4, signed: false, rounding: "floor", symbols: 2 },
    modes: 4,
    inputs: [worker(0, 0, 0), worker(0, 1, 1), worker(1, 0, 2), worker(1, 1, 3)],
    sections: [section("layer", "none", [])],
    outputs: [output(1, 1, 3, 2), output(0, 0, 0, 1), output(0, 1, 1, 1)],
  });

  it("snaps to the nearest level, clamps to the levels of the symbol and orders by worker and symbol", () => {
    const fields = {
      vectors: 2,
      ports: 3,
      re: Float64Array.of(0.74, 0.6, 1.49, 9, 9, -2),
      im: new Float64Array(6),
    };
    // symbol 0 of a 3-bit word in PAM4 has two levels only; no receiver reads worker 1, symbol 0
    expect([...readWords(target, fields)]).toEqual([1, 1, UNREADABLE, 1, 1, 0, UNREADABLE, 3]);
  });

  it("never makes a level of a field that is not a number", () => {
    const fields = { vectors: 1, ports: 3, re: Float64Array.of(Number.NaN, 0, 0), im: new Float64Array(3) };
    expect([...readWords(target, fields)]).toEqual([0, 0, UNREADABLE, UNREADABLE]);
  });
});
