import { describe, expect, it } from "vitest";
import {
  algorithms,
  busBandwidth,
  findAlgorithm,
  inNetworkTree,
  type LinkModel,
  ring,
  type Timing,
  timeSchedule,
} from "../../collectives/index.ts";
import { type Cluster, defaultCluster } from "../../dsl/index.ts";
import { formulas } from "./formulas.ts";
import { outcomeOf } from "./outcome.ts";

const cluster = (workers: number, changes: Partial<Cluster> = {}): Cluster => ({
  ...defaultCluster(workers),
  ...changes,
});

function timeOf(name: string, on: Cluster, workers: number, length: number, everyStep = false) {
  const algorithm = findAlgorithm(name)!;
  const { phases, ...rest } = algorithm.build(on, workers, length, 32);
  const looked = phases.map((phase) => ({ ...phase, alike: phase.alike && !everyStep }));
  return timeSchedule({ ...rest, phases: looked }, 32, algorithm.model(on, workers));
}

/** As `compare` has it: averaged over the draws, by a formula of somebody else where there is one. */
function compared(name: string, on: Cluster, workers: number, elements: number): Timing {
  return outcomeOf(name, { ...on, gradients: [{ name: "g", elements }] }, workers).timing;
}

/** Settings of blocks and other values of them, each of which takes another time. */
const moves: { readonly [Block in keyof Cluster]?: Partial<Cluster[Block]> } = {
  round: {
    frame: 100,
    preamble: 1e4,
    guard: 1e-3,
    checksum: 100,
    fec: 0.5,
    wordErrorRate: 1e-7,
    skew: 1e-3,
    arrival: "uniform",
  },
  optical: { wavelengths: 1, wavelengthRate: 1e9, reconfiguration: 1, finish: "tree" },
  sipRing: { wavelengths: 1, wavelengthRate: 1e9, reconfiguration: 1, reconfigure: "every-step" },
  oddl: { reconfiguration: 1, control: 1 },
  optinc: { unit: 32, pass: 1, precision: null, symbolRate: 2e9, copies: 2, block: 64, exponent: 16 },
  tree: { radix: 2, duplex: "half" },
  fatTree: { rack: 32, oversubscription: 4, placement: "racks", routing: "adaptive", channels: 16, seeds: 3 },
  sharp: { radix: 2, efficiency: 0.5 },
  switchml: { workers: 2, slots: 1, elements: 32, header: 8000, roundTrip: 1 },
  nvls: { domain: 8, rate: 1e9, efficiency: 0.5, latency: 1 },
  nccl: { protocol: "ll" },
};

/** As a spec writes it. */
const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

const exactFormulas = Object.keys(formulas).filter((name) => name !== "double-binary-tree");

describe("walked steps", () => {
  it.each(exactFormulas)("%s takes the time of its closed formula", (name) => {
    const algorithm = findAlgorithm(name)!;
    const half = cluster(16, { tree: { radix: 4, duplex: "half" }, group: 4, groupRate: 3e12 });
    const often = {
      ...half,
      optical: { ...half.optical, finish: "tree", wavelengths: 3 },
      sipRing: { ...half.sipRing, reconfigure: "every-step" },
    } as const;
    for (const on of [cluster(16), half, often]) {
      for (const workers of [2, 4, 6, 8, 12, 16, 24, 60, 64, 256]) {
        if (algorithm.refuses(on, workers) !== null) continue;
        // Every chunk of every algorithm is whole: the formulas count fractions of elements.
        const length = workers * 256 * 15;
        const formula = formulas[name]!(on, workers, 32 * length);
        const { totalS } = timeOf(name, on, workers, length);
        expect(Math.abs(totalS / formula - 1), `${workers} workers`).toBeLessThan(1e-9);
      }
    }
  });

  it("keeps the double binary tree below the formula of a pipeline that is always full, and near it", () => {
    for (const workers of [4, 8, 13, 64, 1000, 4096]) {
      const on = cluster(workers);
      const ratio =
        timeOf("double-binary-tree", on, workers, 1e7).totalS / formulas["double-binary-tree"]!(on, workers, 32e7);
      expect(ratio).toBeLessThanOrEqual(1 + 1e-6);
      expect(ratio).toBeGreaterThan(0.9);
    }
    // For large buffers the two trees come down to 2 n b + n c.
    const on = cluster(64);
    const bound = 3.2e11 * (2 / on.rate + 1 / on.reduction);
    expect(timeOf("double-binary-tree", on, 64, 1e10).totalS / bound).toBeCloseTo(1, 1);
  });

  it.each(algorithms.map(({ name }) => name))("%s: the steps that are declared alike are", (name) => {
    const algorithm = findAlgorithm(name)!;
    for (const workers of [2, 5, 8, 12, 31, 32]) {
      for (const length of [workers * 80, 1000 * workers + 7, 3]) {
        const on = cluster(workers, {
          chunks: 20,
          fatTree: { ...defaultCluster(16).fatTree, rack: 4, oversubscription: 2, placement: "scattered", seed: 1 },
        });
        if (algorithm.refuses(on, workers) !== null) continue;
        const short = timeOf(name, on, workers, length);
        const long = timeOf(name, on, workers, length, true);
        expect(short.steps).toBe(long.steps);
        expect(short.setups).toBe(long.setups);
        expect(short.latencyS).toBeCloseTo(long.latencyS, 12);
        // Chunks differ by an element at most, and the heaviest of a step counts.
        const slack = (short.steps * 2 * 32) / Math.min(25e9, on.rate);
        expect(Math.abs(short.totalS - long.totalS)).toBeLessThanOrEqual(slack);
        expect(Math.abs(short.sentBits - long.sentBits) / 32).toBeLessThanOrEqual(short.steps * 2);
        if (length === workers * 80 && workers !== 31) {
          expect(short.totalS).toBeCloseTo(long.totalS, 12);
        }
      }
    }
  });

  it("depends on exactly the inputs that an algorithm names", () => {
    const base = cluster(32, {
      chunks: 8,
      optinc: { ...defaultCluster(16).optinc, unit: 3, pass: 1e-6, precision: 8, copies: 1, symbolRate: 1e9 },
      nvls: { ...defaultCluster(32).nvls, domain: 32 },
      // Groups of nine: four representatives, of which an all-to-all takes two wavelengths.
      optical: { ...defaultCluster(32).optical, wavelengths: 4 },
      fatTree: { ...defaultCluster(16).fatTree, rack: 4, oversubscription: 1, placement: "scattered", seed: 1 },
    });
    // Most seeds give the same heaviest link; this is one that does not.
    const otherSeed = [2, 3, 4, 5, 6, 7, 8, 9].find((seed) => {
      const on = { ...base, fatTree: { ...base.fatTree, seed } };
      return ["fat-tree", "fat-tree-halving-doubling"].every(
        (name) => compared(name, on, 32, 3200).totalS !== compared(name, base, 32, 3200).totalS,
      );
    })!;
    const moved: Record<string, Cluster> = {
      rate: { ...base, rate: base.rate / 9, groupRate: base.groupRate },
      latency: { ...base, latency: 1e-3 },
      "hop-latency": { ...base, hopLatency: 1e-3 },
      reduction: { ...base, reduction: 1e9 },
      group: { ...base, group: 2 },
      "group-rate": { ...base, groupRate: 1e12 },
      chunks: { ...base, chunks: 2 },
      "fat-tree seed": { ...base, fatTree: { ...base.fatTree, seed: otherSeed } },
    };
    for (const [block, settings] of Object.entries(moves)) {
      const before = Object.entries(base).find(([key]) => key === block)![1];
      for (const [name, value] of Object.entries(settings ?? {})) {
        moved[`${kebab(block)} ${kebab(name)}`] = { ...base, [block]: { ...before, [name]: value } };
      }
    }
    // Loss and lanes take no time.
    const lost = ["optinc levels", "optical coupling-loss", "optical passing-loss", "optical loss-budget"];
    for (const algorithm of algorithms) {
      const seconds = (on: Cluster): number | null =>
        algorithm.refuses(on, 32) === null ? compared(algorithm.name, on, 32, 32 * 1024 * 100).totalS : null;
      const found = Object.entries(moved).filter(([, on]) => seconds(on) !== seconds(base));
      const named = algorithm.inputs.filter((input) => input !== "dtype" && !lost.includes(input));
      // One unit is too small for 32 workers: optinc is not defined before its size is moved, so nothing else shows.
      if (algorithm.name === "optinc") continue;
      expect(found.map(([path]) => path).sort(), algorithm.name).toEqual([...named].sort());
    }
  });
});

describe("the link model", () => {
  const plain: LinkModel = {
    latencyS: 1,
    hopLatencyS: 0.5,
    portBitsPerS: 10,
    duplex: "full",
    linkBitsPerS: 10,
    wavelengthBitsPerS: 10,
    group: null,
    reductionBitsPerS: Number.POSITIVE_INFINITY,
    circuits: null,
  };

  it("adds latency, transmission and reduction of each step", () => {
    // 4 workers, 8 elements of 5 bits: chunks of 10 bits, six steps of 1 s + 1 s, three of them with 10 bits to add.
    const timing = timeSchedule(ring(4, 8), 5, { ...plain, reductionBitsPerS: 20 });
    expect(timing).toMatchObject({ steps: 6, latencyS: 6, transmissionS: 6, reductionS: 1.5, totalS: 13.5 });
    expect(timing.sentBits).toBe(5 * 12);
  });

  it("lets packets flow through the switches of a tree, so that levels add latency and not volume", () => {
    const flat = timeSchedule(inNetworkTree("t", 16, 100, 16), 1, plain);
    const deep = timeSchedule(inNetworkTree("t", 16, 100, 2), 1, plain);
    expect(flat.totalS).toBeCloseTo(1 + 0.5 + 10, 12);
    expect(deep.totalS).toBeCloseTo(1 + 7 * 0.5 + 10, 12);
    const half = timeSchedule(inNetworkTree("t", 16, 100, 16), 1, { ...plain, duplex: "half" });
    expect(half.totalS).toBeCloseTo(1 + 0.5 + 20, 12);
  });

  it("waits for circuits once while they stay, or before every step", () => {
    const held = { setupS: 7, when: "changed", exclusivePorts: true } as const;
    expect(timeSchedule(ring(4, 8), 5, { ...plain, circuits: held })).toMatchObject({ setups: 1, setupS: 7 });
    const often = { ...held, when: "step" } as const;
    expect(timeSchedule(ring(4, 8), 5, { ...plain, circuits: often })).toMatchObject({ setups: 6, setupS: 42 });
    // lg 16 partners, of which the middle one stays between halving and doubling.
    expect(timeOf("oddl", cluster(16), 16, 1600).setups).toBe(7);
  });

  it("gives flows that share a port their turns, each with a set-up", () => {
    const circuits = { setupS: 7, when: "changed", exclusivePorts: true } as const;
    const timing = timeSchedule(inNetworkTree("t", 3, 10, 3), 1, { ...plain, circuits });
    // Streamed phases set up nothing here; the star of a plain phase does.
    expect(timing.setups).toBe(0);
    const tree = findAlgorithm("double-binary-tree")!.build(cluster(8, { chunks: 2 }), 8, 64, 32);
    expect(timeSchedule(tree, 1, { ...plain, circuits }).setups).toBeGreaterThan(tree.phases.length);
  });

  it("divides an uplink among the flows that the hash puts on it", () => {
    const on = (changes: Partial<Cluster["fatTree"]>): Cluster => {
      const base = cluster(64, { latency: 0, hopLatency: 0, reduction: 1e30 });
      return { ...base, fatTree: { ...base.fatTree, rack: 8, ...changes } };
    };
    const best = timeOf("ring", on({}), 64, 6400).totalS;
    expect(timeOf("fat-tree", on({}), 64, 6400).totalS).toBeCloseTo(best, 12);
    const scattered = timeOf("fat-tree", on({ placement: "scattered" }), 64, 6400).totalS / best;
    expect(Number.isInteger(Math.round(scattered * 1e9) / 1e9)).toBe(true);
    expect(scattered).toBeGreaterThan(1);
    const one = timeOf("fat-tree", on({ placement: "scattered", oversubscription: 8 }), 64, 6400).totalS / best;
    // A single uplink carries nearly all flows of its leaf.
    expect(one).toBeGreaterThanOrEqual(6);
    expect(one).toBeLessThanOrEqual(8);
  });

  it("splits a transfer into channels, and with adaptive routing over all spines", () => {
    const on = (changes: Partial<Cluster["fatTree"]>): Cluster => {
      const base = cluster(64, { latency: 0, hopLatency: 0, reduction: 1e30 });
      return { ...base, fatTree: { ...base.fatTree, rack: 8, placement: "scattered", seed: 3, ...changes } };
    };
    const seconds = (changes: Partial<Cluster["fatTree"]>): number => timeOf("fat-tree", on(changes), 64, 6400).totalS;
    const best = timeOf("ring", on({}), 64, 6400).totalS;
    // Eight uplinks for at most eight flows: packets that take all of them never wait.
    expect(seconds({ routing: "adaptive" })).toBeCloseTo(best, 12);
    // At two to one, the busiest leaf sends all its flows at half of their rate.
    expect(seconds({ routing: "adaptive", oversubscription: 2 }) / best).toBeCloseTo(2, 9);
    expect(seconds({ channels: 16 })).toBeLessThan(seconds({}));
    expect(seconds({ channels: 16 })).toBeGreaterThan(best);
    expect(seconds({ channels: 16, routing: "adaptive" })).toBeCloseTo(best, 12);
  });

  it("reports bus bandwidth so that a ring at line rate shows the line rate", () => {
    const on = cluster(8, { latency: 0, reduction: Number.POSITIVE_INFINITY });
    const { totalS } = timeOf("ring", on, 8, 8000);
    expect(busBandwidth(32_000, 8, totalS)).toBeCloseTo(on.rate / 8, 0);
  });
});

it("times every algorithm for 4096 workers", () => {
  const on = cluster(4096);
  for (const { name, refuses } of algorithms) {
    if (refuses(on, 4096) !== null) continue;
    const { totalS } = timeOf(name, on, 4096, 25_557_032);
    expect(Number.isFinite(totalS) && totalS > 0, name).toBe(true);
  }
});
