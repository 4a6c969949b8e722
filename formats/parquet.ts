import { ByteWriter, ParquetWriter } from "hyparquet-writer/src/index.js";

/** A table of typed columns: `number` columns hold doubles, `integer` ones whole numbers below 2^31; null where a row has no value. */
export interface TypedTable {
  readonly columns: readonly {
    readonly name: string;
    readonly type: "text" | "number" | "integer";
    readonly optional: boolean;
  }[];
  readonly rows: () => Iterable<readonly (string | number | null)[]>;
}

const rowsPerGroup = 65_536;
const physicalTypes = { integer: "INT32", number: "DOUBLE", text: "BYTE_ARRAY" } as const;

/** A table as an Apache Parquet file, uncompressed, in row groups of 65 536 rows: memory holds one group at a time. */
export function* parquet({ columns, rows }: TypedTable): Generator<Uint8Array> {
  const writer = new ByteWriter();
  const file = new ParquetWriter({
    writer,
    codec: "UNCOMPRESSED",
    createdBy: "optinc",
    schema: [
      { name: "schema", num_children: columns.length },
      ...columns.map(({ name, type, optional }) => ({
        name,
        type: physicalTypes[type],
        repetition_type: optional ? ("OPTIONAL" as const) : ("REQUIRED" as const),
        ...(type === "text" ? { converted_type: "UTF8" as const } : {}),
      })),
    ],
  });
  let group: (readonly (string | number | null)[])[] = [];
  const written = (): Uint8Array => {
    const bytes = writer.getBytes().slice();
    writer.index = 0;
    return bytes;
  };
  const write = (): Uint8Array => {
    file.write({
      columnData: columns.map(({ name }, c) => ({ name, data: group.map((row) => row[c] ?? null) })),
      rowGroupSize: rowsPerGroup,
    });
    group = [];
    return written();
  };
  for (const row of rows()) {
    if (group.push(row) === rowsPerGroup) yield write();
  }
  if (group.length > 0) yield write();
  file.finish();
  yield written();
}
