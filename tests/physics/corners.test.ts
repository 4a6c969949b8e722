import { expect, it } from "vitest";
import { gaussianFrom, type LinearForm, type SliceActivation, seededRandom } from "../../netlist/index.ts";
import type { CircuitNoise } from "../../physics/noise/circuit-noise.ts";
import { errorBoundSteps } from "../../physics/noise/error-bound.ts";
import { errorOfQ } from "../../physics/noise/noise.ts";
import type { NoiseStage } from "../../physics/noise/propagation.ts";
import { finish } from "../../verify/index.ts";
import { tinyCircuit } from "../netlist/build.ts";

const form = (...re: number[]): LinearForm => ({
  ...{ re: Float64Array.from(re), im: new Float64Array(re.length), constantRe: 0, constantIm: 0 },
});

/** Noise goes through the stages of a plan; its circuit is not asked. */
const circuit = tinyCircuit();

const plain: NoiseStage = {
  ...{ kind: "sum", name: "a0", rows: 1, slice: null, before: new Float64Array(0), feeds: [] },
  ...{ keyOfRow: Int32Array.of(0), keys: 1, valueOfKey: Int32Array.of(1), outputs: 1, sources: Int32Array.of(1) },
  ...{ ownSources: new Int32Array(0), launch: Float64Array.of(1), receivers: [], state: () => "a0=1" },
};

/** A sum with noise of its launch, two neurons that both stand at exactly 0 of it, and one receiver that sees all three. */
function corners(ofSum: number, ofFirst: number, ofSecond: number, distance: number): NoiseStage[] {
  const neuron = (mode: number, ...re: number[]): SliceActivation => ({
    ...{ section: 1, mode, step: mode, gain: 1, threshold: 0, range: Number.POSITIVE_INFINITY, form: form(...re) },
  });
  const activations = [neuron(0, 1), neuron(1, 1, 0)];
  const slice = {
    reads: [0],
    unresolved: [],
    references: [],
    activations,
    outputs: [form(ofSum, ofFirst, ofSecond)],
    meshes: 1,
  };
  const feed = {
    stage: 0,
    output: 0,
    outputs: 1,
    sources: plain.sources,
    groupOfRow: Int32Array.of(0),
    groupOfKey: Int32Array.of(0),
    groups: 1,
  };
  const receiver = {
    name: "w0",
    field: Float64Array.of(0),
    below: Float64Array.of(distance),
    above: Float64Array.of(distance),
  };
  return [
    plain,
    {
      ...{
        ...plain,
        kind: "receivers",
        name: "symbol 0",
        slice,
        before: new Float64Array(2),
        feeds: [feed],
        outputs: 0,
      },
      ...{ sources: Int32Array.of(0, 1, 2, 3), ownSources: Int32Array.of(2, 3), receivers: [receiver] },
    },
  ];
}

const noise: CircuitNoise = {
  neuron: { sigma: 0.5, relative: 0 },
  receiver: { sigma: 0.3, relative: 0 },
  ...{ carrierRelative: 0, launchRelative: 1 },
};

/** Share of wrong readings of that receiver through the rectifiers themselves. */
function measured(ofSum: number, ofFirst: number, ofSecond: number, distance: number, samples: number): number {
  const gaussian = gaussianFrom(seededRandom(5));
  let wrong = 0;
  for (let i = 0; i < samples; i++) {
    const sum = gaussian();
    const first = Math.max(0, sum + 0.5 * gaussian());
    const second = Math.max(0, sum + 0.5 * gaussian());
    if (Math.abs(ofSum * sum + ofFirst * first + ofSecond * second + 0.3 * gaussian()) > distance) wrong++;
  }
  return wrong / samples;
}

it.each([
  ["both add", 0, 1, 1, 4],
  ["the one takes away what the other adds", 0, 2, -2, 3],
  ["both take away what comes past them: alone it is worse than with them", 3, -1.4, -1.4, 4],
  ["one has nothing to say", 1, 1, 0, 4],
])(
  "two neurons at exactly 0 in front of one receiver, %s: no more words are wrong than the bound says",
  (_, ofSum, ofFirst, ofSecond, distance) => {
    const plan = { circuit, stages: corners(ofSum, ofFirst, ofSecond, distance), problems: [] };
    const { wordErrorRate } = finish(errorBoundSteps(plan, noise));
    // each of them passes all or nothing: four circuits, each of them linear
    const deviation = (first: number, second: number): number =>
      Math.sqrt(
        (ofSum + first * ofFirst + second * ofSecond) ** 2 +
          0.25 * ((first * ofFirst) ** 2 + (second * ofSecond) ** 2) +
          0.09,
      );
    const four = [0, 1].flatMap((first) => [0, 1].map((second) => errorOfQ(distance / deviation(first, second))));
    expect(wordErrorRate).toBeCloseTo(
      four.reduce((sum, each) => sum + 2 * each, 0),
      12,
    );
    const found = measured(ofSum, ofFirst, ofSecond, distance, 400_000);
    expect(found).toBeGreaterThan(1e-5);
    expect(found).toBeLessThanOrEqual(wordErrorRate);
  },
);

it("the circuit in which both pass everything, counted four times, is no bound where they take noise away", () => {
  // as it was counted before
  const onlyOn = 8 * errorOfQ(4 / Math.sqrt((3 - 2.8) ** 2 + 0.25 * 2 * 1.4 ** 2 + 0.09));
  expect(measured(3, -1.4, -1.4, 4, 400_000)).toBeGreaterThan(2 * onlyOn);
});
