import { describe, expect, it } from "vitest";
import { synthesise } from "../../compiler/synthesise.ts";
import { type Circuit, type Device, indexFlow, runSlice, seededRandom, sliceProgram } from "../../netlist/index.ts";
import { add, type Disc, multiply, scale } from "../../proof/ball.ts";
import { BLOCK, boundSlice, type Work } from "../../proof/bounds.ts";
import { chipOf, type ProofChip } from "../../proof/devices.ts";
import type { Hull } from "../../proof/hulls.ts";
import { compose, type DecidingPlan, outputsOf, planProof } from "../../proof/index.ts";
import type { Form, Slice } from "../../proof/slices.ts";
import type { Part } from "../../proof/states.ts";
import { boundSum, boundTotal } from "../../proof/sums.ts";
import { finish } from "../../verify/index.ts";
import { specOf } from "../compiler/specs.ts";
import { perturbPhases } from "../netlist/perturbed.ts";
import { withRandomSaturation } from "../netlist/saturated.ts";
import { exact, times } from "./attacker/exact.ts";
import { matrixOf } from "./attacker/oracle.ts";

const whole = { follows: true, steps: 0, realPart: false } as const;
const circuit = perturbPhases(synthesise(specOf(3, 6, 4)).circuit, 0.02, seededRandom(1));
const clipped = withRandomSaturation(circuit, seededRandom(7), 6);

function cellsOf(of: Circuit): { readonly chip: ProofChip; readonly cells: readonly DecidingPlan[] } {
  const plan = finish(planProof(of));
  const cells = plan.stages.flatMap((stage) => (stage.kind === "cell" ? [stage] : []));
  for (const { slice } of cells) compose(slice, of, plan.nominal);
  return { chip: plan.nominal, cells };
}

/** Boxes of any size about fields of the size that the signals have. */
function fill({ slice, read }: Work, spread: number, random: () => number): void {
  for (const [j, id] of slice.signals.entries()) {
    const { max, fieldPerUnit } = circuit.certificate!.signals[id]!;
    for (let i = j * BLOCK; i < (j + 1) * BLOCK; i++) {
      const size = max * fieldPerUnit;
      read.re[i] = size * random();
      read.im[i] = 0.1 * size * random();
      read.spreadRe[i] = spread * Math.abs(size) * random();
      read.spreadIm[i] = spread * Math.abs(size) * random();
    }
  }
}

/** Fields inside the boxes of state v: corners as often as places between. */
function drawn({ slice, read }: Work, v: number, random: () => number): [re: number, im: number][] {
  const side = random() < 0.5 ? () => 2 * random() - 1 : () => Math.sign(random() - 0.5);
  return slice.signals.map((_, j) => {
    const at = j * BLOCK + v;
    return [read.re[at]! + side() * read.spreadRe[at]!, read.im[at]! + side() * read.spreadIm[at]!];
  });
}

/** The outputs' fields, with weights somewhere in their discs. */
function driven(slice: Slice, chip: ProofChip, reads: readonly (readonly [number, number])[], random: () => number) {
  const fields: (readonly [number, number])[] = [...reads];
  const weights = new Map<number, readonly [number, number]>();
  const weightIn = (slot: number): readonly [number, number] => {
    const angle = 2 * Math.PI * random();
    const [x, y] = [slice.re[slot]!, slice.im[slot]!];
    const made = [x + slice.rad[slot]! * Math.cos(angle), y + slice.rad[slot]! * Math.sin(angle)] as const;
    if (!weights.has(slot)) weights.set(slot, made);
    return weights.get(slot)!;
  };
  const fieldOf = ({ sources, slots, constant }: Form): readonly [number, number] => {
    const light: readonly [number, number] = constant < 0 ? [0, 0] : weightIn(constant);
    return sources.reduce<readonly [number, number]>(([re, im], source, i): [number, number] => {
      const [[a, b], [c, d]] = [weightIn(slots[i]!), fields[source]!];
      return [re + a * c - b * d, im + a * d + b * c];
    }, light);
  };
  for (const { number, form } of slice.neurons) {
    const [gain, more, range] = chip.program.coefficients.subarray(8 * number, 8 * number + 3);
    fields.push([gain! * Math.min(range!, Math.max(0, fieldOf(form)[0] + more!)), 0]);
  }
  return { outputs: slice.outputs.map(fieldOf), before: slice.neurons.map(({ form }) => fieldOf(form)[0]) };
}

describe("bounds of the fields behind a cell", () => {
  it.each([
    ["rectifiers", circuit],
    ["neurons that saturate", clipped],
  ])("hold every field that comes from inside the boxes, with weights from inside the discs: %s", (_, made) => {
    const random = seededRandom(2);
    const { chip, cells } = cellsOf(made);
    for (const { slice, work } of cells) {
      for (const [spread, radius] of [
        [0.01, 0],
        [0.1, 1e-3],
        [0.5, 0],
        [2, 0.05],
        [0, 0.02],
      ] as const) {
        fill(work, spread, random);
        slice.rad.fill(radius);
        for (const follows of [true, false]) {
          boundSlice(work, chip, 40, { ...whole, follows });
          for (let trial = 0; trial < 120; trial++) {
            const { outputs } = driven(slice, chip, drawn(work, trial % 40, random), random);
            for (const [o, [re, im]] of outputs.entries()) {
              const at = o * BLOCK + (trial % 40);
              expect(Math.abs(re - work.made.re[at]!)).toBeLessThanOrEqual(work.made.spreadRe[at]! + 1e-12);
              expect(Math.abs(im - work.made.im[at]!)).toBeLessThanOrEqual(work.made.spreadIm[at]! + 1e-12);
            }
          }
        }
      }
    }
  });

  it("are the fields that the simulator finds where nothing is uncertain", () => {
    for (const made of [circuit, clipped]) {
      const { chip, cells } = cellsOf(made);
      const { signals } = made.certificate!;
      const met = { dark: 0, linear: 0, flat: 0 };
      for (const { cell, slice, work } of cells) {
        fill(work, 0, seededRandom(3));
        boundSlice(work, chip, 30, whole);
        const ends = outputsOf(cell).map((id) => signals[id]!);
        const program = sliceProgram(indexFlow(made), ends, signals);
        const fieldsOf = (of: Float64Array): Float64Array =>
          Float64Array.from({ length: 30 * program.reads.length }, (__, i) => {
            return of[slice.signals.indexOf(program.reads[Math.floor(i / 30)]!) * BLOCK + (i % 30)]!;
          });
        const re = fieldsOf(work.read.re);
        const found = runSlice(program, { vectors: 30, re, im: fieldsOf(work.read.im) });
        for (const [i, field] of found.re.entries()) {
          const at = Math.floor(i / 30) * BLOCK + (i % 30);
          expect(work.made.re[at]).toBeCloseTo(field, 11);
          expect(work.made.im[at]).toBeCloseTo(found.im[i]!, 11);
          expect(work.made.spreadRe[at]! + work.made.spreadIm[at]!).toBeLessThan(1e-9);
        }
        for (const [i, field] of found.before!.re.entries()) {
          const { range } = program.activations[Math.floor(i / 30)]!;
          met[field <= 0 ? "dark" : field < range ? "linear" : "flat"]++;
        }
      }
      expect(Math.min(met.dark, met.linear, made === clipped ? met.flat : 1)).toBeGreaterThan(0);
    }
  });

  it("let no field through that is no number", () => {
    for (const made of [circuit, clipped]) {
      const { chip, cells } = cellsOf(made);
      for (const { work } of cells) {
        for (const broken of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
          fill(work, 0.1, seededRandom(4));
          work.read.re[0] = broken;
          boundSlice(work, chip, 1, whole);
          const { re, im, spreadRe, spreadIm } = work.made;
          const numbers = work.slice.outputs.flatMap((_, o) =>
            [re, im, spreadRe, spreadIm].map((of) => of[o * BLOCK]!),
          );
          expect(numbers.every(Number.isFinite)).toBe(false);
        }
      }
    }
  });
});

/** Exact numbers in 154 digits of a complex double, and whether a double is within a radius of one. */
type Exact = readonly [re: bigint, im: bigint];
const point = (re: number, im: number): Exact => [exact(re), exact(im)];
const product = ([a, b]: Exact, [c, d]: Exact): Exact => [times(a, c) - times(b, d), times(a, d) + times(b, c)];
const sum = ([a, b]: Exact, [c, d]: Exact): Exact => [a + c, b + d];

/** Whether z is in the disc, and whether it is not its middle: one that rounding has moved. */
function expectIn(disc: Disc, [re, im]: Exact): boolean {
  const [x, y, rad] = [exact(disc.re) - re, exact(disc.im) - im, exact(disc.rad)];
  expect(x * x + y * y <= rad * rad).toBe(true);
  return x !== 0n || y !== 0n;
}

describe("what rounding moves is in the radius that it is given", () => {
  const random = seededRandom(11);
  // all 53 bits, so that sums round
  const number = (): number => Math.sin(1e6 * random());

  it("by sums and products of discs", () => {
    let moved = 0;
    for (let i = 0; i < 300; i++) {
      const [a, b]: Disc[] = [0, 1].map((): Disc => ({ re: number(), im: number(), rad: 0 }));
      const [x, y] = [point(a!.re, a!.im), point(b!.re, b!.im)];
      if (expectIn(multiply(a!, b!), product(x, y))) moved++;
      if (expectIn(add(a!, b!), sum(x, y))) moved++;
      if (expectIn(scale(a!, b!.re), product(x, point(b!.re, 0)))) moved++;
    }
    expect(moved).toBeGreaterThan(300);
  });

  it("by devices one behind the other, also where their entries are discs", () => {
    const made = chipOf(circuit);
    const { cells } = cellsOf(circuit);
    for (const radius of [0, 1e-3]) {
      const radii = made.radii!.map(() => radius);
      const shifted = made.program.coefficients.map((it) => it + (radius / 2) * number());
      const program = { coefficients: made.program.coefficients };
      let moved = 0;
      for (const { slice } of cells.slice(0, 2)) {
        compose(slice, circuit, { ...made, program, radii });
        const slots = [...slice.re.keys()].map(
          (i): Disc => ({ re: slice.re[i]!, im: slice.im[i]!, rad: slice.rad[i]! }),
        );
        const found: Exact[] = slots.map(() => [0n, 0n]);
        for (const { slot, from, number, leaks } of slice.loads) {
          const input = circuit.inputs[number]!;
          const field =
            from === "worker" || from === "reference"
              ? input.kind === "worker"
                ? input.fieldPerLevel
                : input.field
              : 1;
          found[slot] = point(leaks ? 0 : field, 0);
        }
        for (let i = 0; i < slice.code.length; i += 3) {
          const [step, p, q] = [slice.code[i]!, slice.code[i + 1]!, slice.code[i + 2]!];
          const entry = (e: number): Exact => point(shifted[8 * step + 2 * e]!, shifted[8 * step + 2 * e + 1]!);
          if (step < 0) found[q] = found[p]!;
          else if (q < 0) found[p] = product(entry(0), found[p]!);
          else {
            const [x, y] = [found[p]!, found[q]!];
            found[p] = sum(product(entry(0), x), product(entry(1), y));
            found[q] = sum(product(entry(2), x), product(entry(3), y));
          }
        }
        for (const [i, disc] of slots.entries()) if (expectIn(disc, found[i]!)) moved++;
      }
      expect(moved).toBeGreaterThan(20);
    }
  });

  it("by forms over what is read", () => {
    const { chip, cells } = cellsOf(circuit);
    let moved = 0;
    for (const { work, slice } of cells) {
      fill(work, 0, random);
      slice.rad.fill(0);
      const outputs = slice.outputs.map(({ sources, slots, constant }): Form => {
        const kept = sources.filter((source) => source < work.reads);
        return { sources: kept, slots: kept.map((source) => slots[sources.indexOf(source)]!), constant };
      });
      const bare: Work = { ...work, symbols: 2 * work.reads, slice: { ...slice, neurons: [], outputs } };
      boundSlice(bare, chip, 30, whole);
      for (const [o, { sources, slots, constant }] of outputs.entries()) {
        for (let v = 0; v < 30; v++) {
          const weight = (slot: number): Exact => (slot < 0 ? [0n, 0n] : point(slice.re[slot]!, slice.im[slot]!));
          const [re] = sources.reduce(
            (all, j, i) =>
              sum(all, product(weight(slots[i]!), point(work.read.re[j * BLOCK + v]!, work.read.im[j * BLOCK + v]!))),
            weight(constant),
          );
          const at = o * BLOCK + v;
          if (expectIn({ re: work.made.re[at]!, im: 0, rad: work.made.spreadRe[at]! }, [re, 0n])) moved++;
        }
      }
    }
    expect(moved).toBeGreaterThan(20);
  });

  it("by sines, cosines and roots in every entry of a device", () => {
    for (let i = 0; i < 100; i++) {
      const angles = { thetaRad: 3 * number(), phiRad: 3 * number() };
      const powers =
        i % 2 === 0 ? {} : { firstCrossPower: random(), secondCrossPower: random(), fieldFactor: random() };
      const device: Device = { kind: "mzi", column: 0, mode: 0, ...angles, ...powers };
      const [section] = circuit.sections;
      const meshes = [{ ...section!.meshes[0]!, devices: [device], terminated: [] }];
      const { program, radii } = chipOf({ ...circuit, sections: [{ ...section!, meshes, activations: [] }] });
      for (const [e, { re, im }] of matrixOf(device).entries()) {
        const [x, y] = program.coefficients.subarray(2 * e);
        expect(expectIn({ re: x!, im: y!, rad: radii![e]! }, [re, im])).toBe(true);
      }
    }
  });

  it("by sums of workers and of signals, whatever adds up to a value", () => {
    const numbers = (): Float64Array => Float64Array.from({ length: 3 }, number);
    for (let i = 0; i < 100; i++) {
      const isLit = i % 4 < 2;
      const outputs = [{ sources: [0, 1], slots: [0, 1], constant: isLit ? 2 : -1 }];
      const discs = { re: numbers(), im: numbers(), rad: new Float64Array(3) };
      const nothing = { neurons: [], loads: [], code: new Int32Array(0) };
      const slice: Slice = { signals: [0, 1], ports: [0, 1], outputs, ...nothing, ...discs };
      const expectHeld = ({ lowRe, highRe, lowIm, highIm }: Hull, value: number, fields: readonly Exact[]): void => {
        const [light, ...parts] = [point(isLit ? 1 : 0, 0), ...fields].map((field, s) => {
          const slot = (s + 2) % 3;
          return product(point(slice.re[slot]!, slice.im[slot]!), field);
        });
        const [re, im] = parts.reduce(sum, light!);
        expect(exact(lowRe[value]!) <= re && re <= exact(highRe[value]!)).toBe(true);
        expect(exact(lowIm[value]!) <= im && im <= exact(highIm[value]!)).toBe(true);
      };
      const inputs = circuit.inputs.filter(({ kind }) => kind === "worker").map((it) => ({ ...it, symbol: 0 }));
      const aggregate = { ...circuit.aggregate, bits: 2, levels: 4, symbols: 1 } as const;
      const workers: Circuit = { ...circuit, inputs, aggregate };
      const sums = boundSum(workers, slice, { symbol: 0, workers: [0, 1] }, 6);
      for (let deal = 0; deal < 16; deal++) {
        expectHeld(sums, (deal % 4) + (deal >> 2), [point(deal % 4, 0), point(deal >> 2, 0)]);
      }
      const from = [0, 1].map((id): Part => {
        const [lowRe, lowIm] = [numbers(), numbers()];
        const hull = { lowRe, lowIm, highRe: lowRe.map((it) => it + (i % 2)), highIm: lowIm.map((it) => it + (i % 2)) };
        return { signals: [id], rows: 2, values: Int32Array.of(0, 1), home: Int32Array.of(0, 1), hull };
      });
      const terms = [1, 2].map((weight, signal) => ({ signal, weight }));
      const totals = boundTotal(slice, { kind: "sum", name: "add", terms, total: 2 }, 3, from);
      for (let corner = 0; corner < 64; corner++) {
        const fields = from.map(({ hull }, id) => {
          const [row, end] = [(corner >> id) & 1, corner >> (2 + 2 * id)];
          return point((end & 1 ? hull.lowRe : hull.highRe)[row]!, (end & 2 ? hull.lowIm : hull.highIm)[row]!);
        });
        expectHeld(totals, corner % 4, fields);
      }
    }
  });
});
