import { describe, expect, it } from "vitest";
import { synthesise } from "../../compiler/synthesise.ts";
import type { Cell, Certificate, Circuit, Mesh, Signal } from "../../netlist/index.ts";
import { finish } from "../../verify/driving/steps.ts";
import { prove, proveSteps, verifyCircuit } from "../../verify/index.ts";
import { specOf } from "../compiler/specs.ts";
import { turned as turnedMesh, withMeshes } from "../netlist/lossy.ts";

const tree = { kind: "cascade", fanIn: [2, 2] } as const;
const unit = synthesise(specOf(2, 2, 2, "half-even")).circuit;
const cascade = synthesise(specOf(4, 2, 2, "half-even", true, 0.25, tree)).circuit;

function withMesh(circuit: Circuit, name: string, change: (mesh: Mesh) => Mesh): Circuit {
  expect(circuit.sections.flatMap(({ meshes }) => meshes).map((mesh) => mesh.name)).toContain(name);
  return withMeshes(circuit, (mesh) => (mesh.name === name ? change(mesh) : mesh));
}

/** Every theta of a mesh moved. */
function turned(circuit: Circuit, mesh: string, byRad: number): Circuit {
  return withMesh(circuit, mesh, (whole) => turnedMesh(whole, "thetaRad", byRad));
}

function idOf(circuit: Circuit, name: string): number {
  return circuit.certificate!.signals.findIndex((signal) => signal.name === name);
}

function withClaims(circuit: Circuit, change: Partial<Certificate>): Circuit {
  return { ...circuit, certificate: { ...circuit.certificate!, ...change } };
}

function withSignal(circuit: Circuit, name: string, change: Partial<Signal>): Circuit {
  const { signals } = circuit.certificate!;
  return withClaims(circuit, { signals: signals.map((it) => (it.name === name ? { ...it, ...change } : it)) });
}

function withCell(circuit: Circuit, name: string, change: object): Circuit {
  const { cells } = circuit.certificate!;
  return withClaims(circuit, { cells: cells.map((it): Cell => (it.name === name ? { ...it, ...change } : it)) });
}

describe("a proof that holds", () => {
  it("says what was tried, how far everything is from failing, what follows and what is assumed", () => {
    const proof = prove(unit);
    expect(proof).toMatchObject({ holds: true, problems: [], cells: 4 });
    // 3 of digit0, 6 of digit1, 2 of tie, 4 of even; 2 of the first symbol, 4 of the second.
    expect(proof.states).toBe(3 + 6 + 2 + 4 + 2 + 4);
    expect(proof.comparatorMargin).toBeCloseTo(0.25, 9);
    expect(proof.receiverMargin).toBeCloseTo(0.5, 12);
    expect(proof.worstDeviation).toBeGreaterThan(0);
    expect(proof.worstDeviation).toBeLessThan(1e-13);
    expect(proof.proved).toEqual([
      expect.stringMatching(/ on the workers' symbols alone; equally on each worker up to its bound \(discs through/),
      expect.stringMatching(/^every cell .* in every reachable state; .* all fields within the bounds of its inputs$/),
      expect.stringMatching(/^every receiver of every worker .* for all fields within the bounds of its inputs$/),
      expect.stringMatching(/^the claims compose to the result/),
    ]);
    expect(proof.assumed).toEqual([
      expect.stringMatching(/^devices follow the MZI convention and the ideal activation; light is coherent/),
      "every number of circuit.json is exactly its double; +, -, *, / of doubles round as IEEE 754 says",
    ]);
  });

  it("covers every cell of a cascade", () => {
    const proof = prove(cascade);
    expect(proof).toMatchObject({ holds: true, problems: [], cells: 12 });
    expect(proof.comparatorMargin).toBeCloseTo(0.25, 9);
    expect(proof.states).toBeGreaterThan(40);
  });

  it("shows the least margin of all comparators, whichever has it", () => {
    // Thresholds that are off and decide rightly all the same.
    for (const [mesh, byRad, margin] of [
      ["tie_level", 0.3, 0.1244],
      ["tie_level", 0.05, 0.2276],
      ["rail_split4", 0.3, 0.0963],
      ["digit0_0_level", 0.05, 0.1779],
      ["digit1_0_tap", 0.05, 0.1696],
    ] as const) {
      const proof = prove(turned(unit, mesh, byRad));
      expect(proof).toMatchObject({ holds: true, problems: [] });
      expect(proof.comparatorMargin, mesh).toBeCloseTo(margin, 4);
    }
  });

  it("shows what its receivers have left", () => {
    const proof = prove(turned(unit, "copy0_split0", 0.3));
    expect(proof.holds).toBe(true);
    // cos(0.15) or 1 - sin(0.15) of the light of a 1, whichever is further from it.
    expect(proof.receiverMargin).toBeGreaterThan(0.3);
    expect(proof.receiverMargin).toBeLessThan(0.4);
  });

  it("says how far it is", () => {
    const seen = [...proveSteps(unit)];
    const driven = seen.filter(({ total }) => total === prove(unit).states).map(({ done }) => done);
    expect(driven).toEqual(driven.toSorted((a, b) => a - b));
    expect([...new Set(driven)].filter((done) => done > 0)).toEqual([3, 9, 11, 13, 17, 21]);
    for (const step of seen) {
      expect(step.wrong).toBeNull();
      expect(step.done).toBeGreaterThanOrEqual(0);
      expect(step.done).toBeLessThanOrEqual(step.total);
    }
    // Each of four cells and two outputs is looked at once more, for what the certificate claims of it.
    expect(driven.filter((it) => it === 21)).toHaveLength(1 + 4 + 2);
    const told: (readonly [number, number])[] = [];
    finish(proveSteps(unit), (done, total) => void told.push([done, total]));
    expect(told).toEqual(seen.map(({ done, total }) => [done, total]));
  });
});

describe("a proof that fails", () => {
  it("has nothing to say of a circuit without a certificate", () => {
    expect(prove({ ...unit, certificate: null })).toEqual({
      holds: false,
      problems: ["the circuit carries no certificate to prove"],
      states: 0,
      cells: 0,
      comparatorMargin: Number.NaN,
      sumDeviation: Number.NaN,
      receiverMargin: Number.NaN,
      worstDeviation: Number.NaN,
      proved: [],
      assumed: prove(unit).assumed,
      log: expect.objectContaining({ holds: false, signals: [], cells: [], receivers: [] }),
    });
  });

  const bit = { signal: idOf(unit, "d0b1"), weight: 1 };
  const { outputs } = unit;

  it.each<readonly [string, Circuit, readonly RegExp[]]>([
    ["a combiner of the workers", turned(unit, "sum0_sum0", 0.3), [/^a0 is off by 0\.4226\d* of its unit$/]],
    [
      "a combiner between the levels",
      turned(cascade, "l2u1_combine0_sum0", 0.05),
      [/^cell l2u1_combine0: l2u1_y0 in section 12 \(combine2\) can be off by 0\.0707\d*$/],
    ],
    [
      "a rest of too much light",
      turned(unit, "digit0_0_rest", 0.05),
      [/^cell digit0: d0r in section 7 \(layer6\) is 1\.1309\d*, not 1, at a1=2$/],
    ],
    [
      "a threshold beyond the next value",
      turned(unit, "digit0_0_level", 0.3),
      [
        /^cell digit0: d0b1 in section 5 \(layer4\) is 0\.3166\d*, not 0, at a1=0$/,
        /^cell digit0 decides with a margin of \S+ LSB, which is none$|^cell digit0: d0b1/,
        /^cell digit0 does not keep its margin: d0b1 in section 5 \(layer4\) gives way at a1=0$/,
      ],
    ],
    [
      "a clamp that lets a 1 become more",
      turned(unit, "tie_clamp", 0.05),
      [
        /^cell tie: above_tie in section 9 \(layer8\) is 1\.0206\d*, not 1, at d0r=1$/,
        /^cell tie does not keep its margin: above_tie in section 9 \(layer8\) gives way at d0r=1$/,
      ],
    ],
    [
      "a cell that reads more than it says",
      withCell(unit, "digit1", {
        terms: unit.certificate!.cells[1]!.kind === "split" ? unit.certificate!.cells[1]!.terms.slice(0, 1) : [],
      }),
      [/^cell digit1 depends on d0b1 in section 5 \(layer4\), which it does not claim to read$/],
    ],
    [
      "a symbol that reads more than it says",
      withClaims(unit, { symbols: [unit.certificate!.symbols[0]!, unit.certificate!.symbols[1]!.slice(0, 1)] }),
      [/^output 1 depends on excess in section 16 \(layer15\), which it does not claim to read$/],
    ],
    [
      "a sum that reads more than it says",
      withCell(cascade, "l2u1_combine0", { terms: [{ signal: idOf(cascade, "l1u1_d0r"), weight: 1 }] }),
      [/^cell l2u1_combine0 depends on l1u2_d0r in section \d+ \(layer\d+\), which it does not claim to read$/],
    ],
    [
      "a sum of more than it reads",
      withCell(cascade, "l2u1_combine0", {
        terms: ["l1u1_d0r", "l1u2_d0r", "l1u1_d0b1"].map((name) => ({ signal: idOf(cascade, name), weight: 1 })),
      }),
      [/^cell l2u1_combine0: l2u1_y0 .* can be off by 1\.0000\d*$/],
    ],
    [
      "a sum with neurons",
      withClaims(withSignal(unit, "d0b1", { kind: "total" }), {
        cells: unit.certificate!.cells.map(
          (cell): Cell =>
            cell.name === "digit0"
              ? { kind: "sum", name: "digit0", terms: [{ signal: idOf(unit, "a1"), weight: 1 }], total: bit.signal }
              : cell,
        ),
      }),
      [/^cell digit0 is not linear$/],
    ],
    [
      "a cell that sees the workers themselves",
      withSignal(unit, "a0", { mode: unit.modes - 1 }),
      [/^cell digit1 depends on a worker's light directly$/, /^a0 is not the plain sum of workers' symbols$/],
    ],
    ["a sum of another range", withSignal(unit, "a0", { max: 3 }), [/^a0 reaches 2, not 3$/]],
    [
      "a receiver that is missing",
      { ...unit, outputs: outputs.filter(({ name }) => name !== "o1_s0") },
      [/^symbol 0 does not reach every worker$/],
    ],
    [
      "a receiver of half the levels",
      {
        ...unit,
        outputs: outputs.map((it) => (it.name === "o1_s0" ? { ...it, levelsPerField: 0.49 * it.levelsPerField } : it)),
      },
      [/^receiver o1_s0 is off by 0\.5(1|09)\d* levels at d1b1=1$/],
    ],
    [
      "a receiver of another symbol",
      {
        ...unit,
        outputs: outputs.map((it) =>
          it.name === "o1_s1"
            ? { ...it, mode: outputs[1]!.mode }
            : it.name === "o1_s0"
              ? { ...it, mode: outputs[3]!.mode }
              : it,
        ),
      },
      [/^output 0 depends on d1b0 in section 14 \(layer13\), which it does not claim to read$/],
    ],
  ])("by %s, and says by what", (_, broken, expected) => {
    const proof = prove(broken);
    expect(proof.holds).toBe(false);
    expect(proof.proved).toEqual([]);
    expect(proof.assumed).toHaveLength(2);
    for (const problem of expected) expect(proof.problems).toContainEqual(expect.stringMatching(problem));
    expect(proof.problems.join()).not.toContain("NaN");
  });

  it("says the worst deviation, and the worst of the receivers", () => {
    expect(prove(turned(unit, "sum0_sum0", 0.3)).worstDeviation).toBeCloseTo(0.42267, 4);
    expect(prove(turned(unit, "sum0_sum0", 0.3)).receiverMargin).toBeCloseTo(0.5, 9);
    expect(prove(turned(cascade, "l2u1_combine0_sum0", 1)).worstDeviation).toBeCloseTo(1.35602, 4);
    expect(prove(turned(unit, "digit0_0_level", 0.3)).worstDeviation).toBeCloseTo(0.63325, 4);
    const half = { ...unit, outputs: outputs.map((it) => ({ ...it, levelsPerField: it.levelsPerField / 4 })) };
    expect(prove(half).receiverMargin).toBeCloseTo(-0.25, 9);
  });

  it("by a comparator on the very edge, which decides rightly", () => {
    // A threshold is moved until its cell keeps less than rounding can add up to.
    const margin = (byRad: number): number => prove(turned(unit, "tie_level", byRad)).comparatorMargin;
    let [from, to] = [0.5, 0.55];
    for (let i = 0; i < 12 && Math.abs(margin(to) - 4e-10) > 1e-10; i++) {
      const slope = (margin(to) - margin(from)) / (to - from);
      [from, to] = [to, to - (margin(to) - 4e-10) / slope];
    }
    const proof = prove(turned(unit, "tie_level", to));
    expect(proof.comparatorMargin).toBeGreaterThan(0);
    expect(proof.comparatorMargin).toBeLessThan(1e-9);
    expect(proof.problems).toEqual([`cell tie decides with a margin of ${proof.comparatorMargin} LSB, which is none`]);
  });

  it.each([
    [-0.02, 0.228],
    [-0.05, 0.1969],
    [-0.1, 0.1496],
    [-0.3, 0.0051],
  ])("not by a combiner that weighs one input more: the margin is that of this input (%d rad)", (byRad, margin) => {
    const proof = prove(turned(unit, "digit1_sum0", byRad));
    expect(proof.worstDeviation).toBeLessThan(1e-13);
    expect(proof.problems).toEqual([]);
    expect(proof.comparatorMargin).toBeCloseTo(margin, 4);
  });

  it("by a comparator that gives way to less, as by one that gives way to more", () => {
    // Upwards nothing changes: a 1 that is too weak already is lost a little further down.
    expect(prove(turned(unit, "tie_level", -0.3)).problems).toEqual([
      expect.stringMatching(/^cell tie: above_tie in section 9 \(layer8\) is 0\.942\d*, not 1, at d0r=1$/),
      "cell tie does not keep its margin: above_tie in section 9 (layer8) gives way at d0r=1",
    ]);
  });

  it("by any bit of a cell that gives way", () => {
    const problems = prove(turned(unit, "rail_split2", 0.05)).problems;
    expect(problems.at(-1)).toBe(
      "cell digit1 does not keep its margin: d1b0 in section 14 (layer13) gives way at a0=0 d0b1=1",
    );
  });

  it("by a cell that compares nothing", () => {
    const { signals, cells } = unit.certificate!;
    const dark: Signal = { ...signals[idOf(unit, "excess")]!, name: "dark", section: 0, mode: unit.modes - 1 };
    const idle: Cell = { kind: "nonzero", name: "idle", terms: [{ signal: 0, weight: 1 }], bit: signals.length };
    const proof = prove(withClaims(unit, { signals: [...signals, dark], cells: [idle, ...cells] }));
    expect(proof.problems).toContain("cell idle decides with a margin of NaN LSB, which is none");
    expect(proof.problems).toContainEqual(
      expect.stringMatching(/^cell idle: dark in section 0 \(combine\) is 0, not 1, at a0=1$/),
    );
    expect(proof.comparatorMargin).toBeNaN();
  });

  it("by a receiver on the very edge, which reads rightly", () => {
    const edge = (share: number): Circuit => ({
      ...unit,
      outputs: outputs.map((it) => (it.name === "o1_s0" ? { ...it, levelsPerField: share * it.levelsPerField } : it)),
    });
    expect(prove(edge(0.5 + 5e-10)).problems).toEqual([
      expect.stringMatching(/^receiver o1_s0 is off by 0\.49999\d+ levels at d1b1=1$/),
    ]);
    expect(prove(edge(0.5 + 2e-9)).holds).toBe(true);
  });

  it("by light out of phase, in units of the signal", () => {
    const phi = (mesh: string): number =>
      prove(
        withMesh(unit, mesh, (whole) => ({
          ...whole,
          devices: whole.devices.map((it) => (it.kind === "mzi" ? { ...it, phiRad: it.phiRad + 0.1 } : it)),
        })),
      ).worstDeviation;
    // Three units of the sum are turned by a tenth; of two workers one is, by what its full words weigh.
    expect(phi("digit0_0_rest")).toBeCloseTo(3 * 2 * Math.sin(0.05), 9);
    expect(phi("sum0_sum0")).toBeCloseTo(2 * 2 * Math.sin(0.05), 9);
  });

  it("lists two dozen problems and no more", () => {
    const large = synthesise(specOf(4, 16, 4)).circuit;
    const ranges = large.certificate!.signals.map((signal) => ({ ...signal, max: signal.max + 1 }));
    expect(prove(withClaims(large, { signals: ranges })).problems).toHaveLength(24);
  });
});

describe("a cell of more states than pass at once", () => {
  it("is proved in all of them", () => {
    const large = synthesise(specOf(20, 8, 16, "floor", false)).circuit;
    const proof = prove(large);
    const seen = [...proveSteps(large)].filter(({ total }) => total === proof.states);
    const batches = seen.map(({ done }, i) => done - (i === 0 ? 0 : seen[i - 1]!.done));
    expect(Math.max(...batches)).toBe(256);
    expect(proof).toMatchObject({ holds: true, problems: [], states: seen.at(-1)!.done });
    expect(proof.states).toBeGreaterThan(4096);
    // Its last states count as its first ones do.
    const { signals } = large.certificate!;
    const top = signals.findIndex(({ kind }) => kind === "sum");
    const broken = withClaims(large, { signals: signals.with(top, { ...signals[top]!, max: signals[top]!.max + 1 }) });
    expect(prove(broken).holds).toBe(false);
  });
});

describe("every broken device of a small circuit", () => {
  it.each([unit, cascade].map((circuit) => [circuit.name, circuit] as const))(
    "is found by the proof, or costs no word of any worker: %s",
    (_, circuit) => {
      let held = 0;
      for (const { meshes } of circuit.sections) {
        for (const { name } of meshes) {
          const broken = turned(circuit, name, 0.3);
          if (!prove(broken).holds) continue;
          held += 1;
          expect(verifyCircuit(broken, { inputs: { kind: "exhaustive" }, seed: 1 }).wrong, name).toBe(0);
        }
      }
      expect(held).toBeGreaterThan(1);
    },
  );
});
