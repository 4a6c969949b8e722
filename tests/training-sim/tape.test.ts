import fc from "fast-check";
import { expect, test } from "vitest";
import { seededRandom } from "../../netlist/index.ts";
import { addProduct, transposed } from "../../training-sim/model/matrix-product.ts";
import { asTensors, makeModel, startValues } from "../../training-sim/model/models.ts";
import { backpropagate, crossEntropy, newTape } from "../../training-sim/model/tape.ts";
import { models } from "./small.ts";

const size = fc.integer({ min: 1, max: 11 });

test("products of matrices are the sums of their definition, tiles and rests alike", () => {
  fc.assert(
    fc.property(size, size, size, fc.integer({ min: 0, max: 1e6 }), (m, k, n, seed) => {
      const random = seededRandom(seed);
      const numbers = (length: number): Float32Array => Float32Array.from({ length }, () => random() - 0.5);
      const [a, b, before] = [numbers(m * k), numbers(k * n), numbers(m * n)];
      const c = before.slice();
      addProduct(a, b, c, m, k, n);
      for (let i = 0; i < m; i++) {
        for (let j = 0; j < n; j++) {
          let sum = before[i * n + j]!;
          for (let p = 0; p < k; p++) sum += a[i * k + p]! * b[p * n + j]!;
          expect(c[i * n + j]).toBeCloseTo(sum, 5);
        }
      }
      expect(transposed(transposed(a, m, k), k, m)).toEqual(a);
      expect(transposed(a, m, k)[(k - 1) * m]).toBe(a[k - 1]);
    }),
    { numRuns: 60 },
  );
});

test.each(models)("derivatives of $kind are those of finite differences", (spec, dataset) => {
  const model = makeModel(spec, dataset.shape);
  const batch = dataset.batch([3, 1, 41]);
  const values = startValues(model, 7);
  const lossAt = (at: Float32Array): number => {
    const tape = newTape();
    const parameters = asTensors(model, at, new Float32Array(model.length));
    return crossEntropy(tape, model.logits(tape, parameters, batch), batch.targets).data[0]!;
  };
  const grads = new Float32Array(model.length);
  const tape = newTape();
  const loss = crossEntropy(tape, model.logits(tape, asTensors(model, values, grads), batch), batch.targets);
  backpropagate(tape, loss);
  const largest = grads.reduce((most, each) => Math.max(most, Math.abs(each)), 0);
  expect(largest).toBeGreaterThan(0.01);
  // float32 losses: along random directions, so that rounding is small against the change
  const random = seededRandom(5);
  let at = 0;
  for (const { name, rows, cols } of model.parameters) {
    const direction = new Float32Array(model.length);
    let [slope, length] = [0, 0];
    for (let i = at; i < at + rows * cols; i++) {
      // mostly along the gradient of this matrix
      direction[i] = grads[i]! + 0.1 * largest * (random() - 0.5);
      slope += direction[i]! * grads[i]!;
      length += direction[i]! ** 2;
    }
    at += rows * cols;
    const h = 0.01 / Math.sqrt(length);
    const ahead = lossAt(values.map((value, i) => value + h * direction[i]!));
    const behind = lossAt(values.map((value, i) => value - h * direction[i]!));
    const [measured, wanted] = [(ahead - behind) / 2, h * slope];
    expect(Math.abs(measured - wanted), name).toBeLessThan(2e-6 + 0.02 * Math.abs(wanted));
  }
});

test("the language model does not see the future", () => {
  const [spec, dataset] = models[2]!;
  const model = makeModel(spec, dataset.shape);
  const logitsOf = (tokens: Int32Array): Float32Array => {
    const parameters = asTensors(model, startValues(model, 3), new Float32Array(model.length));
    return model.logits(newTape(), parameters, { ...dataset.batch([0]), tokens }).data;
  };
  const tokens = dataset.batch([0]).tokens;
  const changed = tokens.slice();
  changed[5] = (changed[5]! + 1) % dataset.shape.classes;
  const [before, after] = [logitsOf(tokens), logitsOf(changed)];
  const classes = dataset.shape.classes;
  expect(after.slice(0, 5 * classes)).toEqual(before.slice(0, 5 * classes));
  for (let position = 5; position < 8; position++) {
    const row = (of: Float32Array): Float32Array => of.slice(position * classes, (position + 1) * classes);
    expect(row(after)).not.toEqual(row(before));
  }
});

test("rotary positions tell apart the order of equal tokens", () => {
  const [spec, dataset] = models[2]!;
  if (spec.kind !== "llama") throw new Error(spec.kind);
  const model = makeModel({ ...spec, layers: 1 }, dataset.shape);
  const logitsOf = (...tokens: number[]): Float32Array => {
    const parameters = asTensors(model, startValues(model, 3), new Float32Array(model.length));
    const batch = { ...dataset.batch([0]), tokens: Int32Array.from(tokens) };
    return model.logits(newTape(), parameters, batch).data.slice(-dataset.shape.classes);
  };
  expect(logitsOf(1, 2, 3, 4, 5, 6, 7, 8)).not.toEqual(logitsOf(2, 1, 3, 4, 5, 6, 7, 8));
});
