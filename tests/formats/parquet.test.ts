import { parquetMetadata, parquetReadObjects } from "hyparquet";
import { describe, expect, it } from "vitest";
import { parquet, type TypedTable } from "../../formats/index.ts";

const columns: TypedTable["columns"] = [
  { name: "name", type: "text", optional: false },
  { name: "count", type: "integer", optional: true },
  { name: "phase", type: "number", optional: true },
];

function fileOf(rows: () => Iterable<readonly (string | number | null)[]>): ArrayBuffer {
  const bytes = new Uint8Array([...parquet({ columns, rows })].flatMap((piece) => [...piece]));
  return bytes.buffer;
}

describe("a table as Parquet", () => {
  it("is read back as it was: types, empty cells, doubles to the last bit", async () => {
    const rows = [
      ["a", 1, Math.PI],
      ["\u03b8, \u201Cquoted\u201D", null, null],
      ["", 2 ** 31 - 1, 1e-300],
    ];
    const file = fileOf(() => rows);
    expect(await parquetReadObjects({ file })).toEqual(rows.map(([name, count, phase]) => ({ name, count, phase })));
    const { schema, created_by } = parquetMetadata(file);
    expect(created_by).toBe("optinc");
    expect(
      schema.slice(1).map(({ type, converted_type, repetition_type }) => [type, converted_type, repetition_type]),
    ).toEqual([
      ["BYTE_ARRAY", "UTF8", "REQUIRED"],
      ["INT32", undefined, "OPTIONAL"],
      ["DOUBLE", undefined, "OPTIONAL"],
    ]);
  });

  it("of more rows than a group is several groups of one table, written as the rows come", async () => {
    const count = 150_000;
    let taken = 0;
    const pieces = parquet({
      columns,
      *rows() {
        for (; taken < count; taken++) yield [`row ${taken % 7}`, taken, taken / 3];
      },
    });
    const first = pieces.next().value!;
    expect(taken).toBeLessThan(count / 2);
    const bytes = Buffer.concat([first, ...pieces]);
    const file = new Uint8Array(bytes).buffer;
    expect(parquetMetadata(file).row_groups.map(({ num_rows }) => num_rows)).toEqual([65_536n, 65_536n, 18_928n]);
    const read = await parquetReadObjects({ file, rowStart: 131_070, rowEnd: 131_074 });
    expect(read.map(({ count: n, phase }) => [n, phase])).toEqual(
      [131_070, 131_071, 131_072, 131_073].map((n) => [n, n / 3]),
    );
  });

  it("without rows is a file with its columns", async () => {
    const file = fileOf(() => []);
    expect(await parquetReadObjects({ file })).toEqual([]);
    expect(parquetMetadata(file).schema.map(({ name }) => name)).toEqual(["schema", "name", "count", "phase"]);
  });
});
