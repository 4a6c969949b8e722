import { describe, expect, it } from "vitest";
import { readTechnology } from "../../physics/index.ts";

const good = `technology: mine
description: of a test
quantities:
  propagation-loss: { value: 3, unit: dB/cm, source: a wafer, kind: measured }
  group-index: { value: 4.3, unit: 1, source: a solver, kind: simulated }
`;

interface Found {
  readonly code: string;
  /** The text under the arrow. */
  readonly place: string;
  readonly help: string | null;
}

function problemsOf(text: string): readonly Found[] {
  const { value, diagnostics } = readTechnology({ name: "mine.yaml", text });
  if (diagnostics.length > 0) expect(value).toBeNull();
  return diagnostics.map(({ code, labels, help }) => {
    const span = labels.find((label) => label.primary)?.span;
    return { code, place: span === undefined ? "" : text.slice(span.start, span.end), help };
  });
}

it("a good file is read, in base units, with what was written", () => {
  const { value, diagnostics } = readTechnology({ name: "mine.yaml", text: good });
  expect(diagnostics).toEqual([]);
  expect(value).toEqual({
    name: "mine",
    description: "of a test",
    neurons: {},
    layers: {},
    entries: {
      "propagation-loss": { value: 300, written: "3 dB/cm", source: "a wafer", kind: "measured" },
      "group-index": { value: 4.3, written: "4.3", source: "a solver", kind: "simulated" },
    },
  });
});

it("a share is written with its sign, without the quotes that YAML wants", () => {
  const text = good.replace("propagation-loss: { value: 3, unit: dB/cm", 'laser-efficiency: { value: 30, unit: "%"');
  const { value } = readTechnology({ name: "mine.yaml", text });
  expect(value!.entries["laser-efficiency"]).toMatchObject({ value: 0.3, written: "30 %" });
});

it("layers of the masks have a source and its kind, and no two are one", () => {
  const layers =
    "layers: { waveguide: { layer: 37/4, source: manual 3, kind: foundry }, metal1: { layer: 125/0, source: manual 3, kind: foundry } }\n";
  const { value, diagnostics } = readTechnology({ name: "mine.yaml", text: `${good}${layers}` });
  expect(diagnostics).toEqual([]);
  expect(value!.layers).toEqual({
    waveguide: { place: [37, 4], source: "manual 3", kind: "foundry" },
    metal1: { place: [125, 0], source: "manual 3", kind: "foundry" },
  });
  const of = (layer: string): string => `{ layer: ${layer}, source: a, kind: foundry }`;
  for (const [text, code, place] of [
    ["[waveguide]", "OPT0801", "[waveguide]"],
    ["{}", "OPT0801", "{}"],
    ["{ waveguide: 1/0 }", "OPT0801", "1/0"],
    [`{ silicon: ${of("1/0")} }`, "OPT0802", "silicon"],
    [`{ waveguide: ${of("1/x")} }`, "OPT0801", "1/x"],
    [`{ waveguide: ${of("40000/0")} }`, "OPT0801", "40000/0"],
    ["{ waveguide: { source: a, kind: foundry } }", "OPT0803", "waveguide"],
    ["{ waveguide: { layer: 1/0, kind: foundry } }", "OPT0803", "waveguide"],
    // the usual number of metal2
    [`{ metal1: ${of("45/0")} }`, "OPT0801", "45/0"],
    [`{ metal1: ${of("7/0")}, via: ${of("7/0")} }`, "OPT0801", "7/0"],
  ] as const) {
    expect(problemsOf(`${good}layers: ${text}\n`), text).toMatchObject([{ code, place }]);
  }
});

it("neurons have a source and its kind, each alone or both", () => {
  const both = "neurons: { saturating: { source: a wafer, kind: measured }, relu: { kind: assumed, source: hope } }\n";
  const { value, diagnostics } = readTechnology({ name: "mine.yaml", text: `${good}${both}` });
  expect(diagnostics).toEqual([]);
  expect(value!.neurons).toEqual({
    saturating: { source: "a wafer", kind: "measured" },
    relu: { source: "hope", kind: "assumed" },
  });
  for (const [neurons, code, place] of [
    ["relu", "OPT0801", "relu"],
    ["{}", "OPT0801", "{}"],
    ["[relu]", "OPT0801", "[relu]"],
    ["{ relu: true }", "OPT0801", "true"],
    ["{ sigmoid: { source: a, kind: measured } }", "OPT0802", "sigmoid"],
    ["{ toString: { source: a, kind: measured } }", "OPT0802", "toString"],
    ["{ relu: { kind: measured } }", "OPT0803", "relu"],
    ["{ relu: { source: a } }", "OPT0803", "relu"],
    ["{ relu: { source: a, kind: rumour } }", "OPT0807", "rumour"],
    ["{ relu: { source: 7, kind: measured } }", "OPT0801", "7"],
    ["{ relu: { source: a, kind: measured, value: 3 } }", "OPT0802", "value"],
  ] as const) {
    expect(problemsOf(`${good}neurons: ${neurons}\n`)).toMatchObject([{ code, place }]);
  }
});

it.each([[0.6, 0.1] as const, [50, 60] as const])("lanes %f um apart with crossings of %f um contradict", (...um) => {
  const row = (key: string, i: number): string =>
    `  ${key}: { value: ${um[i]}, unit: um, source: a, kind: measured }\n`;
  const text = good + ["lane-pitch", "crossing-length"].map(row).join("");
  expect(problemsOf(text)).toMatchObject([{ code: "OPT0809", place: "lane-pitch" }]);
});

describe("what is wrong has a code, its place in the YAML and a help", () => {
  const loss = "value: 3, unit: dB/cm, source: a wafer, kind: measured";
  it.each<[string, string, string, string, string, string | RegExp | null]>([
    ["an unknown unit", "dB/cm", "dB/furlong", "OPT0804", "dB/furlong", null],
    ["a unit in other letters", "dB/cm", "db/cm", "OPT0804", "db/cm", "did you mean `dB/cm`?"],
    ["a unit of something else", "dB/cm", "GHz", "OPT0804", "GHz", /write for instance/],
    ["a unit that is a number", "dB/cm", "7", "OPT0804", "7", /write for instance/],
    ["a unit of a plain number", "unit: 1", "unit: mm", "OPT0804", "mm", /write for instance/],
    ["a negative loss", "value: 3", "value: -3", "OPT0805", "-3", /without a sign/],
    ["a value beyond all devices", "4.3", "0.5", "OPT0805", "0.5", null],
    ["NaN", "value: 3", "value: .nan", "OPT0806", ".nan", /write the number alone/],
    ["infinity", "value: 3", "value: .inf", "OPT0806", ".inf", /write the number alone/],
    ["a number too large for one", "value: 3", "value: 1e999", "OPT0806", "1e999", null],
    ["a number in quotes", "value: 3", 'value: "3"', "OPT0806", '"3"', /write the number alone/],
    ["a number with its unit", "value: 3", "value: 3 dB/cm", "OPT0806", "3 dB/cm", /its unit has its own key/],
    ["a list as value", "value: 3", "value: [3]", "OPT0806", "[3]", null],
    ["no number behind value", "value: 3", "value:", "OPT0806", "value", null],
    ["no value", "value: 3, ", "", "OPT0803", "propagation-loss", "write the number"],
    ["no unit", ", unit: dB/cm", "", "OPT0803", "propagation-loss", "write the unit, `1` for a plain number"],
    ["no source", ", source: a wafer", "", "OPT0803", "propagation-loss", /assumed value/],
    ["no kind", ", kind: measured", "", "OPT0803", "propagation-loss", /^one of `measured`/],
    ["an empty source", "source: a wafer", 'source: ""', "OPT0801", '""', null],
    ["a source that is no text", "source: a wafer", "source: 7", "OPT0801", "7", null],
    ["an unknown kind", "kind: measured", "kind: mesured", "OPT0807", "mesured", "did you mean `measured`?"],
    ["a kind of nobody", "kind: measured", "kind: rumour", "OPT0807", "rumour", /^one of/],
    [
      "an unknown quantity",
      "propagation-loss",
      "propagaton-loss",
      "OPT0802",
      "propagaton-loss",
      "did you mean `propagation-loss`?",
    ],
    [
      "a quantity of nothing",
      "propagation-loss",
      "__proto__",
      "OPT0802",
      "__proto__",
      "see docs/reference/technology.md",
    ],
    [
      "a name of every object",
      "propagation-loss",
      "toString",
      "OPT0802",
      "toString",
      "see docs/reference/technology.md",
    ],
    ["an unknown part", "value: 3", "value: 3, values: 4", "OPT0802", "values", "did you mean `value`?"],
    ["a part twice", "value: 3", "value: 3, value: 4", "OPT0808", "value", "keep one of them"],
    ["a number alone", `{ ${loss} }`, "3", "OPT0801", "3", /write for instance/],
    ["no name", "technology: mine\n", "", "OPT0803", "d", /technology/],
    ["a name with a slash", "mine", "a/b", "OPT0801", "a/b", null],
    ["no description", "description: of a test\n", "", "OPT0803", "t", /description/],
    ["an unknown key at the top", "description:", "about: x\ndescription:", "OPT0802", "about", /has the keys/],
    ["an anchor", "source: a wafer", "source: &s a wafer", "OPT0111", "a wafer", null],
    ["two documents", "quantities:", "---\nquantities:", "OPT0109", "", null],
  ])("%s", (_name, from, to, code, place, help) => {
    expect(good).toContain(from);
    const problems = problemsOf(good.replace(from, to));
    expect(problems.map((each) => each.code)).toEqual([code]);
    if (place !== "") expect(problems[0]!.place).toBe(place);
    if (help !== null) expect(problems[0]!.help).toEqual(expect.stringMatching(help));
  });

  it("a quantity twice: both places", () => {
    const text = `${good}  group-index: { value: 4.2, unit: 1, source: a solver, kind: simulated }\n`;
    const { diagnostics } = readTechnology({ name: "mine.yaml", text });
    expect(diagnostics.map(({ code }) => code)).toEqual(["OPT0808"]);
    const places = diagnostics[0]!.labels.map(({ span }) => text.slice(0, span.start).split("\n").length);
    expect(places).toEqual([6, 5]);
  });

  it("everything is found in one run, in the order of the text", () => {
    const text = good.replace("3, unit: dB/cm", "-3, unit: dB/cm").replace("kind: simulated", "kind: guessed");
    expect(problemsOf(text).map(({ code }) => code)).toEqual(["OPT0805", "OPT0807"]);
  });

  it.each<[string, string, string]>([
    ["an empty file", "", "OPT0803"],
    ["a list", "- a\n- b\n", "OPT0801"],
    ["a word", "foundry", "OPT0801"],
    ["a spec", "aggregate a:\n  workers: 4\n", "OPT0802"],
    ["no YAML", "a: [", "OPT0109"],
    ["a tower of brackets", "[".repeat(5000), "OPT0107"],
    [
      "a tower of lists",
      `technology: mine\ndescription: x\nquantities: ${"[".repeat(40)}${"]".repeat(40)}\n`,
      "OPT0107",
    ],
    ["a mapping as key", "? {a: b}\n: c\n", "OPT0111"],
    ["a text without end", `# ${"x".repeat(300_000)}`, "OPT0108"],
    ["quantities that are a list", "technology: mine\ndescription: x\nquantities: [1]\n", "OPT0801"],
    ["nothing but noise", "\u0000\uD800\u2028: \u0007", "OPT"],
  ])("%s", (_name, text, code) => {
    const problems = problemsOf(text);
    expect(problems.length).toBeGreaterThan(0);
    expect(problems[0]!.code).toContain(code);
  });

  it("a name of a source over many lines is one line", () => {
    const text = good.replace("source: a wafer", 'source: "a\\u001b[31m wafer\\nof two"');
    const { value } = readTechnology({ name: "mine.yaml", text });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what must not reach a terminal
    expect(value!.entries["propagation-loss"]!.source).not.toMatch(/[\u0000-\u001f]/);
  });
});
