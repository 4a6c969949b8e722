import { describe, expect, test } from "vitest";
import { parseClusters, parseTrainings } from "../../dsl/index.ts";
import { problems as found, read, specsOf } from "./example.ts";

const aggregate = (name: string): string => `aggregate ${name} { workers 2; precision 4 bits }\n`;
const cluster = (name: string): string => `cluster ${name} { workers 4 }\n`;
const training = (name: string): string => `training ${name} { steps 4 }\n`;

describe("names of one file are different", () => {
  test.each([
    [aggregate("pod") + aggregate("Pod"), "two aggregates are named `Pod`"],
    [cluster("pod") + cluster("pod"), "two clusters are named `pod`"],
    [training("pod") + training("pod"), "two trainings are named `pod`"],
    [aggregate("pod") + cluster("pod"), "an aggregate and a cluster are named `pod`"],
    [cluster("pod") + training("POD"), "a cluster and a training are named `POD`"],
    [training("pod") + aggregate("pod"), "a training and an aggregate are named `pod`"],
  ])("%j", (text, message) => {
    expect(found(text)).toEqual([`OPT0215 ${message}`]);
    const yaml = text
      .replaceAll(/\{ /g, ": { ")
      .replaceAll(/(\w) (\d)/g, "$1: $2")
      .replaceAll(" :", ":");
    expect(found(yaml.replaceAll(";", ","), "a.yaml")).toEqual([`OPT0215 ${message}`]);
  });

  test("clusters and trainings that are read alone are held to it too", () => {
    const clusters = parseClusters({ name: "a.optinc", text: cluster("pod") + cluster("pod") });
    expect(clusters.value).toBeNull();
    expect(clusters.diagnostics.map(({ code }) => code)).toEqual(["OPT0215"]);
    const trainings = parseTrainings({ name: "a.optinc", text: training("pod") + training("pod") });
    expect(trainings.value).toBeNull();
    expect(trainings.diagnostics.map(({ code }) => code)).toEqual(["OPT0215"]);
  });

  test("three of one name are two errors, each with the first place", () => {
    const { diagnostics } = read(cluster("a") + cluster("a") + cluster("a"));
    expect(diagnostics.map(({ labels }) => labels[1]!.span.start)).toEqual([8, 8]);
  });
});

describe("blocks of every kind are named by the same rule", () => {
  test.each(["cluster", "training", "aggregate"])("%s", (kind) => {
    const body = { cluster: "{ workers 4 }", training: "{ }", aggregate: "{ workers 4; precision 8 }" }[kind];
    const an = kind === "aggregate" ? "an" : "a";
    expect(found(`${kind} ${body}`)).toEqual([`OPT0214 ${an} ${kind} has no name`]);
    for (const name of ["pr\u00E9cis", '"pod"', "4x8", "a b"]) {
      expect(found(`${kind} ${name} ${body}`)).toEqual([`OPT0214 this cannot name ${an} ${kind}`]);
    }
    expect(found(`${kind} ${"a".repeat(65)} ${body}`)).toEqual(["OPT0214 a name is longer than 64 characters"]);
    expect(found(`${kind} ${"a".repeat(64)} ${body}`)).toEqual([]);
  });

  test("a block without a name is read on", () => {
    expect(found("cluster { workers 4; rate 3 bits }")).toEqual([
      "OPT0214 a cluster has no name",
      "OPT0210 `rate` is measured in b/s, not in bits",
    ]);
  });
});

/** Names that plain objects have already. */
const inherited = ["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf"];

describe("names of Object.prototype are names like any other", () => {
  test("but __proto__, which no circuit may be called", () => {
    expect(found(aggregate("__proto__"))).toEqual(["OPT0214 this cannot name an aggregate"]);
    expect(found("aggregate __proto__: { workers: 2, precision: 4 bits }", "a.yaml")).toEqual([
      "OPT0214 this cannot name an aggregate",
    ]);
  });

  test.each(inherited.slice(1))("%s as a name", (name) => {
    for (const [text, file] of [
      [aggregate(name) + cluster(`${name}1`), "a.optinc"],
      [`aggregate ${name}: { workers: 2, precision: 4 bits }\n`, "a.yaml"],
    ] as const) {
      expect(specsOf(text, file).map((spec) => spec.name)).toEqual([name]);
    }
    expect(found(aggregate(name) + cluster(name))).toEqual([
      `OPT0215 an aggregate and a cluster are named \`${name}\``,
    ]);
  });

  test.each(inherited)("%s as a key or a value", (name) => {
    const lines = [`${name} 3`, `emit ${name}`, `rounding ${name}`, `network ${name}`, `precision 8 ${name}`];
    const codes = ["OPT0205", "OPT0216", "OPT0212", "OPT0212", "OPT0210"];
    for (const [i, line] of lines.entries()) {
      const rest = line.startsWith("precision") ? "workers 2" : "workers 2; precision 8";
      expect(found(`aggregate a { ${rest}; ${line} }`).map((problem) => problem.slice(0, 7))).toEqual([codes[i]]);
      const yaml = `aggregate a: { ${rest}, ${line} }`.replaceAll(";", ",").replaceAll(/([,{] \w+) /g, "$1: ");
      expect(found(yaml, "a.yaml").map((problem) => problem.slice(0, 7))).toEqual([codes[i]]);
    }
    expect(found(`${name} a { workers 2 }`)).toEqual([`OPT0204 unknown block \`${name}\``]);
    expect(found(`${name}: { workers: 2 }`, "a.yaml")).toEqual([`OPT0204 unknown block \`${name}\``]);
    expect(found(`cluster c { workers 4; models ${name}; dtype ${name} }`).map((p) => p.slice(0, 7))).toEqual([
      "OPT0216",
      "OPT0212",
    ]);
  });
});
