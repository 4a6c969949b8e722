import { describe, expect, it } from "vitest";
import { synthesise } from "../../compiler/synthesise.ts";
import {
  type Circuit,
  chipSimulator,
  compileSimulation,
  type DeviceErrors,
  gaussianFrom,
  indexFlow,
  noDeviceErrors,
  onChip,
  runSlice,
  seededRandom,
  simulate,
  sliceProgram,
  unequalMziMatrix,
} from "../../netlist/index.ts";
import { specOf } from "../compiler/specs.ts";
import { inputFields } from "./light.ts";
import { perturbSimulator } from "./perturbed.ts";
import { type C, coupler, product, upperPhase } from "./reference.ts";

const { circuit } = synthesise(specOf(3, 4, 4));
const simulator = compileSimulation(circuit);
const steps = simulator.program.op.length;
const symbols = Int32Array.from({ length: 3 * 2 * 64 }, (_, i) => (i * 7 + (i >> 3)) % 4);

/** Of which an angle of 45 degrees sends half of the power across. */
const couplerOf = (angle: number): C[][] => coupler(Math.sin(angle) ** 2);

function withErrors(errors: Partial<DeviceErrors>): ReturnType<typeof chipSimulator> {
  return chipSimulator(simulator, { ...noDeviceErrors(steps), ...errors }, simulator.launch);
}

describe("an MZI with unequal couplers", () => {
  it("is coupler, theta, coupler, phi multiplied out", () => {
    const random = seededRandom(1);
    for (let trial = 0; trial < 50; trial++) {
      const [theta, phi] = [7 * random(), 7 * random()];
      const [first, second] = [random() - 0.5, random() - 0.5];
      const m = unequalMziMatrix(theta, phi, first, second);
      const [[a, b], [c, d]] = product(
        couplerOf(Math.PI / 4 + second),
        product(upperPhase(theta), product(couplerOf(Math.PI / 4 + first), upperPhase(phi))),
      ) as [[C, C], [C, C]];
      const got = [m.aRe, m.aIm, m.bRe, m.bIm, m.cRe, m.cIm, m.dRe, m.dIm];
      for (const [i, it] of [...a, ...b, ...c, ...d].entries()) expect(got[i]).toBeCloseTo(it, 14);
    }
  });
});

describe("a chip", () => {
  const close = (a: Float64Array, b: Float64Array): void => {
    expect(a.length).toBe(b.length);
    for (const [i, it] of a.entries()) expect(it).toBeCloseTo(b[i]!, 12);
  };

  it("without errors is the circuit", () => {
    const [chip, ideal] = [simulate(withErrors({}), symbols), simulate(simulator, symbols)];
    close(chip.re, ideal.re);
    close(chip.im, ideal.im);
  });

  it("with errors of its phases alone is that of perturbSimulator", () => {
    const gaussian = gaussianFrom(seededRandom(5));
    const { thetaRad, phiRad } = noDeviceErrors(steps);
    const { program } = simulator;
    for (let step = 0; step < steps; step++) {
      if (program.op[step]! > 1) continue;
      if (!Number.isNaN(program.thetaRad[step]!)) thetaRad[step] = 0.05 * gaussian();
      if (!Number.isNaN(program.phiRad[step]!)) phiRad[step] = 0.05 * gaussian();
    }
    const wanted = perturbSimulator(simulator, 0.05, seededRandom(5)).program.coefficients;
    const got = withErrors({ thetaRad, phiRad }).program.coefficients;
    for (const [i, it] of got.entries()) expect(it).toBeCloseTo(wanted[i]!, 14);
  });

  it("turns and weakens all light of a device by its common phase and factor", () => {
    const tiny: Circuit = {
      ...circuit,
      certificate: null,
      modes: 2,
      inputs: [
        { kind: "reference", name: "a", mode: 0, field: 2 },
        { kind: "reference", name: "b", mode: 1, field: 1 },
      ],
      sections: [
        {
          kind: "layer",
          name: "one",
          meshes: [
            {
              kind: "left",
              name: "mesh",
              modes: [0, 1],
              devices: [{ kind: "mzi", column: 0, mode: 0, thetaRad: 1, phiRad: 2 }],
              terminated: [],
            },
          ],
          activations: [{ kind: "relu", mode: 1, gain: 3 }],
        },
      ],
      outputs: [0, 1].map((mode) => ({ name: `o${mode}`, mode, worker: 0, symbol: 0, levelsPerField: 1 })),
    };
    const plain = compileSimulation(tiny);
    const width = circuit.aggregate.workers * circuit.aggregate.symbols;
    const one = new Int32Array(width);
    const errors: DeviceErrors = {
      thetaRad: Float64Array.of(0.1, 0),
      phiRad: Float64Array.of(-0.2, 0),
      commonRad: Float64Array.of(0.3, 0),
      outputRad: Float64Array.of(0.2, 0),
      firstCouplerRad: Float64Array.of(0.04, 0),
      secondCouplerRad: Float64Array.of(-0.05, 0),
      factor: Float64Array.of(0.9, 1.1),
      offset: Float64Array.of(0, 5),
      leak: { re: 0.1, im: -0.2, top: Float64Array.of(0, 20) },
    };
    const launch = { re: Float64Array.of(1, 0.5), im: Float64Array.of(0.1, 0) };
    const got = simulate(chipSimulator(plain, errors, launch), one);
    const m = unequalMziMatrix(1.1, 1.8, 0.04, -0.05);
    const [xRe, xIm, y] = [2, 0.2, 0.5];
    const turned = (rad: number, re: number, im: number): readonly [number, number] => [
      0.9 * (re * Math.cos(rad) - im * Math.sin(rad)),
      0.9 * (im * Math.cos(rad) + re * Math.sin(rad)),
    ];
    const [upRe, upIm] = turned(
      0.3 + 0.2,
      m.aRe * xRe - m.aIm * xIm + m.bRe * y,
      m.aRe * xIm + m.aIm * xRe + m.bIm * y,
    );
    const [downRe] = turned(0.3, m.cRe * xRe - m.cIm * xIm + m.dRe * y, m.cRe * xIm + m.cIm * xRe + m.dIm * y);
    expect(got.re[0]).toBeCloseTo(upRe, 14);
    expect(got.im[0]).toBeCloseTo(upIm, 14);
    const [sent, top] = [3 * 1.1 * Math.max(0, downRe + 5), 3 * 1.1 * 20];
    expect(sent).toBeGreaterThan(0);
    expect(got.re[1]).toBeCloseTo(sent + 0.1 * (top - sent), 13);
    expect(got.im[1]).toBeCloseTo(-0.2 * (top - sent), 13);
  });

  it("is the same cut into slices as driven in one piece", () => {
    const gaussian = gaussianFrom(seededRandom(6));
    const some = (spread: number, middle: number = 0): Float64Array =>
      Float64Array.from({ length: steps }, () => middle + spread * gaussian());
    const errors: DeviceErrors = {
      thetaRad: some(0.05),
      phiRad: some(0.05),
      commonRad: some(0.05),
      outputRad: some(0.05),
      firstCouplerRad: some(0.05),
      secondCouplerRad: some(0.05),
      factor: some(0.05, 1),
      offset: some(0.05),
      leak: { re: 0.05, im: 0.03, top: some(0.5, 2) },
    };
    const ports = circuit.inputs.length;
    const launch = {
      re: Float64Array.from({ length: ports }, () => 1 + 0.05 * gaussian()),
      im: Float64Array.from({ length: ports }, () => 0.05 * gaussian()),
    };
    const chip = chipSimulator(simulator, errors, launch);
    const last = circuit.sections.length - 1;
    const slice = sliceProgram(
      onChip(indexFlow(circuit), chip),
      circuit.outputs.map(({ mode }) => ({ section: last, mode })),
      [],
    );
    const fields = inputFields(chip, symbols);
    const { vectors } = fields;
    const take = (from: Float64Array): Float64Array =>
      Float64Array.from({ length: slice.unresolved.length * vectors }, (_, i) => {
        const port = circuit.inputs[slice.unresolved[Math.floor(i / vectors)]!]!;
        return from[port.mode * vectors + (i % vectors)]!;
      });
    const cut = runSlice(slice, { vectors, re: take(fields.re), im: take(fields.im) });
    const whole = simulate(chip, symbols);
    for (let v = 0; v < vectors; v++) {
      for (let o = 0; o < whole.ports; o++) {
        expect(cut.re[o * vectors + v]).toBeCloseTo(whole.re[v * whole.ports + o]!, 11);
        expect(cut.im[o * vectors + v]).toBeCloseTo(whole.im[v * whole.ports + o]!, 11);
      }
    }
  });
});
