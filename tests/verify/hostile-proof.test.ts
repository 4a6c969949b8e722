import { describe, expect, it } from "vitest";
import { synthesise } from "../../compiler/synthesise.ts";
import {
  type Cell,
  type Certificate,
  type Circuit,
  checkCircuit,
  type Signal,
  type SplitCell,
} from "../../netlist/index.ts";
import { largestValue } from "../../proof/index.ts";
import { checkComposition, passed, prove, verifyCircuit, verifyGradients } from "../../verify/index.ts";
import { specOf } from "../compiler/specs.ts";
import { sourcesInOrder } from "../proof/claims.ts";
import { goodByWords } from "./judged-chips.ts";

const { circuit } = synthesise(specOf(2, 4, 4));
const certificate = circuit.certificate!;

function withCertificate(change: Partial<Certificate>): Circuit {
  return { ...circuit, certificate: { ...certificate, ...change } };
}

function withSignal(id: number, change: Partial<Signal>): Circuit {
  return withCertificate({ signals: certificate.signals.map((it, i) => (i === id ? { ...it, ...change } : it)) });
}

function withCell(number: number, change: (cell: Cell) => Cell): Circuit {
  return withCertificate({ cells: certificate.cells.map((it, i) => (i === number ? change(it) : it)) });
}

function firstSplit(): number {
  return certificate.cells.findIndex((cell) => cell.kind === "split" && cell.bits.length > 0);
}

describe("numbers that are finite and come to nothing", () => {
  const huge = 1e308;

  it.each(
    (["fieldPerLevel", "field"] as const).flatMap((key) =>
      circuit.inputs.flatMap((port, i) => (key in port ? [[key, i] as const] : [])),
    ),
  )("%s of input %i at 1e308", (key, at) => {
    const inputs = circuit.inputs.map((port, i) => (i === at ? { ...port, [key]: huge } : port));
    expect(prove({ ...circuit, inputs }).holds).toBe(false);
  });

  it.each(circuit.outputs.map((_, i) => i))("levelsPerField of output %i at 1e308", (at) => {
    const outputs = circuit.outputs.map((port, i) => (i === at ? { ...port, levelsPerField: huge } : port));
    expect(prove({ ...circuit, outputs }).holds).toBe(false);
  });

  it.each([huge, -huge, 1e-308, Number.MIN_VALUE])("gains and fields of signals at %d", (value) => {
    const survivors: string[] = [];
    circuit.sections.forEach((section, s) => {
      section.activations.forEach((_, a) => {
        const sections = circuit.sections.map((it, i) =>
          i !== s
            ? it
            : {
                ...it,
                activations: it.activations.map((neuron, n) => (n === a ? { ...neuron, gain: value } : neuron)),
              },
        );
        // A steeper clamp decides as the designed one does: what is proved must come out right.
        const changed = { ...circuit, sections };
        const wrong = verifyCircuit(changed, { inputs: { kind: "exhaustive" }, seed: 1 }).wrong;
        if (prove(changed).holds && wrong > 0) survivors.push(`gain ${s}.${a}`);
      });
    });
    certificate.signals.forEach((_, id) => {
      if (prove(withSignal(id, { fieldPerUnit: value })).holds) survivors.push(`signal ${id}`);
    });
    expect(survivors).toEqual([]);
  });

  it("a deviation that is not a number is not forgotten", () => {
    // The sums are off by infinity times nothing; every later signal is right.
    const sum = certificate.signals.findIndex((signal) => signal.kind === "sum");
    const proof = prove(withSignal(sum, { max: 0, fieldPerUnit: 5e-324 }));
    expect(proof.holds).toBe(false);
    expect(proof.worstDeviation).toBeNaN();
  });
});

describe("claims that are no claims", () => {
  it("a bit that is said to be 0 at most", () => {
    certificate.signals.forEach((signal, id) => {
      if (signal.kind === "bit") expect(prove(withSignal(id, { max: 0 })).problems.join()).toContain(signal.name);
    });
  });

  it("weights of nothing and below are refused, not divided by", () => {
    const at = firstSplit();
    for (const weight of [0, -1, -(2 ** 40)]) {
      for (const change of [
        (cell: Cell): Cell => (cell.kind === "split" ? { ...cell, bits: [{ ...cell.bits[0]!, weight }] } : cell),
        (cell: Cell): Cell =>
          cell.kind === "split" ? { ...cell, terms: cell.terms.map((term) => ({ ...term, weight })) } : cell,
      ]) {
        expect(prove(withCell(at, change)).holds).toBe(false);
      }
    }
  });

  it("numbers beyond 32 bits are refused, not allocated or wrapped", () => {
    for (const max of [2 ** 24, 2 ** 31, 2 ** 32 + 3, Number.MAX_SAFE_INTEGER]) {
      certificate.signals.forEach((_, id) => {
        expect(prove(withSignal(id, { max })).holds).toBe(false);
      });
    }
    const at = firstSplit();
    for (const size of [2 ** 32, Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER]) {
      expect(prove(withCell(at, (cell) => (cell.kind === "split" ? { ...cell, offset: size } : cell))).holds).toBe(
        false,
      );
      const weighed = (cell: Cell): Cell =>
        cell.kind === "split" ? { ...cell, terms: cell.terms.map((term) => ({ ...term, weight: size })) } : cell;
      expect(prove(withCell(at, weighed)).holds).toBe(false);
    }
  });

  it("a cell without a state is not proved by having none", () => {
    const at = firstSplit();
    const proof = prove(withCell(at, (cell) => (cell.kind === "split" ? { ...cell, offset: -1000 } : cell)));
    expect(proof.holds).toBe(false);
  });

  it("a bit that is no part of the sum does not count in the quotient", () => {
    const sum = certificate.signals.findIndex((signal) => signal.kind === "sum");
    const bit = certificate.signals.length;
    const signals = [
      ...certificate.signals,
      { ...certificate.signals[sum]!, name: "made up", kind: "bit", max: 1 } as const,
    ];
    const cells: Cell[] = [
      ...certificate.cells,
      { kind: "nonzero", name: "n", terms: [{ signal: sum, weight: 1 }], bit },
    ];
    const symbols = certificate.symbols.map((terms, j) => (j === 0 ? [...terms, { signal: bit, weight: 1 }] : terms));
    const problems = checkComposition(
      circuit.aggregate,
      { signals, cells, symbols },
      sourcesInOrder(circuit.aggregate, certificate),
    );
    expect(problems.join()).toContain("made up counts in the quotient");
  });

  it("outputs that count less than nothing cannot make up for what is dropped", () => {
    const negative = (cell: Cell): Cell =>
      cell.kind === "split" ? { ...cell, terms: cell.terms.map((term) => ({ ...term, weight: -term.weight })) } : cell;
    certificate.cells.forEach((cell, i) => {
      if (cell.kind === "split") expect(prove(withCell(i, negative)).holds).toBe(false);
    });
  });

  it("two signals in one place", () => {
    const [a, b] = certificate.signals;
    const proof = prove(withSignal(0, { section: b!.section, mode: b!.mode }));
    expect(proof.problems.join()).toContain(`${b!.name} is where another signal is`);
    expect(a).not.toEqual(b);
  });

  it("a hundred thousand cells do not overflow the stack", () => {
    const signals = Array.from({ length: 100_001 }, (_, i): Signal => {
      return { name: `s${i}`, kind: i === 0 ? "sum" : "bit", max: 1, section: 0, mode: i, fieldPerUnit: 1 };
    });
    const cells = Array.from({ length: 100_000 }, (_, i): Cell => {
      return { kind: "nonzero", name: `n${i}`, terms: [{ signal: 0, weight: 1 }], bit: i + 1 };
    });
    const terms = cells.map((_, i) => ({ signal: i + 1, weight: 1 }));
    const reader: SplitCell = { kind: "split", name: "all", terms, offset: 0, bits: [], residual: null };
    const many: Certificate = { signals, cells: [...cells, reader], symbols: [] };
    expect(largestValue(many, reader.terms)).toBe(100_000);
  });
});

describe("receivers that read nothing", () => {
  it("are not taken for the word that their code happens to be", () => {
    // Bare waveguides: the last symbol overflows unless it is 0, the others read 0. 255 is what an unreadable symbol counts.
    const aggregate = { workers: 2, bits: 8, levels: 4, signed: false, rounding: "half-up", symbols: 4 } as const;
    const ports = [0, 1].flatMap((worker) =>
      [0, 1, 2, 3].map((symbol) => ({ worker, symbol, mode: 4 * worker + symbol })),
    );
    const broken: Circuit = {
      ...{ format: "optinc.circuit", version: 1, name: "unread", aggregate, modes: 8, sections: [], certificate: null },
      inputs: ports.map((it) => ({
        ...it,
        kind: "worker",
        name: `w${it.mode}`,
        fieldPerLevel: it.symbol === 3 ? 1e308 : 1,
      })),
      outputs: ports.map((it) => ({ ...it, name: `r${it.mode}`, levelsPerField: it.symbol === 3 ? 1e308 : 1e-300 })),
    };
    // A file may not hold such numbers; the library may be given them.
    expect(checkCircuit(broken).findings.every(({ code }) => code === "OPT0404")).toBe(true);
    const report = verifyCircuit(broken, { inputs: { kind: "exhaustive" }, seed: 1 });
    // Only where all words are 0 is 0 right.
    expect(report.wrong).toBe(7 ** 4 - 1);
    expect(report.errors.some(({ value }) => value === 0)).toBe(false);
    const gradients = { workers: 2, length: 1, data: Float32Array.of(1, 1) };
    expect(verifyGradients({ ...broken, aggregate: { ...aggregate, bits: 8 } }, gradients, 1).wrong).toBe(1);
    expect(goodByWords(broken, 0, 1, 1)).toBe(0);
  });
});

describe("words that were not tried", () => {
  it("are not vouched for where the light of the workers is weighed unequally", () => {
    // Within the margins of every comparator, so that the words dealt by sums come out right.
    const exact = synthesise(specOf(4, 8, 4)).circuit;
    const inputs = exact.inputs.map((port) =>
      port.kind === "worker" && port.symbol === 0 && port.worker < 2
        ? { ...port, fieldPerLevel: port.fieldPerLevel * (port.worker === 0 ? 1.1 : 0.9) }
        : port,
    );
    const report = verifyCircuit({ ...exact, inputs }, { inputs: { kind: "exhaustive" }, seed: 1 });
    expect(report.wrong).toBe(0);
    expect(report.mode).toBe("tried");
    expect(passed(report)).toBe(false);
    expect(verifyCircuit(exact, { inputs: { kind: "exhaustive" }, seed: 1 }).mode).toBe("exhaustive");
  });

  it("are vouched for where only light that is absorbed is unequal, as in a netlist that is read back", () => {
    // The combiners' dark ends are left open instead of absorbed: nothing reads them.
    const exact = synthesise(specOf(2, 2, 4)).circuit;
    const sections = exact.sections.map((section) =>
      section.kind !== "combine"
        ? section
        : { ...section, meshes: section.meshes.map((mesh) => ({ ...mesh, terminated: [] })) },
    );
    const report = verifyCircuit({ ...exact, sections }, { inputs: { kind: "exhaustive" }, seed: 1 });
    expect(report.mode).toBe("exhaustive");
  });

  it("of a cascade are those of its units: one that is said to be a single unit is not vouched for", () => {
    const cascade = synthesise(specOf(4, 2, 4, "half-up", true, 0.25, { kind: "cascade", fanIn: [2, 2] })).circuit;
    expect(passed(verifyCircuit(cascade, { inputs: { kind: "exhaustive" }, seed: 1 }))).toBe(true);
    const { fanIn: _, ...single } = cascade.aggregate;
    // The proof takes the sums from the devices. Without it the words that are driven say which workers share a sum.
    const uncertified = { ...cascade, aggregate: single, certificate: null };
    expect(passed(verifyCircuit(uncertified, { inputs: { kind: "exhaustive" }, seed: 1 }))).toBe(false);
    expect(prove({ ...cascade, aggregate: single }).holds).toBe(true);
  });
});
