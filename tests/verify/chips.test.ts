import { describe, expect, it } from "vitest";
import { synthesise } from "../../compiler/synthesise.ts";
import { chosenTable } from "../../netlist/formats/table/chip.ts";
import {
  type Circuit,
  chipCircuit,
  chipsOf,
  compileSimulation,
  seededRandom,
  subjectOf,
  tabulate,
} from "../../netlist/index.ts";
import { chipSteps, phaseQuestion, planMonteCarlo, sampleSteps, yieldSteps } from "../../physics/index.ts";
import { estimateRobustness } from "../../toolchain/circuit/robustness.ts";
import {
  chipIsPerfect,
  finish,
  interval95,
  judgeShare,
  planProof,
  proveSteps,
  verifyCircuit,
} from "../../verify/index.ts";
import { specOf } from "../compiler/specs.ts";
import { withTurned } from "../netlist/lossy.ts";
import { perturbPhases, perturbSimulator } from "../netlist/perturbed.ts";
import { goodByStates, goodByWords } from "./judged-chips.ts";

const single = { kind: "single" } as const;
const { circuit } = synthesise(specOf(2, 3, 4));
/** Worker 1 never gets its first symbol right where that is 1. */
const broken: Circuit = {
  ...circuit,
  outputs: circuit.outputs.map((port) =>
    port.worker === 1 && port.symbol === 0 ? { ...port, levelsPerField: 0.4 * port.levelsPerField } : port,
  ),
};

describe("a yield of phase errors", () => {
  it("by states says how it was found, and for how many chips", () => {
    expect(finish(yieldSteps(circuit, phaseQuestion(0, 5), 3))).toEqual({
      chips: 3,
      good: 3,
      share: 1,
      ...interval95(3, 3),
      seed: 5,
      method: "states",
      vectors: null,
    });
    expect([...yieldSteps(circuit, phaseQuestion(0, 5), 3)].filter(({ unit }) => unit === "chips")).toEqual(
      [1, 2, 3].map((done) => ({ done, total: 3, unit: "chips", wrong: null })),
    );
    expect(goodByStates(broken, 0, 3, 5)).toBe(0);
  });

  it("by states counts no chip of a circuit whose claims do not make the mean, or are not of its words", () => {
    const { aggregate, certificate } = circuit;
    const { signals, cells, symbols } = certificate!;
    const claiming = (change: Partial<typeof circuit>): Circuit => ({ ...circuit, ...change });
    const first = cells.findIndex(({ kind }) => kind === "split");
    const offset = (by: number): Circuit["certificate"] => ({
      ...{ signals, symbols },
      cells: cells.map((cell, i) => (i === first && cell.kind === "split" ? { ...cell, offset: by } : cell)),
    });
    const swapped = circuit.inputs.map((port) =>
      port.kind === "worker" && port.worker === 1 ? { ...port, symbol: 1 - port.symbol } : port,
    );
    const lower = signals.map((it) => (it.kind === "sum" ? { ...it, max: it.max - 1 } : it));
    const wrong = {
      "another rounding": claiming({ aggregate: { ...aggregate, rounding: "floor" } }),
      "more workers": claiming({ aggregate: { ...aggregate, workers: 3 } }),
      "an offset of states that no cell holds": claiming({ certificate: offset(-1000) }),
      "sums of different symbols": claiming({ inputs: swapped }),
      "a sum that reaches more than it says": claiming({ certificate: { cells, symbols, signals: lower } }),
    };
    for (const [what, made] of Object.entries(wrong)) {
      expect(goodByStates(made, 0, 3, 5), what).toBe(0);
    }
    // Half of the words of this circuit are wrong, and so is every chip of it.
    expect(goodByWords(wrong["another rounding"], 0, 3, 5)).toBe(0);
  });

  it("by all vectors compares them with the reference", () => {
    const bare = { ...circuit, certificate: null };
    expect(finish(yieldSteps(bare, phaseQuestion(0, 5), 3))).toMatchObject({
      good: 3,
      method: "exhaustive",
      vectors: 3 * 7,
    });
    expect(goodByWords(broken, 0, 3, 5)).toBe(0);
  });

  it("judges the chips that exports, trainings and `aggregate --chip` take, by one seed rule", () => {
    const plan = finish(planMonteCarlo({ ...circuit, certificate: null }, 1));
    const exact = tabulate(plan.simulator, "words").received;
    const phases = { kind: "phases", sigmaRad: 0.04 } as const;
    const verdicts = Array.from({ length: 12 }, (_, seed) => {
      const options = { chip: `${seed}`, "phase-sigma": "0.04", index: "words" };
      const table = chosenTable(subjectOf(circuit, { kind: "circuit" }), options).received;
      const alike = table.every((column, worker) => column.every((code, row) => code === exact[worker]![row]));
      const [chip] = finish(chipSteps(plan, phaseQuestion(0.04, seed), 0, 1));
      const read = tabulate(chipsOf(chipCircuit(plan.simulator), phases, seed)(0), "words").received;
      expect(read).toEqual(table);
      expect(alike && !chip!.good, `seed ${seed}`).toBe(false);
      return chip!.good && !alike ? "sums alone" : alike;
    });
    expect(new Set(verdicts)).toEqual(new Set([true, false]));
  });

  it.each([
    ["two workers", specOf(2, 3, 4), [0.01]],
    ["eight workers", specOf(8, 8, 4, "half-up", true, 0.4, single, "saturating"), [0.01, 0.005]],
    ["sixteen workers of rectifiers", specOf(16, 4, 4), [0.01, 0.005, 0.002]],
  ] as const)("is what compile counts, to the first phase error that most chips stand: %s", async (_, spec, tried) => {
    const made = synthesise(spec).circuit;
    const evidence = { kind: "proved", proof: finish(proveSteps(made)) } as const;
    const found = await estimateRobustness(made, evidence, 40, 7);
    const reports = found.kind === "run" ? found.reports : [];
    expect(reports.map(({ sigmaRad }) => sigmaRad)).toEqual(tried);
    for (const { sigmaRad, chips, good, share } of reports) {
      expect(good).toBe(finish(yieldSteps(made, phaseQuestion(sigmaRad, 7), chips)).good);
      expect(share).toBe(judgeShare(good, chips));
      const { share: real } = finish(yieldSteps(made, phaseQuestion(sigmaRad, 7), 200));
      if (share === "above half") expect(real).toBeGreaterThan(0.5);
      if (share === "below nine tenths") expect(real).toBeLessThan(0.9);
    }
  });
});

describe("chips that share one plan", () => {
  const tree = { kind: "cascade", fanIn: [2, 4] } as const;
  const one = synthesise(specOf(4, 8, 4, "half-up", true, 0.25, single, "saturating")).circuit;

  it.each([
    ["four workers", one, [0.005, 0.02, 0.05]],
    ["rectifiers", synthesise(specOf(4, 8, 4)).circuit, [0.01, 0.02]],
    [
      "long division, half-even",
      synthesise(specOf(5, 6, 4, "half-even", true, 0.25, single, "saturating")).circuit,
      [0.005, 0.01, 0.02],
    ],
    ["a cascade", synthesise(specOf(8, 4, 4, "half-up", true, 0.25, tree, "saturating")).circuit, [0.01, 0.02, 0.05]],
  ] as const)("are called perfect one by one as by a plan of their own: %s", (_, made, sigmas) => {
    const [plan, simulator] = [finish(planProof(made)), compileSimulation(made)];
    const seen = { perfect: 0, other: 0 };
    for (const sigmaRad of sigmas) {
      const [random, again] = [seededRandom(1), seededRandom(1)];
      for (let chip = 0; chip < 16; chip++) {
        const judged = chipIsPerfect(plan, perturbSimulator(simulator, sigmaRad, random));
        const alone = goodByStates(perturbPhases(made, sigmaRad, again), 0, 1, 1) === 1;
        expect(judged, `chip ${chip} at ${sigmaRad} rad`).toBe(alone);
        seen[judged ? "perfect" : "other"]++;
      }
    }
    expect(seen.perfect).toBeGreaterThan(8);
    expect(seen.other).toBeGreaterThan(8);
  });

  it("are judged alike whatever chip was judged before", () => {
    const made = synthesise(specOf(13, 8, 4, "half-up", true, 0.4, single, "saturating")).circuit;
    const plan = finish(planMonteCarlo(made, 1));
    const isGood = (sigmaRad: number): boolean => finish(sampleSteps(plan, phaseQuestion(sigmaRad, 1), 1)).good === 1;
    expect([0.002, 0.01, 0.002].map(isGood)).toEqual([true, false, true]);
  });

  it.each([
    [3, [2, 2]],
    [13, [4, 4]],
  ])("are perfect without errors where %i workers do not fill a cascade", (workers, fanIn) => {
    const { circuit: made } = synthesise(specOf(workers, 8, 4, "half-up", true, 0.25, { kind: "cascade", fanIn }));
    expect(finish(yieldSteps(made, phaseQuestion(0, 1), 1))).toMatchObject({ chips: 1, good: 1 });
  });

  it("are never perfect where a cell reads what it does not claim to read", () => {
    const certificate = one.certificate!;
    const without = certificate.cells.map((cell) =>
      cell.kind === "split" && cell.terms.length > 1 ? { ...cell, terms: cell.terms.slice(0, 1) } : cell,
    );
    expect(without).not.toEqual(certificate.cells);
    expect(goodByStates({ ...one, certificate: { ...certificate, cells: without } }, 0, 1, 1)).toBe(0);
  });
});

describe("a chip of which every device of a mesh is off", () => {
  const tree = { kind: "cascade", fanIn: [2, 2] } as const;
  it.each([
    ["two workers", synthesise(specOf(2, 2, 2, "half-even")).circuit],
    ["three", synthesise(specOf(3, 2, 4)).circuit],
    ["a cascade", synthesise(specOf(4, 1, 2, "half-up", true, 0.25, tree)).circuit],
  ] as const)("is perfect by its states only if all words are right, and is so for most of these: %s", (_, made) => {
    let [right, perfect] = [0, 0];
    for (const mesh of made.sections.flatMap(({ meshes }) => meshes)) {
      for (const [key, byRad] of [
        ["thetaRad", 0.08],
        ["thetaRad", -0.25],
        ["phiRad", 0.15],
      ] as const) {
        const chip = withTurned(made, mesh, key, byRad);
        const words = verifyCircuit(chip, { inputs: { kind: "exhaustive" }, seed: 1 }).wrong === 0;
        const states = goodByStates(chip, 0, 1, 1) === 1;
        if (words) right += 1;
        if (states) perfect += 1;
        expect(states && !words, `${mesh.name} ${key} ${byRad}`).toBe(false);
      }
    }
    // Signals of different cells are combined freely, which judges a few chips worse than they are.
    expect(right).toBeGreaterThan(60);
    expect(perfect).toBeGreaterThanOrEqual(right - 3);
  });
});
