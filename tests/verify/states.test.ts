import { describe, expect, it } from "vitest";
import { synthesise } from "../../compiler/synthesise.ts";
import type { Cell, Certificate, Circuit, Signal, SplitCell } from "../../netlist/index.ts";
import {
  driveStates,
  inputsOf,
  outputsOf,
  type ReachableStates,
  reachableStates,
  STATE_LIMIT,
  type StateTable,
  stateText,
} from "../../verify/states.ts";
import { finish, type StepProgress } from "../../verify/steps.ts";
import { specOf } from "../compiler/specs.ts";
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
      expect({ unit, wrong }).toEqual({ unit: "states", wrong: null });
    }
    expect(seen).toContainEqual({ done: 3, total: 12, unit: "states", wrong: null });
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

describe("claims whose states cannot be counted", () => {
  it.each<readonly [string, Certificate, string]>([
    [
      "a signal that is read before it is made",
      claims([1], [{}], [{ kind: "nonzero", name: "any", terms: [term(1)], bit: 1 }]),
      "cell any reads a signal before it is made",
    ],
    [
      "eight million states",
      claims([199, 199, 199], [{}], [{ kind: "nonzero", name: "any", terms: [term(0), term(1), term(2)], bit: 3 }]),
      `cell any has more than ${STATE_LIMIT} states`,
    ],
    [
      "a symbol of eight million states",
      claims([199, 199, 199], [], [], [[term(0)], [term(0), term(1), term(2)]]),
      `output symbol 1 has more than ${STATE_LIMIT} states`,
    ],
    ["a range of four million", claims([STATE_LIMIT], [], []), `s0 cannot have ${STATE_LIMIT} as its largest value`],
    ["a range of no number", claims([Number.NaN], [], []), "s0 cannot have NaN as its largest value"],
    ["a bit up to 0", claims([1], [{ max: 0 }], []), "b0 cannot have 0 as its largest value"],
    ["a bit up to 2", claims([1], [{ max: 2 }], []), "b0 cannot have 2 as its largest value"],
    [
      "terms beyond 32 bits",
      claims([2], [{}], [split([term(0, 2 ** 30)], [term(1)], null)]),
      "cell cut counts beyond 32 bits",
    ],
    [
      "terms that cancel beyond 32 bits",
      claims([1, 1], [{}], [split([term(0, 2 ** 30), term(1, -(2 ** 30))], [term(2)], null)]),
      "cell cut counts beyond 32 bits",
    ],
    [
      "an offset below 32 bits",
      claims([1], [{}], [split([term(0)], [term(1)], null, 1 - 2 ** 31)]),
      "cell cut counts beyond 32 bits",
    ],
    [
      "bits beyond 32 bits",
      claims([1], [{}, {}], [split([term(0)], [term(1, 2 ** 30), term(2, 1 - 2 ** 30)], null)]),
      "cell cut counts beyond 32 bits",
    ],
    [
      "a sum beyond 32 bits",
      claims([1], [{ kind: "total", max: 1 }], [{ kind: "sum", name: "add", terms: [term(0, 2 ** 31)], total: 1 }]),
      "cell add counts beyond 32 bits",
    ],
    ["a symbol beyond 32 bits", claims([1], [], [], [[], [term(0, 2 ** 31)]]), "output symbol 1 counts beyond 32 bits"],
    [
      "a sum beyond its range",
      claims(
        [2, 3],
        [{ kind: "total", max: 6 }],
        [{ kind: "sum", name: "add", terms: [term(0, 2), term(1)], total: 2 }],
      ),
      "cell add: the sum can reach 7, not at most 6",
    ],
    [
      "a sum of thousands of states beyond its range",
      claims(
        [99, 99],
        [{ kind: "total", max: 296 }],
        [{ kind: "sum", name: "add", terms: [term(0, 2), term(1)], total: 2 }],
      ),
      "cell add: the sum can reach 297, not at most 296",
    ],
    [
      "a sum that takes off",
      claims(
        [2, 3],
        [{ kind: "total", max: 6 }],
        [{ kind: "sum", name: "add", terms: [term(0), term(1, -1)], total: 2 }],
      ),
      "cell add: the sum can reach Infinity, not at most 6",
    ],
    [
      "a sum that takes nothing",
      claims(
        [2, 3],
        [{ kind: "total", max: 6 }],
        [{ kind: "sum", name: "add", terms: [term(0), term(1, 0)], total: 2 }],
      ),
      "cell add: the sum can reach Infinity, not at most 6",
    ],
    ["a value below 0", claims([2], [{}], [split([term(0)], [term(1, 2)], null, -1)]), "cell cut: a value is negative"],
    [
      "a value of twice a weight",
      claims([4], [{}], [split([term(0)], [term(1, 2)], null)]),
      "cell cut: a value exceeds twice the weight 2",
    ],
    [
      "a rest beyond its range",
      claims([3], [{}, { ...rest, max: 1 }], [split([term(0)], [term(1, 4)], 2, 1)]),
      "cell cut: the residual reaches 3",
    ],
    [
      "a cell that no word reaches",
      claims([2], [{}, { ...rest, max: 1 }], [split([term(0)], [term(1, 2)], 2, -9)]),
      "cell cut: a value is negative",
    ],
  ])("%s", (_, certificate, problem) => {
    const { problems, cells, symbols } = statesOf(certificate);
    expect(problems).toContain(problem);
    // Nothing is tried in states that were not counted.
    expect(symbols.length).toBeLessThan(2);
    expect(cells.length).toBeLessThan(2);
  });

  it("at the edge of what can be counted are counted", () => {
    const sums = claims(
      [2, 3],
      [{ kind: "total", max: 7 }],
      [{ kind: "sum", name: "add", terms: [term(0, 2), term(1)], total: 2 }],
    );
    expect(statesOf(sums).problems).toEqual([]);
    const many = claims(
      [99, 99],
      [{ kind: "total", max: 297 }],
      [{ kind: "sum", name: "add", terms: [term(0, 2), term(1)], total: 2 }],
    );
    expect(statesOf(many).problems).toEqual([]);
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
    expect(statesOf(bits)).toEqual({
      cells: [],
      symbols: [],
      problems: ["b0 cannot have 3 as its largest value", "b1 cannot have 4 as its largest value"],
    });
    const nonzero = (name: string, from: number, bit: number): Cell => ({
      kind: "nonzero",
      name,
      terms: [term(from)],
      bit,
    });
    const late = claims([1], [{}, {}], [nonzero("first", 2, 1), nonzero("second", 0, 2)], [[term(0)]]);
    expect(statesOf(late)).toEqual({
      cells: [],
      symbols: [],
      problems: ["cell first reads a signal before it is made"],
    });
  });

  it("tells cells apart that claim otherwise of the same states", () => {
    const cells: Cell[] = [
      split([term(0)], [term(1, 2)], 2),
      split([term(0)], [term(3, 4)], 4),
      split([term(0)], [term(5, 2)], null, 1),
      split([term(0)], [term(6, 2)], 7, 0),
      { kind: "nonzero", name: "any", terms: [term(0)], bit: 8 },
      { kind: "nonzero", name: "any", terms: [term(1)], bit: 9 },
      { kind: "only", name: "set", set: 1, unless: 3, bit: 10 },
      { kind: "only", name: "unset", set: 3, unless: 1, bit: 11 },
      { kind: "nonzero", name: "two", terms: [term(1), term(2)], bit: 12 },
      { kind: "nonzero", name: "one", terms: [term(1), term(2, -1)], bit: 13 },
    ];
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
    const found = statesOf(claims([3], written, cells));
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
  });
});
