import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { aggregationOf, type Synthesis, synthesise } from "../../../compiler/index.ts";
import { importNetwork } from "../../../compiler/network/imported.ts";
import { type ApproximateSpec, parseSpecs, type Spec } from "../../../dsl/index.ts";
import { checkCircuit, countDevices, serializeCircuit } from "../../../netlist/index.ts";
import { passed, type VerificationReport, verifyCircuit } from "../../../verify/index.ts";

const directory = new URL("../../../examples/imported/", import.meta.url);

function exampleSpec(): Spec {
  const text = readFileSync(new URL("mean-2x4.optinc", directory), "utf8");
  const { value, diagnostics } = parseSpecs({ name: "mean-2x4.optinc", text }, { emitTargets: ["spice", "phases"] });
  expect(diagnostics).toEqual([]);
  return value![0]!;
}

function compileExample(approximate: ApproximateSpec): Synthesis {
  const spec = exampleSpec();
  if (spec.network.kind !== "imported") throw new Error("the example imports its network");
  const bytes = readFileSync(new URL(spec.network.weights, directory));
  const file = { name: spec.network.weights, bytes };
  const { value, diagnostics } = importNetwork({ ...spec.network, approximate }, aggregationOf(spec), file);
  expect(diagnostics).toEqual([]);
  return synthesise(spec, { network: value!.mlp });
}

function verify({ circuit }: Synthesis): VerificationReport {
  const read = checkCircuit(JSON.parse([...serializeCircuit(circuit)].join("")));
  expect(read.findings).toEqual([]);
  return verifyCircuit(read.circuit!, { inputs: { kind: "exhaustive" }, seed: 1 });
}

test("the imported example is right on every distinct input vector, through its meshes", () => {
  const compilation = compileExample({ kind: "none" });
  const report = verify(compilation);
  expect(report.vectors).toBe(49);
  expect(report.wrong).toBe(0);
  expect(passed(report)).toBe(true);
  // trained to 0.1 of a level, stored as float32
  expect(report.worstReceiverError).toBeLessThan(0.1001);
  expect(compilation.perceptron!.layers.map((layer) => [layer.rows, layer.cols])).toEqual([
    [48, 2],
    [48, 48],
    [48, 48],
    [2, 48],
  ]);
  expect(countDevices(compilation.circuit).bySection.layer.mzis).toBeGreaterThan(48 * 3 + 2 * 48 * 49 + 2 * 49 - 5);
});

test("approximating all of its layers halves the middle ones and costs words, and verification says so", () => {
  const compilation = compileExample({ kind: "all" });
  const report = verify(compilation);
  expect(report.wrong).toBeGreaterThan(0);
  expect(passed(report)).toBe(false);
  expect(countDevices(compilation.circuit).bySection.layer.mzis).toBeLessThan(2600);
});

test("the same spec and file give the same circuit, byte for byte", () => {
  const bytes = (): string => [...serializeCircuit(compileExample({ kind: "none" }).circuit)].join("");
  expect(bytes()).toBe(bytes());
});

test("a network that was asked for and not given is a bug of the caller", () => {
  expect(() => synthesise(exampleSpec())).toThrow("the imported network is not given");
});
