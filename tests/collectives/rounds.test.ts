import { describe, expect, it } from "vitest";
import { drawRounds, findAlgorithm, type RoundOutcome, roundsCsv, roundsTable } from "../../collectives/index.ts";
import { type Cluster, defaultCluster } from "../../dsl/index.ts";
import { figuresOf, outcomeOf } from "./outcome.ts";

type Changes = Partial<Cluster["round"]>;

function on(round: Changes, workers = 16): Cluster {
  const base = defaultCluster(workers);
  const quiet = { skew: 0, wordErrorRate: 0, drop: 0, absent: 0 };
  const tree = { ...base.tree, radix: 4 };
  return {
    ...base,
    tree,
    gradients: [{ name: "g", elements: 1_000_000 }],
    round: { ...base.round, ...quiet, ...round },
  };
}

function drawn(name: string, round: Changes, { rounds = 4000, workers = 16, seed = 1 } = {}): RoundOutcome {
  const asked = { workers: [workers], algorithms: [findAlgorithm(name)!], rounds, seed };
  return figuresOf(drawRounds(on(round), { ...asked, skews: [], drops: [], unit: null }).rows, name);
}

/** As `compare` times it. */
function compared(name: string, round: Changes): number {
  return outcomeOf(name, on(round), 16).timing.totalS;
}

const harmonic = (p: number): number => Array.from({ length: p }, (_, i) => 1 / (i + 1)).reduce((a, b) => a + b, 0);

describe("a round", () => {
  const modelled = ["ring", "recursive-doubling", "halving-doubling", "torus", "hierarchical-ring"];
  it.each([...modelled, "switchml", "tree", "sharp", "optinc-framed"])(
    "of %s without chance takes the time of the walked steps",
    (name) => {
      const found = drawn(name, {}, { rounds: 2 });
      expect(found.p50S / compared(name, {})).toBeCloseTo(1, 3);
      expect([found.errorS, found.missing, found.startS]).toEqual([0, 0, 0]);
    },
  );

  it("starts with the last worker: skew x harmonic number, or 2 skew p / (p + 1)", () => {
    const rounds = 4000;
    // Variance of the largest of p exponentials: skew^2 (1 + 1/4 + ... + 1/p^2) < 1.65 skew^2.
    const within = (4 * 1e-5 * Math.sqrt(1.65)) / Math.sqrt(rounds);
    for (const name of ["ring", "optinc-framed"]) {
      const found = drawn(name, { skew: 1e-5 }, { rounds });
      expect(Math.abs(found.startS - 1e-5 * harmonic(16))).toBeLessThan(within);
      expect(Math.abs(found.meanS - found.startS - drawn(name, {}, { rounds: 1 }).meanS)).toBeLessThan(1e-12);
    }
    const uniform = drawn("ring", { skew: 1e-5, arrival: "uniform" }, { rounds }).startS;
    expect(Math.abs(uniform - (2e-5 * 16) / 17)).toBeLessThan((4 * 1.1e-6) / Math.sqrt(rounds));
  });

  it("sends a frame 1 / (1 - q) times, and takes the mean that `optinc-framed` expects", () => {
    const round = { skew: 1e-6, wordErrorRate: 5e-6 };
    const found = drawn("optinc-framed", round);
    const wrong = 1 - (1 - 5e-6) ** 65_537;
    // 16 frames a round, whose tries have the variance q / (1 - q)^2.
    const error = Math.sqrt(wrong / 16 / 4000) / (1 - wrong);
    expect(Math.abs(found.sends! - 1 / (1 - wrong))).toBeLessThan(4 * error);
    expect(Math.abs(found.meanS - compared("optinc-framed", round))).toBeLessThan(4 * found.errorS);
    expect(found.p99S).toBeGreaterThan(found.p50S);
  });

  it("goes on without absent workers after the timer of the first", () => {
    const found = drawn("optinc-framed", { absent: 0.1, timeout: 1e-3 });
    expect(Math.abs(found.missing - 1.6)).toBeLessThan(4 * Math.sqrt((16 * 0.09) / 4000));
    // All are there in .9^16 of the rounds; the others start at the timer.
    const waits = 1 - 0.9 ** 16;
    expect(Math.abs(found.startS - waits * 1e-3)).toBeLessThan(4e-3 * Math.sqrt((waits * (1 - waits)) / 4000));
  });

  it("sends lost packets again: a slot of SwitchML, and every ring behind the loss, wait for it", () => {
    const round = { drop: 1e-4, resend: 1e-3 };
    const switchml = drawn("switchml", round);
    const tries = 2 * 16 * 1e-4;
    expect(switchml.sends! - 1).toBeGreaterThan(0.9 * tries);
    expect(switchml.sends! - 1).toBeLessThan(1.1 * tries);
    const ring = drawn("ring", round, { rounds: 300 });
    // Without loss nothing moves; with it, whole times of sending again come on top.
    expect(ring.p99S).toBeGreaterThan(drawn("ring", {}, { rounds: 1 }).p50S + 1e-3);
    expect(drawn("ring", round, { rounds: 50 })).toEqual(drawn("ring", round, { rounds: 50 }));
    expect(drawn("ring", round, { rounds: 50, seed: 2 }).meanS).not.toBe(drawn("ring", round, { rounds: 50 }).meanS);
  });

  it("waits in a tree of switches for the packet with most losses: the largest of geometric numbers on all links", () => {
    const round = { drop: 1e-3, resend: 1e-3 };
    for (const [name, links] of [
      ["sharp", 2 * 16],
      ["tree", 2 * (16 + 4)],
    ] as const) {
      // A million numbers of 32 bits in packets of 4 KiB.
      const packets = links * Math.ceil(1e6 / 1024);
      const again = Array.from({ length: 20 }, (_, i) => 1 - (1 - 1e-3 ** (i + 1)) ** packets).reduce((a, b) => a + b);
      const found = drawn(name, round);
      expect(Math.abs(found.meanS - compared(name, {}) - 1e-3 * again)).toBeLessThan(4 * found.errorS);
      expect(found.errorS).toBeGreaterThan(0);
    }
  });

  it("is refused where no event model is, and printed with its cases", () => {
    const algorithms = ["ring", "nvls", "nccl-ring"].map((name) => findAlgorithm(name)!);
    const cases = { skews: [0, 1e-5], drops: [0, 1e-5] };
    const found = drawRounds(on({}), { workers: [8], algorithms, rounds: 5, seed: 1, ...cases, unit: null });
    expect(found.rows).toHaveLength(12);
    const table = roundsTable(found);
    expect(table).toContain("  nvls: it has no event model\n");
    expect(table.match(/^ {2}ring /gm)).toHaveLength(4);
    const [head, ...lines] = roundsCsv(found).trimEnd().split("\n");
    expect(lines).toHaveLength(12);
    for (const line of lines) expect(line.split(",")).toHaveLength(head!.split(",").length);
  });
});
