import { describe, expect, it } from "vitest";
import {
  type Cell,
  type Circuit,
  checkCircuit,
  compileSimulation,
  readWords,
  type Section,
  type Signal,
  simulate,
} from "../../netlist/index.ts";
import { passed, prove, verifyCircuit } from "../../verify/index.ts";
import { attenuator, mesh, mzi, output, reference, relu, saturating, section, worker } from "../netlist/build.ts";
import { turned } from "../netlist/lossy.ts";
import { comparator, pair } from "../netlist/pair.ts";

/** What worker 0 receives when the workers send these bits. */
function received(circuit: Circuit, bits: readonly number[]): number {
  return readWords(circuit, simulate(compileSimulation(circuit), Uint8Array.from(bits)))[0]!;
}

/** Sections put in after section `at`; signals that stand behind move with their sections. */
function inserted(circuit: Circuit, at: number, sections: readonly Section[]): Circuit {
  const certificate = circuit.certificate!;
  const signals = certificate.signals.map((it) =>
    it.section > at ? { ...it, section: it.section + sections.length } : it,
  );
  return {
    ...circuit,
    sections: circuit.sections.toSpliced(at + 1, 0, ...sections),
    certificate: { ...certificate, signals },
  };
}

/** Copies of the sum in a row, each too weak by a share of itself, in front of the comparator. */
function chain(copies: number, weakerBy: number, neuron: ReturnType<typeof comparator>): Circuit {
  const half = Math.PI / 2 - Math.sqrt(2 * weakerBy);
  const weaker = mesh("left", "copy", [0], [attenuator(0, 0, 2 * half, -half - Math.PI / 2)]);
  const sections = Array.from({ length: copies }, (_, i) => section("layer", `copy${i}`, [weaker]));
  const long = inserted(pair(neuron), 1, sections);
  const { signals, cells, symbols } = long.certificate!;
  const sum = signals.findIndex(({ kind }) => kind === "sum");
  const copied = Array.from(
    { length: copies },
    (_, i): Signal => ({ ...signals[sum]!, name: `c${i}`, kind: "residual", section: 2 + i }),
  );
  const copies_ = copied.map(
    (it, i): Cell => ({
      kind: "split",
      name: it.name,
      terms: [{ signal: i === 0 ? sum : signals.length + i - 1, weight: 1 }],
      offset: 0,
      bits: [],
      residual: signals.length + i,
    }),
  );
  const last = signals.length + copies - 1;
  const reading = cells.map((cell) =>
    cell.kind === "split" ? { ...cell, terms: cell.terms.map((term) => ({ ...term, signal: last })) } : cell,
  );
  return { ...long, certificate: { signals: [...signals, ...copied], cells: [...copies_, ...reading], symbols } };
}

describe("a chain of copies", () => {
  it("is proved where what they lose together is less than the margin", () => {
    const short = chain(5, 4.5e-10, comparator(1.25, 0.5));
    expect(checkCircuit(short).findings).toEqual([]);
    const proof = prove(short);
    expect(proof.problems).toEqual([]);
    expect(proof.comparatorMargin).toBeCloseTo(0.25, 9);
    // 2 units, weaker five times
    expect(proof.sumDeviation).toBeGreaterThan(5 * 2 * 4.49e-10);
    expect(proof.sumDeviation).toBeLessThan(5 * 2 * 5e-10);
  });

  it("is refused where it is more, though every copy is within 1e-9: 1 and 1 make 0", () => {
    const long = chain(100, 4.5e-10, comparator(1.9, 0.1 - 8e-8));
    const steep = chain(100, 4.5e-10, comparator(2 - 8.5e-8, 5e-9));
    expect(received(steep, [1, 1])).toBe(0);
    for (const circuit of [long, steep]) {
      const proof = prove(circuit);
      expect(proof.worstDeviation).toBeLessThan(1e-9);
      expect(proof.comparatorMargin).toBeCloseTo(8e-8, 12);
      expect(proof.holds).toBe(false);
      expect(proof.problems.join()).toMatch(/and its sum can be off by 9\.\d+e-8/);
      expect(passed(verifyCircuit(circuit, { inputs: { kind: "proof" }, seed: 1 }))).toBe(false);
    }
  });
});

describe("neurons behind the last signal", () => {
  /** One worker whose light is claimed as it is, weaker by a share, and a neuron in front of the receiver that tells the difference. */
  function tapped(weakerBy: number, threshold: number, range: number): Circuit {
    return {
      ...{ format: "optinc.circuit", version: 3, name: "tapped", modes: 1 },
      aggregate: { workers: 1, bits: 1, levels: 2, signed: false, rounding: "floor", symbols: 1 },
      inputs: [worker(0, 0, 0, 1 - weakerBy)],
      sections: [
        section("combine", "P", []),
        section("broadcast", "T", [], [saturating(0, 1 / range, threshold, range)]),
      ],
      outputs: [output(0, 0, 0, 1)],
      certificate: {
        signals: [{ name: "s", kind: "sum", max: 1, section: 0, mode: 0, fieldPerUnit: 1 }],
        cells: [],
        symbols: [[{ signal: 0, weight: 1 }]],
      },
    };
  }

  it("are measured: they are proved where no bound reaches them, and refused where one does", () => {
    expect(prove(tapped(2e-10, 0.5, 0.25)).problems).toEqual([]);
    const steep = tapped(2e-10, 1 - 1.5e-10, 1e-12);
    expect(received(steep, [1])).toBe(0);
    const proof = prove(steep);
    expect(proof.holds).toBe(false);
    expect(proof.receiverMargin).toBe(0.5);
    expect(proof.problems).toEqual([expect.stringMatching(/^receiver .* can be off by 1(\.\d+)? levels at s=1$/)]);
    expect(passed(verifyCircuit(steep, { inputs: { kind: "proof" }, seed: 1 }))).toBe(false);
  });
});

describe("a neuron's light beside a sum", () => {
  it("is not taken for nothing: the worker sends 0 and receives 1", () => {
    const theta = 2 * Math.asin(0.8);
    const phase = { kind: "phase", column: 1, mode: 0, phiRad: -(Math.PI + theta) / 2 } as const;
    const beside: Circuit = {
      ...{ format: "optinc.circuit", version: 1, name: "beside", modes: 2 },
      aggregate: { workers: 1, bits: 1, levels: 2, signed: false, rounding: "floor", symbols: 1 },
      inputs: [worker(0, 0, 0), reference("bias", 1, 1)],
      sections: [
        section("layer", "neuron", [], [relu(1)]),
        // .8 of the worker's field and .6 of the neuron's
        section("combine", "P", [mesh("combiner", "mix", [0, 1], [mzi(0, 0, theta, 0), phase], [1])]),
      ],
      outputs: [output(0, 0, 0, 1.25)],
      certificate: {
        signals: [{ name: "s", kind: "sum", max: 1, section: 1, mode: 0, fieldPerUnit: 0.8 }],
        cells: [],
        symbols: [[{ signal: 0, weight: 1 }]],
      },
    };
    expect(checkCircuit(beside).findings).toEqual([]);
    expect(received(beside, [0])).toBe(1);
    expect(prove(beside).problems).toContain("s is not the plain sum of workers' symbols");
    const alone = { ...beside, inputs: beside.inputs.slice(0, 1), sections: beside.sections.slice(1) };
    const [signal] = alone.certificate!.signals;
    const certificate = { ...alone.certificate!, signals: [{ ...signal!, section: 0 }] };
    expect(prove({ ...alone, certificate }).problems).toEqual([]);
  });
});

describe("words that are not tried", () => {
  const exhaustive = { inputs: { kind: "exhaustive" }, seed: 1 } as const;

  it("are not claimed in front of a steep edge that unequal workers reach: 0 and 1 make 1", () => {
    const made = { ...pair(comparator(1 + 5e-10, 1e-10)), certificate: null };
    const inputs = made.inputs.map((port) =>
      port.kind === "worker" && port.worker === 1 ? { ...port, fieldPerLevel: 1 + 2e-9 } : port,
    );
    const unequal = { ...made, inputs };
    expect([received(unequal, [1, 0]), received(unequal, [0, 1])]).toEqual([0, 1]);
    const report = verifyCircuit(unequal, exhaustive);
    expect(report).toMatchObject({ wrong: 0, mode: "tried" });
    expect(passed(report)).toBe(false);
    expect(verifyCircuit({ ...pair(), certificate: null }, exhaustive).mode).toBe("exhaustive");
  });

  it("are not claimed because strong light stands on a lane that leads nowhere", () => {
    const strong = 1e18;
    const tap = (tilt: number, neuron: ReturnType<typeof comparator>): Circuit => {
      const made = pair(neuron);
      // Of worker 1 all light but a share of 1 / strong goes to a mode of its own.
      const taken = mesh("left", "tap", [1, 3], [mzi(0, 0, 2 / strong, -Math.PI / 2)]);
      const [first, ...rest] = made.sections;
      const tilted = first!.meshes.map((it) => turned(it, "thetaRad", tilt));
      return {
        ...made,
        modes: 4,
        certificate: null,
        inputs: made.inputs.map((port) =>
          port.kind === "worker" && port.worker === 1 ? { ...port, fieldPerLevel: strong } : port,
        ),
        sections: [{ ...first!, meshes: [taken, ...tilted] }, ...rest],
      };
    };
    expect(verifyCircuit(tap(0, comparator(1.25, 0.5)), exhaustive)).toMatchObject({ wrong: 0, mode: "exhaustive" });
    const words = (circuit: Circuit): number[] => [received(circuit, [1, 0]), received(circuit, [0, 1])];
    const tilted = [0.12, -0.12].map((tilt) => tap(tilt, comparator(1.01, 0.02)));
    const hidden = tilted.filter((circuit) => words(circuit).join() === "0,1");
    expect(hidden).toHaveLength(1);
    for (const circuit of hidden) {
      const report = verifyCircuit(circuit, exhaustive);
      expect(report).toMatchObject({ wrong: 0, mode: "tried" });
      expect(passed(report)).toBe(false);
    }
  });
});
