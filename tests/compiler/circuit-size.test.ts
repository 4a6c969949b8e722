import { describe, expect, it } from "vitest";
import { aggregationOf, estimateConstructedBytes, estimatePerceptronBytes, synthesise } from "../../compiler/index.ts";
import { mlpToOnn } from "../../compiler/network/mlp-onn.ts";
import { limits, parseSpecs, type Spec } from "../../dsl/index.ts";
import { type Circuit, seededRandom, serializeCircuit } from "../../netlist/index.ts";
import { opticsOf } from "../../physics/index.ts";
import { estimateBytes, sizeProblem } from "../../toolchain/circuit/size-limit.ts";
import { compile } from "../../toolchain/index.ts";
import { technology } from "../physics/specs.ts";
import { every } from "../rounds.ts";
import { aggregation, mlpOf, perceptronCircuit } from "./network/mlps.ts";

function read(settings: string): Spec {
  const { value, diagnostics } = parseSpecs(
    { name: "a.optinc", text: `aggregate a { ${settings} }` },
    { emitTargets: ["spice", "phases"] },
  );
  expect(diagnostics).toEqual([]);
  return value![0]!;
}

function bytesOf(circuit: Circuit): number {
  let bytes = 0;
  for (const piece of serializeCircuit(circuit)) bytes += piece.length;
  return bytes;
}

/** At least as much as there is, and of what is large not more than twice as much. */
function expectBound(estimate: number, bytes: number): void {
  expect(estimate).toBeGreaterThanOrEqual(bytes);
  if (bytes > 1e6) expect(estimate).toBeLessThan(2 * bytes);
}

const twelve = `topology cascade ${Array(12).fill(2).join(" x ")}`;

describe("the size of circuit.json is known before the circuit", () => {
  it.each(
    every(
      3,
      [
        [
          "workers 2; precision 1 bits",
          "workers 64; precision 1 bits; rounding half-even",
          "workers 3; precision 8 bits",
        ],
        ["workers 7; precision 17 bits; levels 2; rounding floor", "workers 64; precision 32 bits; levels 2"],
        [
          "workers 63; precision 32 bits; levels 16; rounding half-even",
          "workers 3; precision 2 bits; topology cascade 2 x 2",
        ],
        ["workers 65; precision 8 bits; levels 16; topology cascade 64 x 2"],
        ["workers 65; precision 32 bits; levels 2; topology cascade 2 x 64; rounding half-even"],
        ["workers 100; precision 8 bits; topology cascade 3 x 5 x 7", `workers 2; precision 32 bits; ${twelve}`],
        ["workers 63; precision 32 bits; rounding floor; topology cascade 2 x 2 x 2 x 2 x 2 x 2"],
        ["workers 256; precision 1 bits; levels 2; topology cascade 16 x 16"],
      ].flat(),
    ),
  )("%s", (settings) => {
    for (const neuron of ["neuron relu", "neuron saturating", "neuron saturating; threshold optical"]) {
      const spec = read(`${settings}; network constructed { ${neuron} }`);
      if (spec.network.kind !== "constructed") throw new Error("the spec is read as something else");
      expectBound(estimateConstructedBytes(aggregationOf(spec), spec.network), bytesOf(synthesise(spec).circuit));
    }
  });

  it.each([[[4, 40, 4]], [[4, 100, 90, 4]], [[2, 160, 4]]])("a perceptron %j, dense and factored", (widths) => {
    const aggregate = aggregation(4, 8, 4);
    for (const isFactored of [() => false, () => true]) {
      const mlp = mlpOf(widths, isFactored, seededRandom(3));
      const circuit = perceptronCircuit(aggregate, mlpToOnn(mlp, aggregate).onn);
      expectBound(estimatePerceptronBytes(aggregate, mlp.layers), bytesOf(circuit));
    }
  });
});

describe("of circuits that lose light", () => {
  const { optics } = opticsOf(technology("foundry-si"), 25e9);

  const lossy = [
    "workers 4; precision 8 bits; levels 2",
    "workers 8; precision 16 bits; levels 2",
    "workers 64; precision 8 bits",
    "workers 16; precision 8 bits; topology cascade 2 x 2 x 2 x 2",
  ];
  it.each(every(4, lossy))("%s", (settings) => {
    const spec = read(`${settings}; technology foundry-si`);
    const estimate = estimateBytes(spec, null);
    const bytes = bytesOf(synthesise(spec, { network: null }, optics!).circuit);
    expect(estimate).toBeGreaterThanOrEqual(bytes);
    expect(estimate).toBeLessThan(2.5 * bytes);
  });

  it("a perceptron", () => {
    const spec = read("workers 4; precision 8 bits; technology foundry-si; network trained { hidden 40 30 }");
    const network = mlpOf([4, 40, 30, 4], () => false, seededRandom(3));
    const bytes = bytesOf(synthesise(spec, { network }, optics!).circuit);
    expect(estimateBytes(spec, network)).toBeGreaterThanOrEqual(bytes);
    expect(estimateBytes(spec, network)).toBeLessThan(2.5 * bytes);
  });
});

describe("a circuit that could not be read back", () => {
  it.each([
    `workers 4096; precision 32 bits; ${twelve}`,
    `workers 4095; precision 32 bits; levels 2; rounding half-even; ${twelve}`,
    "workers 4; precision 8 bits; network trained { hidden 2048 2048 2048 }",
  ])("%s: refused before the work", async (settings) => {
    const spec = read(settings);
    const { value, diagnostics } = await compile(spec);
    expect(value).toBeNull();
    expect(diagnostics).toMatchObject([{ code: "OPT0647", message: expect.stringContaining("at most 480 MiB") }]);
  });

  it.each([
    "workers 4096; precision 32 bits; levels 2; topology cascade 64 x 64",
    "workers 4096; precision 16 bits; topology cascade 4 x 4 x 4 x 4 x 4 x 4",
    "workers 4; precision 8 bits; network trained { hidden 1024 1024 }",
    "workers 4; precision 8 bits; network trained { hidden 2048 }",
    "workers 64; precision 32 bits; network trained",
  ])("%s: not refused", (settings) => {
    expect(sizeProblem(read(settings), null)).toBeNull();
  });

  it("is not larger than what is read", () => {
    expect(limits.circuitBytes).toBe(480 * 2 ** 20);
  });
});
