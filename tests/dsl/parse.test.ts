import { describe, expect, test } from "vitest";
import { distinctInputVectors, parseSpecs, type Spec } from "../../dsl/index.ts";
import { saturatingNetwork } from "../compiler/specs.ts";
import { example, exampleYaml, targets } from "./example.ts";

function parse(text: string, name = "spec.optinc"): readonly Spec[] {
  const { value, diagnostics } = parseSpecs({ name, text }, { emitTargets: targets });
  expect(diagnostics).toEqual([]);
  return value!;
}

function problems(text: string, name = "spec.optinc"): string[] {
  return parseSpecs({ name, text }, { emitTargets: targets }).diagnostics.map((d) => `${d.code} ${d.message}`);
}

const inAggregate = (lines: string): string => `aggregate a {\n workers 4\n precision 8 bits\n${lines}\n}\n`;

const exampleSpec: Spec = {
  name: "mean-4x8",
  workers: 4,
  topology: { kind: "single" },
  precisionBits: 8,
  levels: 4,
  signed: true,
  rounding: "half-up",
  technology: null,
  symbolRateBd: 25e9,
  portOrder: "free",
  requirements: [],
  network: saturatingNetwork(0.25),
  verify: { against: "ring", inputs: { kind: "exhaustive" } },
  emit: ["spice", "phases"],
  defaults: [
    "topology single",
    "signed",
    "network neuron saturating",
    "network threshold electronic",
    "network outputs direct",
    "network residual direct",
  ],
};

test("the example is read in full", () => {
  expect(parse(example)).toEqual([exampleSpec]);
});

test("the YAML twin of the example is the same spec", () => {
  expect(parse(exampleYaml, "mean.yaml")).toEqual([exampleSpec]);
  expect(parse(exampleYaml, "MEAN.YML")).toEqual([exampleSpec]);
});

test("CR LF, a byte order mark, tabs and semicolons change nothing", () => {
  expect(parse(`\uFEFF${example.replaceAll("\n", "\r\n")}`)).toEqual([exampleSpec]);
  expect(parse(example.replaceAll("  ", "\t"))).toEqual([exampleSpec]);
  expect(parse(`\uFEFF${exampleYaml.replaceAll("\n", "\r\n")}`, "a.yaml")).toEqual([exampleSpec]);
  const oneLine = example
    .replaceAll(/#.*/g, "")
    .replaceAll(/([^{\n])\n/g, "$1;\n")
    .replaceAll("\n", " ");
  expect(parse(oneLine)).toEqual([exampleSpec]);
});

test("what is left out is filled in and listed", () => {
  expect(parse("aggregate a { workers 2; precision 8 }")).toEqual([
    {
      ...exampleSpec,
      name: "a",
      workers: 2,
      network: saturatingNetwork(0.4),
      defaults: [
        "topology single",
        "levels 4",
        "signed",
        "rounding half-up",
        "emit spice, phases",
        "network constructed",
        "network neuron saturating",
        "network threshold electronic",
        "network outputs direct",
        "network residual direct",
        "network decision-margin 0.4",
        "verify against ring",
        "verify inputs exhaustive",
      ],
    },
  ]);
});

test("inputs default to proof above 2e6 vectors, levels to 2 for words of one bit", () => {
  const [wide, bit] = parse("aggregate a { workers 64; precision 32 }\naggregate b { workers 64; precision 1 }");
  expect(wide!.verify.inputs).toEqual({ kind: "proof" });
  expect(bit!.verify.inputs).toEqual({ kind: "exhaustive" });
  expect(bit!.levels).toBe(2);
});

test("a network may stand without a block", () => {
  expect(parse(inAggregate("network constructed"))[0]!.network).toEqual({
    kind: "constructed",
    neuron: "saturating",
    threshold: "electronic",
    outputs: "direct",
    residual: "direct",
    margin: 0.4,
  });
});

test("numbers take exponents and units of their dimension, glued or not", () => {
  const text =
    "aggregate a { workers 1e1; precision 2bytes; network constructed { decision-margin 25 % }; verify { inputs sampled 1e6 } }";
  expect(parse(text)[0]).toMatchObject({
    workers: 10,
    precisionBits: 16,
    network: { margin: 0.25 },
    verify: { inputs: { kind: "sampled", samples: 1_000_000 } },
  });
});

test("several aggregates keep their order", () => {
  const second = example.replace("mean-4x8", "x");
  expect(parse(example + second).map((spec) => spec.name)).toEqual(["mean-4x8", "x"]);
});

test("the input vectors of mean-4x8 are 13^4, and the top symbol counts only its own levels", () => {
  expect(distinctInputVectors(4, 8, 4)).toBe(13 ** 4);
  expect(distinctInputVectors(3, 5, 4)).toBe(4 * 10 ** 2);
  expect(distinctInputVectors(2, 1, 2)).toBe(3);
});

describe("ranges end where they are said to end", () => {
  test.each([
    ["workers", "2", "1"],
    ["workers", "64", "65"],
    ["precision", "2 bits", "0 bits"],
    ["precision", "32 bits", "33 bits"],
    ["levels", "16", "32"],
    ["levels", "2", "3"],
  ])("%s %s but not %s", (name, good, bad) => {
    const lines = { workers: "4", precision: "8", [name]: good };
    const write = (value: string): string =>
      `aggregate a {\n${Object.entries({ ...lines, [name]: value })
        .map(([k, v]) => `${k} ${v}\n`)
        .join("")}}`;
    expect(problems(write(good))).toEqual([]);
    expect(problems(write(bad))).toEqual([`OPT0209 \`${name} ${bad}\` is out of range`]);
  });
  test.each([
    ["network constructed { decision-margin 0.05 }", "network constructed { decision-margin 0.049 }"],
    ["network constructed { decision-margin 45 % }", "network constructed { decision-margin 0.4501 }"],
    ["verify { inputs sampled 1e9 }", "verify { inputs sampled 1.1e9 }"],
    ["verify { inputs sampled 1 }", "verify { inputs sampled 0 }"],
  ])("%s but not %s", (good, bad) => {
    expect(problems(inAggregate(good))).toEqual([]);
    expect(problems(inAggregate(bad))).toEqual([expect.stringMatching(/^OPT0209/)]);
  });
  test("exhaustive up to 5e7 vectors", () => {
    const text = (workers: number): string =>
      `aggregate a { workers ${workers}; precision 10; levels 4; verify { inputs exhaustive } }`;
    expect(problems(text(11))).toEqual([]); // 34^5 = 4.5e7
    expect(problems(text(12))).toEqual(["OPT0217 exhaustive verification would try 6.9e7 input vectors"]); // 37^5
  });
});

test.each([
  ["levels 4 x 4", "OPT0211 `levels` takes one number"],
  ["levels 2..4", "OPT0211 `levels` takes one number"],
  ["levels 4, 8", "OPT0211 `levels` takes one number"],
  ["levels", "OPT0211 `levels` needs a value"],
  ["signed 1", "OPT0211 `signed` takes no value"],
  ["rounding half-up floor", "OPT0211 `rounding half-up` takes no more values"],
  ["rounding 3", "OPT0211 `rounding` takes a word"],
  ["network", "OPT0211 `network` needs a kind"],
  ["network construct", "OPT0212 unknown kind of network"],
  ["network constructed { decision-margin 0.3; decision-margin 0.3 }", "OPT0207 `decision-margin` is written twice"],
  ["verify { inputs sampled }", "OPT0211 `inputs sampled` needs a count"],
  ["verify { inputs sampled 1.5 }", "OPT0218 `inputs sampled` takes a whole number"],
  ["verify { inputs sampled 10 s }", "OPT0210 `inputs sampled` is a plain number, without a unit"],
  ["emit spice spice", "OPT0207 `spice` is written twice"],
  ["emit 3", "OPT0211 `emit` takes names of targets"],
  ["levels { }", "OPT0211 `levels` needs a value"],
  ["levels 4 { }", "OPT0219 `levels` is a setting, not a block"],
  ["decision-margin 0.3", "OPT0205 unknown setting `decision-margin`"],
  ["levels 0x10", "OPT0102 malformed number `0x10`"],
  ["levels 1e999", "OPT0102 malformed number `1e999`"],
  ["levels 4.", "OPT0102 malformed number `4.`"],
  ["levels 4 bitz", "OPT0210 `levels` is a plain number, without a unit"],
  ["levels \u201c4\u201d", "OPT0101 unexpected `\u201c`"],
  ["levels\u0000 4", "OPT0101 unexpected character U+0000"],
])("%j is one error", (line, problem) => {
  expect(problems(inAggregate(line))).toEqual([problem]);
});

test("several errors come in one run, in the order of the text", () => {
  const text = "aggregate a {\n workers 70\n precison 8 bits\n levels 5\n}\naggregate a {\n workers 2\n}\n";
  expect(problems(text)).toEqual([
    "OPT0209 `workers 70` is out of range",
    "OPT0205 unknown setting `precison`",
    "OPT0209 `levels 5` is out of range",
    "OPT0208 `precision` is missing",
    "OPT0215 two aggregates are named `a`",
  ]);
});

test("the nearest name is offered, or the block where the name is at home", () => {
  const help = (line: string): string | null =>
    parseSpecs({ name: "a", text: inAggregate(line) }, { emitTargets: targets }).diagnostics[0]!.help;
  expect(help("leevls 4")).toBe("did you mean `levels`?");
  expect(help("pr\u00E9cision 8 bits")).toBe("did you mean `precision`?");
  expect(help("decision-margin 0.3")).toBe("`decision-margin` belongs in `network constructed`");
  expect(help("emit phase")).toBe("did you mean `phases`?");
  expect(help("verify { inputs exhaustiv }")).toBe("did you mean `exhaustive`?");
});

describe("YAML", () => {
  test.each([
    ["workers: 70", "OPT0209 `workers 70` is out of range"],
    ["workers: 4\n  workers: 4", "OPT0207 `workers` is written twice"],
    ["workers: '4'\n  signed: true\n  unsigned:", "OPT0213 `signed` and `unsigned` contradict each other"],
    ['workers: "4 \\u0067"', "OPT0210 `workers` is a plain number, without a unit"],
    ["workers: [4, 5]", "OPT0211 `workers` takes one number"],
    ["workers: {}", "OPT0211 `workers` needs a value"],
    ["workers: 4\n  verify:", "OPT0219 `verify` is a block"],
    ["workers: 4\n  1: 2", "OPT0106 expected a name, found `1`"],
    ["workers: !!int 4", "OPT0111 anchors, aliases and tags are not read"],
    ["workers: &a 4\n  levels: *a", "OPT0111 anchors, aliases and tags are not read"],
    ["workers: [[4]]", "OPT0111 this YAML does not describe a spec"],
  ])("%j", (line, problem) => {
    expect(problems(`aggregate a:\n  precision: 8 bits\n  ${line}\n`, "a.yaml").slice(0, 1)).toEqual([problem]);
  });
  test.each(["", "---\n", "# nothing\n", "~"])("%j holds no aggregate", (text) => {
    expect(problems(text, "a.yaml")).toEqual(["OPT0201 the file holds no aggregate"]);
  });
  test.each(["- a", "word", "[1, 2]"])("%j is not a mapping", (text) => {
    expect(problems(text, "a.yaml")).toEqual(["OPT0111 this YAML does not describe a spec"]);
  });
});
