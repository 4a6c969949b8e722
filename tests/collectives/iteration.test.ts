import { describe, expect, it } from "vitest";
import {
  compareIterations,
  findAlgorithm,
  type IterationOutcome,
  iterationsCsv,
  iterationsSvg,
  iterationsTable,
  layersOf,
  type Sharding,
} from "../../collectives/index.ts";
import { lastEnd } from "../../collectives/iteration/compute.ts";
import { type Cluster, defaultCluster, modelParameters } from "../../dsl/index.ts";
import { figuresOf } from "./outcome.ts";

const layered = Object.keys(layersOf);

describe("layers", () => {
  it.each(layered)("of %s add up to its parameters", (model) => {
    const layers = layersOf[model]!(1024);
    expect(layers.reduce((sum, { parameters }) => sum + parameters, 0)).toBe(modelParameters[model]);
    for (const { macs, activations } of layers) expect(macs >= 0 && activations > 0).toBe(true);
  });

  it.each([
    // Multiply-accumulates of a forward pass of one image, published with the models (torchvision's GFLOPS).
    ["alexnet", 0.71e9],
    ["resnet50", 4.09e9],
    ["vgg16", 15.47e9],
    ["vgg19", 19.63e9],
  ])("of %s take its published multiply-accumulates", (model, published) => {
    const macs = layersOf[model]!(1).reduce((sum, layer) => sum + layer.macs, 0);
    expect(Math.abs(macs / published - 1)).toBeLessThan(0.01);
  });

  it("of a mixture of experts have all parameters, and compute with two experts of eight", () => {
    const block = layersOf["mixtral-8x7b"]!(1)[1]!;
    expect(block.parameters).toBeGreaterThan(3.5 * block.macs);
  });
});

/** Only rates: bf16 gradients, no latency, nothing to add, compute of 1 PFLOP/s and a memory that never waits. */
function on(changes: Partial<Cluster["iteration"]> = {}, more: Partial<Cluster> = {}): Cluster {
  const base = defaultCluster(8);
  const iteration = { ...base.iteration, batch: 1, compute: 1e15, utilization: 1, memory: 1e24, ...changes };
  const gradients = [{ name: "llama2-7b", elements: 1 }];
  return { ...base, latency: 0, reduction: Number.POSITIVE_INFINITY, dtype: "bf16", gradients, iteration, ...more };
}

function blockOf(cluster: Cluster, sharding: Sharding = "data", workers = 8) {
  const algorithms = ["ring", "optinc"].map((name) => findAlgorithm(name)!);
  return compareIterations(cluster, { workers: [workers], algorithms, sharding, unit: null }).blocks[0]!;
}

function timed(block: ReturnType<typeof blockOf>, name: string): IterationOutcome {
  return figuresOf(block.rows, name);
}

describe("an iteration", () => {
  const bits = 16 * modelParameters["llama2-7b"]!;

  it("computes six operations a multiply-accumulate, or waits for memory", () => {
    const macs = layersOf["llama2-7b"]!(2048).reduce((sum, layer) => sum + layer.macs, 0);
    const block = blockOf(on());
    expect(block.forwardS + block.backwardS).toBeCloseTo((6 * macs) / 1e15, 12);
    expect(block.memoryBound).toBe(1);
    const slow = blockOf(on({ memory: 1e10 }));
    expect(slow.memoryBound).toBe(slow.layers);
    const activations = layersOf["llama2-7b"]!(2048).reduce((sum, layer) => sum + layer.activations, 0);
    expect(slow.forwardS).toBeCloseTo((bits + 16 * activations) / 1e10, 6);
  });

  it("takes the sum of compute and communication without overlap, and at least the longer one with it", () => {
    const block = blockOf(on());
    const compute = block.forwardS + block.backwardS;
    for (const [name, volume] of [
      ["ring", 1.75],
      ["optinc", 1],
    ] as const) {
      const { communicationS, plainS, overlappedS, exposedS, communicationShare } = timed(block, name);
      expect(communicationS).toBeCloseTo((volume * bits) / 100e9, 6);
      expect(plainS).toBeCloseTo(compute + communicationS, 9);
      expect(communicationShare).toBeCloseTo(communicationS / plainS, 12);
      expect(overlappedS).toBeLessThan(plainS);
      expect(overlappedS).toBeGreaterThan(Math.max(compute, communicationS));
      expect(exposedS).toBeCloseTo(overlappedS - compute, 12);
    }
    expect(timed(block, "ring")).toMatchObject({ plainRatio: 1, overlappedRatio: 1 });
  });

  it("hides all but the first layers' gradients where the network is fast, and nothing in one bucket", () => {
    const fast = blockOf(on({}, { rate: 100e12 }));
    // What is left is the first block's bucket, and the embedding's, which computes nothing and is ready with it.
    const left = layersOf["llama2-7b"]!(1)
      .slice(0, 2)
      .reduce((sum, { parameters }) => sum + parameters, 0);
    expect(timed(fast, "ring").exposedS).toBeCloseTo((1.75 * 16 * left) / 100e12, 9);
    const one = blockOf(on({ bucket: 1e15 }));
    expect(one.buckets).toBe(1);
    expect(timed(one, "ring").overlappedS).toBeCloseTo(timed(one, "ring").plainS, 9);
  });

  it("with sharded parameters moves them twice and their gradients once", () => {
    const block = blockOf(on(), "sharded");
    const [ring, optinc] = [timed(block, "ring"), timed(block, "optinc")];
    expect(ring.communicationS).toBeCloseTo((3 * 0.875 * bits) / 100e9, 6);
    // A unit scatters by averaging; parameters are gathered around the ring.
    expect(optinc.communicationS).toBeCloseTo(((1 + 2 * 0.875) * bits) / 100e9, 6);
    expect(ring.overlappedS).toBeLessThan(ring.plainS);
    // The ports never rest: compute takes a thirtieth of this.
    expect(ring.overlappedS / ring.communicationS).toBeCloseTo(1, 9);
    const instant = timed(blockOf(on({}, { rate: 1e15 }), "sharded"), "ring");
    expect(instant.overlappedS).toBeCloseTo(block.forwardS + block.backwardS, 2);
    const binomial = { workers: [8], algorithms: [findAlgorithm("binomial")!], unit: null };
    const tree = compareIterations(on(), { ...binomial, sharding: "sharded" });
    expect(tree.blocks[0]!.rows[0]!.outcome.kind).toBe("refused");
  });

  it("sends the exponents of a bucket while the words of the one before are in light, but not on one network", () => {
    const transfers = [
      { readyS: 1, takesS: 10, aheadS: 2 },
      { readyS: 2, takesS: 10, aheadS: 2 },
    ];
    // 1 to 3 exponents, 3 to 11 words; 3 to 5 the next exponents, 11 to 19 their words.
    expect(lastEnd(transfers)).toBe(19);
    expect(lastEnd(transfers.map((each) => ({ ...each, aheadS: 0 })))).toBe(21);
  });

  it("says which models have no layers, and prints every row in every format", () => {
    const gradients = ["resnet50", "beit-large"].map((name) => ({ name, elements: 1 }));
    const algorithms = ["ring", "tree", "switchml"].map((name) => findAlgorithm(name)!);
    const cluster = { ...on(), gradients };
    const found = compareIterations(cluster, { workers: [8, 64], algorithms, sharding: "data", unit: null });
    expect(found.unknown).toEqual(["beit-large"]);
    expect(found.blocks).toHaveLength(2);
    const table = iterationsTable(found);
    expect(table).toContain("beit-large: its layers are not known");
    expect(table).toContain("switchml: its switch serves 32 workers");
    expect(table).toMatch(/iteration bucket +25 MiB +default/);
    const [head, ...lines] = iterationsCsv(found).trimEnd().split("\n");
    expect(lines).toHaveLength(6);
    for (const line of lines) expect(line.split(",")).toHaveLength(head!.split(",").length);
    const svg = iterationsSvg(found);
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
    expect(svg.match(/>hidden by overlap</g)).toHaveLength(2);
    expect(svg).toContain(">time of an iteration, with overlap (without)</text>");
  });
});
