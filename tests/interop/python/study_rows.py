"""Reads the tables of a study's results with pyarrow and compares them value by value."""

import json
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

folder = Path(sys.argv[1])
results = Path(json.loads((folder / "results.json").read_text()))
table = pyarrow.parquet.read_table(results / "rows.parquet")
lines = [json.loads(line) for line in (results / "rows.jsonl").read_text().splitlines()]
types = {field.name: field.type for field in table.schema}
convert = pyarrow.csv.ConvertOptions(column_types=types, strings_can_be_null=True)
flat = pyarrow.csv.read_csv(results / "rows.csv", convert_options=convert)

wrong = []
# a spec is no line of a table
tabled = [name for name in table.column_names if name != "spec"]
if tabled != flat.column_names or any(list(line) != table.column_names for line in lines):
    wrong.append("columns differ")
for i, (row, line, other) in enumerate(zip(table.to_pylist(), lines, flat.to_pylist(), strict=True)):
    for name in table.column_names:
        third = other[name] if name in tabled else line[name]
        if not row[name] == line[name] == third:
            wrong.append(f"{name} of row {i + 1}: {row[name]!r}, {line[name]!r}, {third!r}")
if types["mzis"] != pa.int32() or types["yield"] != pa.float64() or types["neuron"] != pa.string():
    wrong.append(f"types {types}")
if table.column("mzis").null_count == 0:
    wrong.append("no point failed: nothing is tried of gaps")

answer = {"rows": table.num_rows, "columns": table.column_names, "wrong": wrong}
(folder / "verdicts.json").write_text(json.dumps(answer))
