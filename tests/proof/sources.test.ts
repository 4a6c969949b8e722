import { describe, expect, it } from "vitest";
import { synthesise } from "../../compiler/synthesise.ts";
import type { Circuit, Signal } from "../../netlist/index.ts";
import { planProof, type SumSource } from "../../proof/index.ts";
import { sumOff } from "../../verify/driving/claims.ts";
import { finish, prove } from "../../verify/index.ts";
import { specOf } from "../compiler/specs.ts";
import { withTurned } from "../netlist/lossy.ts";
import { sourcesInOrder } from "./claims.ts";

const tree = { kind: "cascade", fanIn: [2, 2] } as const;
const unit = synthesise(specOf(2, 2, 2, "half-even")).circuit;
const thirds = synthesise(specOf(3, 2, 4)).circuit;
const cascade = synthesise(specOf(4, 2, 2, "half-even", true, 0.25, tree)).circuit;

interface Measured {
  readonly sources: ReadonlyMap<number, SumSource>;
  /** What a sum is off by, in its units, and the least upper bound that is proved of it. */
  readonly worstDeviation: number;
  readonly bound: number;
  readonly problems: readonly string[];
}

function measured(circuit: Circuit): Measured {
  const { signals } = circuit.certificate!;
  const plan = finish(planProof(circuit));
  const sums = plan.stages.filter((stage) => stage.kind === "sum");
  const { problems, log } = prove(circuit);
  const names = new Set(sums.map(({ made }) => signals[made[0]!]!.name));
  return {
    sources: new Map(sums.map(({ made, source }) => [made[0]!, source])),
    worstDeviation: Math.max(...sums.map((sum) => sumOff(plan, sum))),
    bound: Math.max(...sums.map(({ made }) => log.signals[made[0]!]!.deviation)),
    problems: problems.filter((problem) => names.has(problem.split(" ")[0]!)),
  };
}

/** The sums by their names. */
function named(circuit: Circuit): Record<string, { symbol: number; workers: readonly number[] }> {
  const { signals } = circuit.certificate!;
  return Object.fromEntries([...measured(circuit).sources].map(([id, source]) => [signals[id]!.name, source]));
}

function withSignal(circuit: Circuit, name: string, change: Partial<Signal>): Circuit {
  const certificate = circuit.certificate!;
  const signals = certificate.signals.map((it) => (it.name === name ? { ...it, ...change } : it));
  return { ...circuit, certificate: { ...certificate, signals } };
}

/** The light of some inputs changed, or led into other modes. */
function withInputs(
  circuit: Circuit,
  change: (name: string, fieldPerLevel: number) => { fieldPerLevel?: number; mode?: number },
): Circuit {
  const inputs = circuit.inputs.map((port) =>
    port.kind === "worker" ? { ...port, ...change(port.name, port.fieldPerLevel) } : port,
  );
  return { ...circuit, inputs };
}

function modeOf(circuit: Circuit, name: string): number {
  return circuit.inputs.find((port) => port.name === name)!.mode;
}

describe("what the sums add up", () => {
  it("is found by light, and is one symbol of the workers of a unit", () => {
    expect(named(unit)).toEqual({ a0: { symbol: 0, workers: [0, 1] }, a1: { symbol: 1, workers: [0, 1] } });
    expect(named(thirds)).toEqual({ a0: { symbol: 0, workers: [0, 1, 2] } });
    expect(named(cascade)).toEqual({
      l1u1_a0: { symbol: 0, workers: [0, 1] },
      l1u1_a1: { symbol: 1, workers: [0, 1] },
      l1u2_a0: { symbol: 0, workers: [2, 3] },
      l1u2_a1: { symbol: 1, workers: [2, 3] },
    });
    for (const circuit of [unit, thirds, cascade]) {
      const { problems, worstDeviation, sources } = measured(circuit);
      expect(problems).toEqual([]);
      expect(worstDeviation).toBeLessThan(1e-13);
      expect(sourcesInOrder(circuit.aggregate, circuit.certificate!)).toEqual(sources);
    }
  });

  it("counts by levels, whatever light a level is", () => {
    const dim = withInputs(unit, (_, fieldPerLevel) => ({ fieldPerLevel: fieldPerLevel / 4 }));
    const signals = unit.certificate!.signals.map((it) =>
      it.kind === "sum" ? { ...it, fieldPerUnit: it.fieldPerUnit / 4 } : it,
    );
    const { problems, worstDeviation } = measured({ ...dim, certificate: { ...unit.certificate!, signals } });
    expect(problems).toEqual([]);
    expect(worstDeviation).toBeLessThan(1e-13);
    // Of a quarter three quarters are missing, of every unit of the two.
    expect(measured(dim).worstDeviation).toBeCloseTo(1.5, 12);
    expect(measured(dim).problems[0]).toMatch(/^a0 is off by 1\.\d+ of its unit$/);
  });

  it("counts the other sign and the other phase as wrong", () => {
    const turned = withInputs(unit, (name, field) => ({ fieldPerLevel: name === "w0_s0" ? -field : field }));
    expect(measured(turned).worstDeviation).toBeCloseTo(4, 12);
    expect(named(turned)["a0"]).toEqual({ symbol: 0, workers: [0, 1] });
    const mesh = (byRad: number, circuit = unit): Circuit =>
      withTurned(circuit, circuit.sections[0]!.meshes[0]!, "phiRad", byRad);
    expect(measured(mesh(0.1)).worstDeviation).toBeCloseTo(4 * Math.sin(0.05), 12);
    const dim = withInputs(unit, (_, field) => ({ fieldPerLevel: field / 4 }));
    const quarter = dim.certificate!.signals[0]!.fieldPerUnit / 4;
    expect(
      measured(mesh(0.1, withSignal(withSignal(dim, "a0", { fieldPerUnit: quarter }), "a1", { fieldPerUnit: quarter })))
        .worstDeviation,
    ).toBeCloseTo(4 * Math.sin(0.05), 12);
    expect(measured(mesh(Math.PI / 2)).worstDeviation).toBeCloseTo(4 * Math.sin(Math.PI / 4), 12);
  });

  it("is the symbol of the strongest light where several are mixed", () => {
    const a = modeOf(unit, "w0_s0");
    const b = modeOf(unit, "w1_s1");
    const swap = (share: number): Circuit =>
      withInputs(unit, (name, field) =>
        name === "w0_s0"
          ? { mode: b, fieldPerLevel: field / 4 }
          : name === "w1_s1"
            ? { mode: a, fieldPerLevel: share * field }
            : {},
      );
    expect(named(swap(3))).toEqual({ a0: { symbol: 1, workers: [1] }, a1: { symbol: 1, workers: [0] } });
    expect(named(swap(-3))).toEqual({ a0: { symbol: 1, workers: [1] }, a1: { symbol: 1, workers: [0] } });
    expect(named(swap(0.25))).toEqual({ a0: { symbol: 0, workers: [1] }, a1: { symbol: 1, workers: [0] } });
    // A quarter of the light of a unit comes from elsewhere, at full words of two.
    expect(measured(swap(0.25)).worstDeviation).toBeCloseTo(0.5, 12);
    expect(measured(swap(0.25)).problems).toEqual([
      "a0 reaches 1, not 2",
      "a1 reaches 1, not 2",
      expect.stringMatching(/^a0 is off by \S+ of its unit$/),
      expect.stringMatching(/^a1 is off by \S+ of its unit$/),
    ]);
    expect(measured(swap(3)).worstDeviation).toBeCloseTo(4, 9);
  });
});

describe("what is no sum", () => {
  it.each<readonly [string, Circuit, readonly string[]]>([
    ["a dark place", withSignal(unit, "a0", { mode: unit.modes - 1 }), ["a0 is not the plain sum of workers' symbols"]],
    [
      "a place behind neurons",
      withSignal(unit, "a1", { section: 5, mode: unit.certificate!.signals[2]!.mode }),
      ["a1 is not the plain sum of workers' symbols"],
    ],
    ["another range", withSignal(thirds, "a0", { max: 8 }), ["a0 reaches 9, not 8"]],
    ["a range of the light instead of the levels", withSignal(thirds, "a0", { max: 3 }), ["a0 reaches 9, not 3"]],
  ])("%s", (_, circuit, problems) => {
    for (const problem of problems) expect(measured(circuit).problems).toContain(problem);
  });

  it("light that is always there", () => {
    const mode = modeOf(unit, "w0_s0");
    const inputs = unit.inputs.map((port) =>
      port.name === "w0_s0" ? ({ kind: "reference", name: "rail", mode, field: 0.1 } as const) : port,
    );
    const { problems, sources } = measured({ ...unit, inputs });
    expect([...sources.values()][0]).toEqual({ symbol: 0, workers: [1] });
    expect(problems).toContainEqual(
      expect.stringMatching(/^a0 is off by 0\.2(0000\d*)? of its unit$|^a0 is off by 0\.199999\d*/),
    );
    expect(problems).toContain("a0 reaches 1, not 2");
  });
});

it("slices of one shape follow each other in one memory, and the first that reads a signal sets its axis", () => {
  const { stages, readers } = finish(planProof(cascade));
  const shares = stages.flatMap((stage) => ("work" in stage ? [stage.work.share] : []));
  expect(new Set(shares).size).toBeLessThan(shares.length);
  for (const [id, { kind }] of cascade.certificate!.signals.entries()) {
    const slice = stages.find((stage) => stage.slice.signals.includes(id))?.slice ?? null;
    expect(readers[id]?.[0] ?? null).toBe(kind === "bit" ? null : slice);
  }
});
