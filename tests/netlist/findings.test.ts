import { describe, expect, it } from "vitest";
import { checkForm, shown } from "../../netlist/check/form.ts";
import { newReports } from "../../netlist/check/reports.ts";
import { type Certificate, checkCircuit, circuitCodes } from "../../netlist/index.ts";
import {
  circuit,
  mesh,
  mzi,
  output,
  phase,
  reference,
  relu,
  section,
  certificate as small,
  tinyCircuit,
  worker,
} from "./build.ts";
import { changed, followsSchema, type Path, pathOf } from "./changed.ts";
import { holdRefusals, type RefusalRow } from "./refusals.ts";

const certificate: Certificate = {
  ...small,
  signals: [...small.signals, { name: "t", kind: "total", max: 9, section: 4, mode: 2, fieldPerUnit: 1 }],
  cells: [
    ...small.cells,
    {
      kind: "sum",
      name: "t",
      terms: [
        { signal: 4, weight: 2 },
        { signal: 2, weight: 1 },
      ],
      total: 5,
    },
  ],
};
const tiny = { ...tinyCircuit(), certificate };

/** Two workers with two symbols each, who receive what they send, and a tree for six. */
const bare = circuit({
  aggregate: { workers: 2, bits: 4, levels: 4, signed: false, rounding: "floor", symbols: 2, fanIn: [3, 2] },
  modes: 5,
  inputs: [worker(0, 0, 0), worker(0, 1, 1), worker(1, 0, 2), worker(1, 1, 3), reference("rail", 4, 1)],
  sections: [
    section(
      "layer",
      "one",
      [mesh("left", "m", [0, 1, 2], [mzi(0, 0, 1, 1), phase(1, 0, 1), mzi(1, 1, 1, 1)])],
      [relu(0)],
    ),
  ],
  outputs: [output(0, 0, 0, 1), output(0, 1, 1, 1), output(1, 0, 2, 1), output(1, 1, 3, 1)],
});

/** What is found, a line each: where, what, and what helps. */
function foundIn(value: unknown): string[] {
  return checkCircuit(value).findings.map(
    ({ code, severity, where, message, help }) =>
      `${code}${severity === "error" ? "" : ` (${severity})`} ${where}: ${message}${help === null ? "" : ` [${help}]`}`,
  );
}

/** Of each place and what stands there instead: code and place of every finding. */
const ofTiny: readonly RefusalRow<readonly [by: unknown]>[] = [
  ["format", "OPT0401 here", "spice"],
  ["version", "OPT0402 here", 5],
  ["version", "OPT0402 here", undefined],
  ["version", "OPT0402 here", "1"],
  ["name", "OPT0403 here", undefined],
  ["modes", "OPT0403 here", "6"],
  ["modes", "OPT0403 here", "3.5"],
  ["name", "OPT0403 here", 7],
  ["name", "OPT0415 here", ""],
  ["sections[1]", "OPT0403 here", []],
  ["sections", "OPT0403 here", {}],
  ["aggregate", "OPT0403 here", 3],
  ["inputs[0]", "OPT0403 here", "w"],
  ["inputs[0].kind", "OPT0403 here", "laser"],
  ["sections[0].kind", "OPT0403 here", "x"],
  ["aggregate.rounding", "OPT0403 here", "up"],
  ["aggregate.rounding", "OPT0403 here", 4],
  ["aggregate.signed", "OPT0403 here", 1],
  ["sections[0].meshes[0].devices[0].thetaRad", "OPT0403 here", undefined],
  ["sections[0].meshes[0].devices[0].thetaRad", "OPT0403 here", { a: 1 }],
  ["sections[0].meshes[0].devices[0].thetaRad", "OPT0403 here", [1, 2]],
  ["sections[0].meshes[0].devices[0].phiRad", "OPT0403 here", null],
  ["sections[0].meshes[0].devices[0].thetaRad", "OPT0404 here", 1048577],
  ["sections[0].meshes[0].devices[0].thetaRad", "OPT0404 here", -1048577],
  ["inputs[2].field", "OPT0404 here", 1e101],
  ["inputs[2].field", "OPT0404 here", 1e-101],
  ["inputs[2].field", "OPT0404 here", Number.POSITIVE_INFINITY],
  ["outputs[0].levelsPerField", "OPT0404 here", 0],
  ["sections[2].activations[0].gain", "OPT0404 here", -1],
  ["sections[2].activations[0].gain", "OPT0404 here", 0],
  ["outputs[0].mode", "OPT0404 here", 6],
  ["inputs[0].mode", "OPT0404 here", 0.5],
  ["inputs[1].worker", "OPT0404 here", 2],
  ["inputs[1].symbol", "OPT0404 here", 1],
  ["aggregate.bits", "OPT0404 here", 33],
  [
    "aggregate.workers",
    [
      "OPT0404 here",
      "OPT0404 inputs[0].worker",
      "OPT0404 inputs[1].worker",
      "OPT0404 outputs[0].worker",
      "OPT0404 outputs[1].worker",
    ],
    0,
  ],
  ["aggregate.colour", "OPT0405 aggregate", "red"],
  ["aggregate.symbols", "OPT0406 aggregate", 2],
  ["aggregate.levels", "OPT0406 aggregate", 3],
  ["aggregate.bits", "OPT0406 aggregate", 1],
  ["certificate.cells[0].residual", "OPT0404 here", 6],
  ["certificate.cells[0].residual", "OPT0403 here", "x"],
  ["certificate.signals[0].section", "OPT0404 here", 5],
  ["certificate.symbols[0][0].weight", "OPT0404 here", 0.5],
  ["certificate.cells[0].terms[0].signal", "OPT0413 here", 4],
  ["certificate.cells[1].terms[0].signal", "OPT0413 here", 5],
  ["certificate.cells[2].set", "OPT0413 here", 5],
  ["certificate.cells[2].unless", "OPT0413 here", 5],
  ["certificate.cells[3].terms[1].signal", "OPT0413 here", 5],
  ["certificate.cells[1].bit", ["OPT0413 here", "OPT0413 certificate.cells[2].unless"], 1],
  [
    "certificate.cells[2].bit",
    ["OPT0413 here", "OPT0413 certificate.cells[3].terms[0].signal", "OPT0413 certificate.symbols[0][0].signal"],
    0,
  ],
  ["certificate.cells[3].total", "OPT0413 here", 4],
  ["certificate.cells[0].bits[0].signal", ["OPT0413 here", "OPT0413 certificate.cells[2].set"], 0],
  [
    "certificate.cells[0].residual",
    ["OPT0413 here", "OPT0413 certificate.cells[1].terms[0].signal", "OPT0413 certificate.cells[3].terms[1].signal"],
    1,
  ],
  [
    "certificate.cells[0].residual",
    ["OPT0413 certificate.cells[1].terms[0].signal", "OPT0413 certificate.cells[3].terms[1].signal"],
    null,
  ],
  ["certificate.symbols", "OPT0413 here", [[{ signal: 4, weight: 2 }], []]],
  ["certificate.cells", "OPT0413 certificate.symbols[0][0].signal", []],
  ["outputs[1].mode", "OPT0412 outputs[1]", 5],
  ["sections[2].activations[2].mode", "OPT0412 (warning) sections[2].activations[2]", 5],
  ["sections[2].activations[1].mode", "OPT0411 sections[2].activations[1]", 0],
  ["inputs", "OPT0403 here", undefined],
  ["sections[0].meshes[0].devices[0].kind", "OPT0403 here", "ring"],
  ["sections[0].meshes[0].devices[0].phiRad", "OPT0404 here", Number.POSITIVE_INFINITY],
  ["inputs[2].field", "OPT0404 here", Number.NaN],
  ["modes", "OPT0404 here", 1e12],
  ["sections[0].meshes[0].devices[0].thetarad", "OPT0405 sections[0].meshes[0].devices[0]", 1],
  ["sections[0].meshes[0].devices[0].thetaRad", "OPT0404 here", 1e308],
  ["sections[2].activations[0].gain", "OPT0404 here", 1e308],
  ["inputs[2].field", "OPT0404 here", -1e308],
  ["outputs[0].levelsPerField", "OPT0404 here", 1e308],
  ["inputs[0].fieldPerLevel", "OPT0404 here", 1e-308],
  ["certificate.signals[0].fieldPerUnit", "OPT0404 here", 5e-324],
  ["modes", "OPT0404 here", 1 << 24],
  ["name", "OPT0415 here", "../../evil"],
  ["name", "OPT0415 here", "/abs/evil"],
  ["name", "OPT0415 here", "C:evil"],
  ["sections[0].name", "OPT0415 here", "a\\b"],
  ["name", "OPT0415 here", "a\0b"],
  ["outputs[0].name", "OPT0415 here", "\u001b[31mred"],
  ["sections[0].meshes[0].name", "OPT0415 here", "a\nb"],
  ["inputs[0].name", "OPT0415 here", "a\u202eb"],
  ["inputs[0].name", "OPT0415 here", "a\ud800"],
  ["name", "OPT0415 here", "a".repeat(129)],
  ["certificate.cells[0].name", "OPT0415 here", ".."],
  ["certificate.signals[0].name", "OPT0415 here", "__proto__"],
  ["certificate.cells[0].kind", "OPT0403 here", "__proto__"],
  ["certificate.cells[0].kind", "OPT0403 here", "constructor"],
  ["certificate.cells[0].kind", "OPT0403 here", { toString: 1 }],
  ["sections[0].meshes[0].devices[0].kind", "OPT0403 here", "toString"],
  ["name", "OPT0403 here", JSON.parse("[".repeat(50_000) + "]".repeat(50_000))],
];

const ofBare: readonly RefusalRow<readonly [by: unknown]>[] = [
  ["aggregate.workers", "OPT0406 aggregate.fanIn", 7],
  ["aggregate.fanIn", "OPT0404 aggregate.fanIn[0]", [1]],
  ["inputs[1].symbol", ["OPT0407 inputs[1]", "OPT0407 inputs"], 0],
  ["inputs[2].worker", ["OPT0407 inputs[2]", "OPT0407 inputs"], 0],
  ["inputs[3].mode", ["OPT0407 inputs[3]", "OPT0412 outputs[3]"], 1],
  ["inputs[4].mode", "OPT0407 inputs[4]", 1],
  ["outputs[1].symbol", ["OPT0408 outputs[1]", "OPT0408 outputs"], 0],
  ["outputs[3].worker", ["OPT0408 outputs[3]", "OPT0408 outputs"], 0],
  ["outputs[3].mode", "OPT0408 outputs[3]", 1],
  [
    "inputs",
    [
      "OPT0407 here",
      "OPT0407 here",
      "OPT0407 here",
      "OPT0407 here",
      "OPT0412 (warning) sections[0].activations[0]",
      "OPT0412 outputs[0]",
      "OPT0412 outputs[1]",
      "OPT0412 outputs[2]",
      "OPT0412 outputs[3]",
    ],
    [],
  ],
  [
    "sections[0].activations",
    "OPT0411 sections[0].activations[1]",
    [
      { kind: "relu", mode: 0, gain: 1 },
      { kind: "relu", mode: 0, gain: 1 },
    ],
  ],
  ["sections[0].meshes[0].terminated", ["OPT0412 (warning) sections[0].activations[0]", "OPT0412 outputs[0]"], [0]],
  ["sections[0].meshes[0].terminated", "OPT0409 sections[0].meshes[0].terminated[1]", [2, 4]],
  ["sections[0].meshes[0].terminated", "OPT0409 sections[0].meshes[0].terminated[1]", [2, 2]],
  ["sections[0].meshes[0].modes", "OPT0409 sections[0].meshes[0].modes[2]", [0, 1, 0]],
  ["sections[0].meshes[0].modes", "OPT0409 sections[0].meshes[0].devices[2]", [0, 1]],
  ["sections[0].meshes[0].devices[2].column", "OPT0410 sections[0].meshes[0].devices[2]", 0],
  ["sections[0].meshes[0].devices[0].column", "OPT0410 sections[0].meshes[0].devices[1]", 1],
  ["sections[0].meshes[0].devices[1].mode", "OPT0409 sections[0].meshes[0].devices[1]", 3],
];

describe("what is found in a circuit", () => {
  for (const [name, base, rows] of [
    ["tiny", tiny, ofTiny],
    ["bare", bare, ofBare],
  ] as const) {
    holdRefusals<readonly [path: string, by: unknown]>(
      `circuit-${name}`,
      rows.map(([path, places, by]) => [`${path} as ${shown(by)}`, places, path, by]),
      (path, by) => {
        const value = changed(base, pathOf(path), by);
        const { circuit: read, findings } = checkCircuit(value);
        expect(read === null).toBe(findings.some(({ severity }) => severity === "error"));
        // Counts, ports, devices and signals are beyond a schema.
        if (findings.some(({ code }) => /OPT040[1-35]/.test(code))) expect(followsSchema(value)).toBe(false);
        return findings.map(({ code, severity, where, message, help }) => ({
          place: `${code}${severity === "error" ? "" : ` (${severity})`} ${where === path ? "here" : where}`,
          message: help === null ? message : `${message} [${help}]`,
        }));
      },
    );
  }

  it("is nothing at the bounds", () => {
    const at = ["sections", 0, "meshes", 0, "devices", 0, "thetaRad"];
    for (const angle of [2 ** 20, -(2 ** 20)]) expect(foundIn(changed(tiny, at, angle))).toEqual([]);
    for (const field of [1e100, -1e100, 1e-100, 0]) {
      expect(foundIn(changed(tiny, ["inputs", 2, "field"], field))).toEqual([]);
    }
    for (const workers of [2, 6]) {
      const found = foundIn(changed(bare, ["aggregate", "workers"], workers));
      expect(found.filter((line) => line.startsWith("OPT0406"))).toEqual([]);
    }
    const bits = circuit({
      ...tinyCircuit(),
      aggregate: { workers: 2, bits: 1, levels: 2, signed: false, rounding: "floor", symbols: 1 },
    });
    expect(foundIn(bits)).toEqual([]);
    // No circuit is written with an empty list of levels, and one that is read is a single unit.
    expect(foundIn(changed(bare, ["aggregate", "fanIn"], []))).toEqual([]);
  });

  it("of version 1 is a device that loses light, which a reader of that version does not know", () => {
    const lossy = changed(tiny, ["sections", 0, "meshes", 0, "devices", 0, "fieldFactor"], 0.9);
    expect(foundIn(lossy)).toEqual([
      "OPT0402 version: a circuit of version 1 has devices that lose light, or waveguides [losses need version 2; readers of version 1 assume ideal devices]",
    ]);
    expect(foundIn(changed(lossy, ["version"], 2))).toEqual([]);
    expect(foundIn(changed(tiny, ["version"], 2))).toEqual([]);
  });

  it("is nothing in as many modes as four for each that is named, and a thousand", () => {
    // 5 inputs, 4 outputs, a neuron, a mesh of 3.
    const most = 1024 + 4 * 13;
    expect(foundIn(changed(bare, ["modes"], most))).toEqual([]);
    expect(foundIn(changed(bare, ["modes"], most + 1))).toEqual([
      `OPT0404 modes: ${most + 1} modes are too many: ports, meshes and neurons name 13`,
    ]);
  });

  it("is what is wrong in the file, where what it counts is wrong as well", () => {
    // Indices are not measured by counts that are no counts.
    const found = (base: object, path: Path, by: unknown): string[] => foundIn(changed(base, path, by));
    expect(found(tiny, ["aggregate", "workers"], "2")).toEqual([
      'OPT0403 aggregate.workers: a number is wanted, not "2"',
    ]);
    expect(found(tiny, ["aggregate", "symbols"], 1.5)).toEqual([
      "OPT0404 aggregate.symbols: 1.5 is not a whole number in 1..32",
    ]);
    expect(found(tiny, ["aggregate", "workers"], 1.5)).toEqual([
      "OPT0404 aggregate.workers: 1.5 is not a whole number in 1..4096",
    ]);
    expect(found(tiny, ["aggregate"], undefined)).toEqual(["OPT0403 aggregate: missing, an object is wanted"]);
    expect(found(tiny, ["sections"], undefined)).toEqual(["OPT0403 sections: missing, a list is wanted"]);
    expect(found(tiny, ["certificate", "signals"], 7)).toEqual([
      "OPT0403 certificate.signals: a list is wanted, not 7",
    ]);
    expect(found(tiny, ["certificate"], undefined)).toEqual(["OPT0403 certificate: missing, an object is wanted"]);
    for (const value of [null, "x", 7]) expect(foundIn(value)[0]).toContain("OPT0401 format: this is not a circuit");
  });
});

it("every code of a circuit has a page", () => {
  // OPT0414 stands at the end of a long list, OPT0416 in placement.test.ts.
  const found = [...ofTiny, ...ofBare].flatMap(([, places]) => [places].flat().map((place) => place.slice(0, 7)));
  // From OPT0430 on they are the formats' codes, held by their own tests.
  const pages = Object.keys(circuitCodes).filter((code) => code < "OPT0430");
  expect(pages.sort()).toEqual([...new Set([...found, "OPT0414", "OPT0416"])].sort());
});

describe("a list of findings", () => {
  const finding = ["OPT0404", "", "m"] as const;

  it.each([
    ["fail", 3, "error"],
    ["warn", 0, "warning"],
  ] as const)("after three times %s ends in how many more there are", (report, errors, last) => {
    const reports = newReports();
    for (let i = 0; i < 47; i++) reports.warn(...finding);
    for (let i = 0; i < 3; i++) reports[report](...finding);
    expect(reports.errors()).toBe(errors);
    expect(reports.findings()).toHaveLength(50);
    reports.warn(...finding);
    reports.warn(...finding);
    expect(reports.findings()).toHaveLength(51);
    expect(reports.findings().at(-1)).toEqual({
      code: "OPT0414",
      severity: last,
      message: "2 more findings are not listed",
      where: "",
      help: null,
    });
    expect(reports.errors()).toBe(errors);
  });
});

describe("a value as a message shows it", () => {
  it.each<readonly [unknown, string]>([
    ["red", '"red"'],
    ['a "b"', '"a \\"b\\""'],
    ["a\u001b[31m\u202e", '"a\\u001b[31m?"'],
    ["x".repeat(38), `"${"x".repeat(38)}"`],
    ["x".repeat(39), `"${"x".repeat(38)}…`],
    ["x".repeat(500), `"${"x".repeat(38)}…`],
    [[1, [2]], "a list of 2"],
    [{ a: 1 }, "an object"],
    [undefined, "nothing"],
    [null, "null"],
    [1.5, "1.5"],
    [true, "true"],
  ])("%j", (value, text) => {
    expect(shown(value)).toBe(text);
  });
});

describe("rules of numbers and lists", () => {
  const counts = { modes: 3, workers: 1, symbols: 1, received: 1, sections: 1, signals: 1 };
  const problems = (value: unknown, rule: Parameters<typeof checkForm>[1]): string[] => {
    const reports = newReports();
    checkForm(value, rule, "here", counts, reports);
    return reports.findings().map(({ message, where }) => `${where}: ${message}`);
  };

  it.each<readonly [Parameters<typeof checkForm>[1], unknown, readonly string[]]>([
    [{ kind: "index", of: "modes" }, 2, []],
    [{ kind: "index", of: "modes" }, 3, ["here: 3 is not a whole number in 0..2"]],
    [{ kind: "index", of: "modes" }, -1, ["here: -1 is not a whole number in 0..2"]],
    [{ kind: "integer", low: 2, high: 4 }, 2, []],
    [{ kind: "integer", low: 2, high: 4 }, 4, []],
    [{ kind: "integer", low: 2, high: 4 }, 1, ["here: 1 is not a whole number in 2..4"]],
    [{ kind: "integer", low: 2, high: 4 }, 5, ["here: 5 is not a whole number in 2..4"]],
    [{ kind: "quantity", sign: "any" }, 0, []],
    [{ kind: "quantity", sign: "any" }, -2, []],
    [{ kind: "quantity", sign: "nonzero" }, -2, []],
    [{ kind: "quantity", sign: "nonzero" }, 0, ["here: 0 is not different from 0"]],
    [{ kind: "quantity", sign: "positive" }, 2, []],
    [{ kind: "quantity", sign: "positive" }, 0, ["here: 0 is not more than 0"]],
    [{ kind: "quantity", sign: "positive" }, -2, ["here: -2 is not more than 0"]],
    [{ kind: "quantity", sign: "nonnegative" }, 0, []],
    [{ kind: "quantity", sign: "nonnegative" }, -2, ["here: -2 is not 0 or more"]],
    [{ kind: "quantity", sign: "any" }, Number.NaN, ["here: NaN is not a finite number"]],
    [{ kind: "quantity", sign: "any" }, Number.NEGATIVE_INFINITY, ["here: -Infinity is not a finite number"]],
    [{ kind: "angle" }, Number.NaN, ["here: NaN is not an angle in -1048576..1048576 rad"]],
    [{ kind: "factor" }, 1, []],
    [{ kind: "factor" }, 1e-100, []],
    [{ kind: "factor" }, 0, ["here: 0 is not more than 0 and at most 1: light is not amplified"]],
    [{ kind: "factor" }, 1.5, ["here: 1.5 is not more than 0 and at most 1: light is not amplified"]],
    [{ kind: "factor" }, Number.NaN, ["here: NaN is not more than 0 and at most 1: light is not amplified"]],
    [{ kind: "literal", of: [1, 2] }, 2, []],
    [{ kind: "literal", of: [1, 2] }, 3, ["here: 1 or 2 is wanted, not 3"]],
    [{ kind: "nullable", of: { kind: "flag" } }, null, []],
    [{ kind: "nullable", of: { kind: "flag" } }, 0, ["here: true or false is wanted, not 0"]],
    [
      { kind: "list", of: { kind: "flag" } },
      [true, 1, 2],
      ["here[1]: true or false is wanted, not 1", "here[2]: true or false is wanted, not 2"],
    ],
    [{ kind: "record", fields: { a: { kind: "flag" } } }, { a: true }, []],
    [{ kind: "record", fields: { a: { kind: "flag" } } }, {}, ["here.a: missing, true or false is wanted"]],
    [{ kind: "record", fields: { a: { kind: "optional", of: { kind: "flag" } } } }, {}, []],
    [
      { kind: "record", fields: { a: { kind: "optional", of: { kind: "flag" } } } },
      { a: 1 },
      ["here.a: true or false is wanted, not 1"],
    ],
    [{ kind: "record", fields: { a: { kind: "flag" } } }, { a: true, b: 1 }, ['here: unknown key "b"']],
    [{ kind: "variants", of: { x: { a: { kind: "flag" } } } }, { kind: "x", a: true }, []],
    [
      { kind: "variants", of: { x: { a: { kind: "flag" } } } },
      { kind: "y", a: true },
      ['here.kind: "x" is wanted, not "y"'],
    ],
    [{ kind: "variants", of: { x: { a: { kind: "optional", of: { kind: "flag" } } } } }, { kind: "x" }, []],
    [
      { kind: "variants", of: { x: { a: { kind: "flag" } }, y: { a: { kind: "optional", of: { kind: "flag" } } } } },
      { kind: "x" },
      ["here.a: missing, true or false is wanted"],
    ],
  ])("%j of %j", (rule, value, expected) => {
    expect(problems(value, rule)).toEqual(expected);
  });
});
