import fc from "fast-check";
import { expect, test } from "vitest";
import { formatSpec, type Spec, type TrainedNetworkSpec } from "../../dsl/index.ts";
import { inAggregate, specsOf } from "./example.ts";

const parse = (text: string, name?: string): Spec => specsOf(text, name, ["OPT0235"])[0]!;

const trainedDefaults: TrainedNetworkSpec = {
  kind: "trained",
  hidden: [64, 128, 256, 128, 64],
  analogInputs: 4,
  approximate: { kind: "all" },
  approximation: "manifold",
  projectEvery: 250,
  seed: 1,
  target: 1,
  budgetS: 1200,
  loss: "symbols",
  learningRate: 3e-3,
  batch: 1024,
  steps: 16000,
  cycles: 2,
  hardShare: 0,
  threads: null,
};

test("a trained network without settings has the paper's structure, and says what was filled in", () => {
  const spec = parse(inAggregate("network trained"));
  expect(spec.network).toEqual(trainedDefaults);
  expect(spec.defaults).toContain("network hidden 64 128 256 128 64");
  expect(spec.defaults).toContain("network approximate all");
  expect(spec.defaults).toContain("network budget 20 min");
});

test("the settings of a trained network are read with their units", () => {
  const spec = parse(
    inAggregate(`network trained {
      hidden 32, 64; analog-inputs 2; approximate layers 2..3; approximation projected
      project-every 100; seed 7; target 99.5 %; budget 2 min; loss two-stage; learning-rate 1e-3
      batch 256; steps 500; cycles 2; hard-share 10 %; threads 2
    }`),
  );
  expect(spec.network).toEqual({
    kind: "trained",
    hidden: [32, 64],
    analogInputs: 2,
    approximate: { kind: "layers", first: 2, last: 3 },
    approximation: "projected",
    projectEvery: 100,
    seed: 7,
    target: 0.995,
    budgetS: 120,
    loss: "two-stage",
    learningRate: 1e-3,
    batch: 256,
    steps: 500,
    cycles: 2,
    hardShare: 0.1,
    threads: 2,
  });
});

test("words of more symbols are merged into four inputs, shorter ones not at all", () => {
  const inputsOf = (bits: number): number => {
    const { network } = parse(`aggregate a { workers 4; precision ${bits} bits; network trained }`);
    return network.kind === "trained" ? network.analogInputs : Number.NaN;
  };
  expect([4, 6, 8, 10, 16].map(inputsOf)).toEqual([2, 3, 4, 3, 4]);
});

test("an imported network needs its weights and approximates nothing unless told to", () => {
  expect(parse(inAggregate('network imported { weights "nets/mlp.npz" }')).network).toEqual({
    kind: "imported",
    weights: "nets/mlp.npz",
    activation: "relu",
    approximate: { kind: "none" },
  });
  const yaml = 'aggregate a:\n  workers: 4\n  precision: 8 bits\n  network imported:\n    weights: "a b.json"\n';
  expect(parse(yaml, "a.yaml").network).toMatchObject({ weights: "a b.json" });
});

test("only constructed networks default to a proof", () => {
  const inputsOf = (network: string): unknown =>
    parse(`aggregate a { workers 64; precision 32 bits; network ${network} }`).verify.inputs;
  expect(inputsOf("constructed")).toEqual({ kind: "proof" });
  expect(inputsOf("trained")).toEqual({ kind: "sampled", samples: 100_000 });
  expect(inputsOf('imported { weights "a.json" }')).toEqual({ kind: "sampled", samples: 100_000 });
});

test("formatting a trained or imported network and parsing that gives it back", () => {
  const approximate = fc.oneof(
    fc.constantFrom({ kind: "none" as const }, { kind: "all" as const }),
    fc.constantFrom({ kind: "layers" as const, first: 1, last: 2 }, { kind: "layers" as const, first: 2, last: 2 }),
  );
  const trained = fc.record({
    kind: fc.constant("trained" as const),
    hidden: fc.array(fc.integer({ min: 1, max: 2048 }), { minLength: 1, maxLength: 8 }),
    analogInputs: fc.constantFrom(1, 2, 4),
    approximate,
    approximation: fc.constantFrom("manifold" as const, "projected" as const),
    projectEvery: fc.integer({ min: 1, max: 1e6 }),
    seed: fc.integer({ min: 0, max: 4_294_967_295 }),
    target: fc.double({ min: 0, max: 1, noNaN: true }).map(Math.abs),
    budgetS: fc.double({ min: 1, max: 604_800, noNaN: true }),
    loss: fc.constantFrom("symbols" as const, "word" as const, "two-stage" as const),
    learningRate: fc.double({ min: 1e-7, max: 1, noNaN: true }),
    batch: fc.integer({ min: 1, max: 65_536 }),
    steps: fc.integer({ min: 1, max: 1e7 }),
    cycles: fc.integer({ min: 1, max: 1000 }),
    hardShare: fc.double({ min: 0, max: 0.9, noNaN: true }).map(Math.abs),
    threads: fc.option(fc.integer({ min: 1, max: 64 })),
  });
  const imported = fc.record({
    kind: fc.constant("imported" as const),
    weights: fc.stringMatching(/^[ -~]{1,20}$/).map((stem) => `${stem}.json`),
    activation: fc.constant("relu" as const),
    approximate,
  });
  const base = parse(inAggregate("network trained"));
  fc.assert(
    fc.property(fc.oneof(trained, imported), (network) => {
      const spec: Spec = { ...base, network, defaults: [] };
      expect(parse(formatSpec(spec))).toEqual(spec);
    }),
    { seed: 11, numRuns: 200 },
  );
});
