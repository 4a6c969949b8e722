import { describe, expect, test } from "vitest";
import { distinctInputVectors, type Spec } from "../../dsl/index.ts";
import { saturatingNetwork, specOf } from "../compiler/specs.ts";
import { example, exampleYaml, inAggregate, specsOf as parse, problems } from "./example.ts";

const exampleSpec: Spec = {
  ...specOf(4, 8, 4),
  network: saturatingNetwork(0.25),
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
