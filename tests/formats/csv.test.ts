import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { algorithms, compareAlgorithms, comparisonCsv } from "../../collectives/index.ts";
import { defaultCluster } from "../../dsl/index.ts";
import { csvText, parseCsv, textTable } from "../../formats/index.ts";

describe("CSV", () => {
  it("keeps numbers, quotes what needs it, and lets no text become a formula", () => {
    const rows = [
      ["a,b", 'say "x"', "two\nlines"],
      ["=1+1", "@cmd", "-2e-3", "+5", "-x", "\t=1", '=HYPERLINK("x")'],
      [1e-300, -0.5, Number.NaN, true, null, undefined, ""],
    ];
    expect(csvText(rows)).toBe(
      `"a,b","say ""x""","two\nlines"\n'=1+1,'@cmd,-2e-3,+5,'-x,'\t=1,"'=HYPERLINK(""x"")"\n1e-300,-0.5,NaN,true,,,\n`,
    );
  });

  it("is read back as it was written, a formula behind its apostrophe", () => {
    const cell = fc.stringMatching(/^[a-z0-9 ,"\r\n.=+@-]{0,6}$/);
    const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 2 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(table, (rows) => {
        const read = parseCsv(csvText(rows));
        expect(read.map((row) => row.map((it) => it.replace(/^'(?=[=+@\r-])/, "")))).toEqual(rows);
        for (const it of read.flat()) expect(/^[=+@-]/.test(it) && Number.isNaN(Number(it))).toBe(false);
      }),
    );
  });

  it("of a comparison lets the name of a gradient be no formula", () => {
    const cluster = { ...defaultCluster(4), gradients: [{ name: "=1+1", elements: 100 }] };
    const comparison = compareAlgorithms(cluster, { workers: [4], algorithms, executeUpTo: 0, unit: null });
    const [head, ...rows] = parseCsv(comparisonCsv(comparison, () => []));
    expect(rows.map((row) => row[head!.indexOf("gradient")])).toEqual(algorithms.map(() => "'=1+1"));
  });
});

describe("a table of text", () => {
  const rows = [
    ["name", "count", "note"],
    ["a", "1000", ""],
    ["long name", "1", "x"],
  ];

  it("sets the first column left and others right, and ends no line with spaces", () => {
    expect(textTable(rows)).toEqual(["  name       count  note", "  a           1000", "  long name      1     x"]);
  });

  it("sets columns left that are asked for, and paints labels behind their width", () => {
    expect(textTable(rows, "all", (label) => `<${label}>`)).toEqual([
      "  <name     >  count  note",
      "  <a        >  1000",
      "  <long name>  1      x",
    ]);
    expect(
      textTable(
        [
          ["1", "b"],
          ["22", "c"],
        ],
        [],
      ),
    ).toEqual(["   1  b", "  22  c"]);
  });
});
