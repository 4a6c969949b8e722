import { expect, test } from "vitest";
import {
  completionsAt,
  gridSize,
  layOut,
  parseSpecs,
  parseStudies,
  renameAt,
  type Study,
  studySpecs,
} from "../../dsl/index.ts";
import { targets } from "./example.ts";

const aggregate = "aggregate pair {\n  workers 2\n  precision 4 bits\n  verify { inputs exhaustive }\n}\n";

/** The example of the issue that asked for studies, word by word. */
const asked = `${aggregate.replaceAll("pair", "mean-4x8")}study small-and-robust {
  aggregate mean-4x8
  vary  workers 2 3 4 5 8 16;  decision-margin 0.1..0.45 step 0.05;  neuron relu saturating;  technology foundry-si best-published
  measure mzis, neurons, depth, crossings, path-loss, word-error-rate, latency, yield at phase 0.005 rad
  minimise mzis;  maximise yield
}
`;

function studyIn(text: string, name = "a.optinc"): Study {
  const { value, diagnostics } = parseStudies({ name, text });
  expect(diagnostics).toEqual([]);
  return value![0]!;
}

function valuesOf(line: string): readonly (number | string)[] {
  const study = studyIn(`${aggregate}study s {\n  aggregate pair\n  measure mzis\n  vary ${line}\n}\n`);
  const { values } = study.axes[0]!;
  return values.kind === "values" ? values.values.map(({ value }) => value) : [values.low, values.high];
}

test("the example means what it says", () => {
  const study = studyIn(asked);
  expect(parseSpecs({ name: "a.optinc", text: asked }, { emitTargets: targets }).diagnostics).toEqual([]);
  expect(study).toMatchObject({ name: "small-and-robust", aggregate: "mean-4x8", trials: null, seed: 1, chips: 1000 });
  expect(
    study.axes.map(({ name, block, values }) => [name, block, values.kind === "values" && values.values.length]),
  ).toEqual([
    ["workers", "aggregate", 6],
    ["decision-margin", "network", 8],
    ["neuron", "network", 2],
    ["technology", "aggregate", 2],
  ]);
  expect(gridSize(study.axes)).toBe(192);
  expect(study.measures.map(({ written }) => written).slice(-2)).toEqual(["latency", "yield at phase 0.005 rad"]);
  expect(study.measures.at(-1)!.at).toEqual({ phaseRad: 0.005, splitter: null });
  expect(study.objectives).toEqual([
    { metric: "mzis", better: "less" },
    { metric: "yield", better: "more" },
  ]);
});

test("laid out, as a block, with `vary` again and as YAML it is the same study", () => {
  const study = studyIn(asked);
  const plain = (other: Study): unknown => JSON.parse(JSON.stringify(other));
  expect(plain(studyIn(layOut(asked).value!))).toEqual(plain(study));
  const block = asked.replace(/vary {2}(.*)/, "vary { $1 }");
  expect(plain(studyIn(block))).toEqual(plain(study));
  expect(plain(studyIn(asked.replaceAll(/; {2}(?=margin|neuron|tech)/g, "\n vary ")))).toEqual(plain(study));
  const yaml = `aggregate mean-4x8:
  workers: 2
  precision: 4 bits
study small-and-robust:
  aggregate: mean-4x8
  vary:
    workers: [2, 3, 4, 5, 8, 16]
    decision-margin: 0.1..0.45 step 0.05
    neuron: [relu, saturating]
    technology: [foundry-si, best-published]
  measure: [mzis, neurons, depth, crossings, path-loss, word-error-rate, latency, yield at phase 0.005 rad]
  minimise: mzis
  maximise: yield
`;
  expect(plain(studyIn(yaml, "a.yaml"))).toEqual(plain(study));
});

test.each([
  ["decision-margin 0.1..0.4 step 0.1", [0.1, 0.2, 0.3, 0.4]],
  ["decision-margin 10..40 % step 10 %", [0.1, 0.2, 0.3, 0.4]],
  ["decision-margin 0.1 0.2..0.3 step 0.05", [0.1, 0.2, 0.25, 0.3]],
  ["workers 2..5", [2, 3, 4, 5]],
  ["precision 4..8 bits step 2", [4, 6, 8]],
  ["precision 4 8 bits", [4, 8]],
  ["symbol-rate 10 25 GBd", [10e9, 25e9]],
  ["symbol-rate 10..20 GBd step 5", [10e9, 15e9, 20e9]],
  ["topology single, cascade 2 x 2", ["single", "cascade 2 x 2"]],
  ['technology foundry-si "own.yaml"', ["foundry-si", "own.yaml"]],
])("vary %s", (line, values) => {
  expect(valuesOf(line)).toEqual(values);
});

test("a point is the aggregate with other values, checked as if it were written so", () => {
  const source = { name: "a.optinc", text: asked };
  const study = studyIn(asked);
  const specs = studySpecs(source, study, { emitTargets: targets });
  const value = (axis: number, at: number) => {
    const { values } = study.axes[axis]!;
    if (values.kind !== "values") throw new Error("a range");
    return values.values[at]!;
  };
  const spec = specs([value(0, 5), value(1, 1), value(2, 0), value(3, 1)]).value!;
  expect(spec).toMatchObject({
    name: "mean-4x8",
    workers: 16,
    technology: "best-published",
    network: { kind: "constructed", neuron: "relu", threshold: "optical", margin: 0.15 },
    verify: { inputs: { kind: "exhaustive" } },
  });
  const broken = studyIn(
    asked.replace("neuron relu saturating", "threshold electronic optical; neuron relu saturating"),
  );
  const cannot = studySpecs(source, broken, { emitTargets: targets });
  const at = (axis: number, name: string) => {
    const { values } = broken.axes[axis]!;
    if (values.kind !== "values") throw new Error("a range");
    return values.values.find(({ value }) => value === name) ?? values.values[0]!;
  };
  const { value: none, diagnostics } = cannot(broken.axes.map((_, i) => at(i, i === 2 ? "electronic" : "relu")));
  expect(none).toBeNull();
  expect(diagnostics.map(({ code }) => code)).toEqual(["OPT0233"]);
});

test("an editor offers what can be varied, and renames the aggregate in its study", () => {
  const labels = (text: string): readonly string[] =>
    completionsAt(text, text.length, { targets: {}, technologies: { "foundry-si": "one" } }).items.map(
      ({ label }) => label,
    );
  const head = "aggregate pair { workers 2; precision 4 }\nstudy s {\n  ";
  expect(labels(head)).toEqual(expect.arrayContaining(["aggregate", "vary", "measure", "search"]));
  expect(labels(`${head}vary `)).toEqual(expect.arrayContaining(["workers", "decision-margin", "technology"]));
  expect(labels(`${head}vary neuron `)).toEqual(["saturating", "relu"]);
  expect(labels(`${head}neuron relu `)).toEqual(["saturating"]);
  expect(labels(`${head}aggregate `)).toEqual(["pair"]);
  expect(labels(`${head}measure mzis, `)).not.toContain("mzis");
  expect(labels(`${head}vary technology `)).toEqual(["foundry-si"]);
  const text = `${aggregate}study s { aggregate pair; measure mzis }\n`;
  const renamed = renameAt({ name: "a.optinc", text }, text.indexOf("pair") + 1, "twin");
  expect(renamed).toMatchObject({ kind: "renamed" });
  expect(renamed.kind === "renamed" && renamed.spans).toHaveLength(2);
});
