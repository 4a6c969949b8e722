import { describe, expect, it } from "vitest";
import { synthesise } from "../../compiler/synthesise.ts";
import type { Cell, Certificate, Circuit, Signal, SplitCell } from "../../netlist/index.ts";
import { largestValue } from "../../proof/composition.ts";
import {
  inputsOf,
  outputsOf,
  type ReachableStates,
  reachableStates,
  STATE_LIMIT,
  type StateTable,
} from "../../proof/states.ts";
import { finish, type StepProgress } from "../../verify/driving/steps.ts";
import { driveStates, stateText } from "../../verify/index.ts";
import { specOf } from "../compiler/specs.ts";
import { holdMessages } from "../netlist/refusals.ts";
import { allCodes, signalsOf, sourcesInOrder } from "./claims.ts";

const tree = { kind: "cascade", fanIn: [2, 2] } as const;
const circuits: readonly Circuit[] = [
  synthesise(specOf(2, 2, 2, "half-even")).circuit,
  synthesise(specOf(3, 2, 4)).circuit,
  synthesise(specOf(4, 2, 2, "half-even", true, 0.25, tree)).circuit,
];

function statesOf(certificate: Certificate): ReachableStates {
  return finish(reachableStates(certificate));
}

/** Rows of a table as "signal=value ...", in the order of the signals' numbers. */
function rowsOf({ signals, rows, values }: StateTable): string[] {
  return Array.from({ length: rows }, (_, row) =>
    signals
      .map((id, k) => [id, values[row * signals.length + k]!] as const)
      .sort(([a], [b]) => a - b)
      .map(([id, value]) => `${id}=${value}`)
      .join(" "),
  );
}

type Row = ReadonlyMap<number, number>;

/** What can reach the wanted signals: all that their cells' outputs are together, each cell's combined with every other's. */
function combined(wanted: readonly number[], tables: ReadonlyMap<number, readonly Row[]>): Row[] {
  const cells = [...new Set(wanted.map((id) => tables.get(id)!))];
  return cells.reduce<Row[]>(
    (rows, table) => {
      const own = wanted.filter((id) => tables.get(id) === table);
      const parts = new Map(
        table.map((row) => [own.map((id) => row.get(id)).join(), new Map(own.map((id) => [id, row.get(id)!]))]),
      );
      return rows.flatMap((row) => [...parts.values()].map((part) => new Map([...row, ...part])));
    },
    [new Map()],
  );
}

function textOf(row: Row): string {
  return [...row]
    .sort(([a], [b]) => a - b)
    .map(([id, value]) => `${id}=${value}`)
    .join(" ");
}

/** What the cell claims to make of its inputs. */
function claimed(cell: Cell, row: Row): Map<number, number> {
  const value = (terms: readonly { readonly signal: number; readonly weight: number }[]): number =>
    terms.reduce((sum, { signal, weight }) => sum + weight * row.get(signal)!, 0);
  if (cell.kind === "sum") return new Map([[cell.total, value(cell.terms)]]);
  if (cell.kind === "nonzero") return new Map([[cell.bit, Math.min(1, value(cell.terms))]]);
  if (cell.kind === "only") return new Map([[cell.bit, row.get(cell.set)! * (1 - row.get(cell.unless)!)]]);
  const out = new Map<number, number>();
  let rest = value(cell.terms) + cell.offset;
  for (const { signal, weight } of cell.bits) {
    out.set(signal, Math.floor(rest / weight));
    rest %= weight;
  }
  if (cell.residual !== null) out.set(cell.residual, rest);
  return out;
}

describe("reachable states", () => {
  it.each(circuits.map((circuit) => [circuit.name, circuit] as const))(
    "are the free combinations of what each cell gives, each once, with what is claimed of them: %s",
    (_, circuit) => {
      const certificate = circuit.certificate!;
      const { cells, symbols, problems } = statesOf(certificate);
      expect(problems).toEqual([]);
      const tables = new Map<number, readonly Row[]>();
      const range = (id: number): void =>
        void tables.set(
          id,
          Array.from({ length: certificate.signals[id]!.max + 1 }, (_unused, value) => new Map([[id, value]])),
        );
      certificate.signals.forEach(({ kind }, id) => {
        if (kind === "sum") range(id);
      });
      let next = 0;
      for (const cell of certificate.cells) {
        if (cell.kind === "sum") {
          expect(outputsOf(cell)).toEqual([cell.total]);
          range(cell.total);
          continue;
        }
        // Some combinations ask for more than a cell can hold; no word does, as the next test says.
        const rows = combined(inputsOf(cell), tables).filter((row) =>
          [...claimed(cell, row)].every(([id, value]) => value <= certificate.signals[id]!.max),
        );
        const made = rows.map((row) => claimed(cell, row));
        for (const id of outputsOf(cell)) tables.set(id, made);
        const found = cells[next++]!;
        expect(found.cell).toBe(cell);
        expect(found.inputs.signals.toSorted()).toEqual(inputsOf(cell).toSorted());
        expect(found.outputs.signals).toEqual(outputsOf(cell));
        const pairs = rows.map((row, i) => `${textOf(row)} -> ${textOf(made[i]!)}`);
        const outputs = rowsOf(found.outputs);
        expect(found.outputs.rows).toBe(found.inputs.rows);
        expect(
          rowsOf(found.inputs)
            .map((row, i) => `${row} -> ${outputs[i]}`)
            .sort(),
        ).toEqual(pairs.sort());
      }
      expect(cells).toHaveLength(next);
      expect(symbols.map((table) => rowsOf(table).sort())).toEqual(
        certificate.symbols.map((terms) =>
          combined([...new Set(terms.map(({ signal }) => signal))], tables)
            .map(textOf)
            .sort(),
        ),
      );
    },
  );

  it.each(circuits.map((circuit) => [circuit.name, circuit] as const))(
    "hold every word of every worker: %s",
    (_, circuit) => {
      const certificate = circuit.certificate!;
      const tables = statesOf(certificate).cells.map(({ inputs }) => ({ inputs, rows: new Set(rowsOf(inputs)) }));
      const sources = sourcesInOrder(circuit.aggregate, certificate);
      for (const codes of allCodes(circuit.aggregate)) {
        const values = signalsOf(circuit.aggregate, certificate, sources, codes)!;
        for (const { inputs, rows } of tables) {
          expect(rows).toContain(textOf(new Map(inputs.signals.map((id) => [id, values.get(id)!]))));
        }
      }
    },
  );

  it("are driven and printed as what they are", () => {
    const certificate = circuits[0]!.certificate!;
    const { inputs } = statesOf(certificate).cells[1]!;
    const [sum, carry] = inputs.signals;
    expect(inputs.rows).toBe(6);
    const fields = driveStates(certificate, [carry!, sum!], inputs, 2, 3);
    const value = (row: number, column: number): number => inputs.values[2 * row + column]!;
    const unit = (id: number): number => certificate.signals[id]!.fieldPerUnit;
    expect([...fields]).toEqual(
      [1, 0].flatMap((column) => [2, 3, 4].map((row) => unit(inputs.signals[column]!) * value(row, column))),
    );
    expect(stateText(certificate, inputs, 5)).toBe("a0=2 d0b1=1");
  });

  it("are counted while they are found", () => {
    const seen: StepProgress[] = [...reachableStates(circuits[2]!.certificate!)];
    expect(seen.length).toBeGreaterThan(circuits[2]!.certificate!.cells.length);
    for (const { done, total, unit, wrong } of seen) {
      expect(done).toBeGreaterThanOrEqual(0);
      expect(done).toBeLessThan(total);
      expect(["cells", "states"]).toContain(unit);
      expect(wrong).toBeNull();
    }
    expect(seen).toContainEqual({ done: 3, total: 12, unit: "cells", wrong: null });
  });
});

/** Sums s0, s1, ... of these largest values, then bits and rests as the cells write them. */
function claims(
  sums: readonly number[],
  written: readonly Partial<Signal>[],
  cells: readonly Cell[],
  symbols: Certificate["symbols"] = [],
): Certificate {
  const signals = [
    ...sums.map((max, i) => ({ name: `s${i}`, kind: "sum", max }) as const),
    ...written.map((it, i) => ({ name: `b${i}`, kind: "bit", max: 1, ...it }) as const),
  ].map((signal, mode): Signal => ({ ...signal, section: 0, mode, fieldPerUnit: 1 }));
  return { signals, cells, symbols };
}

const term = (signal: number, weight: number = 1): { signal: number; weight: number } => ({ signal, weight });
const split = (
  terms: SplitCell["terms"],
  bits: SplitCell["bits"],
  residual: number | null,
  offset: number = 0,
): SplitCell => ({ kind: "split", name: "cut", terms, offset, bits, residual });
const rest = { kind: "residual" } as const;
const any = (bit: number, ...terms: SplitCell["terms"]): Cell => ({ kind: "nonzero", name: "any", terms, bit });
/** Two sums and the total of them. */
const adding = (sums: readonly [number, number], max: number, ...terms: SplitCell["terms"]): Certificate =>
  claims(sums, [{ kind: "total", max }], [{ kind: "sum", name: "add", terms, total: 2 }]);

describe("claims whose states cannot be counted", () => {
  holdMessages<readonly [certificate: Certificate]>(
    "states",
    [
      ["a signal that is read before it is made", claims([1], [{}], [any(1, term(1))])],
      ["a signal that is read before it is made, beside one that is", claims([1], [{}], [any(1, term(0), term(1))])],
      ["eight million states", claims([199, 199, 199], [{}], [any(3, term(0), term(1), term(2))])],
      ["a symbol of eight million states", claims([199, 199, 199], [], [], [[term(0)], [term(0), term(1), term(2)]])],
      ["a range of four million", claims([STATE_LIMIT], [], [])],
      ["a range of no number", claims([Number.NaN], [], [])],
      ["a bit up to 0", claims([1], [{ max: 0 }], [])],
      ["a bit up to 2", claims([1], [{ max: 2 }], [])],
      ["terms beyond 32 bits", claims([2], [{}], [split([term(0, 2 ** 30)], [term(1)], null)])],
      [
        "terms that cancel beyond 32 bits",
        claims([1, 1], [{}], [split([term(0, 2 ** 30), term(1, -(2 ** 30))], [term(2)], null)]),
      ],
      ["an offset below 32 bits", claims([1], [{}], [split([term(0)], [term(1)], null, 1 - 2 ** 31)])],
      [
        "bits beyond 32 bits",
        claims([1], [{}, {}], [split([term(0)], [term(1, 2 ** 30), term(2, 1 - 2 ** 30)], null)]),
      ],
      [
        "a sum beyond 32 bits",
        claims([1], [{ kind: "total", max: 1 }], [{ kind: "sum", name: "add", terms: [term(0, 2 ** 31)], total: 1 }]),
      ],
      ["a symbol beyond 32 bits", claims([1], [], [], [[], [term(0, 2 ** 31)]])],
      ["a sum beyond its range", adding([2, 3], 6, term(0, 2), term(1))],
      ["a sum of thousands of states beyond its range", adding([99, 99], 296, term(0, 2), term(1))],
      ["a sum that takes off", adding([2, 3], 6, term(0), term(1, -1))],
      ["a sum that takes nothing", adding([2, 3], 6, term(0), term(1, 0))],
      ["a value below 0", claims([2], [{}], [split([term(0)], [term(1, 2)], null, -1)])],
      ["a value of twice a weight", claims([4], [{}], [split([term(0)], [term(1, 2)], null)])],
      ["a rest beyond its range", claims([3], [{}, { ...rest, max: 1 }], [split([term(0)], [term(1, 4)], 2, 1)])],
      ["a cell that no word reaches", claims([2], [{}, { ...rest, max: 1 }], [split([term(0)], [term(1, 2)], 2, -9)])],
    ],
    (certificate) => {
      const { problems, cells, symbols } = statesOf(certificate);
      // Nothing is tried in states that were not counted.
      expect(symbols.length).toBeLessThan(2);
      expect(cells.length).toBeLessThan(2);
      return problems;
    },
  );

  it("at the edge of what can be counted are counted", () => {
    expect(statesOf(adding([2, 3], 7, term(0, 2), term(1))).problems).toEqual([]);
    expect(statesOf(adding([99, 99], 297, term(0, 2), term(1))).problems).toEqual([]);
    const cut = claims([3], [{}, { ...rest, max: 1 }], [split([term(0)], [term(1, 2)], 2)]);
    expect(statesOf(cut).problems).toEqual([]);
    const zero = claims([1], [{}, { ...rest, max: 1 }], [split([term(0)], [term(1, 2)], 2, 1)]);
    expect(statesOf(zero).problems).toEqual([]);
    const large = claims([1], [{}], [split([term(0, 2 ** 30)], [term(1, 2 ** 30 - 1)], null)]);
    expect(statesOf(large).problems).toEqual(["cell cut: a value exceeds twice the weight 1073741823"].slice(1));
    // Of an `only` cell nothing is summed.
    const only: Cell = { kind: "only", name: "even", set: 0, unless: 1, bit: 2 };
    expect(statesOf(claims([2, 1], [{}], [only])).problems).toEqual([]);
  });

  it("are all named, and the cells after the first that cannot be tried are not", () => {
    const bits = claims([1], [{ max: 3 }, { max: 4 }], []);
    expect(statesOf(bits)).toMatchObject({
      cells: [],
      symbols: [],
      problems: ["b0 cannot have 3 as its largest value", "b1 cannot have 4 as its largest value"],
    });
    const late = claims([1], [{}, {}], [{ ...any(1, term(2)), name: "first" }, any(2, term(0))], [[term(0)]]);
    expect(statesOf(late)).toMatchObject({
      cells: [],
      symbols: [],
      problems: ["cell first reads a signal before it is made"],
    });
  });

  it("are left out where no word reaches them and the cell could not hold them, and there alone", () => {
    // b and r of one sum are never 1 together; c is r once more, so that free combination loses sight of it.
    const cells = (most: number): Certificate =>
      claims(
        [1],
        [{}, { ...rest, max: 1 }, {}, { ...rest, max: most }],
        [split([term(0)], [term(1, 2)], 2, 1), split([term(2)], [term(3)], null), split([term(1, 2), term(3)], [], 4)],
      );
    const [, , free] = statesOf(cells(3)).cells;
    expect(statesOf(cells(3)).problems).toEqual([]);
    expect(rowsOf(free!.inputs)).toEqual(["1=0 3=1", "1=0 3=0", "1=1 3=1", "1=1 3=0"]);
    expect(rowsOf(free!.outputs)).toEqual(["4=1", "4=0", "4=3", "4=2"]);
    const [, , reached] = statesOf(cells(2)).cells;
    expect(statesOf(cells(2)).problems).toEqual([]);
    expect(rowsOf(reached!.inputs)).toEqual(["1=0 3=1", "1=0 3=0", "1=1 3=0"]);
    expect(rowsOf(reached!.outputs)).toEqual(["4=1", "4=0", "4=2"]);
    expect(statesOf(cells(1)).problems).toEqual(["cell cut: the residual reaches 2"]);
  });

  it("are not proved by leaving all of them out", () => {
    // What the first cell claims is out of reach, and so is every value of the second.
    const none = claims(
      [2],
      [{}, {}],
      [split([term(0)], [term(1, 2)], null, -9), split([term(1, 4)], [term(2)], null, 3)],
    );
    expect(statesOf(none).problems).toEqual([
      "cell cut: a value is negative",
      "cell cut has no state that it could be tried in",
    ]);
  });

  it("of sums are those of their terms together", () => {
    const add = (max: number, terms: readonly number[]): readonly [Partial<Signal>, Cell] => [
      { kind: "total", max },
      { kind: "sum", name: "add", terms: terms.map((id) => term(id, id === 2 ? 3 : 1)), total: 4 },
    ];
    // b is 1 where the rest is 0: 3 b + r is 3 at most.
    const made = (max: number, terms: readonly number[], second: number): Certificate => {
      const [total, sum] = add(max, terms);
      return claims([3, second], [{}, { ...rest, max: 2 }, total], [split([term(0)], [term(2, 3)], 3), sum]);
    };
    expect(statesOf(made(3, [2, 3], 1)).problems).toEqual([]);
    expect(statesOf(made(2, [2, 3], 1)).problems).toEqual(["cell add: the sum can reach 3, not at most 2"]);
    expect(statesOf(made(1026, [2, 3, 1], 1023)).problems).toEqual([]);
    expect(statesOf(made(1027, [2, 3, 1], 1024)).problems).toEqual([]);
    expect(statesOf(made(1026, [2, 3, 1], 1024)).problems).toEqual([
      "cell add: the sum can reach 1027, not at most 1026",
    ]);
  });

  it("of long tables are counted between, so that the work can be stopped", () => {
    const steps = (certificate: Certificate): (readonly [number, number])[] =>
      [...reachableStates(certificate)].map(({ done, total }) => [done, total]);
    const table = [
      [0, 70_001],
      [65_536, 70_001],
    ];
    const one = [[0, 1], ...table, ...table, ...table];
    expect(steps(claims([70_000], [{}], [any(1, term(0))]))).toEqual(one);
    expect(steps(claims([70_000], [{}], [split([term(0)], [term(1, 2 ** 16)], null)]))).toEqual(one);
    const pairs = steps(claims([299, 299], [{}], [any(2, term(0), term(1))]));
    expect(pairs.filter(([, total]) => total === 90_000)).toEqual([
      [0, 90_000],
      [65_536, 90_000],
      [0, 90_000],
      [65_536, 90_000],
    ]);
  });

  it("two signals in one place could stand for each other", () => {
    const one = claims([1, 1], [], []);
    const at = (changes: readonly Partial<Signal>[]): string[] => {
      const signals = one.signals.map((signal, i) => ({ ...signal, ...changes[i] }));
      return [...statesOf({ ...one, signals }).problems];
    };
    expect(at([{ mode: 1 }])).toEqual(["s1 is where another signal is"]);
    expect(at([{ mode: 1 }, { section: 1 }])).toEqual([]);
    expect(
      at([
        { mode: 11, section: 1 },
        { mode: 1, section: 11 },
      ]),
    ).toEqual([]);
  });

  it("tells cells apart that claim otherwise of the same states", () => {
    const cells: Cell[] = [
      split([term(0)], [term(1, 2)], 2),
      split([term(0)], [term(3, 4)], 4),
      split([term(0)], [term(5, 2)], null, 1),
      split([term(0)], [term(6, 2)], 7, 0),
      any(8, term(0)),
      any(9, term(1)),
      { kind: "only", name: "set", set: 1, unless: 3, bit: 10 },
      { kind: "only", name: "unset", set: 3, unless: 1, bit: 11 },
      { kind: "nonzero", name: "two", terms: [term(1), term(2)], bit: 12 },
      { kind: "nonzero", name: "one", terms: [term(1), term(2, -1)], bit: 13 },
      split([term(0)], [term(14, 4)], null, 1),
      { kind: "nonzero", name: "thrice", terms: [term(1), term(2), term(1, -2)], bit: 15 },
      { kind: "nonzero", name: "otherwise", terms: [term(1), term(2), term(2, -2)], bit: 16 },
      { kind: "nonzero", name: "three", terms: [term(1), term(2), term(3)], bit: 17 },
    ];
    const bits = Array.from({ length: 4 }, () => ({}));
    const written = [
      {},
      { ...rest, max: 1 },
      {},
      { ...rest, max: 3 },
      {},
      {},
      { ...rest, max: 0 },
      {},
      {},
      {},
      {},
      {},
      {},
    ];
    const found = statesOf(claims([3], [...written, ...bits], cells));
    expect(found.problems).toEqual([
      "cell cut: a value exceeds twice the weight 2",
      "cell cut: the residual reaches 1",
    ]);
    const table = (i: number): string[] => rowsOf(found.cells[i]!.outputs).toSorted();
    expect(table(0)).toEqual(["1=0 2=0", "1=0 2=1", "1=1 2=0", "1=1 2=1"]);
    expect(table(1)).toEqual(["3=0 4=0", "3=0 4=1", "3=0 4=2", "3=0 4=3"]);
    expect(table(4)).toEqual(["8=0", "8=1", "8=1", "8=1"]);
    expect(table(5)).toEqual(["9=0", "9=1"]);
    expect(table(6)).toEqual(["10=0", "10=1"]);
    expect(table(7)).toEqual(["11=0", "11=0"]);
    expect(table(8)).toEqual(["12=0", "12=1", "12=1", "12=1"]);
    expect(table(9)).toEqual(["13=0", "13=0", "13=0", "13=1"]);
    expect(table(10)).toEqual(["14=0", "14=0", "14=0", "14=1"]);
    expect(table(11)).toEqual(["15=0", "15=0", "15=0", "15=1"]);
    expect(rowsOf(found.cells[11]!.inputs)[1]).toBe("1=0 2=1");
    expect(rowsOf(found.cells[11]!.outputs)[1]).toBe("15=1");
    expect(rowsOf(found.cells[12]!.outputs)).toEqual(["16=0", "16=0", "16=1", "16=0"]);
    expect(rowsOf(found.cells[13]!.inputs)).toEqual(["1=0 2=0 3=0", "1=0 2=1 3=0", "1=1 2=0 3=0", "1=1 2=1 3=0"]);
  });
});

describe("the largest value that a cell can come to", () => {
  const largest = (sums: readonly number[], written: readonly Partial<Signal>[], cells: readonly Cell[]): number => {
    const certificate = claims(sums, written, cells);
    const cell = cells.at(-1)!;
    if (cell.kind !== "split") throw new Error("the last cell is looked at");
    return largestValue(certificate, cell.terms) + cell.offset;
  };

  it("of sums is that of full words", () => {
    expect(largest([3, 5], [], [split([term(0, 2), term(1)], [], null, 4)])).toBe(15);
    expect(largest([3, 5], [], [split([term(0, 2), term(0), term(1)], [], null, -4)])).toBe(10);
  });

  it("of digits is that of the sum that they are of, not of all digits at once", () => {
    const cut = split([term(0)], [term(1, 4), term(2, 2)], 3);
    const written = [{}, {}, { ...rest, max: 1 }];
    expect(largest([6], written, [cut, split([term(1, 4), term(2, 2), term(3)], [], null)])).toBe(6);
    expect(largest([6], written, [cut, split([term(1, 2), term(2)], [], null)])).toBe(3);
    // The largest ratio decides, be it of the first bit, of another or of the rest.
    expect(largest([6], written, [cut, split([term(1, 8), term(2)], [], null)])).toBe(12);
    expect(largest([6], written, [cut, split([term(1), term(2, 8)], [], null)])).toBe(24);
    expect(largest([6], written, [cut, split([term(1), term(3, 5)], [], null)])).toBe(30);
    // What is dropped of the sum counts for nothing; an offset counts.
    const offset = split([term(0)], [term(1, 4), term(2, 2)], 3, 2);
    expect(largest([6], written, [offset, split([term(1, 2)], [], null)])).toBe(4);
    // Terms of one signal add up, also by way of several cells.
    expect(largest([6], written, [cut, split([term(1, 2), term(1, 2)], [], null)])).toBe(6);
  });

  it("of thirds is rounded up before it is cut off", () => {
    const third = split([term(0)], [term(1, 3)], null);
    expect(largest([6], [{}], [third, split([term(1)], [], null)])).toBe(2);
    expect(largest([7], [{}], [third, split([term(1)], [], null)])).toBe(2);
    expect(largest([8], [{}], [third, split([term(1)], [], null)])).toBe(2);
    expect(largest([9], [{}], [third, split([term(1)], [], null)])).toBe(3);
  });

  it("of sums of digits follows them through every cell between", () => {
    const cells: Cell[] = [
      split([term(0)], [term(2, 2)], 3),
      split([term(1)], [term(4, 2)], 5),
      { kind: "sum", name: "add", terms: [term(2), term(4, 3)], total: 6 },
    ];
    const written = [{}, { ...rest, max: 1 }, {}, { ...rest, max: 1 }, { kind: "total", max: 4 }] as const;
    // 6/2 + 3 * 4/2
    expect(largest([6, 4], written, [...cells, split([term(6)], [], null)])).toBe(9);
    const decided: Cell[] = [any(2, term(0), term(1)), { kind: "only", name: "even", set: 2, unless: 0, bit: 3 }];
    expect(largest([6, 4], [{}, {}], [...decided, split([term(2, 5), term(3, 2)], [], null)])).toBe(7);
    // A cell that nothing reads says nothing.
    expect(largest([6, 4], [{}, {}], [...decided, split([term(2, 5)], [], null)])).toBe(5);
  });

  it("counts what is taken off for nothing, and is unknown where a bit weighs nothing", () => {
    expect(largest([6, 4], [], [split([term(0), term(1, -1)], [], null)])).toBe(6);
    expect(largest([6, 4], [], [split([term(0), term(1, 0)], [], null)])).toBe(6);
    const cut = (weight: number): SplitCell => split([term(0, weight)], [term(1, 2)], null);
    expect(largest([6], [{}], [cut(-1), split([term(1)], [], null)])).toBe(0);
    expect(largest([6], [{}], [cut(0), split([term(1)], [], null)])).toBe(0);
    const light = split([term(0)], [term(1, 0)], null);
    expect(largest([6], [{}], [light, split([term(1)], [], null)])).toBe(Number.POSITIVE_INFINITY);
    const one = split([term(0)], [term(1, 1)], null);
    expect(largest([6], [{}], [one, split([term(1)], [], null)])).toBe(6);
    // Two bits of one cell: what the second takes off cannot make up for the first.
    const two = split([term(0)], [term(1, 4), term(2, 2)], 3);
    const written = [{}, {}, { ...rest, max: 1 }];
    expect(largest([6], written, [two, split([term(1, 4), term(2, -2)], [], null)])).toBe(6);
    const minus: Cell = { kind: "sum", name: "add", terms: [term(0, -1)], total: 1 };
    expect(largest([6], [{ kind: "total" }], [minus, split([term(1)], [], null)])).toBe(0);
  });
});
