import { describe, expect, it } from "vitest";
import { type Cluster, defaultCluster, parseClusters, parseSpecs } from "../../dsl/index.ts";
import { clusterRow } from "../../dsl/language/cluster.ts";

function parse(text: string, name = "c.optinc") {
  return parseClusters({ name, text });
}

function only(text: string, name?: string): Cluster {
  const { value, diagnostics } = parse(text, name);
  expect(diagnostics).toEqual([]);
  expect(value).toHaveLength(1);
  return value![0]!;
}

describe("a cluster block", () => {
  it("resolves units and fills in defaults, and tells one from the other", () => {
    const cluster = only(`cluster pod {
      workers 1024
      rate 0.4 Tb/s
      latency 1500 ns
      models vgg19, resnet50
      parameters 25.6e6
      compute-share 24 %
      optical { wavelengths 32; reconfiguration 25 us }
      tree { duplex half }
    }`);
    expect(cluster).toMatchObject({ name: "pod", workers: 1024, computeShare: 0.24, groupRate: 4e11, dtype: "fp32" });
    expect(cluster.rate).toBeCloseTo(4e11, 0);
    expect(cluster.latency).toBeCloseTo(1.5e-6, 15);
    expect(cluster.optical.wavelengths).toBe(32);
    expect(cluster.optical.reconfiguration).toBeCloseTo(25e-6, 15);
    expect(cluster.optical.wavelengthRate).toBeCloseTo(25e9, 0);
    expect(cluster.tree).toEqual({ radix: 32, duplex: "half" });
    expect(cluster.gradients).toEqual([
      { name: "vgg19", elements: 143_667_240 },
      { name: "resnet50", elements: 25_557_032 },
      { name: "25600000", elements: 25_600_000 },
    ]);
    const input = (path: string) => cluster.inputs.find((each) => each.path === path);
    expect(input("rate")).toEqual({ path: "rate", value: "0.4 Tb/s", from: "file" });
    expect(input("tree radix")).toEqual({ path: "tree radix", value: "32", from: "default" });
  });

  it("says the same in YAML", () => {
    const text = "cluster pod:\n  workers: 8\n  latency: 3 us\n  optinc:\n    unit: 4\n";
    expect(only(text, "c.yaml")).toMatchObject({ workers: 8, latency: 3e-6, optinc: { unit: 4 } });
  });

  it("has an input for every setting of the table, once", () => {
    const paths = [
      ...clusterRow.settings.map(({ name }) => name),
      ...clusterRow.blocks.flatMap((block) => block.settings.map(({ name }) => `${block.name} ${name}`)),
    ];
    expect(
      defaultCluster(4)
        .inputs.map(({ path }) => path)
        .sort(),
    ).toEqual(paths.sort());
    expect(only("cluster c { workers 4 }").gradients).toEqual([{ name: "resnet50", elements: 25_557_032 }]);
    expect(only("cluster c { workers 4; parameters 10 }").gradients).toEqual([{ name: "10", elements: 10 }]);
  });

  it("is checked beside aggregates, which it does not disturb", () => {
    const text = "aggregate a { workers 2; precision 8 bits }\ncluster c { workers 4; rate 1 us }\n";
    const checked = (source: string) =>
      parseSpecs({ name: "a.optinc", text: source }, { emitTargets: ["spice", "phases"] });
    expect(checked(text).diagnostics.map(({ code }) => code)).toEqual(["OPT0210"]);
    const good = checked(text.replace("1 us", "1 Gb/s"));
    expect(good.diagnostics).toEqual([]);
    expect(good.value).toHaveLength(1);
  });
});
