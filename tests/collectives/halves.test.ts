import { describe, expect, it } from "vitest";
import {
  algorithms,
  collectiveOf,
  collectives,
  executeCollective,
  findAlgorithm,
  scatterOf,
} from "../../collectives/index.ts";
import { defaultCluster } from "../../dsl/index.ts";
import { outcomeOf } from "./outcome.ts";

const cluster = defaultCluster(8);

function wordsOf(workers: number): Float64Array[] {
  const length = 3 * workers + 1;
  return Array.from({ length: workers }, (_, w) => Float64Array.from({ length }, (_, i) => (w + 1) * 1009 + i * i));
}

describe("the halves of an all-reduce", () => {
  const halved = algorithms.filter((it) => scatterOf(it) === "half");

  it.each(halved.map((it) => [it.name, it] as const))("%s scatters sums and gathers them", (_, algorithm) => {
    let tried = 0;
    for (const workers of [2, 3, 4, 6, 8, 12, 16, 64]) {
      for (const collective of ["reduce-scatter", "all-gather"] as const) {
        if (collectiveOf(algorithm, collective).refuses(cluster, workers) !== null) continue;
        expect(executeCollective(algorithm, collective, cluster, wordsOf(workers)), `${workers}`).toEqual([]);
        tried += 1;
      }
    }
    expect(tried).toBeGreaterThanOrEqual(8);
  });

  it.each(halved.map((it) => it.name))("%s takes in both what its all-reduce takes", (name) => {
    const times = collectives.map((collective) => {
      const on = { ...cluster, gradients: [{ name: "g", elements: 2 ** 20 }] };
      const outcome = outcomeOf(name, on, 16, { executeUpTo: 16, collective });
      expect(outcome.exact).toBe(true);
      return outcome.timing;
    });
    const [whole, scatter, gather] = times;
    expect(scatter!.steps + gather!.steps).toBe(whole!.steps);
    expect(gather!.reductionS).toBe(0);
    // A pair of ODDL's that stays is set up once more when the all-gather begins anew, and so are standing circuits.
    const anew = scatter!.setupS + gather!.setupS - whole!.setupS;
    expect(anew).toBeGreaterThanOrEqual(0);
    expect(anew > 0).toBe(["oddl", "oddl-ring", "sip-ring"].includes(name));
    expect(scatter!.totalS + gather!.totalS - anew).toBeCloseTo(whole!.totalS, 12);
  });

  it("are refused where an algorithm has none, or no shares", () => {
    const reason = (name: string, collective: (typeof collectives)[number], workers = 8): string | null =>
      collectiveOf(findAlgorithm(name)!, collective).refuses(cluster, workers);
    expect(reason("binomial", "reduce-scatter")).toBe("it has no reduce-scatter of its own");
    expect(reason("nccl-ring", "all-gather")).toBe("it has no all-gather of its own");
    expect(reason("tree", "all-gather")).toBe("nothing is added in an all-gather; see ring");
    expect(reason("tree", "reduce-scatter")).toBeNull();
    expect(reason("halving-doubling", "reduce-scatter", 6)).toBe("6 workers are no power of two");
    expect(reason("halving-doubling", "all-reduce", 6)).toBeNull();
    expect(reason("torus", "all-gather", 7)).toBe("7 workers fill no rectangle");
  });

  it("are noticed where they are none: sums that are nowhere whole, and workers without their share", () => {
    const name = "ring";
    const halving = findAlgorithm("halving-doubling")!;
    // Under the name of a ring nothing refuses six workers, two of whom are folded away.
    const folded = { ...halving, name };
    expect(executeCollective(folded, "reduce-scatter", cluster, wordsOf(6))).toMatchObject([
      { kind: "sum", worker: 0 },
    ]);
    const whole = findAlgorithm("recursive-doubling")!;
    const short = {
      ...whole,
      name,
      build: (...of: Parameters<typeof whole.build>) => {
        const schedule = whole.build(...of);
        return { ...schedule, phases: schedule.phases.slice(1), steps: [...schedule.steps].slice(1) };
      },
    };
    expect(executeCollective(short, "reduce-scatter", cluster, wordsOf(4))[0]!.message).toMatch(
      /^no worker ends with the sum/,
    );
  });
});
