import { expect, test } from "vitest";
import { formatSpec, type Spec } from "../../dsl/index.ts";
import { inAggregate as aggregate, specsOf } from "./example.ts";

const read = (text: string, name?: string): Spec => specsOf(text, name)[0]!;
const required = (line: string): string => aggregate(`technology "foundry-si"\nrequire {\n${line}\n}`);

const everything = `aggregate mean-4x8 {
  workers 4; precision 8 bits
  technology "foundry-si"
  symbol-rate 25 GBd
  require {
    word-error-rate <= 1e-12
    launch-power    <= 3 dBm
    path-loss       <= 15 dB
    latency         <= 5 ns
    heater-power    <= 3 W
    area            <= 25 mm2
    crossings       <= 150
    mzis            <= 90
    yield           >= 99 % at phase 0.005 rad, splitter 1 %
  }
}
`;

const inYaml = `aggregate mean-4x8:
  workers: 4
  precision: 8 bits
  technology: foundry-si
  symbol-rate: 25 GBd
  require:
    word-error-rate: <= 1e-12
    launch-power: <= 3 dBm
    path-loss: <= 15 dB
    latency: "<= 5 ns"
    heater-power: <= 3 W
    area: <= 25 mm2
    crossings: <= 150
    mzis: <= 90
    yield: ">= 99 % at phase 0.005 rad, splitter 1 %"
`;

test("everything that can be required is read in base units, with its place", () => {
  const spec = read(everything);
  expect(spec.technology).toBe("foundry-si");
  expect(spec.symbolRateBd).toBe(25e9);
  const found = spec.requirements.map(({ metric, relation, value }) => `${metric} ${relation} ${value.toPrecision(4)}`);
  expect(found).toEqual([
    "word-error-rate <= 1.000e-12",
    "launch-power <= 0.001995",
    "path-loss <= 15.00",
    "latency <= 5.000e-9",
    "heater-power <= 3.000",
    "area <= 0.00002500",
    "crossings <= 150.0",
    "mzis <= 90.00",
    "yield >= 0.9900",
  ]);
  expect(spec.requirements.at(-1)!.at).toEqual({ phaseRad: 0.005, splitter: 0.01 });
  const { span, written } = spec.requirements[1]!;
  expect([everything.slice(span.start, span.end), written]).toEqual(["<= 3 dBm", "3 dBm"]);
});

test("YAML says the same", () => {
  const values = (spec: Spec): unknown => ({
    ...spec,
    requirements: spec.requirements.map(({ span, ...rest }) => rest),
  });
  const spec = read(inYaml, "a.yaml");
  expect(values(spec)).toEqual(values(read(everything)));
  const places = spec.requirements.map(({ span }) => inYaml.slice(span.start, span.end));
  expect(places[0]).toBe("<= 1e-12");
  expect(places.at(-1)).toBe(">= 99 % at phase 0.005 rad, splitter 1 %");
});

test("it is formatted as it was written, in the order of the table", () => {
  const text = formatSpec(read(required("yield >= 0.99 at splitter 1 %\nlaunch-power <= 3 dBm")));
  expect(text).toContain('  technology  "foundry-si"\n  symbol-rate 25000000000 Bd\n');
  expect(text).toContain("  require {\n    launch-power <= 3 dBm\n    yield        >= 0.99 at splitter 1 %\n  }\n");
});

test("a spec without technology says nothing of it, neither among its defaults nor in canonical text", () => {
  const spec = read(aggregate(""));
  expect(spec).toMatchObject({ technology: null, symbolRateBd: 25e9, requirements: [] });
  expect(spec.defaults.join()).not.toMatch(/symbol-rate|technology/);
  expect(formatSpec(spec)).not.toMatch(/symbol-rate|technology|require/);
  expect(read(required("mzis <= 90")).defaults).toContain("symbol-rate 25 GBd");
});

test("a technology is a name or a path, with quotes or, where it is a word, without", () => {
  expect(read(aggregate("technology foundry-si")).technology).toBe("foundry-si");
  expect(read(aggregate('technology "../own/a b.yaml"')).technology).toBe("../own/a b.yaml");
  expect(read("aggregate a:\n  workers: 4\n  precision: 8\n  technology: ../own.yml\n", "a.yaml").technology).toBe(
    "../own.yml",
  );
});
