import { describe, expect, it } from "vitest";
import { synthesise } from "../../compiler/synthesise.ts";
import { indexFlow, type ProgramSlice, runSlice, seededRandom, sliceProgram } from "../../netlist/index.ts";
import { angleOfRead, turnAxes, turnOutput } from "../../verify/axes.ts";
import { specOf } from "../compiler/specs.ts";
import { perturbPhases } from "../netlist/perturbed.ts";

const { circuit } = synthesise(specOf(4, 8, 4));
const chip = perturbPhases(circuit, 0.4, seededRandom(3));
const certificate = chip.certificate!;
/** The rest of the second digit, out of the sum and the bits before it: reads, neurons, one analog output. */
const residual = certificate.signals.findIndex(({ kind }) => kind === "residual");
const slice = sliceProgram(
  indexFlow(chip),
  [certificate.signals[residual]!],
  certificate.signals.filter(({ kind }) => kind === "sum"),
);
const vectors = 5;
const random = seededRandom(8);
const re = Float64Array.from({ length: slice.reads.length * vectors }, () => random() * 4 - 2);
const im = Float64Array.from({ length: slice.reads.length * vectors }, () => random() * 4 - 2);

function inAxes(angles: readonly number[], ofOutputs: readonly number[]): ProgramSlice {
  const there = structuredClone(slice);
  // Signals are numbered as the certificate does, the wanted one is the residual.
  const ofSignals = new Float64Array(certificate.signals.length);
  slice.reads.forEach((id, j) => {
    ofSignals[id] = angles[j] ?? 0;
  });
  turnAxes(there, ofSignals, []);
  ofOutputs.forEach((angle, o) => {
    turnOutput(there.outputs[o]!, angle);
  });
  return there;
}

describe("a slice in other axes", () => {
  it("gives the same field, turned, for reads that are turned", () => {
    const angles = slice.reads.map((_, j) => 0.3 + j);
    const there = inAxes(angles, [0.7]);
    const turn = (j: number): readonly [number, number] => [Math.cos(angles[j]!), Math.sin(angles[j]!)];
    const at = (i: number): number => Math.floor(i / vectors);
    const turnedRe = re.map((x, i) => x * turn(at(i))[0] - im[i]! * turn(at(i))[1]);
    const turnedIm = im.map((y, i) => y * turn(at(i))[0] + re[i]! * turn(at(i))[1]);
    const here = runSlice(slice, { vectors, re, im }, true);
    const moved = runSlice(there, { vectors, re: turnedRe, im: turnedIm }, true);
    for (let v = 0; v < vectors; v++) {
      expect(moved.re[v]).toBeCloseTo(here.re[v]! * Math.cos(0.7) - here.im[v]! * Math.sin(0.7), 12);
      expect(moved.im[v]).toBeCloseTo(here.im[v]! * Math.cos(0.7) + here.re[v]! * Math.sin(0.7), 12);
    }
    expect(here.before!.re.length).toBeGreaterThan(0);
    here.before!.re.forEach((x, i) => {
      expect(moved.before!.re[i]).toBeCloseTo(x, 12);
    });
  });

  it("is the slice itself where nothing is turned", () => {
    expect(inAxes([0, 0], [0])).toEqual(slice);
  });

  it("has reads in phase with the first neuron that sees them, once they are turned by the angle of each", () => {
    slice.reads.forEach((_, j) => {
      const angle = angleOfRead(slice, j);
      expect(Math.abs(angle)).toBeGreaterThan(0);
      const there = inAxes(
        slice.reads.map((_, k) => (k === j ? angle : 0)),
        [],
      );
      const first = [...there.activations.map(({ form }) => form), ...there.outputs].find(
        (form) => Math.hypot(form.re[j]!, form.im[j]!) > 0,
      )!;
      expect(first.im[j]).toBeCloseTo(0, 12);
      expect(first.re[j]).toBeGreaterThan(0);
    });
  });

  it("has no angle where nothing sees the read, and none that is rounding", () => {
    const form = { re: Float64Array.of(0, 1), im: Float64Array.of(0, 1e-15), constantRe: 0, constantIm: 0 };
    const blind = { ...slice, activations: [], outputs: [form] };
    expect(angleOfRead(blind, 0)).toBe(0);
    expect(angleOfRead(blind, 1)).toBe(0);
  });
});
