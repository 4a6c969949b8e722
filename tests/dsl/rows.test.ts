import { describe, expect, test } from "vitest";
import { type BlockRow, fallbackOf, language, parseSpecs, type Rows, specReference } from "../../dsl/index.ts";
import { trainedRows } from "../../dsl/language/network.ts";
import { choice, fixed, usual } from "../../dsl/language/row.ts";
import type { TrainedNetworkSpec } from "../../dsl/language/spec.ts";
import { formatSettings } from "../../dsl/meaning/format.ts";
import { readBody } from "../../dsl/meaning/read.ts";
import { readSettings } from "../../dsl/meaning/settings.ts";
import { finish, newReport } from "../../dsl/report/collector.ts";
import { buildAst } from "../../dsl/text/grammar.ts";
import { tokenise } from "../../dsl/text/tokens.ts";
import { defaultSettings } from "../compiler/training/settings.ts";

/** A setting that the language does not have: one row, and one field. */
interface Warmed extends Omit<TrainedNetworkSpec, "kind"> {
  readonly warmup: number;
  readonly schedule: "cosine" | "linear";
}
const warmed: Rows<Warmed> = {
  ...trainedRows,
  warmup: usual("warmup 50", [0, 1000], "Steps before the learning rate is reached."),
  schedule: choice("schedule", ["cosine", "linear"], fixed("cosine"), "How the learning rate falls."),
};
const block: BlockRow = {
  name: "network",
  variant: "warmed",
  settings: Object.values(warmed),
  blocks: [],
  fallback: null,
  example: "network warmed { warmup 50 }",
  doc: "A network of a test.",
};

function read(lines: string): { values: Warmed | null; found: readonly string[]; defaults: readonly string[] } {
  const report = newReport("optinc", lines);
  const body = buildAst(tokenise(lines), report);
  const owner = { text: "warmed", span: { start: 0, end: 0 } };
  const { settings } = readBody(body, block, owner, { emitTargets: [], top: [block], report });
  const defaults: string[] = [];
  const values = readSettings(warmed, settings, { analogInputs: 4, threads: null }, { prefix: "", defaults });
  const found = finish(report).map(({ code, message, help }) => `${code} ${message}; ${help}`);
  return { values, found, defaults };
}

describe("a new setting is one row and one field", () => {
  test("it is read, with its default where it is left out", () => {
    expect(read("warmup 7\nschedule linear").values).toMatchObject({ warmup: 7, schedule: "linear", steps: 16_000 });
    const { values, defaults } = read("steps 10");
    expect(values).toMatchObject({ warmup: 50, schedule: "cosine", steps: 10 });
    expect(defaults).toContain("warmup 50");
    expect(defaults).toContain("schedule cosine");
    expect(defaults).not.toContain("steps 16000");
  });

  test("its range, its words and the nearest name are known", () => {
    expect(read("warmup 1001").found).toEqual(["OPT0209 `warmup 1001` is out of range; null"]);
    expect(read("warmup 1.5").found).toEqual(["OPT0218 `warmup` takes a whole number; use 1 or 2"]);
    expect(read("schedule linar").found).toEqual(["OPT0212 unknown value of `schedule`; did you mean `linear`?"]);
    expect(read("wramup 7").found).toEqual(["OPT0205 unknown setting `wramup`; did you mean `warmup`?"]);
  });

  test("it is formatted, and read again", () => {
    const { values } = read("warmup 7\nschedule linear\nbudget 2 min\nthreads 2");
    const lines = formatSettings(warmed, values!);
    expect(lines).toContain("warmup        7");
    expect(lines).toContain("budget        120 s");
    expect(read(lines.join("\n"))).toEqual({ values, found: [], defaults: [] });
  });

  test("it is in the reference", () => {
    const reference = specReference([block]);
    expect(reference).toContain(
      "| `warmup` | `warmup 50` (0 to 1000) | 50 | Steps before the learning rate is reached. |",
    );
    expect(reference).toContain(
      "| `schedule` | `schedule cosine` (cosine, linear) | cosine | How the learning rate falls. |",
    );
  });
});

function blocksOf(row: BlockRow): BlockRow[] {
  return [row, ...row.blocks.flatMap(blocksOf)];
}

describe("every row", () => {
  const blocks = language.flatMap(blocksOf);
  const settings = blocks.flatMap((owner) => owner.settings.map((row) => ({ owner, row })));

  test("is documented, and its example begins with its name", () => {
    for (const { name, doc, example } of [...blocks, ...settings.map(({ row }) => row)])
      expect([doc.at(-1), example.split(" ")[0]]).toEqual([".", name]);
  });

  test.each(
    settings.map(({ owner, row }) => [`${owner.name} ${owner.variant ?? ""} ${row.name}`, owner, row] as const),
  )("%s: its default, as it is written, is the value that is taken, and its example is read", (_title, owner, row) => {
    const written = [row.example];
    if (row.fallback.kind === "fixed")
      written.push(row.shape.kind === "flag" ? row.fallback.text : `${row.name} ${row.fallback.text}`);
    for (const [i, line] of written.entries()) {
      const report = newReport("optinc", line);
      const body = buildAst(tokenise(line), report);
      const place = { text: owner.name, span: { start: 0, end: 0 } };
      const only: BlockRow = { ...owner, settings: owner.settings.map((each) => ({ ...each, fallback: fixed("") })) };
      const context = { emitTargets: ["spice", "phases"], top: language, report };
      const reading = readBody(body, only, place, context);
      expect(finish(report), line).toEqual([]);
      const { value } = readSettings({ value: row }, reading.settings, {}, { prefix: "", defaults: [] })!;
      if (i === 1) expect(value).toEqual(fallbackOf(row));
    }
  });
});

test("a trained network that says nothing has the values of its rows", () => {
  const text = "aggregate a { workers 4; precision 8; network trained }";
  const { network } = parseSpecs({ name: "a", text }, { emitTargets: ["spice", "phases"] }).value![0]!;
  for (const [field, row] of Object.entries(trainedRows)) {
    if (row.fallback.kind === "fixed") expect(network).toMatchObject({ [field]: row.fallback.value });
  }
});

test("what such a network asks of the training engine are the values of the rows", () => {
  for (const name of ["seed", "target", "batch", "steps", "cycles", "hardShare", "projectEvery"] as const)
    expect(defaultSettings).toMatchObject({ [name]: fallbackOf<unknown>(trainedRows[name]) });
  const { learningRate, approximation } = trainedRows;
  expect(defaultSettings).toMatchObject({ rate: fallbackOf(learningRate), method: fallbackOf(approximation) });
});
