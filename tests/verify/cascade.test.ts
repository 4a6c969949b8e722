import { describe, expect, it } from "vitest";
import { synthesise } from "../../compiler/synthesise.ts";
import type { Cell, Certificate, Circuit, SplitCell } from "../../netlist/index.ts";
import { largestValue } from "../../proof/index.ts";
import { prove, verifyCircuit } from "../../verify/index.ts";
import { specOf } from "../compiler/specs.ts";
import { withTurned } from "../netlist/lossy.ts";
import { goodByStates, goodByWords } from "./judged-chips.ts";

const tree = { kind: "cascade", fanIn: [2, 2] } as const;
const { circuit } = synthesise(specOf(4, 4, 4, "half-even", true, 0.25, tree));
const certificate = circuit.certificate!;
const exhaustive = { inputs: { kind: "exhaustive" }, seed: 1 } as const;

function withCertificate(change: Partial<Certificate>): Circuit {
  return { ...circuit, certificate: { ...certificate, ...change } };
}

const sumCells = certificate.cells.filter((cell) => cell.kind === "sum");

describe("a broken cascade is noticed by its proof", () => {
  it("when any one theta is moved by 0.3 rad", () => {
    const meshes = circuit.sections.flatMap((section) => section.meshes);
    const broken = meshes.map((mesh) => withTurned(circuit, mesh, "thetaRad", 0.3));
    const unnoticed = broken.filter((chip) => {
      const proof = prove(chip);
      // Where it keeps every word right, the proof shows what it costs the comparators or the receivers.
      return proof.holds && proof.receiverMargin > 0.4 && proof.comparatorMargin > 0.24;
    });
    // One threshold lies beside a value that its cell never has, and may move towards it.
    expect(unnoticed).toHaveLength(1);
    expect(verifyCircuit(unnoticed[0]!, exhaustive).wrong).toBe(0);
  });

  it("and by its vectors, when a combiner between the levels is off", () => {
    const { meshes } = circuit.sections.find(({ name }) => name === "combine2")!;
    expect(meshes.length).toBeGreaterThan(2);
    for (const mesh of meshes) {
      const broken = withTurned(circuit, mesh, "thetaRad", 1.5);
      expect(verifyCircuit(broken, exhaustive).wrong, mesh.name).toBeGreaterThan(0);
      expect(prove(broken).holds, mesh.name).toBe(false);
    }
  });

  it("when a dark input is lit", () => {
    const dark = synthesise(specOf(3, 4, 4, "half-up", true, 0.25, tree)).circuit;
    const lit = new Set(dark.inputs.map((port) => port.mode));
    const mode = dark.sections[0]!.meshes.flatMap((mesh) => mesh.modes).find((m) => !lit.has(m))!;
    const inputs = [...dark.inputs, { kind: "reference", name: "stray", mode, field: 0.5 } as const];
    expect(prove(dark).holds).toBe(true);
    expect(prove({ ...dark, inputs }).holds).toBe(false);
  });

  it("when two units' inputs of different symbols are swapped, but not when their workers change places", () => {
    const swapped = (a: string, b: string): Circuit => {
      const modeOf = new Map(circuit.inputs.map((port) => [port.name, port.mode]));
      const other = new Map([
        [a, b],
        [b, a],
      ]);
      return {
        ...circuit,
        inputs: circuit.inputs.map((port) => ({ ...port, mode: modeOf.get(other.get(port.name) ?? port.name)! })),
      };
    };
    expect(prove(swapped("w0_s0", "w3_s1")).holds).toBe(false);
    expect(prove(swapped("w0_s0", "w3_s0")).holds).toBe(true);
  });

  it("when a worker is counted twice and another one not at all", () => {
    const inputs = circuit.inputs.map((port) =>
      port.kind === "worker" && port.worker === 3 ? { ...port, worker: 0, name: `${port.name}_again` } : port,
    );
    expect(prove({ ...circuit, inputs }).problems.join("; ")).toContain("of worker 0 is in 2 sums");
  });

  it("when the certificate claims other sums, terms, bounds or kinds than the devices have", () => {
    expect(sumCells.length).toBeGreaterThan(2);
    const claims: Circuit[] = [];
    certificate.cells.forEach((cell, i) => {
      if (cell.kind !== "sum") return;
      const put = (changed: Cell): void =>
        void claims.push(withCertificate({ cells: certificate.cells.with(i, changed) }));
      put({ ...cell, terms: cell.terms.map((term, t) => (t === 0 ? { ...term, weight: term.weight + 1 } : term)) });
      put({ ...cell, terms: cell.terms.slice(1) });
      put({ ...cell, terms: cell.terms.map((term) => ({ ...term, weight: -term.weight })) });
    });
    certificate.signals.forEach((signal, id) => {
      if (signal.kind !== "sum" && signal.kind !== "total") return;
      const put = (changed: Partial<typeof signal>): void =>
        void claims.push(withCertificate({ signals: certificate.signals.with(id, { ...signal, ...changed }) }));
      put({ max: signal.max - 1 });
      put({ fieldPerUnit: signal.fieldPerUnit * 1.01 });
      if (signal.kind === "total") put({ kind: "sum" });
    });
    for (const [i, claim] of claims.entries()) expect(prove(claim).holds, `claim ${i}`).toBe(false);
  });
});

describe("the largest value that a cell sees", () => {
  function cellOf(spec: Parameters<typeof synthesise>[0], name: string): { certificate: Certificate; cell: SplitCell } {
    const made = synthesise(spec).circuit.certificate!;
    const cell = made.cells.find((it) => it.name === name);
    if (cell?.kind !== "split") throw new Error(`no cell ${name}`);
    return { certificate: made, cell };
  }

  it.each([
    [16, 8, [4, 4]],
    [13, 8, [4, 4]],
    [100, 32, [4, 5, 5]],
  ] as const)("is that of full words, for %i workers and %i bits on %j", (workers, bits, fanIn) => {
    const spec = specOf(workers, bits, 4, "half-up", true, 0.25, { kind: "cascade", fanIn });
    const last = `l${fanIn.length}u1_digit`;
    const digits = synthesise(spec).circuit.certificate!.cells.filter((cell) => cell.name.startsWith(last)).length;
    const { certificate: made, cell } = cellOf(spec, `${last}${digits - 1}`);
    // The top digit begins at the highest output position of the units below it.
    const codes = BigInt(workers) * ((1n << BigInt(bits)) - 1n) + BigInt(workers >> 1);
    const bound = BigInt(largestValue(made, cell.terms) + cell.offset);
    const position = [...Array(48).keys()].find((p) => codes >> BigInt(p) === bound);
    expect(position).toBeGreaterThan(bits - 3);
    // Free combination of the units' digits asks for more.
    const free = cell.terms.reduce((sum, term) => sum + term.weight * made.signals[term.signal]!.max, cell.offset);
    expect(free).toBeGreaterThan(Number(bound));
  });

  it("is none with negative weights alone", () => {
    const { certificate: made, cell } = cellOf(specOf(4, 4, 4), "digit0");
    const negative = { ...cell, terms: cell.terms.map((term) => ({ ...term, weight: -1 })) };
    expect(largestValue(made, negative.terms)).toBe(0);
  });
});

describe("simulated chips of a cascade", () => {
  it("are perfect without phase errors and at 0.002 rad, and fail at 0.3 rad", () => {
    const large = synthesise(specOf(16, 8, 4, "half-up", true, 0.4, { kind: "cascade", fanIn: [4, 4] })).circuit;
    expect(goodByStates(large, 0, 1, 1)).toBe(1);
    expect(goodByStates(large, 0.002, 10, 1)).toBe(10);
    expect(goodByStates(large, 0.3, 3, 1)).toBe(0);
  });

  it("are never judged better by states than by driving the vectors", () => {
    for (let seed = 0; seed < 16; seed++) {
      const states = goodByStates(circuit, 0.015, 1, seed);
      const vectors = goodByWords(circuit, 0.015, 1, seed);
      expect(states).toBeLessThanOrEqual(vectors);
    }
  });
});
