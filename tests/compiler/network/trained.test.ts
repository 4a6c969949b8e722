import { expect, test } from "vitest";
import { synthesise } from "../../../compiler/index.ts";
import { train } from "../../../compiler/network/training/index.ts";
import { passed, verifyCircuit } from "../../../verify/index.ts";
import { defaultSettings } from "../training/settings.ts";
import { specOf } from "./mlps.ts";

test("a network trained on the manifold computes in its meshes what training says it computes", async () => {
  const spec = specOf(`aggregate a {
    workers 2; precision 4 bits
    network trained { hidden 32 32 32; approximate all }
  }`);
  const { aggregation } = synthesise(specOf("aggregate a { workers 2; precision 4 bits }"));
  const task = {
    aggregation,
    inputs: 2,
    hidden: [32, 32, 32],
    approximate: { kind: "all" },
  } as const;
  const settings = { ...defaultSettings, batch: 49, steps: 1500, rate: 1e-2, evaluateEvery: 100, threads: 1 };
  const result = await train(task, settings);
  if (result.kind !== "reached") throw new Error(`training ended with ${result.kind}`);
  const { circuit, perceptron } = synthesise(spec, { network: result.network.mlp });
  const report = verifyCircuit(circuit, { inputs: { kind: "exhaustive" }, seed: 1 });
  expect(report.vectors).toBe(49);
  expect(passed(report)).toBe(true);
  expect(report.worstReceiverError).toBeCloseTo(result.report.worst, 9);
  expect(perceptron!.layers.every((layer) => layer.kind === "factored")).toBe(true);
});
