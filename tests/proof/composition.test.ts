import { describe, expect, it } from "vitest";
import { synthesise } from "../../compiler/synthesise.ts";
import type { Rounding, TopologySpec } from "../../dsl/index.ts";
import { type Cell, type Certificate, type Circuit, seededRandom, type Term } from "../../netlist/index.ts";
import { checkComposition, reachableStates } from "../../proof/index.ts";
import { finish } from "../../verify/driving/steps.ts";
import { specOf } from "../compiler/specs.ts";
import { holdMessages } from "../netlist/refusals.ts";
import { changedClaims, computesMean, sourcesInOrder } from "./claims.ts";

const tree: TopologySpec = { kind: "cascade", fanIn: [2, 2] };

function circuitOf(...spec: Parameters<typeof specOf>): Circuit & { readonly certificate: Certificate } {
  const { circuit } = synthesise(specOf(...spec));
  return { ...circuit, certificate: circuit.certificate! };
}

const evens = circuitOf(2, 2, 2, "half-even");
const thirds = circuitOf(3, 2, 4);
const sixths = circuitOf(6, 2, 4, "half-even");
const floors = circuitOf(2, 3, 4, "floor", false);
const cascade = circuitOf(4, 2, 2, "half-even", true, 0.25, tree);
const all = [evens, thirds, sixths, floors, cascade];

function problemsOf({ aggregate, certificate }: typeof evens, change: Partial<Certificate> = {}): string[] {
  const changed = { ...certificate, ...change };
  return checkComposition(aggregate, changed, sourcesInOrder(aggregate, certificate));
}

/** What speaks against the claims without asking the devices. */
function accepted({ aggregate, certificate }: typeof evens, claims: Certificate): boolean {
  if (checkComposition(aggregate, claims, sourcesInOrder(aggregate, certificate)).length > 0) return false;
  return finish(reachableStates(claims)).problems.length === 0;
}

describe("claims that compose", () => {
  it("are those of every rounding, radix and topology that is compiled", () => {
    for (const circuit of all) expect(problemsOf(circuit)).toEqual([]);
    for (const rounding of ["floor", "half-up", "half-even"] as const) {
      for (const [workers, bits, levels] of [
        [5, 4, 4],
        [12, 3, 8],
        [8, 5, 2],
        [4, 1, 2],
      ] as const) {
        const { aggregate, certificate } = circuitOf(workers, bits, levels, rounding);
        expect(checkComposition(aggregate, certificate, sourcesInOrder(aggregate, certificate))).toEqual([]);
      }
    }
  });

  it("give the rounded mean of all words", () => {
    for (const { aggregate, certificate } of all) {
      expect(computesMean(aggregate, certificate, sourcesInOrder(aggregate, certificate))).toBe(true);
    }
  });

  it.each(all.map((circuit) => [`${circuit.name} ${circuit.aggregate.rounding}`, circuit] as const))(
    "are still right with any one of them changed, or are refused: %s",
    (_, circuit) => {
      const { aggregate, certificate } = circuit;
      const sources = sourcesInOrder(aggregate, certificate);
      const wrongly: string[] = [];
      let refused = 0;
      for (const { change, certificate: claims } of changedClaims(certificate)) {
        if (!accepted(circuit, claims)) refused += 1;
        else if (!computesMean(aggregate, claims, sources)) wrongly.push(change);
      }
      expect(wrongly).toEqual([]);
      expect(refused).toBeGreaterThan(20);
    },
  );

  it("are still right with two of them changed, or are refused", () => {
    const random = seededRandom(7);
    const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;
    for (const circuit of [evens, thirds, floors]) {
      const { aggregate, certificate } = circuit;
      const sources = sourcesInOrder(aggregate, certificate);
      const once = [...changedClaims(certificate)];
      for (let i = 0; i < 150; i++) {
        const first = pick(once);
        const second = pick([...changedClaims(first.certificate)]);
        if (accepted(circuit, second.certificate) && !computesMean(aggregate, second.certificate, sources)) {
          expect.fail(`${first.change}; ${second.change}`);
        }
      }
    }
  });
});

describe("claims that do not compose", () => {
  const { signals, cells, symbols } = evens.certificate;
  const id = (name: string, of: Certificate = evens.certificate): number =>
    of.signals.findIndex((signal) => signal.name === name);
  /** Terms of a symbol or of a cell, changed. */
  const symbol = (j: number, change: (terms: readonly Term[]) => readonly Term[]): Partial<Certificate> => ({
    symbols: symbols.with(j, change(symbols[j]!)),
  });
  const cell = (name: string, change: object): Partial<Certificate> => ({
    cells: cells.map((it) => (it.name === name ? { ...it, ...change } : it)),
  });
  const one = (name: string): Term[] => [{ signal: id(name), weight: 1 }];

  holdMessages<readonly [change: Partial<Certificate>]>(
    "composition",
    [
      ["a symbol that counts less than nothing", symbol(0, ([term]) => [{ ...term!, weight: -1 }])],
      ["a term of no weight", symbol(0, (terms) => [...terms, { ...terms[0]!, weight: 0 }])],
      ["a symbol beyond its bits", symbol(0, (terms) => [...terms, ...one("d1b0")])],
      ["bits out of proportion", cell("digit1", { bits: [{ signal: id("d1b1"), weight: 3 }, ...one("d1b0")] })],
      ["a bit that weighs nothing", cell("digit1", { bits: [{ signal: id("d1b1"), weight: 0 }, ...one("d1b0")] })],
      [
        "a rest that counts twice",
        cell("digit1", { terms: [...one("a0"), ...one("d0b1"), { signal: id("d0r"), weight: 2 }] }),
      ],
      ["a cell that is taken off", cell("digit1", { terms: [...one("a0"), { signal: id("d0b1"), weight: -2 }] })],
      ["a rounding offset too many", cell("digit0", { offset: 2 })],
      ["a dropped bit", cell("digit1", { terms: one("a0") })],
      ["a sum that counts twice", cell("digit1", { terms: [{ signal: id("a0"), weight: 2 }, ...one("d0b1")] })],
      [
        "a signal of no cell in the quotient",
        cell("digit1", { terms: [...one("a0"), ...one("d0b1"), ...one("excess")] }),
      ],
      ["a remainder of a whole", { signals: signals.with(id("d0r"), { ...signals[id("d0r")]!, max: 2 }) }],
      ["a tie cell that is missing", { cells: cells.filter(({ kind }) => kind !== "only") }],
      ["a remainder that nobody keeps", cell("digit0", { residual: null })],
      ["a tie cell beside the remainder", cell("tie", { terms: one("d0b1") })],
      ["a tie cell of too much", cell("tie", { terms: [...one("d0r"), ...one("d0b1")] })],
      ["a remainder that weighs nothing", cell("tie", { terms: [{ signal: id("d0r"), weight: 0 }] })],
      ["an even cell of another tie", cell("even", { unless: id("d0b1") })],
      ["parity of the wrong bit", cell("even", { set: id("d1b1") })],
      ["parity of a bit beside the last", symbol(1, (terms) => [...terms, ...one("d1b1")])],
      ["parity of no bit", { signals: signals.with(id("d1b0"), { ...signals[id("d1b0")]!, kind: "residual" }) }],
      ["an excess that stays", symbol(1, (terms) => terms.slice(0, 1))],
      ["an excess taken off twice", symbol(1, (terms) => [...terms, terms[1]!])],
      ["an excess that is added", symbol(1, (terms) => [terms[0]!, { ...terms[1]!, weight: 1 }])],
      ["an excess taken off another symbol", { symbols: [[...symbols[0]!, symbols[1]![1]!], [symbols[1]![0]!]] }],
    ],
    (change) => problemsOf(evens, change),
  );

  it.each<readonly [number, Rounding, string]>([
    [3, "half-up", "symbol 0 of worker 2 is in 0 sums, not in one"],
    [2, "half-up", "a tie cell although this rounding moves no ties"],
    [2, "floor", "the rounding offset is 1, not 0"],
    [3, "half-even", "a tie cell although this rounding moves no ties"],
  ])("for %i workers with %s", (workers, rounding, problem) => {
    const sources = sourcesInOrder(evens.aggregate, evens.certificate);
    expect(checkComposition({ ...evens.aggregate, workers, rounding }, evens.certificate, sources)).toContain(problem);
  });

  it("a symbol beyond its bits by what its terms weigh", () => {
    const [terms] = thirds.certificate.symbols;
    const symbols = [[...terms!, terms![0]!]];
    expect(problemsOf(thirds, { symbols })).toContain("symbol 0 can reach 5, more than its 2 bits hold");
  });

  it("a symbol beyond its bits by an analog rest", () => {
    const { certificate } = circuitOf(4, 4, 4);
    const [first, last] = certificate.symbols;
    const symbols = [first!, [...last!, first![1]!]];
    const problems = problemsOf(circuitOf(4, 4, 4), { symbols });
    expect(problems).toContain("symbol 1 can reach 4, more than its 2 bits hold");
  });

  it("no ties are moved between words of one signed bit, and they are between unsigned ones", () => {
    const signed = circuitOf(2, 1, 2, "half-even", true);
    expect(problemsOf(signed)).toEqual([]);
    const unsigned = { ...signed.aggregate, signed: false };
    expect(checkComposition(unsigned, signed.certificate, sourcesInOrder(unsigned, signed.certificate))).toEqual([
      "half-even rounding without a tie cell",
    ]);
    expect(problemsOf(circuitOf(2, 1, 2, "half-even", false))).toEqual([]);
  });

  it("a symbol of a worker is in one sum, not in two and not in none", () => {
    const { aggregate, certificate } = cascade;
    const sources = sourcesInOrder(aggregate, certificate);
    const [a, b] = [...sources.keys()].filter((signal) => sources.get(signal)!.symbol === 1);
    const twice = new Map([...sources, [b!, sources.get(a!)!]]);
    expect(checkComposition(aggregate, certificate, twice)).toEqual(["symbol 1 of worker 0 is in 2 sums, not in one"]);
    const last = new Map([...sources, [b!, { symbol: 1, workers: [2] }]]);
    expect(checkComposition(aggregate, certificate, last)).toEqual(["symbol 1 of worker 3 is in 0 sums, not in one"]);
    const first = new Map([...sources, [[...sources.keys()][0]!, { symbol: 0, workers: [1] }]]);
    expect(checkComposition(aggregate, certificate, first)).toEqual(["symbol 0 of worker 0 is in 0 sums, not in one"]);
    expect(checkComposition(aggregate, certificate, new Map())).toContain("l1u1_a0 is a sum of nothing");
    const beyond = new Map([...sources, [b!, { symbol: 2, workers: [2, 3] }]]);
    expect(checkComposition(aggregate, certificate, beyond)).toContain("l1u2_a1 is a sum of nothing");
  });

  it("cells that pass on what they read may stand between: a bit by itself, a sum as a rest alone", () => {
    const bit: Cell = {
      kind: "split",
      name: "copy",
      terms: one("d0b1"),
      offset: 0,
      bits: [{ signal: 8, weight: 1 }],
      residual: null,
    };
    const rest: Cell = { kind: "split", name: "lane", terms: one("a0"), offset: 0, bits: [], residual: 9 };
    const made = [
      { ...signals[id("d0b1")]!, name: "again" },
      { ...signals[id("a0")]!, name: "lane", kind: "residual" as const },
    ];
    const read = {
      terms: [
        { signal: 9, weight: 1 },
        { signal: 8, weight: 1 },
      ],
    };
    const claims = cell("digit1", read).cells!;
    const changed = { signals: [...signals, ...made], cells: [claims[0]!, bit, rest, ...claims.slice(1)] };
    expect(problemsOf(evens, changed)).toEqual([]);
    // Terms that cancel count for nothing.
    const cancelled = { terms: [...one("a0"), ...one("d0b1"), ...one("excess"), { signal: id("excess"), weight: -1 }] };
    expect(problemsOf(evens, cell("digit1", cancelled))).toEqual([]);
  });

  it("a single unit's sums are numbered by their symbols, of all workers each", () => {
    const swapped = new Map([
      [id("a0"), { symbol: 1, workers: [0, 1] }],
      [id("a1"), { symbol: 0, workers: [0, 1] }],
    ]);
    expect(problemsOf(evens)).toEqual([]);
    expect(checkComposition(evens.aggregate, evens.certificate, swapped)).toEqual([
      "a0 counts 2 times, not 1 times",
      "a1 counts 1 times, not 2 times",
    ]);
  });
});
