import { expect, test } from "vitest";
import { textDataset } from "../../training-sim/index.ts";
import { alphabetOf } from "../../training-sim/model/data.ts";
import { images, prose } from "./small.ts";

test("images are batches of numbers in 0..1 with their classes", () => {
  const { pixels, targets, samples } = images.batch([5, 5, 7]);
  expect([samples, pixels.length, targets.length]).toEqual([3, 192, 3]);
  expect(pixels.slice(0, 64)).toEqual(pixels.slice(64, 128));
  expect(Math.max(...pixels)).toBeLessThanOrEqual(1);
  expect(Math.max(...pixels)).toBeGreaterThan(0.5);
});

test("the most frequent characters are told apart, ties in the order of their code points", () => {
  expect(alphabetOf("bbb  \n cc aa d", 4).symbols).toBe(" ba");
});

test("text predicts its next character, and the test part is none of the training part", () => {
  const { tokens, targets } = prose.batch([3]);
  expect(targets.slice(0, 7)).toEqual(tokens.slice(1));
  const text = `${"a".repeat(900)}${"b".repeat(100)}`;
  const split = textDataset("split", text, 3, 10, 5);
  expect(split.test.flatMap((batch) => [...batch.tokens]).every((token) => token === 1)).toBe(true);
  expect([...split.batch([0, split.trainSamples - 1]).targets].every((token) => token === 0)).toBe(true);
});
