import { expect, test } from "vitest";
import { distinctInputVectors, formatSpec, type Spec } from "../../dsl/index.ts";
import { problems, read, specsOf } from "./example.ts";

function inAggregate(lines: string): string {
  return `aggregate a {\nprecision 8 bits\n${lines}\n}\n`;
}

function topologyOf(lines: string): Spec["topology"] {
  return specsOf(inAggregate(lines))[0]!.topology;
}

test.each([
  ["workers 16; topology cascade 4 x 4", [4, 4]],
  ["workers 13; topology cascade 4x4", [4, 4]],
  ["workers 1024; topology cascade 4 x 4 x 4 x 4 x 4", [4, 4, 4, 4, 4]],
  ["workers 4096; topology cascade 64 x 64", [64, 64]],
  ["workers 2; topology cascade 2 x 2", [2, 2]],
])("%s", (lines, fanIn) => {
  expect(topologyOf(lines)).toEqual({ kind: "cascade", fanIn });
});

test("one unit is the default, and may be written", () => {
  expect(topologyOf("workers 4")).toEqual({ kind: "single" });
  expect(topologyOf("workers 4; topology single")).toEqual({ kind: "single" });
  expect(read(inAggregate("workers 4")).value![0]!.defaults).toContain("topology single");
  expect(read(inAggregate("workers 4; topology single")).value![0]!.defaults).not.toContain("topology single");
});

test("YAML says it in the same words", () => {
  const yaml = "aggregate a:\n  workers: 16\n  precision: 8 bits\n  topology: cascade 4 x 4\n";
  expect(specsOf(yaml, "a.yaml")[0]!.topology).toEqual({ kind: "cascade", fanIn: [4, 4] });
});

test("the canonical text gives the same spec", () => {
  const spec = read(inAggregate("workers 13; topology cascade 4 x 4")).value![0]!;
  expect(read(formatSpec(spec)).value![0]).toEqual({ ...spec, defaults: [] });
});

test("too many workers are told of a tree that serves them", () => {
  const help = (workers: number): string | null => read(inAggregate(`workers ${workers}`)).diagnostics[0]!.help;
  expect(help(65)).toContain("`topology cascade 4 x 4 x 5`");
  for (const workers of [65, 100, 128, 1000, 4096]) {
    const tree = /topology cascade [0-9 x]+/.exec(help(workers)!)![0];
    expect(problems(inAggregate(`workers ${workers}; ${tree}`))).toEqual([]);
  }
});

test("every first unit has sums of its own to try", () => {
  expect(distinctInputVectors(16, 2, 4, 4)).toBe(13 ** 4);
  expect(distinctInputVectors(13, 3, 4, 4)).toBe((5 * 13) ** 3 * (2 * 4));
  const inputs = (lines: string): string => read(inAggregate(lines)).value![0]!.verify.inputs.kind;
  expect(inputs("workers 16")).toBe("proof");
  expect(inputs("workers 6; topology cascade 3 x 2")).toBe("proof");
  expect(read("aggregate a { workers 16; precision 2; topology cascade 4 x 4 }").value![0]!.verify.inputs).toEqual({
    kind: "exhaustive",
  });
});
