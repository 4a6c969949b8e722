import type { Worker } from "node:worker_threads";
import { beforeAll, describe, expect, it } from "vitest";
import { openTeam } from "../../../compiler/kernels/index.ts";
import { openPerceptron } from "../../../compiler/network/training/engine/perceptron.ts";
import {
  type NetworkProgress,
  type TrainingSettings,
  type TrainingTask,
  train,
} from "../../../compiler/network/training/index.ts";
import { lossForms, runLoop } from "../../../compiler/network/training/loop.ts";
import { samplesOf } from "../../../compiler/network/training/perceptron.ts";
import { aggregation } from "../network/mlps.ts";
import { defaultSettings } from "./settings.ts";

/** Threads that were started, as Node tells of them. */
const started: Worker[] = [];
const note = (worker: Worker): void => void started.push(worker);
beforeAll(() => {
  process.on("worker", note);
  return () => process.removeListener("worker", note);
});

/** Of wide layers: initialisation takes seconds, and every step a large part of one. */
const wide = (width: number): TrainingTask => ({
  aggregation: aggregation(2, 4, 4),
  inputs: 2,
  hidden: [width, width],
  approximate: { kind: "all" },
});

const settings = (over: Partial<TrainingSettings> = {}): TrainingSettings => ({
  ...defaultSettings,
  batch: 49,
  steps: 40,
  cycles: 1,
  threads: 2,
  ...over,
});

/** Says `because` at look number `last`, and counts. */
function stopsAt(last: number, because: "budget" | "cancelled") {
  const count = { looks: 0, progress: [] as NetworkProgress[] };
  const hooks = {
    interrupt: () => (++count.looks >= last ? because : null),
    progress: (progress: NetworkProgress) => void count.progress.push(progress),
  };
  return { count, hooks };
}

describe("the set-up of a wide network", () => {
  it("looks at the outside world many times, says how far it is, and ends at the look that says so", async () => {
    for (const because of ["budget", "cancelled"] as const) {
      const { count, hooks } = stopsAt(12, because);
      const result = await train(wide(512), settings(), hooks);
      expect(result).toEqual({ kind: "stopped", because, reason: "the first weights were not made yet" });
      expect(count.looks).toBe(12);
      expect(count.progress).toHaveLength(12);
      for (const { stage } of count.progress) expect(stage).toBe("setup");
    }
  });

  it("has a look at least every fifty million operations", async () => {
    const looks = async (width: number): Promise<number> => {
      const { count, hooks } = stopsAt(1e9, "budget");
      const net = await train(wide(width), settings({ steps: 1 }), {
        ...hooks,
        // the loop begins: the set-up is over
        interrupt: () => (count.progress.at(-1)?.stage === "training" ? "cancelled" : hooks.interrupt()),
      });
      expect(net.kind).not.toBe("reached");
      return count.looks;
    };
    // twice the width is eight times the work
    const [small, large] = [await looks(160), await looks(320)];
    expect(large).toBeGreaterThan(5 * small);
  });
});

describe("a step that takes long", () => {
  it("is undone where it is cut off: the training goes on as if it had not been", async () => {
    const layers = [{ inputs: 1, outputs: 1, blocks: null }];
    const open = () =>
      openPerceptron({
        layers,
        samples: samplesOf(aggregation(2, 1, 2), 1),
        batch: 4,
        threads: 1,
        seed: 1,
        hardRows: 0,
      });
    const job = (net: Awaited<ReturnType<typeof open>>) => ({
      net,
      settings: settings({ steps: 5, batch: 4, evaluateEvery: 5 }),
      identity: "x",
      form: lossForms({ kind: "symbols" }, 1, 1),
      project: null,
      affordable: () => true,
    });
    const whole = await open();
    await runLoop(job(whole), {});
    // the third step never ends, and writes into the parameters before it is cut off
    const cut = await open();
    let steps = 0;
    let saved: Uint8Array | null = null;
    let closed = false;
    const endless: typeof cut = {
      ...cut,
      threads: 1,
      stepWork: 1e12,
      step: async (step) => {
        if (++steps < 3) return await cut.step(step);
        cut.parameters.fill(9);
        return await new Promise<number>(() => undefined);
      },
      close: async () => {
        closed = true;
        await cut.close();
      },
    };
    const end = await runLoop(job(endless), {
      interrupt: () => (steps === 3 ? "cancelled" : null),
      checkpoint: (make) => {
        saved = make();
      },
    });
    expect(end).toEqual({ kind: "stopped", because: "cancelled", step: 2 });
    expect(closed).toBe(true);
    const resumed = await open();
    await runLoop(job(resumed), { resume: saved! });
    expect(resumed.parameters).toEqual(whole.parameters);
    for (const net of [whole, resumed]) await net.close();
  });
});

describe("periodic projection", () => {
  it.each([
    [10, 300],
    [250, 12],
    [700, 6],
  ])("every %i steps of 3000 projects %i times, evaluations included", async (projectEvery, projections) => {
    const layers = [{ inputs: 1, outputs: 1, blocks: null }];
    const net = await openPerceptron({
      layers,
      samples: samplesOf(aggregation(2, 1, 2), 1),
      batch: 2,
      threads: 1,
      seed: 1,
      hardRows: 0,
    });
    let count = 0;
    const end = await runLoop(
      {
        net,
        settings: settings({ steps: 1500, cycles: 2, batch: 2, method: "projected", projectEvery, target: 1 }),
        identity: "x",
        form: lossForms({ kind: "symbols" }, 1, 1),
        // never right: the training uses all its steps
        project: function* () {
          count++;
          net.parameters.fill(-7);
          yield;
        },
        affordable: () => true,
      },
      {},
    );
    expect(end).toMatchObject({ kind: "short", because: "cycles", step: 3000 });
    expect(count).toBe(projections);
    await net.close();
  });
});

describe("a team of threads", () => {
  const ended = (): boolean => started.every(({ threadId }) => threadId === -1);

  it("that cannot start rejects and leaves no thread behind", async () => {
    started.length = 0;
    const source = `
      const { parentPort, workerData } = require("node:worker_threads");
      if (workerData.thread === 1) throw new Error("no room");
      parentPort.postMessage("ready");
      setInterval(() => undefined, 1000);
    `;
    await expect(openTeam(1000, 3, source)).rejects.toThrow("no room");
    expect(started).toHaveLength(3);
    expect(ended()).toBe(true);
    const silent = "process.exit(5)";
    await expect(openTeam(1000, 2, silent)).rejects.toThrow("ended with code 5");
    expect(ended()).toBe(true);
  });

  it("in which a thread fails rejects what it was told, and ends the threads that wait for the lost one", async () => {
    started.length = 0;
    const source = `
      const { parentPort, workerData } = require("node:worker_threads");
      parentPort.on("message", () => {
        if (workerData.thread === 1) throw new Error("out of memory");
        // as in a barrier, for ever
        Atomics.wait(new Int32Array(workerData.memory.buffer), 4, 0);
      });
      parentPort.postMessage("ready");
    `;
    const team = await openTeam(1000, 3, source);
    await expect(team.run(1, 0)).rejects.toThrow("out of memory");
    expect(ended()).toBe(true);
    await expect(team.run(1, 0)).rejects.toThrow("out of memory");
  });

  it("is ended in the middle of what it does", async () => {
    started.length = 0;
    const source = `
      const { parentPort } = require("node:worker_threads");
      parentPort.on("message", () => { for (;;); });
      parentPort.postMessage("ready");
    `;
    const team = await openTeam(1000, 2, source);
    const run = expect(team.run(1, 0)).rejects.toThrow("were ended");
    await team.close();
    await run;
    expect(ended()).toBe(true);
  });
});
