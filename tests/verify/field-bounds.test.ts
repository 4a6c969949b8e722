import { describe, expect, it } from "vitest";
import { synthesise } from "../../compiler/synthesise.ts";
import { indexFlow, runSlice, seededRandom, sliceProgram } from "../../netlist/index.ts";
import { outputsOf } from "../../proof/index.ts";
import { boundSlice, boundWork } from "../../verify/field-bounds.ts";
import { specOf } from "../compiler/specs.ts";
import { perturbPhases } from "../netlist/perturbed.ts";
import { withRandomSaturation } from "../netlist/saturated.ts";

const circuit = perturbPhases(synthesise(specOf(3, 6, 4)).circuit, 0.02, seededRandom(1));
const certificate = circuit.certificate!;
const index = indexFlow(circuit);
const slices = certificate.cells.map((cell) =>
  sliceProgram(
    index,
    outputsOf(cell).map((id) => certificate.signals[id]!),
    certificate.signals,
  ),
);

/** Boxes of any size about fields of the size that the signals have, one vector a row. */
function boxes(slice: (typeof slices)[number], vectors: number, spread: number, random: () => number) {
  const at = (scale: number): Float64Array =>
    Float64Array.from({ length: slice.reads.length * vectors }, (_, i) => {
      const { max, fieldPerUnit } = certificate.signals[slice.reads[Math.floor(i / vectors)]!]!;
      return scale * max * fieldPerUnit * random();
    });
  return { re: at(1), im: at(0.1), spreadRe: at(spread), spreadIm: at(spread) };
}

describe("bounds of the fields behind a cell", () => {
  it("hold every field that comes from inside the boxes", () => {
    const random = seededRandom(2);
    const vectors = 40;
    for (const slice of slices) {
      for (const spread of [0.01, 0.1, 0.5]) {
        const read = boxes(slice, vectors, spread, random);
        const bounds = boundSlice(slice, vectors, read, boundWork(slice, vectors));
        for (let trial = 0; trial < 60; trial++) {
          // Corners as often as places inside.
          const side = (): number => (trial % 2 === 0 ? 2 * random() - 1 : Math.sign(random() - 0.5));
          const re = read.re.map((it, i) => it + side() * read.spreadRe[i]!);
          const im = read.im.map((it, i) => it + side() * read.spreadIm[i]!);
          const fields = runSlice(slice, { vectors, re, im });
          const outside = fields.re.findIndex(
            (it, i) =>
              !(Math.abs(it - bounds.re[i]!) <= bounds.spreadRe[i]! + 1e-12) ||
              !(Math.abs(fields.im[i]! - bounds.im[i]!) <= bounds.spreadIm[i]! + 1e-12),
          );
          expect(outside).toBe(-1);
        }
      }
    }
  });

  it("are the fields themselves where nothing is uncertain", () => {
    for (const slice of slices) {
      const read = boxes(slice, 30, 0, seededRandom(3));
      const bounds = boundSlice(slice, 30, read, boundWork(slice, 30));
      const fields = runSlice(slice, { vectors: 30, re: read.re, im: read.im });
      expect(Math.max(...bounds.spreadRe, ...bounds.spreadIm)).toBe(0);
      bounds.re.forEach((it, i) => {
        expect(it).toBeCloseTo(fields.re[i]!, 12);
        expect(bounds.im[i]).toBeCloseTo(fields.im[i]!, 12);
      });
    }
  });

  it("hold the exact sum where rounding moves it", () => {
    // Doubles are whole numbers of 2^-1074, and products of two of 2^-2148.
    const exact = (x: number): bigint => {
      const [bits] = new BigUint64Array(Float64Array.of(x).buffer);
      const exponent = (bits! >> 52n) & 0x7ffn;
      const fraction = (bits! & (2n ** 52n - 1n)) + (exponent === 0n ? 0n : 2n ** 52n);
      return (x < 0 ? -1n : 1n) * (fraction << (exponent === 0n ? 0n : exponent - 1n));
    };
    const slice = slices.find(({ activations }) => activations.length === 0) ?? slices[0]!;
    const outputs = slice.outputs.map(({ re, im }) => ({ re, im, constantRe: 0, constantIm: 0 }));
    const bare = { ...slice, activations: [], outputs };
    const read = boxes(bare, 30, 0, seededRandom(5));
    const work = boundWork(bare, 30);
    work.rounding = 2 ** -46;
    const { re } = boundSlice(bare, 30, read, work);
    let moved = 0;
    for (const [o, form] of outputs.entries()) {
      for (let v = 0; v < 30; v++) {
        const sum = bare.reads.reduce((all, _, j) => {
          const [x, y] = [read.re[j * 30 + v]!, read.im[j * 30 + v]!];
          return all + exact(form.re[j]!) * exact(x) - exact(form.im[j]!) * exact(y);
        }, 0n);
        const off = sum - (exact(re[o * 30 + v]!) << 1074n);
        if (off !== 0n) moved++;
        expect(off <= exact(work.outputRounding[o]!) << 1074n && -off <= exact(work.outputRounding[o]!) << 1074n).toBe(
          true,
        );
      }
    }
    expect(moved).toBeGreaterThan(0);
  });

  it("let no field through that is no number", () => {
    const slice = slices.find(({ activations }) => activations.length > 0)!;
    for (const broken of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      const read = boxes(slice, 1, 0.1, seededRandom(4));
      read.re[0] = broken;
      const { re, im, spreadRe, spreadIm } = boundSlice(slice, 1, read, boundWork(slice, 1));
      expect([...re, ...im, ...spreadRe, ...spreadIm].every(Number.isFinite)).toBe(false);
    }
  });
});

describe("bounds behind neurons that saturate", () => {
  const random = seededRandom(7);
  const clipping = indexFlow(withRandomSaturation(circuit, random, 6));
  const clippingSlices = certificate.cells.map((cell) =>
    sliceProgram(
      clipping,
      outputsOf(cell).map((id) => certificate.signals[id]!),
      certificate.signals,
    ),
  );

  it("hold every field that comes from inside the boxes, with neurons at each end, in the middle and over corners", () => {
    const vectors = 40;
    const met = { dark: 0, linear: 0, flat: 0 };
    for (const slice of clippingSlices) {
      for (const spread of [0.01, 0.1, 0.5, 2]) {
        const read = boxes(slice, vectors, spread, random);
        const bounds = boundSlice(slice, vectors, read, boundWork(slice, vectors));
        for (let trial = 0; trial < 60; trial++) {
          const side = (): number => (trial % 2 === 0 ? 2 * random() - 1 : Math.sign(random() - 0.5));
          const re = read.re.map((it, i) => it + side() * read.spreadRe[i]!);
          const im = read.im.map((it, i) => it + side() * read.spreadIm[i]!);
          const fields = runSlice(slice, { vectors, re, im }, true);
          const outside = fields.re.findIndex(
            (it, i) =>
              !(Math.abs(it - bounds.re[i]!) <= bounds.spreadRe[i]! + 1e-12) ||
              !(Math.abs(fields.im[i]! - bounds.im[i]!) <= bounds.spreadIm[i]! + 1e-12),
          );
          expect(outside).toBe(-1);
          for (const [i, field] of fields.before!.re.entries()) {
            const { range } = slice.activations[Math.floor(i / vectors)]!;
            met[field <= 0 ? "dark" : field < range ? "linear" : "flat"]++;
          }
        }
      }
    }
    for (const count of Object.values(met)) expect(count).toBeGreaterThan(1000);
  });

  it("are the fields themselves where nothing is uncertain, and let nothing through that is no number", () => {
    for (const slice of clippingSlices) {
      const read = boxes(slice, 30, 0, seededRandom(3));
      const bounds = boundSlice(slice, 30, read, boundWork(slice, 30));
      const fields = runSlice(slice, { vectors: 30, re: read.re, im: read.im });
      expect(Math.max(...bounds.spreadRe, ...bounds.spreadIm)).toBe(0);
      bounds.re.forEach((it, i) => {
        expect(it).toBeCloseTo(fields.re[i]!, 12);
      });
    }
    const slice = clippingSlices.find(({ activations }) => activations.length > 0)!;
    for (const broken of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      const read = boxes(slice, 1, 0.1, seededRandom(4));
      read.re[0] = broken;
      const { re, im, spreadRe, spreadIm } = boundSlice(slice, 1, read, boundWork(slice, 1));
      expect([...re, ...im, ...spreadRe, ...spreadIm].every(Number.isFinite)).toBe(false);
    }
  });
});
