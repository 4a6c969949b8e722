import { describe, expect, it } from "vitest";
import { type Aggregation, aggregationOf } from "../../../compiler/aggregation/aggregation.ts";
import type { Mlp } from "../../../compiler/network/mlp.ts";
import {
  evaluateExhaustively,
  type NetworkProgress,
  type TrainingResult,
  type TrainingSettings,
  type TrainingTask,
  train,
} from "../../../compiler/network/training/index.ts";
import type { Levels, Rounding } from "../../../dsl/index.ts";
import { forwardMlp } from "../network/mlps.ts";
import { specOf } from "../specs.ts";
import { defaultSettings } from "./settings.ts";

const aggregation = (workers: number, bits: number, rounding: Rounding = "half-up", levels: Levels = 4): Aggregation =>
  aggregationOf(specOf(workers, bits, levels, rounding));

const task = (over: Partial<TrainingTask> = {}): TrainingTask => ({
  aggregation: aggregation(2, 4),
  inputs: 2,
  hidden: [32, 32, 32],
  approximate: { kind: "none" },
  ...over,
});

const settings = (over: Partial<TrainingSettings> = {}): TrainingSettings => ({
  ...defaultSettings,
  batch: 49,
  steps: 1500,
  cycles: 2,
  rate: 1e-2,
  evaluateEvery: 100,
  threads: 1,
  ...over,
});

function networkOf(result: TrainingResult): Mlp {
  if (result.kind !== "reached" && result.kind !== "short") throw new Error(`no network: ${JSON.stringify(result)}`);
  return result.network.mlp;
}

/** Largest |U^T U - 1| of all blocks. */
function worstBlock(mlp: Mlp): number {
  let worst = 0;
  for (const layer of mlp.layers) {
    if (layer.kind !== "factored") continue;
    for (const { u, size } of layer.blocks) {
      for (let i = 0; i < size; i++) {
        for (let j = 0; j < size; j++) {
          let sum = i === j ? -1 : 0;
          for (let k = 0; k < size; k++) sum += u[k * size + i]! * u[k * size + j]!;
          worst = Math.max(worst, Math.abs(sum));
        }
      }
    }
  }
  return worst;
}

describe("training a perceptron", () => {
  it("reaches every word of a small aggregation, checked by plain arithmetic", async () => {
    const seen: NetworkProgress[] = [];
    let now = 0;
    const hooks = { progress: (p: NetworkProgress) => void seen.push(p), clock: () => (now += 500) };
    const result = await train(task(), settings(), hooks);
    expect(result.kind).toBe("reached");
    const mlp = networkOf(result);
    expect(mlp.layers.map((l) => [l.cols, l.rows])).toEqual([
      [2, 32],
      [32, 32],
      [32, 32],
      [32, 2],
    ]);
    for (let a = 0; a <= 6; a++) {
      for (let b = 0; b <= 6; b++) {
        const word = Math.floor((4 * a + b + 1) / 2);
        const symbols = forwardMlp(mlp, Float64Array.of(a / 2, b / 2));
        expect([...symbols].map((x) => Math.min(3, Math.max(0, Math.round(x))))).toEqual([word >> 2, word & 3]);
      }
    }
    const last = seen.findLast((progress) => progress.stage === "training")!;
    expect(last).toMatchObject({ wrong: 0, accuracy: 1 });
    expect(last.stepsPerSecond).toBeGreaterThan(0);
  });

  it.each(["manifold", "projected"] as const)("keeps all layers diag(d) U, %s", async (method) => {
    const approximate = { kind: "all" } as const;
    const result = await train(task({ approximate }), settings({ method, projectEvery: 100 }));
    const mlp = networkOf(result);
    expect(mlp.layers.every((layer) => layer.kind === "factored")).toBe(true);
    expect(worstBlock(mlp)).toBeLessThan(1e-14);
    // What is reported is what this very network does.
    const again = await evaluateExhaustively(mlp, aggregation(2, 4));
    if (result.kind === "reached" || result.kind === "short") expect(again).toEqual(result.report);
    if (method === "manifold") expect(result.kind).toBe("reached");
  });

  it("constrains the layers that are asked for and no others", async () => {
    const approximate = { kind: "layers", first: 2, last: 2 } as const;
    const mlp = networkOf(await train(task({ approximate }), settings({ steps: 20, cycles: 1 })));
    expect(mlp.layers.map((layer) => layer.kind)).toEqual(["dense", "factored", "dense", "dense"]);
  });

  it("continues from a checkpoint to the identical network, on another number of threads", async () => {
    const run = settings({ steps: 160, cycles: 1, evaluateEvery: 50, target: 1 });
    const job = task({ approximate: { kind: "all" }, hidden: [12, 12] });
    const whole = await train(job, run);
    let saved: Uint8Array | null = null;
    let asked = 0;
    const first = await train(job, run, {
      checkpoint: (make) => {
        saved = make();
      },
      interrupt: () => (++asked === 9 ? "cancelled" : null),
    });
    expect(first).toMatchObject({ kind: "short", because: "cancelled" });
    const resumed = await train(job, { ...run, threads: 2 }, { resume: saved! });
    expect(resumed).toEqual(whole);
  });

  it("refuses the checkpoint of another training and bytes that are none", async () => {
    let saved: Uint8Array | null = null;
    const run = settings({ steps: 100, cycles: 1, evaluateEvery: 50 });
    await train(task(), run, {
      checkpoint: (make) => {
        saved = make();
      },
    });
    expect(await train(task(), { ...run, seed: 2 }, { resume: saved! })).toMatchObject({ kind: "refused" });
    for (const bytes of [new Uint8Array(0), new Uint8Array(100), saved!.subarray(0, 500)]) {
      expect(await train(task(), run, { resume: bytes })).toMatchObject({ kind: "refused" });
    }
  });

  it("reports divergence with the setting to change", async () => {
    const result = await train(task(), settings({ rate: 1e9 }));
    expect(result).toMatchObject({ kind: "diverged", advice: [{ setting: "rate" }, { setting: "batch" }] });
  });

  it("keeps the best network and its errors when the budget ends", async () => {
    let asked = 0;
    const result = await train(task({ hidden: [2] }), settings(), {
      interrupt: () => (++asked > 20 ? "budget" : null),
    });
    expect(result).toMatchObject({ kind: "short", because: "budget" });
    if (result.kind !== "short") return;
    const { report } = result;
    expect(report.vectors).toBe(49);
    expect(report.wrong).toBeGreaterThan(0);
    expect(report.errors.reduce((sum, error) => sum + error.count, 0)).toBe(report.wrong);
    expect(report.errors.reduce((sum, error) => sum + error.share, 0)).toBeCloseTo(1, 12);
    expect(result.advice.map((advice) => advice.setting)).toContain("hidden");
  });

  it("reaches the target with a loss of two stages, whose weights differ", async () => {
    const loss = { kind: "two-stage", weights: [4, 1], switchAt: 0.5 } as const;
    expect((await train(task(), settings({ loss }))).kind).toBe("reached");
  });

  it("is the same from the same seed, bit for bit, and another from another", async () => {
    const run = settings({ steps: 60, cycles: 1 });
    const mlp = networkOf(await train(task(), run));
    expect(networkOf(await train(task(), run))).toEqual(mlp);
    expect(networkOf(await train(task(), { ...run, seed: 2 }))).not.toEqual(mlp);
  });
});

it("refuses words that have too many input vectors to train on", async () => {
  const refused = await train(task({ aggregation: aggregation(8, 16), inputs: 8 }), settings());
  expect(refused).toMatchObject({ kind: "refused", advice: [{ setting: "network", value: "constructed" }] });
});

describe("an exhaustive evaluation", () => {
  it("counts the errors of a network that is always dark", async () => {
    const a = aggregation(2, 4, "floor");
    const mlp: Mlp = {
      layers: [
        {
          kind: "dense",
          name: "wrong",
          rows: 2,
          cols: 2,
          weights: new Float64Array(4),
          bias: Float64Array.of(0, 0),
          activation: "none",
        },
      ],
    };
    const report = (await evaluateExhaustively(mlp, a))!;
    const words = Array.from({ length: 49 }, (_, i) => Math.floor((4 * Math.floor(i / 7) + (i % 7)) / 2));
    expect(report.wrong).toBe(words.filter((word) => word !== 0).length);
    for (const { value, count } of report.errors) expect(count).toBe(words.filter((word) => word === -value).length);
    expect(report.worst).toBe(3);
  });
});
