import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { attached } from "../../cli/report/attachments.ts";
import { csvText, parseCsv } from "../../formats/index.ts";
import { scratch } from "../cli/run.ts";

describe("tables of other commands", () => {
  it("are read as they were written", () => {
    const cell = fc.stringMatching(/^[a-z0-9 ,"\n.]{0,6}$/);
    const table = fc
      .integer({ min: 2, max: 4 })
      .chain((width) =>
        fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 5 }),
      );
    fc.assert(
      fc.property(table, (rows) => {
        expect(parseCsv(csvText(rows))).toEqual(rows);
      }),
    );
  });

  it("need no last line end, and know numbers", async () => {
    const file = join(scratch(), "chips.csv");
    writeFileSync(file, 'chip,good,name\n0,1,"a,b"\n-1.5e-3,x,=1+1');
    const { shown, diagnostics } = await attached([file]);
    expect(diagnostics).toEqual([]);
    expect(shown.tables[0]).toMatchObject({
      name: "chips",
      columns: ["chip", "good", "name"],
      rows: [
        [0, 1, "a,b"],
        [-0.0015, "x", "=1+1"],
      ],
    });
  });
});

describe("what a page does not take", () => {
  it.each([
    ["notes.txt", "hello", "OPT0652"],
    ["empty.csv", "", "OPT0652"],
    ["head.csv", "a,b\n", "OPT0652"],
    ["broken.csv", 'a,b\n"x,y\n', "OPT0652"],
    ["long.csv", "a\n".repeat(6000), "OPT0652"],
    ["no.svg", "<html></html>", "OPT0652"],
  ])("%s", async (name, text, code) => {
    const file = join(scratch(), name);
    writeFileSync(file, text);
    const { shown, diagnostics } = await attached([file]);
    expect(diagnostics.map((it) => it.code)).toEqual([code]);
    expect(shown).toEqual({ figures: [], tables: [] });
  });

  it("what is not there", async () => {
    expect((await attached([join(scratch(), "x.svg")])).diagnostics[0]!.code).toBe("OPT0601");
  });
});
