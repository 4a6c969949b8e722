import { describe, expect, test } from "vitest";
import { seededRandom } from "../../netlist/index.ts";
import {
  componentsOf,
  curvesCsv,
  curvesSvg,
  type Dataset,
  divergence,
  makeAggregator,
  meanCurves,
  prepareCircuit,
  type RunKind,
  type RunResult,
  spreadOf,
  sumFunction,
  summariseRuns,
  type TrainingOptions,
  trainRun,
} from "../../training-sim/index.ts";
import { sampleStream } from "../../training-sim/model/data.ts";
import { makeOptimizer } from "../../training-sim/model/optimizer.ts";
import { finish } from "../../verify/index.ts";
import { perturbSimulator } from "../netlist/perturbed.ts";
import { circuitOf, images, models, options } from "./small.ts";

const prepared = prepareCircuit(circuitOf(4, 8, 4));

function result(
  run: RunKind,
  seed: number,
  of: TrainingOptions = options(),
  data: Dataset = images,
  chip?: number,
): RunResult {
  // The chip of a seed where nobody says which.
  const steps = trainRun(run, seed, run === "noise" ? (chip ?? seed) : null, data, prepared, of);
  let step = 0;
  return finish(steps, (done) => expect(done).toBe(++step));
}

describe("runs of one seed", () => {
  const ring = result("ring", 1);

  test("through the exact circuit are those of the ring to the bit", () => {
    const circuit = result("circuit", 1);
    expect(circuit.points).toEqual(ring.points);
    expect(circuit.tally).toMatchObject({ wrong: 0, unalike: 0, simulated: 28_561, checkedWrong: 0 });
    expect(circuit.tally.words).toBe(12 * (64 * 6 + 6 + 60 + 10));
    expect(circuit.tally.checked).toBe(460);
  });

  test("count what they simulate alike whatever ran before, where no table holds the circuit's function", () => {
    const large = prepareCircuit(circuitOf(4, 16, 4));
    const counts = (["circuit", "errors", "circuit"] as const).map((run) => {
      const aggregator = makeAggregator(run, large, { ...options(), seed: 1, chip: null });
      aggregator.aggregate({ workers: 4, length: 9, data: Float32Array.from({ length: 36 }, (_, i) => Math.sin(i)) });
      return aggregator.tally.simulated;
    });
    expect(counts).toEqual([9, 9, 9]);
  });

  test("repeat, and another seed differs", () => {
    expect(result("ring", 1)).toEqual(ring);
    expect(result("ring", 2).points[0]!.loss).not.toBe(ring.points[0]!.loss);
  });

  test("start alike and part by quantization, by a little", () => {
    const float = result("float", 1);
    expect(float.points[0]).toEqual(ring.points[0]);
    expect(float.points[1]!.loss).not.toBe(ring.points[1]!.loss);
    expect(Math.abs(float.points[1]!.loss - ring.points[1]!.loss)).toBeLessThan(0.02);
    expect(float.tally.words).toBe(0);
  });

  test("are judged at the start, every so many steps and at the end", () => {
    expect(ring.points.map(({ step }) => step)).toEqual([0, 5, 10, 12]);
  });

  test("with errors count them, and all workers receive the same", () => {
    const { tally, drift } = result("errors", 1);
    expect(tally.injected).toBeGreaterThan(20);
    expect(tally.wrong).toBeGreaterThan(0.9 * tally.injected);
    expect(tally.wrong).toBeLessThanOrEqual(tally.injected);
    expect([tally.unalike, drift]).toEqual([0, 0]);
  });

  test("through a chip with phase errors receive wrong words, and the workers' models part", () => {
    const { tally, drift } = result("noise", 1);
    expect(tally.wrong).toBeGreaterThan(0.1 * tally.words);
    expect(tally.unalike).toBeGreaterThan(0);
    expect(drift).toBeGreaterThan(0);
  });

  test("through a chip with phase errors that do not matter are those of the ring", () => {
    const quiet = result("noise", 1, options({ sigmaRad: 1e-4 }));
    expect(quiet.points).toEqual(ring.points);
    expect([quiet.tally.wrong, quiet.drift]).toEqual([0, 0]);
  });
});

test.each(models)("$kind learns through the circuit", (model, data) => {
  const { points } = result(
    "circuit",
    3,
    options({ model, optimizer: { kind: "adam", learningRate: 0.02 }, steps: 40 }),
    data,
  );
  expect(points.at(-1)!.loss).toBeLessThan(0.8 * points[0]!.loss);
  expect(points.at(-1)!.accuracy).toBeGreaterThan(points[0]!.accuracy);
});

test("a training that leaves the finite numbers ends there and says so", () => {
  const wild = options({ optimizer: { kind: "sgd", learningRate: 1e30, momentum: 0 } });
  const { divergedAt, points } = result("ring", 1, wild);
  expect(divergedAt).toBeGreaterThan(1);
  expect(points.map(({ step }) => step)).toEqual([0]);
  const [summary] = summariseRuns([result("ring", 1, wild)]);
  expect([summary!.trainings, summary!.diverged]).toEqual([1, 1]);
});

test("a training whose loss is finite and absurd has diverged: it ends, is named, and is in no mean", () => {
  const wild = options({ optimizer: { kind: "sgd", learningRate: 1e4, momentum: 0 }, steps: 40, evaluateEvery: 2 });
  const lost = result("noise", 1, wild);
  expect(lost.divergedAt).not.toBeNull();
  expect(lost.points.at(-1)!.loss).toBeGreaterThan(divergence * lost.points[0]!.loss);
  expect(lost.points.at(-1)!.step).toBe(lost.divergedAt);
  const kept = result("noise", 2, options());
  const [summary] = summariseRuns([lost, kept]);
  expect(summary).toMatchObject({ trainings: 2, diverged: 1, loss: { count: 1, mean: kept.points.at(-1)!.loss } });
  expect(meanCurves([lost, kept])[0]!.points.map(({ step }) => step)).toEqual(kept.points.map(({ step }) => step));
  expect(meanCurves([lost])[0]!.points).toEqual([]);
});

test("differences to a ring that diverged are none", () => {
  const wild = options({ optimizer: { kind: "sgd", learningRate: 1e4, momentum: 0 }, steps: 40, evaluateEvery: 2 });
  const [, circuit] = summariseRuns([result("ring", 1, wild), result("circuit", 1, options())]);
  expect(circuit!.lossToRing).toBeNull();
});

test("a table that is not the circuit's is noticed twice: against the ring and against the simulation", () => {
  const other = sumFunction(perturbSimulator(prepared.simulator, 0.05, seededRandom(1)));
  const aggregator = makeAggregator(
    "circuit",
    { ...prepared, exact: () => other },
    { ...options(), seed: 1, chip: null },
  );
  const random = seededRandom(2);
  aggregator.aggregate({ workers: 4, length: 500, data: Float32Array.from({ length: 2000 }, () => random() - 0.5) });
  expect(aggregator.tally.wrong).toBeGreaterThan(0);
  expect(aggregator.tally.checkedWrong).toBeGreaterThan(0);
});

test("workers that receive other words go on from their own models", () => {
  // Worker 0 receives the mean, the others nothing, so that theirs stay where they started.
  const deaf = (words: readonly Float64Array[]): readonly Float64Array[] => {
    const nothing = new Float64Array(words[0]!.length);
    return prepared
      .exact()
      .aggregate(words)
      .map((row, worker) => (worker === 0 ? row : nothing));
  };
  const one: Dataset = { ...images, batch: (samples) => images.batch(Array.from(samples, () => 0)) };
  const steps = trainRun(
    "circuit",
    1,
    null,
    one,
    { ...prepared, exact: () => ({ ...prepared.exact(), aggregate: deaf }) },
    options(),
  );
  const { points, tally, drift } = finish(steps);
  const alone = result("circuit", 1, options({ steps: 1, evaluateEvery: 1 }), one).points[1]!.trainLoss;
  // the loss of worker 0 falls towards 0, that of the three others is what it was
  expect(points.at(-1)!.trainLoss).toBeGreaterThan(0.75 * alone - 1e-6);
  expect(points.at(-1)!.trainLoss).toBeLessThan(0.9 * alone);
  expect(tally.unalike).toBeGreaterThan(0);
  expect(drift).toBeGreaterThan(0);
});

test.each([
  { kind: "sgd", learningRate: 0.1, momentum: 0.9 },
  { kind: "adam", learningRate: 0.1 },
] as const)("a fork of $kind goes on from the same state, on its own", (spec) => {
  const first = makeOptimizer(spec, 2);
  const [a, b] = [Float32Array.of(1, 2), Float32Array.of(1, 2)];
  first.update(a, [1, -1]);
  const other = first.fork();
  const [left, right] = [a.slice(), a.slice()];
  first.update(left, [0.5, 0]);
  other.update(right, [0.5, 0]);
  expect(right).toEqual(left);
  first.update(left, [1, 1]);
  other.update(right, [0, 0]);
  expect(right).not.toEqual(left);
  // the second step moves by what the first one left behind
  expect(left[0]).not.toBe(b[0]);
  const fresh = makeOptimizer(spec, 2);
  const unmoved = a.slice();
  fresh.update(unmoved, [0.5, 0]);
  expect(unmoved[1]).toBe(a[1]);
  expect(right[1]).not.toBe(a[1]);
});

test("Adam's first step has the length of the learning rate, whatever the gradient", () => {
  const parameters = Float32Array.of(0, 0);
  makeOptimizer({ kind: "adam", learningRate: 0.01 }, 2).update(parameters, [3, -0.02]);
  expect(parameters[0]).toBeCloseTo(-0.01, 5);
  expect(parameters[1]).toBeCloseTo(0.01, 5);
});

test("workers never share a sample", () => {
  const next = sampleStream(images, 4, 50, 1);
  for (let step = 0; step < 5; step++) {
    next().forEach((samples, worker) => {
      for (const sample of samples) {
        expect(sample % 4).toBe(worker);
        expect(sample).toBeLessThan(images.trainSamples);
      }
    });
  }
});

describe("statistics", () => {
  test("mean and sample standard deviation", () => {
    expect(spreadOf([1, 2, 6])).toMatchObject({ count: 3, mean: 3, deviation: Math.sqrt(7) });
    expect(spreadOf([4]).deviation).toBeNaN();
  });

  test("differences to the ring are taken seed by seed", () => {
    const at = (run: RunKind, seed: number, loss: number): RunResult => ({
      ...result("ring", 1, options({ steps: 1 })),
      run,
      seed,
      points: [{ step: 1, trainLoss: 0, loss, accuracy: loss / 10 }],
    });
    const [, float] = summariseRuns([at("ring", 1, 1), at("ring", 2, 5), at("float", 1, 1.5), at("float", 2, 5.5)]);
    expect(float!.lossToRing).toMatchObject({ count: 2, mean: 0.5, deviation: 0 });
    expect(float!.accuracyToRing!.mean).toBeCloseTo(0.05, 12);
  });

  test("curves as CSV and SVG hold every run", () => {
    const results = (["ring", "noise"] as const).flatMap((run) =>
      [1, 2].map((seed) => result(run, seed, options({ steps: 5 }))),
    );
    const csv = curvesCsv(results).trimEnd().split("\n");
    expect(csv[0]).toBe("run,seed,chip,step,train_loss,test_loss,test_accuracy");
    expect(csv).toHaveLength(1 + 4 * 2);
    expect(csv[1]).toMatch(/^ring,1,,0,,\d\.\d+,0\.\d+$/);
    // A curve of one point is seen as that point, at the end of its steps and not from side to side.
    const dots = curvesSvg("a", meanCurves(results), "note");
    const places = [...dots.matchAll(/<circle cx="([\d.]+)"/g)].map(([, cx]) => Number(cx));
    const [, left, wide] = /<rect x="([\d.]+)" [^>]*width="([\d.]+)"[^>]*fill="none"/.exec(dots)!;
    expect(places).toEqual(new Array(4).fill(Number(left) + Number(wide)));
    const long = (["ring", "noise"] as const).map((run) => result(run, 1, options({ steps: 5, evaluateEvery: 2 })));
    const svg = curvesSvg("a <b>", meanCurves(long), "note");
    expect(svg).not.toContain("<circle");
    expect(svg).toContain("a &#60;b&#62;: test loss");
    expect(svg.match(/<path class="line"/g)).toHaveLength(4);
    for (const name of ["ring", "noise"]) expect(svg).toContain(`>${name}</text>`);
    expect(svg).not.toContain("NaN");
  });
});

describe("several chips", () => {
  test("are the same for every seed, and differ among each other", () => {
    const [a, b, other] = [
      result("noise", 1, options(), images, 5),
      result("noise", 2, options(), images, 5),
      result("noise", 1, options(), images, 6),
    ];
    expect([a.chip, b.chip, other.chip]).toEqual([5, 5, 6]);
    expect(a.points[0]).toEqual(other.points[0]);
    expect(a.tally.wrong).not.toBe(other.tally.wrong);
    const [summary] = summariseRuns([a, b, other, result("noise", 2, options(), images, 6)]);
    expect(summary).toMatchObject({ trainings: 4, loss: { count: 4 } });
    expect(summary!.components).not.toBeNull();
    expect(summariseRuns([a, b, other])[0]!.components).toBeNull();
    expect(curvesCsv([a]).split("\n")[1]).toMatch(/^noise,1,5,0,,/);
  });

  test("are drawn by whoever knows chips", () => {
    const seen: number[] = [];
    const chip = (number: number) => {
      seen.push(number);
      return prepared.simulator;
    };
    const run = trainRun("chip-samples", 1, 3, images, { ...prepared, chipAt: chip }, options({ steps: 1 }));
    expect(finish(run)).toMatchObject({ run: "chip-samples", chip: 3, tally: { wrong: 0 } });
    expect(seen).toEqual([3]);
  });

  test("have components of variance, by hand", () => {
    // mean 5; chips at -3, 0, 3; trainings at -1 and 1; a rest of 0.5, -1, 0.5 and its opposite
    const values = [
      [1.5, 3, 7.5],
      [2.5, 7, 8.5],
    ];
    const found = componentsOf(values)!;
    const rest = (2 * (0.25 + 1 + 0.25)) / 2;
    expect(found.rest).toBeCloseTo(Math.sqrt(rest), 12);
    expect(found.chips).toBeCloseTo(Math.sqrt(((2 * 18) / 2 - rest) / 2), 12);
    expect(found.trainings).toBeCloseTo(Math.sqrt(((3 * 2) / 1 - rest) / 3), 12);
    expect(componentsOf([[1, 2]])).toBeNull();
    expect(componentsOf([[1], [2]])).toBeNull();
    expect(
      componentsOf([
        [1, 2],
        [2, 1],
      ])!.chips,
    ).toBe(0);
  });

  test("have quantiles as NumPy interpolates them", () => {
    expect(spreadOf([4, 1, 3, 2]).quantiles).toEqual([1, 1.75, 2.5, 3.25, 4]);
    expect(spreadOf([7]).quantiles).toEqual([7, 7, 7, 7, 7]);
    expect(spreadOf([]).quantiles.every(Number.isNaN)).toBe(true);
  });
});
