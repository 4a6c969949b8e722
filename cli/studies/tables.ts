import { baseUnit, type Study, type StudyAxis, studyMeasures } from "../../dsl/index.ts";
import { csvLine, parquet } from "../../formats/index.ts";
import type { Outcome } from "../../toolchain/index.ts";
import type { StudyPoint } from "./asked-study.ts";

/** A point with its outcome; `number` counts from 1. */
export interface StudyRow extends StudyPoint {
  readonly number: number;
  readonly outcome: Outcome;
}

/** One column of the tables; `unit` is that of its name. */
interface Column {
  readonly name: string;
  readonly type: "integer" | "number" | "text";
  readonly of: (row: StudyRow) => number | string | null;
}

const units: Readonly<Record<string, string>> = { dB: "db", s: "s", W: "w", J: "j", m2: "m2" };

/** `symbol_rate_bd`, `path_loss_db`: as SQL and data frames like names. */
function columnName(name: string, unit: string | null): string {
  return [name.replaceAll("-", "_"), ...(unit === null ? [] : [unit.toLowerCase().replace("/", "_per_")])].join("_");
}

function axisColumn({ name, row: { shape } }: StudyAxis, at: number): Column {
  const isNumber = shape.kind === "number" || shape.kind === "oneOf";
  const dimension = shape.kind === "number" ? shape.dimension : null;
  const unit = dimension === null || dimension === "ratio" ? null : baseUnit(dimension, 2);
  const isWhole = shape.kind === "oneOf" || (shape.kind === "number" && shape.whole);
  return {
    name: columnName(name, unit),
    type: isNumber ? (isWhole ? "integer" : "number") : "text",
    of: ({ values }) => values[at]!.value,
  };
}

const counted = ["mzis", "neurons", "depth", "crossings"];

/** Point, axes, measures, and what became of it; what is long comes last. */
export function columnsOf({ axes, measures, seed }: Study): readonly Column[] {
  return [
    { name: "point", type: "integer", of: ({ number }) => number },
    ...axes.map(axisColumn),
    ...measures.map(({ metric }, at): Column => {
      const { unit } = studyMeasures[metric];
      return {
        name: columnName(metric, unit === null ? null : units[unit]!),
        type: counted.includes(metric) ? "integer" : "number",
        of: ({ outcome }) => outcome.figures[at]!,
      };
    }),
    { name: "state", type: "text", of: ({ outcome }) => outcome.state },
    { name: "problem", type: "text", of: ({ outcome }) => outcome.problem },
    { name: "seed", type: "number", of: () => seed },
    { name: "key", type: "text", of: ({ key }) => key },
    { name: "spec", type: "text", of: ({ spec }) => spec },
  ];
}

/** The tables as CSV: a line a row, hence without the specs. */
export function* csvOf(study: Study, rows: readonly StudyRow[]): Generator<string> {
  const columns = columnsOf(study).filter(({ name }) => name !== "spec");
  yield csvLine(columns.map(({ name }) => name));
  for (const row of rows) yield csvLine(columns.map(({ of }) => of(row)));
}

/** An object a line; null where there is no value. */
export function* jsonLinesOf(study: Study, rows: readonly StudyRow[]): Generator<string> {
  const columns = columnsOf(study);
  for (const row of rows) {
    yield `${JSON.stringify(Object.fromEntries(columns.map(({ name, of }) => [name, of(row)])))}\n`;
  }
}

/** Parquet with the same columns; null where there is no value. */
export function parquetOf(study: Study, rows: readonly StudyRow[]): Iterable<Uint8Array> {
  const columns = columnsOf(study);
  return parquet({
    columns: columns.map(({ name, type }) => ({ name, type, optional: true })),
    *rows() {
      for (const row of rows) yield columns.map(({ of }) => of(row));
    },
  });
}
