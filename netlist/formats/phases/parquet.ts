import { message } from "../protobuf.ts";
import type { Table } from "./table.ts";
import { field, list, struct, thriftBinary, thriftInt } from "./thrift.ts";

/**
 * A table as an Apache Parquet file: row groups of 65 536 rows, one plain uncompressed page a column, version 1 pages, so that
 * every reader opens it. Types: DOUBLE, INT32, BYTE_ARRAY with UTF8.
 */
export function* parquet(table: Table): Generator<Uint8Array> {
  const magic = new TextEncoder().encode("PAR1");
  yield magic;
  let at = magic.length;
  const groups: Uint8Array[] = [];
  let total = 0;
  for (const rows of groupsOf(table)) {
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    for (const [c, column] of table.columns.entries()) {
      const page = pageOf(column, rows, c);
      const size = page.reduce((sum, piece) => sum + piece.length, 0);
      chunks.push(columnChunk(column, rows.length, at, size));
      yield* page;
      at += size;
      bytes += size;
    }
    groups.push(
      struct([
        field(1, "list", list("struct", chunks)),
        field(2, "i64", thriftInt(bytes)),
        field(3, "i64", thriftInt(rows.length)),
      ]),
    );
    total += rows.length;
  }
  const footer = struct([
    field(1, "i32", thriftInt(1)),
    field(2, "list", list("struct", schemaOf(table))),
    field(3, "i64", thriftInt(total)),
    field(4, "list", list("struct", groups)),
    field(6, "binary", thriftBinary("optinc")),
  ]);
  yield footer;
  yield int32(footer.length);
  yield magic;
}

type Column = Table["columns"][number];
type Row = readonly (string | number | null)[];

const ROWS_A_GROUP = 65_536;

/** Numbers of parquet.thrift. */
const TYPE = { integer: 1, number: 5, text: 6 } as const;
const UTF8 = 0;
const PLAIN = 0;
const RLE = 3;
const DATA_PAGE = 0;
const UNCOMPRESSED = 0;

function* groupsOf(table: Table): Generator<Row[]> {
  let rows: Row[] = [];
  for (const row of table.rows()) {
    rows.push(row);
    if (rows.length === ROWS_A_GROUP) {
      yield rows;
      rows = [];
    }
  }
  if (rows.length > 0) {
    yield rows;
  }
}

function schemaOf(table: Table): Uint8Array[] {
  const root = struct([field(4, "binary", thriftBinary("schema")), field(5, "i32", thriftInt(table.columns.length))]);
  const leaves = table.columns.map((column) =>
    struct([
      field(1, "i32", thriftInt(TYPE[column.type])),
      field(3, "i32", thriftInt(column.optional ? 1 : 0)),
      field(4, "binary", thriftBinary(column.name)),
      ...(column.type === "text" ? [field(6, "i32", thriftInt(UTF8))] : []),
    ]),
  );
  return [root, ...leaves];
}

/** Page header and page. */
function pageOf(column: Column, rows: readonly Row[], c: number): Uint8Array[] {
  const present = rows.map((row) => row[c]! !== null && row[c] !== undefined);
  const values = rows.flatMap((row, r) => (present[r] ? [encoded(column, row[c]!)] : []));
  const content = message([...(column.optional ? [definitionLevels(present)] : []), ...values]);
  const header = struct([
    field(1, "i32", thriftInt(DATA_PAGE)),
    field(2, "i32", thriftInt(content.length)),
    field(3, "i32", thriftInt(content.length)),
    field(
      5,
      "struct",
      struct([
        field(1, "i32", thriftInt(rows.length)),
        field(2, "i32", thriftInt(PLAIN)),
        field(3, "i32", thriftInt(RLE)),
        field(4, "i32", thriftInt(RLE)),
      ]),
    ),
  ]);
  return [header, content];
}

/** Bit-packed run of 1-bit levels, with its length in front. */
function definitionLevels(present: readonly boolean[]): Uint8Array {
  const groups = Math.ceil(present.length / 8);
  const bits = new Uint8Array(groups);
  present.forEach((is, i) => {
    if (is) {
      bits[i >> 3] = bits[i >> 3]! | (1 << (i & 7));
    }
  });
  const head: number[] = [];
  let rest = groups * 2 + 1;
  for (; rest > 127; rest = Math.floor(rest / 128)) {
    head.push((rest % 128) | 128);
  }
  head.push(rest);
  return message([int32(head.length + bits.length), Uint8Array.from(head), bits]);
}

function encoded(column: Column, value: string | number | null): Uint8Array {
  if (column.type === "text") {
    const text = new TextEncoder().encode(String(value));
    return message([int32(text.length), text]);
  }
  if (column.type === "integer") {
    return int32(Number(value));
  }
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, Number(value), true);
  return bytes;
}

function columnChunk(column: Column, rows: number, offset: number, size: number): Uint8Array {
  const metadata = struct([
    field(1, "i32", thriftInt(TYPE[column.type])),
    field(2, "list", list("i32", [thriftInt(PLAIN), thriftInt(RLE)])),
    field(3, "list", list("binary", [thriftBinary(column.name)])),
    field(4, "i32", thriftInt(UNCOMPRESSED)),
    field(5, "i64", thriftInt(rows)),
    field(6, "i64", thriftInt(size)),
    field(7, "i64", thriftInt(size)),
    field(9, "i64", thriftInt(offset)),
  ]);
  return struct([field(2, "i64", thriftInt(offset)), field(3, "struct", metadata)]);
}

function int32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setInt32(0, value, true);
  return bytes;
}
